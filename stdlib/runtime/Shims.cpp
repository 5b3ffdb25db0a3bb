//===- Shims.cpp - generated code of other languages ----------------------===//
//
// What shims (plc/shims.h) are given, for each language a table of its own.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/Equal.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/Port.h"
#include "stdlib/runtime/PrimitivePrototypes.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Text.h"
#include "stdlib/runtime/World.h"

#include "plc/shims.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

namespace {

/// A language, kept for ever.
struct ShimLanguage {
  ShimLanguage *next;
  char name[32];
  plc_plugin plugin;
  plc_host table; ///< what the host offers to shims
  plc_shim_host host;
};
ShimLanguage *languages;

/// The shim that failed has returned to code that asks for what was thrown, and adds
/// the trace.
void raiseOfShim(plc_plugin *plugin, plc_status status, plc_error *error) {
  Context *ctx = theContext;
  if (keptToken == PLC_FALSE && status == PLC_E_LISP)
    keptToken = error->token;
  else if (keptToken == PLC_FALSE)
    keptToken = makeToken(ctx, EnterStatus::Raised,
                          foreignCondition(ctx, plugin, status, *error, "call",
                                           PLC_DEFAULT, /*isTraced=*/false));
  setThrown(ctx, true);
}

//===--- Classes ----------------------------------------------------------===//

/// What is known of a class, by all who have shims for it; kept for ever.
struct ClassInfo {
  ClassInfo *next;
  const char *name;
  const plc_shim_class *type; ///< the first one
  struct Base {
    ClassInfo *type;
    void *(*cast)(void *, const void *);
    const void *data;
  };
  struct Member {
    Value symbol; ///< lives for ever, as all symbols do
    plc_shim_member uses;
  };
  GrowArray<Base> bases;
  GrowArray<Member> members;
  const char *names = ""; ///< of all that the class declares, a space behind each
};
ClassInfo *classes;

ClassInfo *findInfo(const char *name) {
  ClassInfo *info = classes;
  while (info && strcmp(info->name, name) != 0)
    info = info->next;
  return info;
}

const plc_shim_class *findClass(const char *name) {
  ClassInfo *info = findInfo(name);
  return info ? info->type : nullptr;
}

ClassInfo *infoOf(const plc_shim_class *type) {
  if (!type->info) {
    ClassInfo *info = findInfo(type->name);
    if (!info) {
      info = new ClassInfo();
      info->name = type->name;
      info->type = type;
      info->next = classes;
      classes = info;
    }
    const_cast<plc_shim_class *>(type)->info = info;
  }
  return static_cast<ClassInfo *>(type->info);
}

void addClass(plc_shim_class *type) { infoOf(type); }

void addMember(plc_shim_class *type, const plc_shim_member *member) {
  ClassInfo *info = infoOf(type);
  Value symbol = intern(theContext, member->name);
  for (ClassInfo::Member &known : info->members)
    if (known.symbol == symbol) {
      known.uses = *member;
      return;
    }
  info->members.push({symbol, *member});
}

void nameMembers(plc_shim_class *type, const char *names) {
  infoOf(type)->names = names;
}

/// A pointer that shims share, kept for ever.
struct Slot {
  Slot *next;
  char *name;
  void *pointer;
};
Slot *slots;

void **slotOf(const char *name) {
  for (Slot *slot = slots; slot; slot = slot->next)
    if (strcmp(slot->name, name) == 0)
      return &slot->pointer;
  slots = new Slot{slots, strdup(name), nullptr};
  return &slots->pointer;
}

/// Calls use(name, bytes) for what the class and its bases declare.
template <class F> void eachName(ClassInfo *type, F use) {
  for (const char *name = type->names, *end; (end = strchr(name, ' '));
       name = end + 1)
    use(name, size_t(end - name));
  for (ClassInfo::Base &base : type->bases)
    eachName(base.type, use);
}

void addBase(plc_shim_class *type, plc_shim_class *base,
             void *(*cast)(void *, const void *), const void *data) {
  ClassInfo *info = infoOf(type), *other = infoOf(base);
  for (ClassInfo::Base &known : info->bases)
    if (known.type == other)
      return;
  info->bases.push({other, cast, data});
}

void *castTo(ClassInfo *from, void *address, ClassInfo *to,
             int &depth) {
  if (from == to || !address)
    return address;
  for (ClassInfo::Base &base : from->bases) {
    ++depth;
    if (void *found = castTo(base.type, base.cast(address, base.data), to, depth))
      return found;
    --depth;
  }
  return nullptr;
}

bool isAlive(const plc_shim_object *object) {
  for (; object; object = object->parent)
    if (!object->address)
      return false;
  return true;
}

void *castObject(plc_shim_object *object, plc_shim_class *type, int *depth) {
  *depth = 0;
  if (!isAlive(object))
    return nullptr;
  return castTo(infoOf(object->type), object->address, infoOf(type), *depth);
}

/// All objects that there are references to, from the last one that was made.
plc_shim_object *newestObject;

void enlist(plc_shim_object *object) {
  object->older = newestObject;
  object->newer = nullptr;
  if (newestObject)
    newestObject->newer = object;
  newestObject = object;
}

void unlist(plc_shim_object *object) {
  if (object->newer)
    object->newer->older = object->older;
  else if (newestObject == object)
    newestObject = object->older;
  if (object->older)
    object->older->newer = object->newer;
  object->older = object->newer = nullptr;
}

plc_value referenceTo(plc_plugin *plugin, plc_shim_object *object) {
  enlist(object);
  return hostTable.reference_make(&hostTable, plugin,
                                  reinterpret_cast<uintptr_t>(object),
                                  reinterpret_cast<uintptr_t>(object));
}

//===--- The operations of a plugin ---------------------------------------===//

plc_shim_object *objectOf(plc_value reference) {
  return reinterpret_cast<plc_shim_object *>(plc_reference_handle(reference));
}

plc_status destroyed(const plc_shim_object *object, plc_error *error) {
  char text[300];
  snprintf(text, sizeof text, "this `%.200s` was destroyed",
           object->type->name);
  return hostTable.fail(&hostTable, error, PLC_E_RANGE, nullptr, text);
}

plc_status isConst(const plc_shim_object *object, plc_error *error) {
  char text[300];
  snprintf(text, sizeof text, "this `%.200s` is const", object->type->name);
  return hostTable.fail(&hostTable, error, PLC_E_TYPE, nullptr, text);
}

/// The member of the class, or of one that it is derived from; `address` becomes
/// that of this part. Shims give each class of a header those of its bases, too;
/// classes that no header declares have only these.
const plc_shim_member *findMember(ClassInfo *type, Value name,
                                  void *&address) {
  for (ClassInfo::Member &member : type->members)
    if (member.symbol == name)
      return &member.uses;
  for (ClassInfo::Base &base : type->bases) {
    void *part = base.cast(address, base.data);
    const plc_shim_member *found =
        part ? findMember(base.type, name, part) : nullptr;
    if (found) {
      address = part;
      return found;
    }
  }
  return nullptr;
}

enum class Use { Call, Get, Set };

plc_status useMember(plc_value self, plc_value name, Use use,
                     const plc_value *args, size_t count, plc_value *result,
                     plc_error *error) {
  plc_shim_object *object = objectOf(self);
  if (!isAlive(object))
    return destroyed(object, error);
  if (use == Use::Set && object->is_const)
    return isConst(object, error);
  plc_shim_object part = *object;
  const plc_shim_member *member =
      findMember(infoOf(object->type), name, part.address);
  plc_shim_use *run = !member             ? nullptr
                      : use == Use::Call  ? member->call
                      : use == Use::Get   ? member->get
                                          : member->set;
  if (run)
    return run(self, &part, args, count, result, error);
  char text[256];
  size_t bytes = hostTable.string_utf8(&hostTable, plc_symbol_name(name), text,
                                       sizeof text - 1);
  text[bytes < sizeof text ? bytes : 0] = 0;
  bool isDeclared = false;
  eachName(infoOf(object->type), [&](const char *known, size_t length) {
    isDeclared |= length == strlen(text) && memcmp(known, text, length) == 0;
  });
  char message[600];
  snprintf(message, sizeof message,
           member       ? "`%.250s` of `%.250s` cannot be used so: it is a %s"
           : isDeclared ? "the member `%.250s` of `%.250s` is not bound: only those "
                          "are that code of the program names%s"
                        : "there is no member `%.250s` in `%.250s`%s",
           text, object->type->name,
           !member          ? ""
           : member->call   ? "function"
                            : "field");
  return hostTable.fail(&hostTable, error,
                        member ? PLC_E_UNSUPPORTED : PLC_E_NAME, nullptr,
                        message);
}

plc_status getMember(plc_plugin *, plc_value self, plc_value name,
                     plc_value *result, plc_error *error) {
  return useMember(self, name, Use::Get, nullptr, 0, result, error);
}

plc_status setMember(plc_plugin *, plc_value self, plc_value name,
                     plc_value value, plc_error *error) {
  plc_value ignored;
  return useMember(self, name, Use::Set, &value, 1, &ignored, error);
}

plc_status callMember(plc_plugin *, plc_value self, plc_value name,
                      const plc_value *args, size_t count, size_t keywords,
                      plc_value *result, plc_error *error) {
  if (keywords)
    return hostTable.fail(&hostTable, error, PLC_E_UNSUPPORTED, nullptr,
                          "this language has no keyword arguments");
  return useMember(self, name, Use::Call, args, count, result, error);
}

/// An object as a procedure.
plc_status callObject(plc_plugin *plugin, plc_value self, const plc_value *args,
                      size_t count, size_t keywords, plc_value *result,
                      plc_error *error) {
  static const Value name = intern(theContext, PLC_SHIM_CALL);
  return callMember(plugin, self, name, args, count, keywords, result, error);
}

/// One of the members that classes may have.
template <plc_shim_use *plc_shim_class::*Which>
plc_status useOfClass(plc_value self, const plc_value *args, size_t count,
                      plc_value *result, plc_error *error) {
  plc_shim_object *object = objectOf(self);
  if (!isAlive(object))
    return destroyed(object, error);
  plc_shim_use *run = object->type->*Which;
  return run ? run(self, object, args, count, result, error)
             : PLC_E_UNSUPPORTED;
}

plc_status indexObject(plc_plugin *, plc_value self, plc_value key,
                       plc_value *result, plc_error *error) {
  return useOfClass<&plc_shim_class::index>(self, &key, 1, result, error);
}
plc_status setIndex(plc_plugin *, plc_value self, plc_value key,
                    plc_value value, plc_error *error) {
  plc_value args[] = {key, value}, ignored;
  if (isAlive(objectOf(self)) && objectOf(self)->is_const)
    return isConst(objectOf(self), error);
  return useOfClass<&plc_shim_class::set_index>(self, args, 2, &ignored, error);
}
plc_status lengthOfObject(plc_plugin *, plc_value self, int64_t *result,
                          plc_error *error) {
  plc_value length;
  plc_status status =
      useOfClass<&plc_shim_class::length>(self, nullptr, 0, &length, error);
  if (status == PLC_OK)
    *result = plc_fixnum_value(length);
  return status;
}
template <plc_shim_use *plc_shim_class::*Which>
plc_status useAlone(plc_plugin *, plc_value self, plc_value *result,
                    plc_error *error) {
  return useOfClass<Which>(self, nullptr, 0, result, error);
}

plc_status describeObject(plc_plugin *, plc_value self, bool isDisplay,
                          plc_value *result, plc_error *error) {
  plc_shim_object *object = objectOf(self);
  char text[300];
  if (!isAlive(object)) {
    snprintf(text, sizeof text, "#<%.200s, destroyed>", object->type->name);
  } else {
    plc_value how = plc_bool(isDisplay);
    if (object->type->repr)
      return object->type->repr(self, object, &how, 1, result, error);
    snprintf(text, sizeof text, "#<%.200s>", object->type->name);
  }
  return hostTable.string(&hostTable, text, strlen(text), result);
}

/// The class that has the operation, of the first operand that is an object.
const plc_shim_class *classOfOperands(plc_plugin *plugin, plc_value a,
                                      plc_value b, plc_status &status,
                                      plc_error *error) {
  const plc_shim_class *type = nullptr;
  for (plc_value v : {a, b})
    if (plc_is_reference(v, plugin)) {
      if (!isAlive(objectOf(v))) {
        status = destroyed(objectOf(v), error);
        return nullptr;
      }
      if (!type)
        type = objectOf(v)->type;
    }
  status = PLC_E_UNSUPPORTED;
  return type;
}

/// The members that are the tables of operators of two operands: an instance of the
/// class stands left of the sign, or right of it.
struct OperatorNames {
  const char *left, *right;
  Value leftSymbol = 0, rightSymbol = 0;
};
#define OPERATOR_NAMES(Sign) {"left operator" Sign, "right operator" Sign}
OperatorNames arithmeticNames[] = {OPERATOR_NAMES("+"), OPERATOR_NAMES("-"),
                                   OPERATOR_NAMES("*"), OPERATOR_NAMES("/")};
OperatorNames comparisonNames[] = {OPERATOR_NAMES("=="), OPERATOR_NAMES("<"),
                                   OPERATOR_NAMES("<="), OPERATOR_NAMES(">"),
                                   OPERATOR_NAMES(">=")};
#undef OPERATOR_NAMES

/// By the tables of both operands. PLC_E_UNSUPPORTED: they have none; PLC_E_TYPE: no
/// row suits.
plc_status useTables(plc_plugin *plugin, OperatorNames &names, plc_value a,
                     plc_value b, plc_value *result, plc_error *error) {
  if (!names.leftSymbol) {
    names.leftSymbol = intern(theContext, names.left);
    names.rightSymbol = intern(theContext, names.right);
  }
  plc_status status = PLC_E_UNSUPPORTED;
  auto use = [&](plc_value self, Value name, plc_value other) {
    if (!plc_is_reference(self, plugin) || !isAlive(objectOf(self)))
      return false;
    plc_shim_object part = *objectOf(self);
    const plc_shim_member *table = findMember(infoOf(part.type), name, part.address);
    if (!table)
      return false;
    status = table->call(self, &part, &other, 1, result, error);
    return status != PLC_E_TYPE;
  };
  if (!use(a, names.leftSymbol, b))
    use(b, names.rightSymbol, a);
  return status;
}

plc_status compareObjects(plc_plugin *plugin, plc_comparison op, plc_value a,
                          plc_value b, bool *result, plc_error *error) {
  bool isOneClass = plc_is_reference(a, plugin) && plc_is_reference(b, plugin) &&
                    objectOf(a)->type == objectOf(b)->type;
  if (!isOneClass) {
    plc_value answer;
    plc_status known =
        useTables(plugin, comparisonNames[op], a, b, &answer, error);
    if (known == PLC_OK)
      *result = plc_is_true(answer);
    if (known != PLC_E_UNSUPPORTED && known != PLC_E_TYPE)
      return known;
  }
  plc_status status;
  const plc_shim_class *type = classOfOperands(plugin, a, b, status, error);
  return type && type->compare ? type->compare(op, a, b, result, error)
                               : status;
}

plc_status hashObject(plc_plugin *, plc_value self, uint64_t *result,
                      plc_error *error) {
  plc_shim_object *object = objectOf(self);
  if (!isAlive(object))
    return destroyed(object, error);
  *result = object->type->hash(object->address);
  return PLC_OK;
}

plc_status operateOnObjects(plc_plugin *plugin, plc_operator op, plc_value a,
                            plc_value b, plc_value *result, plc_error *error) {
  plc_status status;
  const plc_shim_class *type = classOfOperands(plugin, a, b, status, error);
  if (!type)
    return status;
  auto byTables = [&] {
    return op > PLC_OPERATOR_DIV
               ? PLC_E_UNSUPPORTED
               : useTables(plugin, arithmeticNames[op], a, b, result, error);
  };
  // What the tables have is more than what all classes can do.
  plc_status known = byTables();
  if (known != PLC_E_UNSUPPORTED && known != PLC_E_TYPE)
    return known;
  status = type->operate ? type->operate(op, a, b, result, error)
                         : PLC_E_UNSUPPORTED;
  return status == PLC_E_UNSUPPORTED && known == PLC_E_TYPE ? byTables() : status;
}

plc_status membersOf(plc_plugin *, plc_value self, plc_value *result,
                     plc_error *) {
  Context *ctx = theContext;
  *result = PLC_NULL;
  ClassInfo *info = infoOf(objectOf(self)->type);
  GrowArray<Value> seen; // symbols, which stay where they are
  auto add = [&](const char *name, size_t bytes) {
    Value symbol = intern(ctx, name, bytes);
    for (Value known : seen)
      if (known == symbol)
        return;
    seen.push(symbol);
    *result = cons(ctx, makeString(ctx, name, bytes), *result);
  };
  eachName(info, add);
  for (const ClassInfo::Member &member : info->members)
    if (!strchr(member.uses.name, ' ')) // no table of an operator
      add(member.uses.name, strlen(member.uses.name));
  seen.release();
  return PLC_OK;
}

/// The name of its class.
plc_status signatureOf(plc_plugin *, plc_value self, plc_value *result, plc_error *) {
  *result = makeString(theContext, objectOf(self)->type->name);
  return PLC_OK;
}

/// Destroys an instance, once.
plc_status destroyObject(plc_shim_object *object, plc_error *error) {
  void *address = object->address;
  object->address = nullptr;
  if (!address || !object->is_owned)
    return PLC_OK;
  return object->type->destroy(address, error);
}

/// Destroys what nobody waits for: what its destructor throws is told on stderr.
void destroyUnseen(plc_shim_object *object) {
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  plc_status status = destroyObject(object, &error);
  if (status == PLC_OK)
    return;
  plc_value message = error.message;
  if (status == PLC_E_LISP)
    message = hostTable.condition_text(
        &hostTable, hostTable.token_condition(&hostTable, error.token));
  char text[300] = "";
  if (isString(message)) {
    size_t bytes = hostTable.string_utf8(&hostTable, message, text,
                                         sizeof text - 1);
    text[bytes < sizeof text ? bytes : 0] = 0;
  }
  fprintf(stderr, "plc: the destructor of a `%.200s` failed: %s\n",
          object->type->name, text);
}

plc_status closeObject(plc_plugin *, plc_value self, plc_error *error) {
  return destroyObject(objectOf(self), error);
}

void releaseObjects(plc_plugin *, const uintptr_t *handles, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    auto *object = reinterpret_cast<plc_shim_object *>(handles[i]);
    destroyUnseen(object);
    unlist(object);
    if (object->known_as)
      *object->known_as = nullptr;
    hostTable.drop(&hostTable, object->parent_root);
    free(object);
  }
}

