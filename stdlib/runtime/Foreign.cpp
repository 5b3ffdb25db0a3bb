//===- Foreign.cpp - operations on foreign objects ------------------------===//
//
// Each primitive here calls one operation of a plugin and turns what it reports
// into a value or a condition. See plc/plugin.h.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HashTable.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/NativeFaults.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/Text.h"
#include "stdlib/runtime/World.h"

#include <cstdio>
#include <cstdlib>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

[[noreturn]] static void noMember(Context *ctx, Value object, Value name) {
  char text[200] = "";
  if (isSymbol(name))
    name = symbolName(name);
  size_t n =
      isString(name) ? hostTable.string_utf8(&hostTable, name, text, 120) : 0;
  text[n <= 120 ? n : 0] = 0;
  char message[300];
  if (object == PLC_NIL)
    snprintf(message, sizeof message,
             "nil, which is NULL in C, has no member `%s`", text);
  else
    snprintf(message, sizeof message,
             "this value has no member `%s`: it is no object of another "
             "language and no record with that field",
             text);
  raiseCondition(ctx, "no-such-member", message, list1(ctx, object));
}

/// Of what is no reference; null if there is one now.
static plc_plugin *pluginOfOther(Context *ctx, const char *who, Value &object) {
  if (isNamespace(object))
    object = moduleOf(ctx, object);
  if (plc_is_kind(object, PLC_KIND_POINTER) && rt_native_plugin)
    return rt_native_plugin;
  if (!plc_is_kind(object, PLC_KIND_FOREIGN))
    wrongType(ctx, who, 1, "an object of another language", object);
  return nullptr;
}

/// A namespace is replaced by its module.
static inline plc_plugin *pluginOf(Context *ctx, const char *who,
                                   Value &object) {
  if (!plc_is_kind(object, PLC_KIND_FOREIGN))
    if (plc_plugin *native = pluginOfOther(ctx, who, object))
      return native;
  releaseDeadReferences();
  return plc_reference_plugin(object);
}
plc_plugin *pluginOfObject(Context *ctx, const char *who, Value &object) {
  return pluginOf(ctx, who, object);
}

/// The plugin of a reference that can be asked by a PlainOperation, or null.
static inline plc_plugin *plainPlugin(Value object) {
  return plc_is_kind(object, PLC_KIND_FOREIGN) && PlainOperation::isPlain()
             ? plc_reference_plugin(object)
             : nullptr;
}

static Value awaitForeign(Context *ctx, Value object, bool isHere);
static plc_value PLC_LISP_CC callForeign(PLC_LISP_PARAMETERS);
static Value operateForeign(Context *ctx, int op, Value a, Value b);
static bool compareForeign(Context *ctx, int op, Value a, Value b);
static bool equalForeign(Context *ctx, Value a, Value b);
static uint64_t hashForeign(Context *ctx, Value v);
static int64_t foreignLength(Context *ctx, Value v);
static Value lookupForeign(Context *ctx, Value object, Value key,
                           Value otherwise);
static void storeForeign(Context *ctx, Value object, Value key, Value value);
static char *describeReference(Context *ctx, Value object, bool isWrite);

/// What the rest of the runtime does with foreign objects, from now on.
void installForeignHooks(Context *ctx) {
  static bool isInstalled;
  if (isInstalled)
    return;
  isInstalled = true;
  installNativeFaults();
  prepareOperations(ctx);
  rt_foreign_call = callForeign;
  rt_foreign_operate = operateForeign;
  rt_foreign_compare = compareForeign;
  rt_foreign_equal = equalForeign;
  rt_foreign_hash = hashForeign;
  rt_foreign_length = foreignLength;
  rt_foreign_lookup = lookupForeign;
  rt_foreign_store = storeForeign;
  installForeignSequences();
  rt_foreign_await = awaitForeign;
  rt_fiber_hook = onFiberSwitch;
  rt_fiber_end_hook = onFiberEnd;
  initializeWorld(ctx);
  rt_foreign_release = releaseDeadReferences;
  rt_interrupt_hook = onInterruptedPlugin;
  rt_signals_hook = handleSignals;
  installSignals();
  rt_shutdown_hook = shutDownPlugins;
  describeForeign = describeReference;
}

