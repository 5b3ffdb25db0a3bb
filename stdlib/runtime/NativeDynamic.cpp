//===- NativeDynamic.cpp - calls with signatures made at run time ---------===//
//
// Arguments are written to slots as to fields of records, plc-c.so passes them
// on, and the result is read like a field.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/NativeDynamic.h"
#include "ffi/Plugins.h"
#include "plc/native_dynamic.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/NativeCalls.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/Text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

using namespace plc::rt;

namespace plc::rt {
namespace {

constexpr size_t kMostParameters = 64;

/// Of a variadic signature: prepared for the types of one call.
struct VariadicCall {
  const NativeType *types[kMostParameters];
  size_t count;
  plc_abi_signature *prepared;
  VariadicCall *next;
};

/// A signature, read and prepared. Never freed.
struct Signature {
  const NativeType *result = nullptr;
  const NativeType *parameters[kMostParameters];
  /// Of records: pointers to them.
  const NativeType *pointers[kMostParameters];
  size_t count = 0;
  bool isVariadic = false;
  plc_abi_signature *prepared = nullptr; ///< not of variadic ones
  VariadicCall *calls = nullptr;         ///< of variadic ones
  const char *text = nullptr;
  Signature *next = nullptr;
};

Signature *signatures;

const plc_native_dynamic *dynamicTable(Context *ctx) {
  static const plc_native_dynamic *table;
  if (table)
    return table;
  char text[600] = "";
  {
    std::string problem;
    if (void *function =
            ffi::openFunction("c", "plc_native_dynamic_table", "", problem))
      table = reinterpret_cast<const plc_native_dynamic *(*)()>(function)();
    snprintf(text, sizeof text, "%.590s", problem.c_str());
  }
  if (!table)
    raiseCondition(ctx, "no-plugin", text, PLC_NULL);
  return table;
}

//===--- How values are passed --------------------------------------------===//

const plc_abi_type *abiType(const NativeType *type);

/// The scalars of a record, nested ones and arrays flattened. Unions are passed
/// like words where they may be, which their size and alignment tell.
size_t addElements(const NativeType *type, const plc_abi_type **elements,
                   size_t count, size_t most) {
  auto add = [&](const NativeType *part) {
    if (part->shape == NativeShape::Record)
      count = addElements(part, elements, count, most);
    else if (count < most)
      elements[count++] = abiType(part);
  };
  for (size_t i = 0; i < type->fieldCount; ++i) {
    const NativeField &field = type->fields[i];
    if (field.bitWidth && i > 0 && type->fields[i - 1].bitWidth &&
        type->fields[i - 1].bitOffset / 64 == field.bitOffset / 64 &&
        field.type->size == type->fields[i - 1].type->size)
      continue; // in the same unit
    if (field.type->shape == NativeShape::Array)
      for (uint64_t k = 0; k < field.type->count; ++k)
        add(field.type->element);
    else
      add(field.type);
    if (type->isUnion)
      break;
  }
  return count;
}

const plc_abi_type *abiType(const NativeType *type) {
  auto *made = static_cast<plc_abi_type *>(calloc(1, sizeof(plc_abi_type)));
  if (!made)
    abort();
  made->size = type->size;
  made->align = type->align;
  switch (type->shape) {
  case NativeShape::Scalar:
  case NativeShape::Enum:
    made->kind = int(type->scalar);
    break;
  case NativeShape::Record: {
    constexpr size_t Most = 256;
    auto **elements = static_cast<const plc_abi_type **>(
        calloc(Most, sizeof(plc_abi_type *)));
    made->kind = PLC_ABI_RECORD;
    made->count = addElements(type, elements, 0, Most);
    made->elements = elements;
    break;
  }
  default:
    made->kind = PLC_ABI_POINTER;
  }
  return made;
}

//===--- Signatures -------------------------------------------------------===//

/// A pointer to the record whose type is at the end of a text.
const NativeType *pointerToRecord(Context *ctx, const char *begin,
                                  const char *end) {
  char text[1024];
  snprintf(text, sizeof text, "p%.*s", int(end - begin - 1), begin + 1);
  return nativeTypeOfText(ctx, text);
}

const NativeType *typeAt(Context *ctx, const char *&at) {
  const char *end = endOfNativeType(at);
  char text[1024];
  snprintf(text, sizeof text, "%.*s", int(end - at), at);
  at = end;
  return nativeTypeOfText(ctx, text);
}

[[noreturn]] void badSignature(Context *ctx, const char *text) {
  char message[300];
  snprintf(message, sizeof message, "this is no signature: %.200s", text);
  raiseCondition(ctx, "wrong-type", message, PLC_NULL);
}

/// What is passed by value has to be known; of a record its declaration.
void checkPassed(Context *ctx, const NativeType *type, bool isResult) {
  if (type->shape != NativeShape::Opaque &&
      (isResult || type->shape != NativeShape::Scalar || type->size))
    return;
  char message[400];
  if (type->shape == NativeShape::Opaque)
    snprintf(message, sizeof message,
             "`%.200s` is no type that is known here: a record has to be that of "
             "an imported header",
             nativeTypeName(type));
  else
    snprintf(message, sizeof message, "no parameter has the type `void`");
  raiseCondition(ctx, "wrong-type", message, PLC_NULL);
}

void prepare(Context *ctx, Signature *signature) {
  const plc_abi_type *parameters[kMostParameters];
  for (size_t i = 0; i < signature->count; ++i)
    parameters[i] = abiType(signature->parameters[i]);
  signature->prepared =
      dynamicTable(ctx)->prepare(abiType(signature->result), parameters,
                                 signature->count, signature->count);
  if (!signature->prepared)
    badSignature(ctx, signature->text);
}

Signature *signatureOf(Context *ctx, const char *text) {
  for (Signature *s = signatures; s; s = s->next)
    if (strcmp(s->text, text) == 0)
      return s;
  auto *made = static_cast<Signature *>(malloc(sizeof(Signature)));
  if (!made)
    abort();
  *made = Signature();
  const char *at = text;
  made->result = typeAt(ctx, at);
  if (*at != '(')
    badSignature(ctx, text);
  checkPassed(ctx, made->result, true);
  ++at;
  while (*at && *at != ')') {
    if (*at == ',')
      ++at;
    if (strncmp(at, "...", 3) == 0) {
      made->isVariadic = true;
      at += 3;
      continue;
    }
    if (made->count == kMostParameters)
      raiseCondition(ctx, "unsupported",
                     "a function of more than 64 parameters cannot be called by "
                     "a pointer, nor can a procedure stand for one",
                     PLC_NULL);
    const char *begin = at;
    const NativeType *type = made->parameters[made->count] = typeAt(ctx, at);
    checkPassed(ctx, type, false);
    if (type->shape == NativeShape::Record)
      made->pointers[made->count] = pointerToRecord(ctx, begin, at);
    ++made->count;
  }
  made->text = strdup(text);
  if (!made->isVariadic)
    prepare(ctx, made);
  made->next = signatures;
  signatures = made;
  return made;
}

//===--- Calls ------------------------------------------------------------===//

Value promoted(Value v) {
  if (plc_is_char(v))
    return plc_fixnum(plc_char_code(v));
  if (v == PLC_TRUE || v == PLC_FALSE)
    return plc_fixnum(v == PLC_TRUE);
  return v;
}

/// How a function that has no name in the program is called.
const char *nameOf(const char *name, void *function) {
  Dl_info info;
  if (name)
    return name;
  return dladdr(function, &info) && info.dli_saddr == function
             ? info.dli_sname
             : "function pointer";
}

[[noreturn]] void badArgument(Context *ctx, const char *name, size_t i,
                              const NativeFailure &failure, Value v) {
  char text[700];
  snprintf(text, sizeof text, "%.100s: argument %zu: %s", name, i + 1,
           failure.text);
  raiseCondition(ctx,
                 failure.status == PLC_E_RANGE ? "use-after-free"
                                               : "wrong-type",
                 text, list1(ctx, v));
}

/// A variadic signature for arguments of these types; kept, as programs call with
/// few combinations of types.
plc_abi_signature *preparedFor(const plc_native_dynamic *dynamic,
                               Signature *signature,
                               const NativeType *const *types, size_t count) {
  for (VariadicCall *call = signature->calls; call; call = call->next)
    if (call->count == count && std::equal(types, types + count, call->types))
      return call->prepared;
  auto *call = static_cast<VariadicCall *>(malloc(sizeof(VariadicCall)));
  if (!call)
    abort();
  const plc_abi_type *raw[kMostParameters];
  for (size_t i = 0; i < count; ++i)
    raw[i] = abiType(call->types[i] = types[i]);
  call->count = count;
  call->prepared = dynamic->prepare(abiType(signature->result), raw, count,
                                    signature->count);
  call->next = signature->calls;
  signature->calls = call;
  return call->prepared;
}

/// Where the operations of calls belong to, so that they are told from those on
/// pointers.
plc_plugin *callTable() {
  static plc_plugin table;
  table.language = "c";
  return &table;
}

} // namespace

Value callNative(Context *ctx, void *function, const char *name,
                 const char *signatureText, size_t argc, const Value *argv) {
  installNativeObjects(ctx);
  Signature *signature = signatureOf(ctx, signatureText);
  const plc_native_dynamic *dynamic = dynamicTable(ctx);
  if (argc < signature->count || argc > kMostParameters ||
      (argc > signature->count && !signature->isVariadic)) {
    char text[240];
    snprintf(text, sizeof text, "%.100s: expected %zu%s argument%s, got %zu",
             nameOf(name, function), signature->count,
             signature->isVariadic ? " or more" : "",
             signature->count == 1 && !signature->isVariadic ? "" : "s", argc);
    raiseCondition(ctx, "wrong-number-of-arguments", text, PLC_NULL);
  }
  // What does not fit a slot, a record by value, is passed from where it is.
  uint64_t slots[kMostParameters][2];
  void *addresses[kMostParameters + 1];
  volatile Value kept[kMostParameters];
  const NativeType *types[kMostParameters];
  for (size_t i = 0; i < argc; ++i) {
    bool isFixed = i < signature->count;
    Value v = isFixed ? argv[i] : promoted(argv[i]);
    NativeFailure failure;
    const char *extra = isFixed ? "" : nativeExtraType(v, failure);
    if (!extra)
      badArgument(ctx, nameOf(name, function), i, failure, v);
    const NativeType *type =
        isFixed ? signature->parameters[i] : nativeTypeOfText(ctx, extra);
    types[i] = type;
    bool isRecord = type->shape == NativeShape::Record;
    kept[i] = v;
    slots[i][0] = slots[i][1] = 0;
    Value holder = PLC_FALSE;
    NativePlace place{isRecord ? signature->pointers[i] : type,
                      reinterpret_cast<char *>(slots[i])};
    auto *store = isRecord ? storeRecordArgument : storeNativeArgument;
    if (!store(ctx, place, v, &holder, failure))
      badArgument(ctx, nameOf(name, function), i, failure, v);
    if (holder != PLC_FALSE)
      kept[i] = holder;
    addresses[i] = isRecord ? reinterpret_cast<void *>(slots[i][0]) : slots[i];
  }
  plc_abi_signature *prepared =
      signature->isVariadic ? preparedFor(dynamic, signature, types, argc)
                            : signature->prepared;
  uint64_t room[4] = {};
  Value record = PLC_FALSE;
  void *result = room;
  if (signature->result->shape == NativeShape::Record) {
    record = newNative(ctx, signature->result, signature->result->name, 1);
    result = pointerAddress(record);
  }
  Operation op(ctx, callTable(), "call");
  dynamic->call(prepared, function, result, addresses);
  int error = errno;
  noteNativeCall(ctx, function, nameOf(name, function));
  op.finish(PLC_OK);
  asm volatile("" : : "r"(kept) : "memory");
  Value value = record;
  if (record == PLC_FALSE) {
    NativePlace place{signature->result, static_cast<char *>(result)};
    value = loadNative(ctx, place);
  }
  errno = error;
  return value;
}

//===--- Callbacks --------------------------------------------------------===//

namespace {

struct Callback {
  Signature *signature;
  Handle procedure;
  void *code;
  void *stub;
};

/// POINTERs by procedure: lists of those of its signatures. Procedures live
/// until they are released.
Value callbacks;

void enterCallback(void *data, void *result, void **args) {
  if (!holdsWorld()) {
    struct Again {
      void *data, *result;
      void **args;
    } again{data, result, args};
    return serveCallback(
        [](void *at) {
          auto *a = static_cast<Again *>(at);
          enterCallback(a->data, a->result, a->args);
        },
        &again);
  }
  auto *callback = static_cast<Callback *>(data);
  Context *ctx = theContext;
  const Signature &signature = *callback->signature;
  bool isRecord = signature.result->shape == NativeShape::Record;
  // libffi wants integers as whole words.
  if (isRecord)
    memset(result, 0, signature.result->size);
  else if (signature.result->size)
    memset(result, 0, signature.result->size < 8 ? 8 : signature.result->size);
  // What one callback raised goes on when the function has returned.
  if (hasKeptEnd())
    return;
  Value values[kMostParameters];
  for (size_t i = 0; i < signature.count; ++i) {
    NativePlace place{signature.parameters[i], static_cast<char *>(args[i])};
    values[i] = loadNative(ctx, place);
    if (isPointer(values[i]) && place.type->shape == NativeShape::Record) {
      // It lives on the stack of C: the procedure gets a copy.
      Value copy = newNative(ctx, place.type, place.type->name, 1);
      memcpy(pointerAddress(copy), place.address, place.type->size);
      values[i] = copy;
    }
  }
  Value value = PLC_UNSPECIFIED;
  EnterStatus status =
      callFromPlugin(ctx, callback->procedure.get(ctx), int64_t(signature.count),
                     values, &value);
  if (status != EnterStatus::Returned)
    return keepEnd(ctx, status);
  if (signature.result->size == 0)
    return;
  struct Work {
    const Signature *signature;
    Value value;
    void *result;
  } work{&signature, value, result};
  protect(
      ctx,
      [](Context *context, void *at) {
        auto *w = static_cast<Work *>(at);
        NativeFailure failure;
        Value kept = PLC_FALSE;
        NativePlace place{w->signature->result,
                          static_cast<char *>(w->result)};
        if (!storeNative(context, place, w->value, &kept, failure)) {
          char text[600];
          snprintf(text, sizeof text, "result of a callback: %s",
                   failure.text);
          raiseCondition(context, "wrong-type", text,
                         list1(context, w->value));
        }
        keepReturned(context, kept);
        // Sign or zero extended to a word, as libffi reads it.
        const NativeType *type = w->signature->result;
        if (type->size < 8 && (type->shape == NativeShape::Scalar ||
                               type->shape == NativeShape::Enum) &&
            nativeScalarRow(type->scalar).kind == NativeClass::Signed) {
          int64_t word = 0;
          memcpy(&word, w->result, type->size);
          unsigned shift = unsigned(64 - 8 * type->size);
          word = int64_t(uint64_t(word) << shift) >> shift;
          memcpy(w->result, &word, sizeof word);
        }
      },
      &work);
}

} // namespace

Value nativeCallback(Context *ctx, const char *text, Value procedure) {
  installNativeObjects(ctx);
  Signature *signature = signatureOf(ctx, text);
  if (!callbacks) {
    callbacks = makeTable(ctx, TableEq);
    registerRoots(ctx, &callbacks, 1);
  }
  char typeText[1100];
  snprintf(typeText, sizeof typeText, "F<%s>", text);
  const NativeType *type = nativeTypeOfText(ctx, typeText);
  Value list = tableRef(ctx, callbacks, procedure, PLC_NULL);
  for (Value rest = list; plc_is_pair(rest); rest = plc_cdr(rest))
    if (pointerType(plc_car(rest)) == type->name)
      return plc_car(rest);
  auto *callback = static_cast<Callback *>(calloc(1, sizeof(Callback)));
  if (!callback)
    abort();
  callback->signature = signature;
  callback->procedure = Handle::create(ctx, procedure);
  callback->code = dynamicTable(ctx)->callback(
      signature->prepared, enterCallback, callback, &callback->stub);
  if (!callback->code)
    raiseCondition(ctx, "unsupported",
                   "there is no memory for code of another callback", PLC_NULL);
  Value pointer =
      makePointer(ctx, callback->code, type->name,
                  makePointer(ctx, callback, intern(ctx, "callback"),
                              PLC_FALSE, -1),
                  -1);
  tableSet(ctx, callbacks, procedure, cons(ctx, pointer, list));
  return pointer;
}

/// Gives back the code of a callback; false if it is none of ours.
static bool releaseCallback(Context *ctx, Value pointer) {
  Value keeps = pointerKeeps(pointer);
  if (!isPointer(keeps) || pointerType(keeps) != intern(ctx, "callback"))
    return false;
  auto *callback = reinterpret_cast<Callback *>(pointerAddress(keeps));
  Value procedure = callback->procedure.get(ctx);
  Value list = PLC_NULL;
  for (Value rest = tableRef(ctx, callbacks, procedure, PLC_NULL);
       plc_is_pair(rest); rest = plc_cdr(rest))
    if (pointerKeeps(plc_car(rest)) != keeps) // casts share that
      list = cons(ctx, plc_car(rest), list);
  if (list == PLC_NULL)
    tableDelete(ctx, callbacks, procedure);
  else
    tableSet(ctx, callbacks, procedure, list);
  dynamicTable(ctx)->release(callback->stub);
  callback->procedure.release(ctx);
  free(callback);
  store(ctx, plc_fields(keeps) + PointerType, intern(ctx, kReleasedCallback));
  store(ctx, plc_fields(pointer) + PointerType, intern(ctx, kReleasedCallback));
  store(ctx, plc_fields(pointer) + PointerKeeps, PLC_FALSE);
  return true;
}

} // namespace plc::rt