void releaseDead() { releaseDeadReferences(); }

bool areEqual(plc_value a, plc_value b) { return isEqual(theContext, a, b); }

uint64_t stableHash(plc_value value) {
  Hash hash = hashEqual(value);
  return hash.usesAddress ? 0 : hash.bits; // the collector moves objects
}

int compareForShim(plc_value a, plc_value b) {
  return isReal(a) && isReal(b) ? compareReals(theContext, a, b) : Unordered;
}

plc_value textOf(plc_value value, bool isDisplay) {
  Context *ctx = theContext;
  Value port = prim_OpenOutputString(ctx);
  writeDatum(ctx, port, value,
             isDisplay ? WriteStyle::Display : WriteStyle::Write);
  return prim_GetOutputString(ctx, port);
}

void setBox(plc_value box, plc_value content) {
  store(theContext, plc_fields(box), content);
}

/// plc_host::call for code that no operation of a plugin has called: what Lisp
/// raises is told to it.
plc_status callFromShim(const plc_host *host, plc_value procedure,
                        const plc_value *args, size_t count, plc_value *result,
                        plc_error *error) {
  ForeignCall call = {youngestForeignCall, boundaryOf(theContext)};
  youngestForeignCall = &call;
  plc_status status =
      hostTable.call(host, procedure, args, count, result, error);
  youngestForeignCall = call.prev;
  return status;
}