//===--- Fields of records ------------------------------------------------===//

/// The field of that name, also an inherited one; 0 if there is none.
static Value *recordField(Value record, Value name, bool *isMutable) {
  Value type = plc_fields(record)[0];
  Value names = plc_fields(type)[1], flags = plc_fields(type)[3];
  uint64_t count = lengthOf(names);
  for (uint64_t i = count; i-- > 0;)
    if (plc_fields(names)[i] == name) {
      *isMutable = plc_is_true(plc_fields(flags)[i]);
      return plc_fields(record) + 1 + i;
    }
  return nullptr;
}

//===--- Names ------------------------------------------------------------===//

static Value symbolOf(Context *ctx, const char *who, Value name) {
  if (isString(name))
    return internString(ctx, name);
  if (!isSymbol(name))
    wrongType(ctx, who, 2, "a symbol", name);
  if (!plc_is_keyword(name))
    return name;
  StringView text(symbolName(name));
  return internString(ctx, makeSubstring(ctx, text, 1, text.length));
}

/// The name with `_` for `-`, or 0 if it has none.
static Value withUnderscores(Context *ctx, Value name) {
  StringView text(symbolName(name));
  bool any = false;
  for (size_t i = 0; i < text.length; ++i)
    any |= text[i] == '-';
  if (!any)
    return 0;
  TextBuilder builder(ctx);
  for (size_t i = 0; i < text.length; ++i)
    builder.add(text[i] == '-' ? '_' : text[i]);
  return internString(ctx, builder.finish());
}

/// After PLC_E_NAME for `symbol`: tries the other one, or raises. That one is nearer
/// to what the host may have.
template <typename Attempt>
[[gnu::noinline]] static void
withSecondSpelling(Context *ctx, plc_plugin *plugin, const char *who,
                   Value name, Value symbol, plc_error &error,
                   Attempt attempt) {
  if (Value other = withUnderscores(ctx, symbol)) {
    Operation op(ctx, plugin, who);
    plc_status status = attempt(other, &op.error);
    if (status != PLC_E_NAME) {
      op.finish(status, name);
      return;
    }
    error = op.error;
    op.end();
  }
  raiseForeign(ctx, plugin, PLC_E_NAME, error, who, name);
}

/// Runs `attempt(name, error)` with the spellings that a name may have.
template <typename Attempt>
static void withSpellings(Context *ctx, plc_plugin *plugin, const char *who,
                          Value name, Attempt attempt) {
  Value symbol = isSymbol(name) && !plc_is_keyword(name)
                     ? name
                     : symbolOf(ctx, who, name);
  Operation op(ctx, plugin, who);
  plc_status status = attempt(symbol, &op.error);
  if (status != PLC_E_NAME) {
    op.finish(status, name);
    return;
  }
  op.end();
  withSecondSpelling(ctx, plugin, who, name, symbol, op.error, attempt);
}

//===--- Calls ------------------------------------------------------------===//

static bool hasKeyword(const Value *args, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (__builtin_expect(plc_is_keyword(args[i]), 0))
      return true;
  return false;
}

namespace {
/// Arguments sorted: positional ones, then keywords and their values. Where
/// there are no keywords they stay where they are; else few lie in place, many
/// in a Lisp vector.
struct ForeignArguments {
  const Value *values;
  size_t positional, keywords = 0;

  ForeignArguments(Context *ctx, const Value *args, size_t count)
      : values(args), positional(count) {
    if (hasKeyword(args, count))
      sort(ctx, args, count);
  }

private:
  Value *sorted;
  Value local[2 * PLC_REGISTER_ARGS + 6];
  volatile Value vector;