//===--- Primitives -------------------------------------------------------===//

/// UTF-8 of a string on the stack of the caller.
static void checkedText(Context *ctx, const char *who, int position, Value v,
                        char *buffer, size_t size) {
  if (!isString(v))
    wrongType(ctx, who, position, "a string", v);
  size_t n = hostTable.string_utf8(&hostTable, v, buffer, size - 1);
  if (n >= size)
    wrongType(ctx, who, position, "a shorter string", v);
  buffer[n] = 0;
}

extern "C" {

/// (native-call-dynamic function name signature argument ...)
Value prim_NativeCallDynamic(Context *ctx, int64_t argc, const Value *argv) {
  char name[256], signature[2048];
  checkedText(ctx, "c:call", 2, argv[1], name, sizeof name);
  checkedText(ctx, "c:call", 3, argv[2], signature, sizeof signature);
  void *function;
  if (isPointer(argv[0])) {
    function = pointerAddress(argv[0]);
  } else {
    char symbol[256];
    checkedText(ctx, "c:call", 1, argv[0], symbol, sizeof symbol);
    function = dlsym(RTLD_DEFAULT, symbol);
    if (!function) {
      char text[400];
      snprintf(text, sizeof text, "there is no function `%.200s`", symbol);
      raiseCondition(ctx, "no-such-member", text, list1(ctx, argv[0]));
    }
  }
  return callNative(ctx, function, name, signature, size_t(argc - 3), argv + 3);
}

Value prim_NativeCallbackDynamic(Context *ctx, Value signature,
                                 Value procedure) {
  char text[2048];
  checkedText(ctx, "c:callback", 1, signature, text, sizeof text);
  if (!plc_is_procedure(procedure))
    wrongType(ctx, "c:callback", 2, "a procedure", procedure);
  return nativeCallback(ctx, text, procedure);
}

Value prim_NativeRelease(Context *ctx, Value pointer) {
  bool isReleased = plc_is_procedure(pointer)
                        ? releaseStubs(ctx, pointer)
                        : isPointer(pointer) && (releaseCallback(ctx, pointer) ||
                                                 releaseStubs(ctx, pointer));
  if (!isReleased)
    wrongType(ctx, "c:release", 1, "a callback", pointer);
  return PLC_UNSPECIFIED;
}

/// Pointer to a function of a shared library; #f as library: of the program.
Value prim_NativeSymbol(Context *ctx, Value library, Value symbol,
                        Value signature) {
  installNativeObjects(ctx);
  char path[1024], name[256], text[2048], type[2100];
  checkedText(ctx, "c:function", 2, symbol, name, sizeof name);
  checkedText(ctx, "c:function", 3, signature, text, sizeof text);
  void *handle = RTLD_DEFAULT;
  if (library != PLC_FALSE) {
    checkedText(ctx, "c:function", 1, library, path, sizeof path);
    handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
      char message[800];
      snprintf(message, sizeof message, "c:function: %.700s", dlerror());
      raiseCondition(ctx, "no-such-library", message, list1(ctx, library));
    }
  }
  void *address = dlsym(handle, name);
  if (!address) {
    char message[500];
    snprintf(message, sizeof message, "c:function: there is no function `%s`",
             name);
    raiseCondition(ctx, "no-such-member", message, list1(ctx, symbol));
  }
  signatureOf(ctx, text);
  snprintf(type, sizeof type, "F<%s>", text);
  return makePointer(ctx, address, nativeTypeOfText(ctx, type)->name,
                     PLC_FALSE, -1);
}

} // extern "C"