//===--- Threads ----------------------------------------------------------===//

void runBlocked(void (*body)(void *data), void *data) {
  plc_region region;
  rt_blocking_begin(theContext, &region);
  body(data);
  rt_blocking_end(theContext, &region);
}

plc_status runFromShim(void (*body)(void *data), void *data) {
  if (holdsWorld()) {
    body(data);
    return PLC_OK;
  }
  return runInBlockedCall(body, data) ? PLC_OK : runInWorld(body, data);
}

//===--- The end ----------------------------------------------------------===//

void (*shutDownOthers)();

/// The program ends: what Lisp owns is destroyed, the last object first, before
/// the variables of the libraries.
void destroyAll() {
  // What a destructor calls may make objects, and exit.
  for (plc_shim_object *object; (object = newestObject);) {
    unlist(object);
    destroyUnseen(object);
  }
  statusAfterFlush(theContext, 0);
  shutDownOthers();
}

ShimLanguage *makeLanguage(const char *name) {
  auto *language = new ShimLanguage();
  snprintf(language->name, sizeof language->name, "%s", name);
  plc_plugin &plugin = language->plugin;
  plugin.struct_size = sizeof plugin;
  plugin.abi_major = PLC_PLUGIN_ABI_MAJOR;
  plugin.abi_minor = PLC_PLUGIN_ABI_MINOR;
  plugin.language = plugin.ecosystems = language->name;
  plugin.version = "";
  plugin.get = getMember;
  plugin.set = setMember;
  plugin.call = callObject;
  plugin.call_method = callMember;
  plugin.index = indexObject;
  plugin.set_index = setIndex;
  plugin.iterate = useAlone<&plc_shim_class::iterate>;
  plugin.next = useAlone<&plc_shim_class::next>;
  plugin.length = lengthOfObject;
  plugin.compare = compareObjects;
  plugin.operate = operateOnObjects;
  plugin.hash = hashObject;
  plugin.repr = describeObject;
  plugin.members = membersOf;
  plugin.signature = signatureOf;
  plugin.to_lisp = useAlone<&plc_shim_class::to_lisp>;
  plugin.close = closeObject;
  plugin.release = releaseObjects;
  language->table = hostTable;
  language->table.call = callFromShim;
  language->host = {sizeof(plc_shim_host), &language->table, &plugin, raiseOfShim,
                    addMember,             addBase,    castObject,
                    findClass,             runBlocked, runFromShim,
                    referenceTo,           releaseDead, holdsWorld,
                    areEqual,              stableHash, setBox,
                    addClass,              nameMembers, compareForShim, textOf, slotOf};
  if (!shutDownOthers) {
    // Objects are freed a batch at a time. That glibc gives the memory to the system and
    // asks for it again each time costs more than to free them: once a block of this
    // size has been freed it does so for twice as much only.
    void *volatile large = malloc(4 << 20);
    free(large);
    shutDownOthers = rt_shutdown_hook;
    rt_shutdown_hook = destroyAll;
  }
  language->next = languages;
  return languages = language;
}

} // namespace
} // namespace plc::rt

extern "C" Value prim_ShimHost(Context *ctx, Value name) {
  if (!isString(name))
    wrongType(ctx, "%shim-host", 1, "a string", name);
  installForeignHooks(ctx);
  char text[32] = "";
  size_t bytes = hostTable.string_utf8(&hostTable, name, text, sizeof text - 1);
  text[bytes < sizeof text ? bytes : 0] = 0;
  ShimLanguage *language = languages;
  while (language && strcmp(language->name, text) != 0)
    language = language->next;
  if (!language)
    language = makeLanguage(text);
  installNativeObjects(ctx);
  return makePointer(ctx, &language->host, intern(ctx, "void"), PLC_FALSE, -1);
}