  [[gnu::noinline]] void sort(Context *ctx, const Value *args, size_t count) {
    sorted = local;
    if (count > sizeof local / sizeof local[0]) {
      vector = allocateObject(ctx, PLC_KIND_VECTOR, 0, count, PLC_FALSE);
      sorted = plc_fields(vector);
    }
    values = sorted;
    positional = 0;
    for (size_t i = 0; i < count; ++i)
      if (!isPair(args, count, i))
        put(ctx, positional++, args[i]);
      else
        ++i;
    for (size_t i = 0; i + 1 < count; ++i)
      if (isPair(args, count, i)) {
        put(ctx, positional + 2 * keywords, symbolOf(ctx, "call", args[i]));
        put(ctx, positional + 2 * keywords + 1, args[i + 1]);
        ++keywords;
        ++i;
      }
  }
  static bool isPair(const Value *args, size_t count, size_t i) {
    return i + 1 < count && plc_is_keyword(args[i]);
  }
  void put(Context *ctx, size_t i, Value v) {
    if (sorted == local)
      local[i] = v;
    else
      store(ctx, sorted + i, v);
  }
};
} // namespace

/// The arguments live until the call returns.
static Value callWith(Context *ctx, Value callee, const Value *args,
                      size_t count) {
  plc_plugin *plugin = pluginOf(ctx, "call", callee);
  ForeignArguments arguments(ctx, args, count);
  Operation op(ctx, plugin, "call");
  if (!plugin->call)
    op.missing();
  Value result = PLC_UNSPECIFIED;
  op.finish(plugin->call(plugin, callee, arguments.values, arguments.positional,
                         arguments.keywords, &result, &op.error));
  return result;
}

/// With more arguments than fit in registers.
[[gnu::noinline]] static Value callWithMany(Context *ctx, Value callee,
                                            int64_t argc,
                                            const Value *registers) {
  int64_t count = argc & ~PLC_ARGC_HAS_LIST;
  if (argc != count)
    raiseCondition(ctx, "wrong-number-of-arguments",
                   "a foreign procedure takes at most 4096 arguments",
                   list1(ctx, callee));
  // ctx->argv is overwritten by the next call.
  Value all = allocateObject(ctx, PLC_KIND_VECTOR, 0, size_t(count), PLC_FALSE);
  for (int64_t i = 0; i < count; ++i)
    store(ctx, plc_fields(all) + i,
          i < PLC_REGISTER_ARGS ? registers[i]
                                : ctx->argv[i - PLC_REGISTER_ARGS]);
  Value result = callWith(ctx, callee, plc_fields(all), size_t(count));
  asm volatile("" : : "r"(all));
  return result;
}

/// A call that is not as usual.
[[gnu::noinline]] static Value callRarely(Context *ctx, Value callee,
                                          int64_t argc,
                                          const Value *registers) {
  return uint64_t(argc) > PLC_REGISTER_ARGS
             ? callWithMany(ctx, callee, argc, registers)
             : callWith(ctx, callee, registers, size_t(argc));
}

/// What is no reference.
static plc_value PLC_LISP_CC callOther(PLC_LISP_PARAMETERS) {
  if (!isForeign(self)) [[clang::musttail]]
    return raiseNotProcedure(ctx, self, argc, a0, a1, a2, a3, a4);
  Value registers[PLC_REGISTER_ARGS] = {a0, a1, a2, a3, a4};
  return callRarely(ctx, self, argc, registers);
}

static plc_value PLC_LISP_CC callForeign(PLC_LISP_PARAMETERS) {
  if (!plc_is_kind(self, PLC_KIND_FOREIGN)) [[clang::musttail]]
    return callOther(ctx, self, argc, a0, a1, a2, a3, a4);
  Value registers[PLC_REGISTER_ARGS] = {a0, a1, a2, a3, a4};
  if (uint64_t(argc) > PLC_REGISTER_ARGS ||
      !plc_reference_plugin(self)->call || !PlainOperation::isPlain() ||
      hasKeyword(registers, size_t(argc)))
    return callRarely(ctx, self, argc, registers);
  plc_plugin *plugin = plc_reference_plugin(self);
  PlainOperation op(ctx);
  Value result = PLC_UNSPECIFIED;
  plc_status status = plugin->call(plugin, self, registers, size_t(argc), 0,
                                   &result, &op.error);
  if (!op.isDone(status))
    op.finish(ctx, plugin, "call", status);
  return result;
}

static Value lookupForeign(Context *ctx, Value object, Value key,
                           Value otherwise) {
  plc_plugin *plugin = pluginOf(ctx, "ref", object);
  Operation op(ctx, plugin, "ref");
  if (!plugin->index)
    op.missing();
  Value result = PLC_UNSPECIFIED;
  plc_status status = plugin->index(plugin, object, key, &result, &op.error);
  if (status == PLC_E_NAME || status == PLC_E_RANGE) {
    op.end();
    return otherwise;
  }
  op.finish(status, key);
  return result == PLC_NIL || result == PLC_UNDEFINED ? otherwise : result;
}

[[gnu::noinline]] static void storeRarely(Context *ctx, Value object, Value key,
                                          Value value) {
  plc_plugin *plugin = pluginOf(ctx, "set! ref", object);
  Operation op(ctx, plugin, "set! ref");
  if (!plugin->set_index)
    op.missing();
  op.finish(plugin->set_index(plugin, object, key, value, &op.error), key);
}

static void storeForeign(Context *ctx, Value object, Value key, Value value) {
  prim_ForeignSetRef(ctx, object, key, value);
}

/// The plugin that an operation on two values belongs to: the left one's, if
/// that is a reference.
static plc_plugin *pluginOfEither(Context *ctx, const char *who, Value a,
                                  Value b) {
  Value object = isForeign(a) ? a : b;
  return pluginOf(ctx, who, object);
}

static Value operateForeign(Context *ctx, int op, Value a, Value b) {
  static const char *const names[] = {
      "+",           "-",           "*",           "/",
      "quotient",    "modulo",      "expt",        "-",
      "bitwise-and", "bitwise-ior", "bitwise-xor", "arithmetic-shift",
      "bitwise-not"};
  plc_plugin *plugin = pluginOfEither(ctx, names[op], a, b);
  Operation operation(ctx, plugin, names[op]);
  if (!plugin->operate)
    operation.missing();
  Value result = PLC_UNSPECIFIED;
  operation.finish(plugin->operate(plugin, plc_operator(op), a, b, &result,
                                   &operation.error));
  return result;
}

static bool compareForeign(Context *ctx, int op, Value a, Value b) {
  static const char *const names[] = {"=", "<", "<=", ">", ">="};
  plc_plugin *plugin = pluginOfEither(ctx, names[op], a, b);
  Operation operation(ctx, plugin, names[op]);
  if (!plugin->compare)
    operation.missing();
  bool result = false;
  operation.finish(plugin->compare(plugin, plc_comparison(op), a, b, &result,
                                   &operation.error));
  return result;
}

static bool equalForeign(Context *ctx, Value a, Value b) {
  // What hashes by identity is equal? by identity, too.
  plc_plugin *plugin = plc_reference_plugin(a);
  return plugin == plc_reference_plugin(b) && plugin->hash && plugin->compare &&
         compareForeign(ctx, PLC_COMPARE_EQ, a, b);
}

static uint64_t hashForeign(Context *ctx, Value v) {
  plc_plugin *plugin = pluginOf(ctx, "hash", v);
  if (!plugin->hash)
    return 0;
  Operation op(ctx, plugin, "hash");
  uint64_t hash = 0;
  op.finish(plugin->hash(plugin, v, &hash, &op.error));
  return hash | 1;
}

static Value awaitForeign(Context *ctx, Value object, bool isHere) {
  plc_plugin *plugin = pluginOf(ctx, "await", object);
  auto *await = isHere && plugin->await_here ? plugin->await_here : plugin->await;
  if (!await)
    return object;
  Operation op(ctx, plugin, "await");
  Value result = PLC_UNSPECIFIED;
  plc_status status = await(plugin, object, &result, &op.error);
  if (status == PLC_E_UNSUPPORTED) {
    op.end();
    return object;
  }
  op.finish(status);
  return result;
}

static int64_t foreignLength(Context *ctx, Value v) {
  plc_plugin *plugin = pluginOf(ctx, "length", v);
  Operation op(ctx, plugin, "length");
  if (!plugin->length)
    op.missing();
  int64_t length = 0;
  op.finish(plugin->length(plugin, v, &length, &op.error));
  return length;
}

static char *describeReference(Context *ctx, Value object, bool isWrite) {
  plc_plugin *plugin = plc_reference_plugin(object);
  if (!plugin->repr)
    return nullptr;
  Operation op(ctx, plugin, "write");
  Value result = PLC_FALSE;
  op.finish(plugin->repr(plugin, object, !isWrite, &result, &op.error));
  return isString(result) ? toUtf8(ctx, result, nullptr) : nullptr;
}

} // namespace plc::rt

//===--- Primitives -------------------------------------------------------===//

/// The plugin that can be asked for this member by a PlainOperation, or null.
static inline plc_plugin *plainPlugin(Value object, Value name) {
  return isSymbol(name) && !plc_is_keyword(name) ? plainPlugin(object)
                                                 : nullptr;
}

/// After a PlainOperation on the member `name` that is not done: what is left
/// of withSpellings.
template <typename Attempt>
static void finishPlain(Context *ctx, plc_plugin *plugin, const char *who,
                        Value name, PlainOperation &op, plc_status status,
                        Attempt attempt) {
  if (status != PLC_E_NAME) {
    op.finish(ctx, plugin, who, status, name);
    return;
  }
  showForeignOutput();
  withSecondSpelling(ctx, plugin, who, name, name, op.error, attempt);
}

[[gnu::noinline]] static Value getRarely(Context *ctx, Value object,
                                         Value name) {
  bool isMutable;
  if (plc_is_kind(object, PLC_KIND_RECORD))
    if (Value *field = recordField(object, name, &isMutable))
      return *field;
  if (!isForeign(object) && !isNamespace(object))
    noMember(ctx, object, name);
  plc_plugin *plugin = pluginOf(ctx, "foreign-get", object);
  Value result = PLC_UNSPECIFIED;
  withSpellings(ctx, plugin, "get", name, [&](Value symbol, plc_error *error) {
    return plugin->get ? plugin->get(plugin, object, symbol, &result, error)
                       : PLC_E_UNSUPPORTED;
  });
  return result;
}

extern "C" Value prim_ForeignGet(Context *ctx, Value object, Value name) {
  Value target = loadedModule(object);
  plc_plugin *plugin = plainPlugin(target, name);
  if (!plugin || !plugin->get)
    return getRarely(ctx, object, name);
  PlainOperation op(ctx);
  Value result = PLC_UNSPECIFIED;
  plc_status status = plugin->get(plugin, target, name, &result, &op.error);
  if (!op.isDone(status))
    finishPlain(ctx, plugin, "get", name, op, status,
                [&](Value symbol, plc_error *error) {
                  return plugin->get(plugin, target, symbol, &result, error);
                });
  return result;
}

extern "C" Value prim_ForeignSet(Context *ctx, Value object, Value name,
                                 Value value) {
  bool isMutable;
  if (plc_is_kind(object, PLC_KIND_RECORD))
    if (Value *field = recordField(object, name, &isMutable)) {
      if (!isMutable)
        wrongType(ctx, "foreign-set!", 2, "a field that can be assigned", name);
      store(ctx, field, value);
      return PLC_UNSPECIFIED;
    }
  if (!isForeign(object) && !isNamespace(object))
    noMember(ctx, object, name);
  plc_plugin *plugin = pluginOf(ctx, "foreign-set!", object);
  withSpellings(ctx, plugin, "set", name, [&](Value symbol, plc_error *error) {
    return plugin->set ? plugin->set(plugin, object, symbol, value, error)
                       : PLC_E_UNSUPPORTED;
  });
  return PLC_UNSPECIFIED;
}

extern "C" Value prim_ForeignRef(Context *ctx, Value object, Value key) {
  plc_plugin *plugin = plainPlugin(object);
  if (plugin && plugin->index) {
    PlainOperation op(ctx);
    Value result = PLC_UNSPECIFIED;
    plc_status status = plugin->index(plugin, object, key, &result, &op.error);
    if (!op.isDone(status))
      op.finish(ctx, plugin, "ref", status, key);
    return result;
  }
  plugin = pluginOf(ctx, "foreign-ref", object);
  Operation op(ctx, plugin, "ref");
  if (!plugin->index)
    op.missing();
  Value result = PLC_UNSPECIFIED;
  op.finish(plugin->index(plugin, object, key, &result, &op.error), key);
  return result;
}

extern "C" Value prim_ForeignSetRef(Context *ctx, Value object, Value key,
                                    Value value) {
  plc_plugin *plugin = plainPlugin(object);
  if (!plugin || !plugin->set_index) {
    storeRarely(ctx, object, key, value);
    return PLC_UNSPECIFIED;
  }
  PlainOperation op(ctx);
  plc_status status = plugin->set_index(plugin, object, key, value, &op.error);
  if (!op.isDone(status))
    op.finish(ctx, plugin, "set! ref", status, key);
  return PLC_UNSPECIFIED;
}

extern "C" Value prim_ForeignCall(Context *ctx, int64_t argc,
                                  const Value *argv) {
  return callWith(ctx, argv[0], argv + 1, size_t(argc - 1));
}

[[gnu::noinline]] static Value
callMethodRarely(Context *ctx, int64_t argc, const Value *argv) {
  Value object = argv[0], name = argv[1];
  if (!isForeign(object) && !isNamespace(object))
    noMember(ctx, object, name);
  plc_plugin *plugin = pluginOf(ctx, "foreign-call-method", object);
  ForeignArguments arguments(ctx, argv + 2, size_t(argc - 2));
  Value result = PLC_UNSPECIFIED;
  withSpellings(ctx, plugin, "call", name, [&](Value symbol, plc_error *error) {
    return plugin->call_method
               ? plugin->call_method(plugin, object, symbol, arguments.values,
                                     arguments.positional, arguments.keywords,
                                     &result, error)
               : PLC_E_UNSUPPORTED;
  });
  return result;
}

extern "C" Value prim_ForeignCallMethod(Context *ctx, int64_t argc,
                                        const Value *argv) {
  Value object = argv[0], name = argv[1];
  if (!plc_is_kind(object, PLC_KIND_FOREIGN))
    object = loadedModule(object);
  size_t count = size_t(argc - 2);
  plc_plugin *plugin = plainPlugin(object, name);
  if (!plugin || !plugin->call_method || hasKeyword(argv + 2, count))
    return callMethodRarely(ctx, argc, argv);
  PlainOperation op(ctx);
  Value result = PLC_UNSPECIFIED;
  plc_status status = plugin->call_method(plugin, object, name, argv + 2, count,
                                          0, &result, &op.error);
  if (!op.isDone(status))
    finishPlain(ctx, plugin, "call", name, op, status,
                [&](Value symbol, plc_error *error) {
                  return plugin->call_method(plugin, object, symbol, argv + 2,
                                             count, 0, &result, error);
                });
  return result;
}

/// An operation with one object that answers with a value. Where the plugin has
/// none, `otherwise` is the answer; without that it is an error.
static Value ask(Context *ctx, const char *who, Value object,
                 plc_status (*plc_plugin::*operation)(plc_plugin *, plc_value,
                                                      plc_value *, plc_error *),
                 Value otherwise = PLC_UNBOUND) {
  plc_plugin *plugin = pluginOf(ctx, who, object);
  if (!(plugin->*operation) && otherwise != PLC_UNBOUND)
    return otherwise;
  Operation op(ctx, plugin, who);
  if (!(plugin->*operation))
    op.missing();
  Value result = PLC_FALSE;
  op.finish((plugin->*operation)(plugin, object, &result, &op.error));
  return result;
}

extern "C" Value prim_ForeignIterate(Context *ctx, Value object) {
  return ask(ctx, "iterate", object, &plc_plugin::iterate);
}

extern "C" Value prim_ForeignNext(Context *ctx, Value iterator, Value end) {
  plc_plugin *plugin = pluginOf(ctx, "foreign-next", iterator);
  Operation op(ctx, plugin, "next");
  if (!plugin->next)
    op.missing();
  Value result = PLC_UNSPECIFIED;
  if (op.finish(plugin->next(plugin, iterator, &result, &op.error)) == PLC_END)
    return end;
  return result;
}

extern "C" Value prim_ForeignAsyncP(Context *ctx, Value iterator) {
  plc_plugin *plugin = pluginOf(ctx, "foreign-next", iterator);
  return plc_bool(plugin->is_async && plugin->is_async(plugin, iterator));
}

extern "C" Value prim_ForeignLength(Context *ctx, Value object) {
  return makeInteger(ctx, foreignLength(ctx, object));
}

extern "C" Value prim_ForeignMembers(Context *ctx, Value object) {
  return ask(ctx, "foreign-members", object, &plc_plugin::members, PLC_NULL);
}
/// Declaration and documentation of a procedure of native code, or #f.
static Value nativeNote(Context *ctx, Value procedure) {
  return rt_procedure_notes == PLC_FALSE
             ? Value(PLC_FALSE)
             : tableRef(ctx, rt_procedure_notes, procedure, PLC_FALSE);
}

extern "C" Value prim_ForeignDoc(Context *ctx, Value object) {
  if (plc_is_procedure(object)) {
    if (Value note = nativeNote(ctx, object); note != PLC_FALSE)
      return plc_cdr(note);
    ProcedureNote note;
    return procedureNote(object, &note) && note.docstring
               ? makeString(ctx, note.docstring)
               : Value(PLC_FALSE);
  }
  return ask(ctx, "foreign-documentation", object, &plc_plugin::doc, PLC_FALSE);
}
/// (name parameter ...), or #f.
static Value sourceSignature(Context *ctx, Value procedure) {
  ProcedureNote note;
  if (!procedureNote(procedure, &note))
    return PLC_FALSE;
  TextBuilder text(ctx);
  auto add = [&](const char *utf8, size_t bytes) {
    Value string = makeString(ctx, utf8, bytes);
    StringView view(string);
    text.addView(view, 0, view.length);
  };
  const char *name = procedureName(procedure);
  if (!name)
    name = "lambda";
  bool isList = note.parameters[0] != '(';
  text.add('(');
  add(name, strlen(name));
  if (isList || note.length > 2)
    text.addLatin1(" . ", isList ? 3 : 1);
  // Up to the parenthesis that closes.
  add(note.parameters + !isList, note.length - !isList);
  if (isList)
    text.add(')');
  return text.finish();
}

extern "C" Value prim_ForeignSignature(Context *ctx, Value object) {
  if (plc_is_procedure(object)) {
    if (Value note = nativeNote(ctx, object); note != PLC_FALSE)
      return plc_car(note);
    return sourceSignature(ctx, object);
  }
  return ask(ctx, "foreign-signature", object, &plc_plugin::signature,
             PLC_FALSE);
}
extern "C" Value prim_ForeignToLisp(Context *ctx, Value object) {
  return ask(ctx, "->lisp", object, &plc_plugin::to_lisp);
}

extern "C" Value prim_ForeignClose(Context *ctx, Value object) {
  plc_plugin *plugin = pluginOf(ctx, "foreign-close", object);
  Operation op(ctx, plugin, "close");
  if (!plugin->close)
    op.missing();
  op.finish(plugin->close(plugin, object, &op.error));
  return PLC_UNSPECIFIED;
}

extern "C" Value prim_ForeignP(Context *, Value v) {
  return plc_bool(isForeign(v));
}

extern "C" Value prim_ForeignLanguage(Context *ctx, Value object) {
  return intern(ctx, pluginOf(ctx, "foreign-language", object)->language);
}
