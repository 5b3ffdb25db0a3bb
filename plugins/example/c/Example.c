/// \file
/// A plugin for plc in C: the whole bridge to a small foreign runtime.
///
/// The runtime, called `example`, is an object store with its own heap: nil,
/// booleans, 64-bit integers, doubles, strings, byte strings, lists, maps with
/// string keys, objects with members and methods, functions. It stands for what
/// a plugin finds in a library: other memory management, numbers and errors.
///
/// Three rules decide how everything is written:
/// - A plc_value lies in a local variable, an argument or the plc_error, where
///   the collector sees it. In our own heap there are only roots (plc_root).
/// - What can fail returns a plc_status and describes the failure in the
///   plc_error of the operation. A status from the host is returned untouched.
/// - A Value that is an argument is borrowed, one that is returned is owned.
#define _POSIX_C_SOURCE 200809L
#include "plc/plugin.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const plc_host *lisp; ///< set by start
static plc_plugin plugin;    ///< the table at the end of the file

/* --- 1 The runtime: values and their memory ----------------------------- */

typedef enum Kind {
  NIL,
  BOOLEAN,
  INTEGER,
  DOUBLE,
  STRING, // from here on in our heap, counted
  BYTES,
  LIST,
  MAP,
  INSTANCE,
  FUNCTION,
  METHOD,
  ITERATOR,
  ARRAY, // doubles, whose memory can be shared
  LATER, // a value that is not there yet
  LISP_VALUE, // a procedure, or anything that is opaque to this runtime
  RESULTS     // several results of a call; never an element or a member
} Kind;

typedef struct Object Object;
typedef struct Value {
  Kind kind;
  union {
    bool boolean;
    int64_t integer;
    double real;
    Object *object;
  };
} Value;

/// A call of a function: what it gets and where it leaves what it returns.
typedef struct Call {
  Value self; ///< the receiver of a method
  const Value *args;
  size_t count;
  Value result; ///< owned; nil at first
  plc_error *error;
  Value keywords; ///< a map of the keyword arguments, or nil
} Call;

typedef struct Native {
  const char *name, *signature, *doc;
  size_t least, most; ///< how many arguments it takes
  plc_status (*code)(Call *call);
} Native;

typedef struct Class {
  const char *name, *doc;
  const Native *methods;
  size_t methodCount;
} Class;

struct Object {
  Kind kind;
  size_t uses; ///< references to it, those that Lisp holds included
  Object *nextDying;
  /// The values it refers to. LIST, RESULTS: the elements. MAP, INSTANCE: key,
  /// value, ... in order of insertion. METHOD: the receiver. ITERATOR: the
  /// object it walks.
  Value *items;
  size_t count, capacity;
  char *bytes; ///< STRING (UTF-8), BYTES, ARRAY
  size_t size;
  const Class *class;   ///< INSTANCE
  const Native *native; ///< FUNCTION, METHOD
  size_t position;      ///< ITERATOR
  plc_root root;        ///< LISP_VALUE; LATER: a promise of plc
};

enum {
  MAX_DEPTH = 500,    ///< nesting that conversions, which recurse, follow
  MAX_ARGUMENTS = 256 ///< of calls into Lisp: they lie on the stack
};

static Value integer(int64_t n) { return (Value){INTEGER, .integer = n}; }

/// Memory that runs out ends this runtime; a better one would return
/// PLC_E_FOREIGN.
static void *grow(void *memory, size_t bytes) {
  memory = realloc(memory, bytes + 1);
  if (!memory)
    abort();
  return memory;
}

static Value new_object(Kind kind) {
  Object *object = calloc(1, sizeof *object);
  if (!object)
    abort();
  object->kind = kind;
  object->uses = 1;
  return (Value){kind, .object = object};
}

static Value keep(Value v) {
  if (v.kind >= STRING)
    v.object->uses++;
  return v;
}

static int64_t arrayCount; ///< of kind ARRAY

/// Ends one use of v. The dead wait in a list rather than on the stack: lists
/// may be nested deeper than any stack.
static void drop(Value v) {
  static Object *dying;
  static bool isFreeing;
  if (v.kind < STRING || --v.object->uses > 0)
    return;
  v.object->nextDying = dying;
  dying = v.object;
  if (isFreeing)
    return;
  isFreeing = true;
  while (dying) {
    Object *object = dying;
    dying = object->nextDying;
    for (size_t i = 0; i < object->count; i++)
      drop(object->items[i]);
    lisp->drop(lisp, object->root); // 0 for most: nothing is held then
    arrayCount -= object->kind == ARRAY;
    free(object->items);
    free(object->bytes);
    free(object);
  }
  isFreeing = false;
}

static void replace(Value *place, Value owned) {
  Value old = *place; // dropped last: it may keep the place itself alive
  *place = owned;
  drop(old);
}

static void push(Value list, Value owned) {
  Object *object = list.object;
  if (object->count == object->capacity) {
    object->capacity = 2 * object->capacity + 4;
    object->items = grow(object->items, object->capacity * sizeof(Value));
  }
  object->items[object->count++] = owned;
}

static void append(Value text, const void *bytes, size_t size) {
  Object *object = text.object;
  object->bytes = grow(object->bytes, object->size + size);
  if (size > 0)
    memcpy(object->bytes + object->size, bytes, size);
  object->size += size;
}
static void append_text(Value text, const char *s) {
  append(text, s, strlen(s));
}
static Value new_text(Kind kind, const void *bytes, size_t size) {
  Value text = new_object(kind);
  append(text, bytes, size);
  return text;
}
static bool text_is(Value text, const char *bytes, size_t size) {
  return text.object->size == size && !memcmp(text.object->bytes, bytes, size);
}

/// Where the value for a key stands in a MAP or INSTANCE, or NULL. All keys are
/// tried in turn; a real runtime would hash them.
static Value *find(Value table, const char *key, size_t size) {
  for (size_t i = 0; i < table.object->count; i += 2)
    if (text_is(table.object->items[i], key, size))
      return &table.object->items[i + 1];
  return NULL;
}
static Value *find_key(Value table, Value key) {
  return find(table, key.object->bytes, key.object->size);
}
static void put(Value table, Value key, Value owned) {
  Value *place = find_key(table, key);
  if (place) {
    replace(place, owned);
    return;
  }
  push(table, keep(key));
  push(table, owned);
}

static Value new_instance(const Class *class) {
  Value instance = new_object(INSTANCE);
  instance.object->class = class;
  return instance;
}
static void add_member(Value instance, const char *name, Value owned) {
  push(instance, new_text(STRING, name, strlen(name)));
  push(instance, owned);
}

static plc_status refuse(plc_error *error, plc_status status,
                         const char *message) {
  return lisp->fail(lisp, error, status, NULL, message);
}

/* --- 2 Lisp values into ours --------------------------------------------
   Nothing here makes a Lisp value, so no collection happens meanwhile. */

/// The containers around the value that is converted.
typedef struct Around {
  plc_value container;
  const struct Around *outer;
  int depth;
} Around;

static plc_status from_lisp(plc_value v, const Around *outer, Value *result,
                            plc_error *error);

static plc_status push_from_lisp(Value list, plc_value v, const Around *here,
                                 plc_error *error) {
  Value item;
  plc_status status = from_lisp(v, here, &item, error);
  if (status == PLC_OK)
    push(list, item);
  return status;
}

/// The text of a string, or the name of a symbol without a keyword's colon.
static Value text_from_lisp(plc_value v) {
  bool isSymbol = plc_is_kind(v, PLC_KIND_SYMBOL);
  plc_value string = isSymbol ? plc_symbol_name(v) : v;
  Value text = new_object(STRING);
  Object *object = text.object;
  object->size = lisp->string_utf8(lisp, string, NULL, 0);
  object->bytes = grow(NULL, object->size);
  lisp->string_utf8(lisp, string, object->bytes, object->size);
  if (isSymbol && plc_is_keyword(v))
    memmove(object->bytes, object->bytes + 1, --object->size);
  return text;
}

/// A character is a string of one. Surrogates take three bytes, as the host
/// has it.
static Value character_from_lisp(uint32_t c) {
  static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  unsigned char b[4];
  for (size_t i = size; i-- > 1; c >>= 6)
    b[i] = (unsigned char)(0x80 | (c & 0x3F));
  b[0] = (unsigned char)(lead[size] | c);
  return new_text(STRING, b, size);
}

/// What does not fit is refused, never wrapped around or rounded.
static plc_status bignum_from_lisp(plc_value v, Value *result,
                                   plc_error *error) {
  uint64_t limb = plc_bignum_limbs(v)[0];
  bool isNegative = plc_bignum_is_negative(v);
  if (plc_bignum_count(v) > 1 || limb > (uint64_t)INT64_MAX + isNegative)
    return refuse(error, PLC_E_TYPE, "the integer does not fit into 64 bits");
  *result = integer((int64_t)(isNegative ? 0 - limb : limb));
  return PLC_OK;
}

static plc_status numbers_from_lisp(plc_value v, Value list, plc_error *error) {
  plc_element element = plc_element_of(v);
  const unsigned char *at = plc_bytes(v), *end = at + plc_bytes_length(v);
  while (at < end) {
    Value number = {.kind = NIL};
    switch (element) {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  case PLC_ELEMENT_##Name: {                                                   \
    CType n;                                                                   \
    memcpy(&n, at, Bytes);                                                     \
    at += Bytes;                                                               \
    bool isFloat = (CType)0.5 != 0;                                            \
    number =                                                                   \
        isFloat ? (Value){DOUBLE, .real = (double)n} : integer((int64_t)n);    \
    break;                                                                     \
  }
#include "plc/elements.def"
    }
    if (element == PLC_ELEMENT_U64 && number.integer < 0)
      return refuse(error, PLC_E_TYPE, "the integer does not fit into 64 bits");
    push(list, number);
  }
  return PLC_OK;
}

static plc_status map_from_lisp(plc_value v, const Around *here, Value map,
                                plc_error *error) {
  plc_status status = PLC_OK;
  plc_value key, value;
  size_t position = 0;
  while (status == PLC_OK && lisp->map_next(lisp, v, &position, &key, &value)) {
    plc_type type = plc_type_of(key);
    if (type != PLC_TYPE_STRING && type != PLC_TYPE_SYMBOL)
      return refuse(error, PLC_E_TYPE, "the keys of a map are strings");
    Value name = text_from_lisp(key), item;
    if (find_key(map, name)) // a symbol and a string
      status = refuse(error, PLC_E_TYPE, "two keys are the same string");
    else
      status = from_lisp(value, here, &item, error);
    if (status == PLC_OK)
      put(map, name, item);
    drop(name);
  }
  return status;
}

static plc_status container_from_lisp(plc_value v, const Around *outer,
                                      Value *result, plc_error *error) {
  Around here = {v, outer, outer ? outer->depth + 1 : 1};
  for (const Around *a = outer; a; a = a->outer)
    if (a->container == v)
      return refuse(error, PLC_E_TYPE, "the value contains itself");
  if (here.depth > MAX_DEPTH)
    return refuse(error, PLC_E_TYPE, "the value is nested too deeply");
  plc_type type = plc_type_of(v);
  if (type == PLC_TYPE_LIST && lisp->list_length(lisp, v) < 0)
    return refuse(error, PLC_E_TYPE, "the list is improper or circular");

  Value container = new_object(type == PLC_TYPE_MAP ? MAP : LIST);
  plc_status status = PLC_OK;
  if (type == PLC_TYPE_MAP)
    status = map_from_lisp(v, &here, container, error);
  else if (type == PLC_TYPE_NUMERIC_VECTOR)
    status = numbers_from_lisp(v, container, error);
  else if (type == PLC_TYPE_VECTOR)
    for (size_t i = 0; status == PLC_OK && i < plc_vector_length(v); i++)
      status = push_from_lisp(container, plc_vector_ref(v, i), &here, error);
  else
    for (; status == PLC_OK && plc_is_pair(v); v = plc_cdr(v))
      status = push_from_lisp(container, plc_car(v), &here, error);
  if (status == PLC_OK)
    *result = container;
  else
    drop(container);
  return status;
}

/// The object of a reference that an operation was given; borrowed.
static Value referred(plc_value reference) {
  Object *object = (Object *)plc_reference_handle(reference);
  return (Value){object->kind, .object = object};
}

/// Our value for a Lisp value: a case for each row of plc/conversions.def.
static plc_status from_lisp(plc_value v, const Around *outer, Value *result,
                            plc_error *error) {
  *result = (Value){.kind = NIL};
  switch (plc_type_of(v)) {
  case PLC_TYPE_NIL:
  case PLC_TYPE_UNDEFINED:
  case PLC_TYPE_UNSPECIFIED:
    return PLC_OK;
  case PLC_TYPE_BOOLEAN:
    *result = (Value){BOOLEAN, .boolean = v == PLC_TRUE};
    return PLC_OK;
  case PLC_TYPE_INTEGER:
    if (!plc_is_fixnum(v))
      return bignum_from_lisp(v, result, error);
    *result = integer(plc_fixnum_value(v));
    return PLC_OK;
  case PLC_TYPE_FLONUM:
    *result = (Value){DOUBLE, .real = plc_flonum_value(v)};
    return PLC_OK;
  case PLC_TYPE_RATIONAL:
  case PLC_TYPE_COMPLEX:
    return refuse(error, PLC_E_TYPE, "there are no such numbers");
  case PLC_TYPE_CHARACTER:
    *result = character_from_lisp(plc_char_code(v));
    return PLC_OK;
  case PLC_TYPE_STRING:
  case PLC_TYPE_SYMBOL:
    *result = text_from_lisp(v);
    return PLC_OK;
  case PLC_TYPE_BYTEVECTOR:
    *result = new_text(BYTES, plc_bytes(v), plc_bytes_length(v));
    return PLC_OK;
  case PLC_TYPE_NUMERIC_VECTOR:
  case PLC_TYPE_VECTOR:
  case PLC_TYPE_LIST:
  case PLC_TYPE_MAP:
    return container_from_lisp(v, outer, result, error);
  case PLC_TYPE_REFERENCE:
    if (!plc_is_reference(v, &plugin))
      break; // another plugin's: opaque
    *result = keep(referred(v));
    return PLC_OK;
  case PLC_TYPE_PROCEDURE:
  case PLC_TYPE_OTHER:
    break;
  }
  *result = new_object(LISP_VALUE);
  result->object->root = lisp->hold(lisp, v);
  return PLC_OK;
}

/* --- 3 Our values into Lisp's ------------------------------------------- */

static uint64_t referenceCount; ///< references made and not released yet

/// Each reference is a use of its object. The address is both key and handle.
/// A new reference may be made while an old one, dead already, waits for its
/// release: each is released on its own.
static plc_value reference_to(Value v) {
  uintptr_t address = (uintptr_t)v.object;
  plc_value reference = lisp->reference_find(lisp, &plugin, address);
  if (reference != PLC_UNBOUND)
    return reference;
  keep(v);
  referenceCount++;
  return lisp->reference_make(lisp, &plugin, address, address);
}

/// What v crosses as. Values that cannot change are copied; lists and maps can,
/// so Lisp gets references to them, which it may copy by `to_lisp`.
static plc_status into_lisp(Value v, plc_value *result) {
  switch (v.kind) {
  case NIL:
    *result = PLC_NIL;
    return PLC_OK;
  case BOOLEAN:
    *result = plc_bool(v.boolean);
    return PLC_OK;
  case INTEGER:
    *result = lisp->integer(lisp, v.integer);
    return PLC_OK;
  case DOUBLE:
    *result = lisp->flonum(lisp, v.real);
    return PLC_OK;
  case STRING:
    return lisp->string(lisp, v.object->bytes, v.object->size, result);
  case BYTES:
    *result = lisp->bytevector(lisp, v.object->bytes, v.object->size);
    return PLC_OK;
  case LISP_VALUE:
    *result = lisp->held(lisp, v.object->root);
    return PLC_OK;
  case RESULTS: {
    plc_value values[MAX_ARGUMENTS]; // the collector scans the stack
    plc_status status = PLC_OK;
    for (size_t i = 0; status == PLC_OK && i < v.object->count; i++)
      status = into_lisp(v.object->items[i], &values[i]);
    if (status == PLC_OK)
      *result = lisp->values(lisp, values, v.object->count);
    return status;
  }
  default:
    *result = reference_to(v);
    return PLC_OK;
  }
}

static plc_status give_to_lisp(Value owned, plc_value *result) {
  plc_status status = into_lisp(owned, result);
  drop(owned);
  return status;
}

typedef struct Copying {
  const Object *object;
  const struct Copying *outer;
  int depth;
} Copying;

/// A deep copy. What is inside itself or nested too deeply stays a reference.
static plc_status copy_to_lisp(Value v, const Copying *outer,
                               plc_value *result) {
  if (v.kind != LIST && v.kind != MAP)
    return into_lisp(v, result);
  Copying here = {v.object, outer, outer ? outer->depth + 1 : 1};
  for (const Copying *c = outer; c; c = c->outer)
    if (c->object == v.object || here.depth > MAX_DEPTH)
      return into_lisp(v, result);

  size_t count = v.object->count, step = v.kind == LIST ? 1 : 2;
  plc_value copy = v.kind == LIST ? lisp->vector(lisp, count) : lisp->map(lisp);
  for (size_t i = 0; i < count; i += step) {
    plc_value key = PLC_FALSE, item = PLC_FALSE;
    plc_status status =
        copy_to_lisp(v.object->items[i + step - 1], &here, &item);
    if (status == PLC_OK && v.kind == MAP)
      status = into_lisp(v.object->items[i], &key);
    if (status != PLC_OK)
      return status;
    if (v.kind == LIST)
      lisp->vector_set(lisp, copy, i, item);
    else
      lisp->map_set(lisp, copy, key, item);
  }
  *result = copy;
  return PLC_OK;
}

static plc_value lisp_string(const char *text) {
  plc_value string = PLC_FALSE;
  lisp->string(lisp, text, strlen(text), &string);
  return string;
}

/* --- 4 The runtime: errors, calls, members ------------------------------ */

/// The functions that are active, for traces: those of the operation that runs.
/// What lies around it is known to plc.
typedef struct Frame {
  const Native *native;
  const struct Frame *outer;
} Frame;
static const Frame *frames;

static plc_value trace_of(const Frame *f) {
  if (!f)
    return PLC_NULL;
  plc_value outer = trace_of(f->outer);
  plc_value where = lisp->cons(lisp, PLC_FALSE, PLC_NULL); // no line
  where = lisp->cons(lisp, PLC_FALSE, where);              // no file
  where = lisp->cons(lisp, lisp_string(f->native->name), where);
  return lisp->cons(lisp, where, outer);
}

/// An error of the runtime itself, which Lisp can inspect as an object, too.
static plc_status fail_with(plc_error *error, const char *type, Value message) {
  static const Class class = {"error", "An error.", NULL, 0};
  Value instance = new_instance(&class);
  add_member(instance, "type", new_text(STRING, type, strlen(type)));
  add_member(instance, "message", keep(message));
  error->type = lisp_string(type);
  into_lisp(message, &error->message);
  give_to_lisp(instance, &error->value);
  error->trace = trace_of(frames);
  return PLC_E_FOREIGN;
}
static plc_status fail_with_text(plc_error *error, const char *type,
                             const char *text) {
  Value message = new_text(STRING, text, strlen(text));
  plc_status status = fail_with(error, type, message);
  drop(message);
  return status;
}

static plc_status keywords(Call *call); // the one that takes some

static plc_status call_native(const Native *native, Call *call) {
  Frame frame = {native, frames};
  frames = &frame;
  plc_status status = call->count < native->least || call->count > native->most
                          ? fail_with_text(call->error, "ArgumentError",
                                       "wrong number of arguments")
                      : call->keywords.kind == MAP && native->code != keywords
                          ? fail_with_text(call->error, "ArgumentError",
                                       "it takes no keyword arguments")
                          : native->code(call);
  frames = frame.outer;
  return status;
}

static plc_status call_lisp(plc_value procedure, Call *call) {
  plc_value values[MAX_ARGUMENTS], value;
  plc_status status = PLC_OK;
  if (call->count > MAX_ARGUMENTS)
    return refuse(call->error, PLC_E_UNSUPPORTED, "too many arguments");
  for (size_t i = 0; status == PLC_OK && i < call->count; i++)
    status = into_lisp(call->args[i], &values[i]);
  if (status != PLC_OK)
    return status;

  const Frame *outside = frames;
  frames = NULL; // operations that Lisp calls meanwhile begin a new trace
  status =
      lisp->call(lisp, procedure, values, call->count, &value, call->error);
  frames = outside;
  if (status != PLC_OK)
    return status; // PLC_E_LISP goes on its way with its token in the error

  size_t count = lisp->values_count(lisp, value);
  if (count == 1)
    return from_lisp(value, NULL, &call->result, call->error);
  if (count > MAX_ARGUMENTS)
    return refuse(call->error, PLC_E_UNSUPPORTED, "too many results");
  // They are valid until the next call of the host: first take them all.
  for (size_t i = 0; i < count; i++)
    values[i] = lisp->values_ref(lisp, value, i);
  call->result = new_object(RESULTS);
  for (size_t i = 0; status == PLC_OK && i < count; i++)
    status = push_from_lisp(call->result, values[i], NULL, call->error);
  return status;
}

static plc_status call_value(Value callee, Call *call) {
  if (callee.kind == METHOD)
    call->self = callee.object->items[0];
  if (callee.kind == METHOD || callee.kind == FUNCTION)
    return call_native(callee.object->native, call);
  plc_value held = callee.kind == LISP_VALUE
                       ? lisp->held(lisp, callee.object->root)
                       : PLC_FALSE;
  if (!plc_is_procedure(held))
    return refuse(call->error, PLC_E_TYPE, "the object cannot be called");
  return call_lisp(held, call);
}

static plc_status list_push(Call *call) {
  push(call->self, keep(call->args[0]));
  return PLC_OK;
}

static const Class *class_of(Value v) {
  static const Native listMethods[] = {
      {"push", "(push item)", "Adds an element at the end.", 1, 1, list_push}};
  static const Class classes[] = {
      [LIST] = {"list", "A sequence that can grow.", listMethods, 1},
      [MAP] = {"map", "Values by strings.", NULL, 0},
      [FUNCTION] = {"function", "A function.", NULL, 0},
      [METHOD] = {"method", "A method with its receiver.", NULL, 0},
      [ARRAY] = {"array", "Doubles.", NULL, 0},
      [ITERATOR] = {"iterator", "What is left of a sequence.", NULL, 0},
      [LATER] = {"later", "A value that is not there yet.", NULL, 0},
      [LISP_VALUE] = {"lisp", "A value of Lisp.", NULL, 0}};
  return v.kind == INSTANCE ? v.object->class : &classes[v.kind];
}

/// Puts a name in front of a list. If `near` is a string, only a name that
/// begins like it: what plc then shows as what may have been meant.
static plc_value cons_name(const char *name, size_t size, Value near,
                           plc_value names) {
  if (near.kind == STRING &&
      (size == 0 || near.object->size == 0 || *name != *near.object->bytes))
    return names;
  plc_value string = PLC_FALSE;
  lisp->string(lisp, name, size, &string);
  return lisp->cons(lisp, string, names);
}
static plc_value names_of(Value v, Value near) {
  const Class *class = class_of(v);
  plc_value names = PLC_NULL;
  for (size_t i = class->methodCount; i-- > 0;) {
    const char *name = class->methods[i].name;
    names = cons_name(name, strlen(name), near, names);
  }
  for (size_t i = v.kind == INSTANCE ? v.object->count : 0; i > 0; i -= 2) {
    const Object *name = v.object->items[i - 2].object;
    names = cons_name(name->bytes, name->size, near, names);
  }
  return names;
}

/// Looks for a member or else a method; one of them is not NULL on success.
static plc_status find_member(Value v, plc_value name, Value **member,
                              const Native **method, plc_error *error) {
  Value key = text_from_lisp(name);
  const Class *class = class_of(v);
  *member = v.kind == INSTANCE ? find_key(v, key) : NULL;
  *method = NULL;
  for (size_t i = 0; !*member && i < class->methodCount; i++) {
    const char *text = class->methods[i].name;
    if (text_is(key, text, strlen(text)))
      *method = &class->methods[i];
  }
  plc_status status = PLC_OK;
  if (!*member && !*method) {
    error->nearest = names_of(v, key);
    status = refuse(error, PLC_E_NAME, "there is no such member");
  }
  drop(key);
  return status;
}

/// Where the element for a key stands. `*place` is NULL if a map lacks the key,
/// which `*name` (owned) then is.
static plc_status find_element(Value v, plc_value key, Value **place,
                               Value *name, plc_error *error) {
  *place = NULL;
  *name = (Value){.kind = NIL};
  if (v.kind != LIST && v.kind != MAP)
    return refuse(error, PLC_E_UNSUPPORTED, "the object has no elements");
  plc_type type = plc_type_of(key);
  if (v.kind == MAP) {
    if (type != PLC_TYPE_STRING && type != PLC_TYPE_SYMBOL)
      return refuse(error, PLC_E_TYPE, "the keys of a map are strings");
    *name = text_from_lisp(key);
    *place = find_key(v, *name);
    return PLC_OK;
  }
  if (type != PLC_TYPE_INTEGER)
    return refuse(error, PLC_E_TYPE, "the index of a list is an integer");
  if (!plc_is_fixnum(key) || plc_fixnum_value(key) < 0 ||
      (size_t)plc_fixnum_value(key) >= v.object->count)
    return refuse(error, PLC_E_RANGE, "the index is outside of the list");
  *place = &v.object->items[plc_fixnum_value(key)];
  return PLC_OK;
}

enum { LESS = -1, EQUAL = 0, GREATER = 1, UNORDERED = 2 };

/// Integers by value, strings by their bytes, lists element by element; all
/// else is equal to itself only.
static int order(Value a, Value b, int depth) {
  if (a.kind != b.kind || depth > MAX_DEPTH)
    return UNORDERED;
  if (a.kind == INTEGER)
    return a.integer < b.integer ? LESS : a.integer > b.integer;
  if (a.kind == DOUBLE)
    return a.real < b.real    ? LESS
           : a.real > b.real  ? GREATER
           : a.real == b.real ? EQUAL
                              : UNORDERED;
  if (a.kind < STRING)
    return a.kind == NIL || a.boolean == b.boolean ? EQUAL : UNORDERED;
  const Object *x = a.object, *y = b.object;
  if (x == y)
    return EQUAL;
  if (a.kind == STRING) {
    int c = memcmp(x->bytes, y->bytes, x->size < y->size ? x->size : y->size);
    return c ? (c < 0 ? LESS : GREATER)
             : (x->size < y->size ? LESS : x->size > y->size);
  }
  if (a.kind != LIST)
    return UNORDERED;
  for (size_t i = 0; i < x->count && i < y->count; i++) {
    int c = order(x->items[i], y->items[i], depth + 1);
    if (c != EQUAL)
      return c;
  }
  return x->count < y->count ? LESS : x->count > y->count;
}

static void write_value(Value text, Value v, bool isDisplay, int depth) {
  char number[40] = "";
  switch (v.kind) {
  case NIL:
    append_text(text, "nil");
    break;
  case BOOLEAN:
    append_text(text, v.boolean ? "true" : "false");
    break;
  case INTEGER:
    snprintf(number, sizeof number, "%lld", (long long)v.integer);
    append_text(text, number);
    break;
  case DOUBLE:
    snprintf(number, sizeof number, "%.17g", v.real);
    append_text(text, number);
    break;
  case STRING:
    append_text(text, isDisplay ? "" : "\"");
    append(text, v.object->bytes, v.object->size);
    append_text(text, isDisplay ? "" : "\"");
    break;
  case LIST:
  case MAP:
    append_text(text, v.kind == LIST ? "[" : "{");
    for (size_t i = 0; i < v.object->count; i++) {
      bool isValue = v.kind == MAP && i % 2 == 1;
      append_text(text, isValue ? ": " : i > 0 ? ", " : "");
      if (depth > 8) { // it may contain itself
        append_text(text, "...");
        break;
      }
      write_value(text, v.object->items[i], isDisplay, depth + 1);
    }
    append_text(text, v.kind == LIST ? "]" : "}");
    break;
  case BYTES:
    append_text(text, "<bytes>");
    break;
  default:
    append_text(text, "<");
    append_text(text, class_of(v)->name);
    if (v.object->native) {
      append_text(text, " ");
      append_text(text, v.object->native->name);
    }
    append_text(text, ">");
    break;
  }
}

/* --- 5 Waiting and threads ---------------------------------------------- */

/// What belongs to a stack must be out of the way when another one may go on:
/// while Lisp runs (call_lisp does so) and while this thread blocks. That is
/// true of `frames`, and would be of locks.

static plc_status start_thread(void *(*body)(void *), void *data,
                               plc_error *error) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, data) != 0)
    return fail_with_text(error, "SystemError", "there are no more threads");
  pthread_detach(thread);
  return PLC_OK;
}

static void sleep_for(int64_t milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

/// What a thread of its own will finish. Only the two numbers may be looked at
/// by that thread: values are touched by who holds the world.
typedef struct Task {
  Value later; ///< whose promise is to be settled
  Value what;  ///< the value, the text of an error, or what to call
  int64_t milliseconds;
  bool fails;
} Task;

static void end_task(Task *task) {
  drop(task->later);
  drop(task->what);
  free(task);
}

/// Ends a task with a value or the error that is described.
static void settle(Task *task, plc_status status, Value value,
                   plc_error *error) {
  plc_value promise = lisp->held(lisp, task->later.object->root), v;
  if (status == PLC_OK)
    status = into_lisp(value, &v);
  if (status == PLC_OK)
    lisp->settle(lisp, promise, PLC_RESOLVED, v);
  else
    lisp->settle(lisp, promise, PLC_REJECTED,
                 lisp->make_condition(lisp, &plugin, status, error));
  end_task(task);
}

static const plc_error NO_ERROR = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                                   PLC_FALSE, PLC_FALSE, PLC_FALSE};

static void finish_later(void *data) {
  Task *task = data;
  plc_error error = NO_ERROR;
  plc_status status = PLC_OK;
  if (task->fails)
    status = fail_with(&error, "ExampleError", task->what);
  settle(task, status, task->what, &error);
}
static void *wait_for_it(void *data) {
  Task *task = data;
  sleep_for(task->milliseconds);
  lisp->post(lisp, finish_later, task);
  return NULL;
}

static plc_status start_task(Call *call, Value what, void *(*body)(void *),
                             int64_t milliseconds, bool fails) {
  Task *task = grow(NULL, sizeof *task);
  *task = (Task){new_object(LATER), keep(what), milliseconds, fails};
  task->later.object->root = lisp->hold(lisp, lisp->promise(lisp));
  call->result = keep(task->later);
  plc_status status = start_thread(body, task, call->error);
  if (status != PLC_OK)
    end_task(task);
  return status;
}
static int64_t milliseconds_of(Value v) {
  return v.kind == INTEGER && v.integer > 0 ? v.integer : 0;
}
static plc_status later(Call *call) {
  return start_task(call, call->args[1], wait_for_it,
                    milliseconds_of(call->args[0]), false);
}
static plc_status fail_later(Call *call) {
  if (call->args[1].kind != STRING)
    return fail_with_text(call->error, "TypeError", "the text is no string");
  return start_task(call, call->args[1], wait_for_it,
                    milliseconds_of(call->args[0]), true);
}

static void call_in_background(void *data) {
  Task *task = data;
  plc_error error = NO_ERROR;
  Call call = {.error = &error};
  plc_status status = call_value(task->what, &call);
  settle(task, status, call.result, &error);
  drop(call.result);
}
static void give_up(void *data) {
  plc_error error = NO_ERROR;
  settle(data, refuse(&error, PLC_E_FOREIGN, "there is no memory"),
         (Value){.kind = NIL}, &error);
}
static void *run_in_background(void *data) {
  if (lisp->run(lisp, call_in_background, data) != PLC_OK)
    lisp->post(lisp, give_up, data);
  return NULL;
}
static plc_status background(Call *call) {
  return start_task(call, call->args[0], run_in_background, 0, false);
}

/// A call that another thread makes while this one waits for it.
typedef struct Errand {
  Value callee;
  Call *call;
  plc_status status;
  bool isDone;
} Errand;
static void do_errand(void *data) {
  Errand *errand = data;
  errand->status = call_value(errand->callee, errand->call);
  errand->isDone = true;
}
static void *run_errand(void *data) {
  Errand *errand = data;
  lisp->run(lisp, do_errand, errand); // if there is memory for it
  return NULL;
}
static plc_status in_thread(Call *call) {
  Errand errand = {call->args[0], call, PLC_OK, false};
  call->args++;
  call->count--;
  pthread_t thread;
  if (pthread_create(&thread, NULL, run_errand, &errand) != 0)
    return fail_with_text(call->error, "SystemError", "there are no more threads");
  const Frame *outside = frames;
  frames = NULL;
  plc_region region;
  lisp->blocking_begin(lisp, &region);
  pthread_join(thread, NULL);
  lisp->blocking_end(lisp, &region);
  frames = outside;
  return errand.isDone ? errand.status
                       : fail_with_text(call->error, "SystemError",
                                        "there is no memory for the call");
}

/// A descriptor that is read as far as there is something to read.
typedef struct Reader {
  int descriptor;
  Value callee;
  plc_watch *watch;
} Reader;
static void read_some(void *data, int events) {
  Reader *reader = data;
  char text[8];
  ssize_t size = events & PLC_WATCH_FAILED
                     ? 0
                     : read(reader->descriptor, text, sizeof text);
  plc_error error = NO_ERROR; // who is called here has nobody to tell
  Value part = size > 0 ? new_text(STRING, text, (size_t)size)
                        : (Value){.kind = NIL};
  Call call = {.args = &part, .count = 1, .error = &error};
  call_value(reader->callee, &call);
  drop(call.result);
  drop(part);
  if (size > 0)
    return; // told again when there is more
  lisp->unwatch(lisp, reader->watch);
  close(reader->descriptor);
  drop(reader->callee);
  free(reader);
}
static plc_status echo(Call *call) {
  Value text = call->args[0];
  int ends[2];
  if (text.kind != STRING || text.object->size > 4096)
    return fail_with_text(call->error, "TypeError", "the text is no short string");
  if (pipe(ends) != 0)
    return fail_with_text(call->error, "SystemError", "there are no more pipes");
  ssize_t written = write(ends[1], text.object->bytes, text.object->size);
  close(ends[1]);
  Reader *reader = grow(NULL, sizeof *reader);
  *reader = (Reader){ends[0], keep(call->args[1]), NULL};
  reader->watch =
      lisp->watch(lisp, ends[0], PLC_WATCH_READABLE, read_some, reader);
  if (reader->watch && written == (ssize_t)text.object->size)
    return PLC_OK;
  if (reader->watch)
    lisp->unwatch(lisp, reader->watch);
  close(ends[0]);
  drop(reader->callee);
  free(reader);
  return fail_with_text(call->error, "SystemError", "the pipe cannot be used");
}

/// Who wants to know how a promise of Lisp ends.
typedef struct Watcher {
  plc_root promise;
  Value callee;
} Watcher;
static void tell_watcher(void *data) {
  Watcher *watcher = data;
  plc_error error = NO_ERROR;
  plc_value v;
  bool isResolved =
      lisp->promise_state(lisp, lisp->held(lisp, watcher->promise), &v) ==
      PLC_RESOLVED;
  Value args[2] = {{BOOLEAN, .boolean = isResolved}, {.kind = NIL}};
  if (from_lisp(v, NULL, &args[1], &error) == PLC_OK) {
    Call call = {.args = args, .count = 2, .error = &error};
    call_value(watcher->callee, &call);
    drop(call.result);
    drop(args[1]);
  }
  lisp->drop(lisp, watcher->promise);
  drop(watcher->callee);
  free(watcher);
}
static plc_status notify(Call *call) {
  Value promise = call->args[0];
  plc_value held = promise.kind == LISP_VALUE
                       ? lisp->held(lisp, promise.object->root)
                       : PLC_FALSE;
  if (!lisp->is_promise(lisp, held))
    return fail_with_text(call->error, "TypeError", "that is no promise");
  Watcher *watcher = grow(NULL, sizeof *watcher);
  *watcher = (Watcher){lisp->hold(lisp, held), keep(call->args[1])};
  lisp->when_settled(lisp, held, tell_watcher, watcher);
  return PLC_OK;
}

static int64_t waitCount;
static _Thread_local bool isWaiting;
static bool wasOutOfStep;
static plc_status waits(Call *call) {
  call->result = integer(wasOutOfStep || isWaiting ? -1 : waitCount);
  return PLC_OK;
}

static uint64_t currentFiber; ///< by fiber_switch
static plc_status fiber(Call *call) {
  if (currentFiber != lisp->fiber(lisp))
    return fail_with_text(call->error, "FiberError", "fiber_switch was not called");
  call->result = integer((int64_t)currentFiber);
  return PLC_OK;
}

static volatile sig_atomic_t isInterrupted; ///< set in a signal handler
static void *send_interrupt(void *data) {
  Task *task = data;
  sleep_for(task->milliseconds);
  free(task);
  kill(getpid(), SIGINT);
  return NULL;
}
static plc_status spin(Call *call) {
  Task *task = grow(NULL, sizeof *task);
  task->milliseconds = milliseconds_of(call->args[0]);
  isInterrupted = 0;
  plc_status status = start_thread(send_interrupt, task, call->error);
  if (status != PLC_OK) {
    free(task);
    return status;
  }
  while (!isInterrupted) // as a runtime looks between two instructions
    ;
  return fail_with_text(call->error, "Interrupted", "it was interrupted");
}

static plc_status keywords(Call *call) {
  call->result = call->keywords.kind == MAP ? keep(call->keywords)
                                            : new_object(MAP);
  return PLC_OK;
}

static Value farewellText; ///< a string, or nil
static plc_status farewell(Call *call) {
  if (call->args[0].kind != STRING)
    return fail_with_text(call->error, "TypeError", "the text is no string");
  replace(&farewellText, keep(call->args[0]));
  return PLC_OK;
}

/* --- 6 Shared memory ----------------------------------------------------- */

static plc_status make_array(Call *call) {
  Value n = call->args[0];
  if (n.kind != INTEGER || n.integer < 0 || n.integer > 1000000)
    return fail_with_text(call->error, "ArgumentError", "no usable length");
  call->result = new_object(ARRAY);
  arrayCount++;
  for (int64_t i = 0; i < n.integer; i++)
    append(call->result, &(double){(double)i}, sizeof(double));
  return PLC_OK;
}
static plc_status count_arrays(Call *call) {
  call->result = integer(arrayCount);
  return PLC_OK;
}

/// What a buffer needs as long as it is used: a use of the array.
typedef struct Export {
  Value array;
  int64_t length;
} Export;
static void end_export(plc_buffer *buffer) {
  Export *export = buffer->owner;
  drop(export->array);
  free(export);
}
static void export_array(Value array, plc_buffer *result) {
  Export *export = grow(NULL, sizeof *export);
  *export = (Export){keep(array),
                     (int64_t)(array.object->size / sizeof(double))};
  *result = (plc_buffer){.struct_size = result->struct_size,
                         .data = array.object->bytes,
                         .scalar = PLC_SCALAR_FLOAT,
                         .bits = 8 * sizeof(double),
                         .dimensions = 1,
                         .shape = &export->length,
                         .format = "d",
                         .owner = export,
                         .release = end_export};
}

/// The memory of an array that nobody here keeps, as a value of Lisp.
static plc_status lend(Call *call) {
  plc_status status = make_array(call);
  if (status != PLC_OK)
    return status;
  plc_buffer buffer = {.struct_size = sizeof buffer};
  export_array(call->result, &buffer);
  replace(&call->result, (Value){.kind = NIL});
  plc_value pointer = lisp->share(lisp, &buffer);
  if (pointer != PLC_UNBOUND)
    return from_lisp(pointer, NULL, &call->result, call->error);
  buffer.release(&buffer);
  return refuse(call->error, PLC_E_UNSUPPORTED, "Lisp knows no such elements");
}

/// The memory of somebody else, as long as this runtime uses it.
static plc_buffer shared;
static plc_status unshare(Call *call) {
  (void)call;
  if (shared.release)
    shared.release(&shared);
  shared = (plc_buffer){0};
  return PLC_OK;
}
static plc_status share(Call *call) {
  plc_value v;
  plc_status status = unshare(call);
  // An array of our own, or what Lisp made a pointer to by `foreign-buffer`.
  if (call->args[0].kind == ARRAY) {
    export_array(call->args[0], &shared);
    return PLC_OK;
  }
  status = into_lisp(call->args[0], &v);
  shared.struct_size = sizeof shared;
  if (status == PLC_OK)
    status = lisp->buffer(lisp, v, &shared, call->error);
  if (status != PLC_OK || (shared.scalar == PLC_SCALAR_FLOAT &&
                           shared.bits == 64 && shared.dimensions == 1))
    return status;
  unshare(call);
  return refuse(call->error, PLC_E_TYPE, "its elements are no doubles");
}
/// Where an element is, or NULL.
static double *shared_element(Value index) {
  if (index.kind != INTEGER || !shared.data || index.integer < 0 ||
      index.integer >= shared.shape[0])
    return NULL;
  int64_t step = shared.strides ? shared.strides[0] : (int64_t)sizeof(double);
  return (double *)((char *)shared.data + index.integer * step);
}
static plc_status shared_get(Call *call) {
  double *element = shared_element(call->args[0]);
  if (!element)
    return fail_with_text(call->error, "IndexError", "there is no such element");
  call->result = (Value){DOUBLE, .real = *element};
  return PLC_OK;
}
static plc_status shared_set(Call *call) {
  double *element = shared_element(call->args[0]);
  if (!element || call->args[1].kind != DOUBLE)
    return fail_with_text(call->error, "IndexError", "there is no such element");
  if (shared.is_read_only)
    return PLC_OK; // nil says so
  *element = call->args[1].real;
  call->result = (Value){BOOLEAN, .boolean = true};
  return PLC_OK;
}

/* --- 7 The modules ------------------------------------------------------- */

static Value kept; ///< by plc-conformance.keep

static plc_status identity(Call *call) {
  call->result = keep(call->args[0]);
  return PLC_OK;
}
static plc_status apply(Call *call) {
  Value callee = call->args[0];
  call->args++;
  call->count--;
  return call_value(callee, call);
}
static plc_status fail(Call *call) {
  if (call->args[0].kind != STRING)
    return fail_with_text(call->error, "TypeError", "the text is no string");
  return fail_with(call->error, "ExampleError", call->args[0]);
}
static plc_status sequence(Call *call) {
  Value n = call->args[0];
  if (n.kind != INTEGER || n.integer < 0 || n.integer > 1000000)
    return fail_with_text(call->error, "ArgumentError", "no usable length");
  call->result = new_object(LIST);
  for (int64_t i = 1; i <= n.integer; i++)
    push(call->result, integer(i));
  return PLC_OK;
}
static plc_status keep_value(Call *call) {
  replace(&kept, keep(call->args[0]));
  return PLC_OK;
}
static plc_status kept_value(Call *call) {
  call->result = keep(kept);
  return PLC_OK;
}

/// Adds to the member `name` of the receiver and returns the sum.
static plc_status add_to(Call *call, const char *name, Value n) {
  Value *place = find(call->self, name, strlen(name));
  int64_t sum;
  if (place->kind != INTEGER || n.kind != INTEGER)
    return fail_with_text(call->error, "TypeError", "only integers can be added");
  if (__builtin_add_overflow(place->integer, n.integer, &sum))
    return fail_with_text(call->error, "OverflowError", "the sum is too large");
  *place = call->result = integer(sum);
  return PLC_OK;
}
static plc_status add(Call *call) { return add_to(call, "x", call->args[0]); }
static plc_status increment(Call *call) {
  return add_to(call, "value", integer(1));
}
static plc_status make_adder(Call *call) {
  static const Native methods[] = {
      {"add", "(add n)", "Adds n to x and returns the sum.", 1, 1, add}};
  static const Class class = {"adder", "Has a number x.", methods, 1};
  call->result = new_instance(&class);
  add_member(call->result, "x", integer(1));
  return PLC_OK;
}
static plc_status make_counter(Call *call) {
  static const Native methods[] = {
      {"increment", "(increment)", "Adds 1 to the value.", 0, 0, increment}};
  static const Class class = {"counter", "Counts.", methods, 1};
  call->result = new_instance(&class);
  add_member(call->result, "value", integer(0));
  return PLC_OK;
}

static const Native conformance[] = {
    {"identity", "(identity x)", "Returns x.", 1, 1, identity},
    {"apply", "(apply f x ...)", "Calls f with the x.", 1, SIZE_MAX, apply},
    {"fail", "(fail text)", "Raises an error.", 1, 1, fail},
    {"object", "(object)", "Makes an adder.", 0, 0, make_adder},
    {"sequence", "(sequence n)", "The integers 1 to n.", 1, 1, sequence},
    {"keep", "(keep x)", "Holds x.", 1, 1, keep_value},
    {"kept", "(kept)", "Returns what is held.", 0, 0, kept_value},
    {"keywords", "(keywords :k v ...)", "A map.", 0, 0, keywords},
    {"later", "(later ms x)", "x after a while.", 2, 2, later},
    {"fail_later", "(fail_later ms text)", "An error.", 2, 2, fail_later},
    {"background", "(background f)", "Calls f meanwhile.", 1, 1, background},
    {"in_thread", "(in_thread f x ...)", "Calls f.", 1, SIZE_MAX, in_thread},
    {"echo", "(echo text f)", "Passes text through a pipe.", 2, 2, echo},
    {"notify", "(notify promise f)", "Calls f at its end.", 2, 2, notify},
    {"waits", "(waits)", "How often plc has waited.", 0, 0, waits},
    {"fiber", "(fiber)", "The number of the fiber.", 0, 0, fiber},
    {"spin", "(spin ms)", "Runs until interrupted.", 1, 1, spin},
    {"array", "(array n)", "Makes an array.", 1, 1, make_array},
    {"lend", "(lend n)", "The memory of an array.", 1, 1, lend},
    {"arrays", "(arrays)", "How many there are.", 0, 0, count_arrays},
    {"share", "(share x)", "Keeps its memory.", 1, 1, share},
    {"shared", "(shared i)", "Reads it.", 1, 1, shared_get},
    {"shared_set", "(shared_set i n)", "Writes it.", 2, 2, shared_set},
    {"unshare", "(unshare)", "Gives it back.", 0, 0, unshare},
    {"farewell", "(farewell text)", "Shows it at the end.", 1, 1, farewell}};
static const Native counter[] = {
    {"make", "(make)", "Makes a counter.", 0, 0, make_counter}};

/// A module is made by its first import; later ones give the same object.
static struct Module {
  const char *name;
  const Native *functions;
  size_t count;
  Value instance;
} modules[] = {
    {"plc-conformance",
     conformance,
     sizeof conformance / sizeof *conformance,
     {.kind = NIL}},
    {"counter", counter, sizeof counter / sizeof *counter, {.kind = NIL}}};
enum { MODULE_COUNT = sizeof modules / sizeof *modules };

/* --- 8 The operations of the plugin -------------------------------------- */

static plc_status start(plc_plugin *self, const plc_host *host,
                        plc_error *error) {
  (void)self, (void)error;
  lisp = host;
  return PLC_OK;
}

static plc_status describe(plc_plugin *self, char *buffer, size_t size) {
  snprintf(buffer, size, "example %s, built in", self->version);
  return PLC_OK;
}

static plc_status import(plc_plugin *self, plc_value name, plc_value options,
                         plc_value *result, plc_error *error) {
  static const Class class = {"module", "A module.", NULL, 0};
  (void)self, (void)options; // there are none
  Value wanted = text_from_lisp(name);
  struct Module *m = modules, *end = modules + MODULE_COUNT;
  plc_value nearest = PLC_NULL;
  for (; m < end && !text_is(wanted, m->name, strlen(m->name)); m++)
    nearest = cons_name(m->name, strlen(m->name), wanted, nearest);
  drop(wanted);
  if (m == end) {
    error->nearest = nearest;
    return refuse(error, PLC_E_NAME, "there is no such module");
  }
  if (m->instance.kind == NIL) {
    m->instance = new_instance(&class);
    for (const Native *n = m->functions; n < m->functions + m->count; n++) {
      Value function = new_object(FUNCTION);
      function.object->native = n;
      add_member(m->instance, n->name, function);
    }
  }
  return into_lisp(m->instance, result);
}

static plc_status get(plc_plugin *self, plc_value object, plc_value name,
                      plc_value *result, plc_error *error) {
  (void)self;
  Value v = referred(object), *member;
  const Native *method;
  plc_status status = find_member(v, name, &member, &method, error);
  if (status != PLC_OK)
    return status;
  if (member)
    return into_lisp(*member, result);
  Value bound = new_object(METHOD);
  bound.object->native = method;
  push(bound, keep(v));
  return give_to_lisp(bound, result);
}

/// Adds no members: plc tries several spellings of a name, and the first one
/// would be accepted whatever it is.
static plc_status set(plc_plugin *self, plc_value object, plc_value name,
                      plc_value value, plc_error *error) {
  (void)self;
  Value *member, converted;
  const Native *method;
  plc_status status =
      find_member(referred(object), name, &member, &method, error);
  if (status == PLC_OK && !member)
    status = refuse(error, PLC_E_UNSUPPORTED, "methods cannot be replaced");
  if (status == PLC_OK)
    status = from_lisp(value, NULL, &converted, error);
  if (status == PLC_OK)
    replace(member, converted);
  return status;
}

static plc_status get_element(plc_plugin *self, plc_value object, plc_value key,
                              plc_value *result, plc_error *error) {
  (void)self;
  Value v = referred(object), *place, name;
  if (v.kind == ARRAY) {
    size_t count = v.object->size / sizeof(double);
    if (!plc_is_fixnum(key) || plc_fixnum_value(key) < 0 ||
        (size_t)plc_fixnum_value(key) >= count)
      return refuse(error, PLC_E_RANGE, "the index is outside of the array");
    double number = ((double *)v.object->bytes)[plc_fixnum_value(key)];
    *result = lisp->flonum(lisp, number);
    return PLC_OK;
  }
  plc_status status = find_element(v, key, &place, &name, error);
  drop(name);
  if (status != PLC_OK)
    return status;
  if (!place)
    return refuse(error, PLC_E_NAME, "the map has no such key");
  return into_lisp(*place, result);
}

static plc_status set_element(plc_plugin *self, plc_value object, plc_value key,
                              plc_value value, plc_error *error) {
  (void)self;
  Value v = referred(object), *place, name, converted;
  plc_status status = find_element(v, key, &place, &name, error);
  if (status == PLC_OK)
    status = from_lisp(value, NULL, &converted, error);
  if (status == PLC_OK && place)
    replace(place, converted);
  else if (status == PLC_OK)
    put(v, name, converted);
  drop(name);
  return status;
}

/// Calls `method` with the receiver v or, if it is NULL, v itself.
static plc_status call_from_lisp(Value v, const Native *method,
                                 const plc_value *args, size_t positional,
                                 size_t keywords, plc_value *result,
                                 plc_error *error) {
  Value list = new_object(LIST); // keeps the arguments until the end
  Value map = keywords > 0 ? new_object(MAP) : (Value){.kind = NIL};
  plc_status status = PLC_OK;
  for (size_t i = 0; status == PLC_OK && i < positional; i++)
    status = push_from_lisp(list, args[i], NULL, error);
  args += positional;
  for (size_t i = 0; status == PLC_OK && i < 2 * keywords; i += 2) {
    Value name = text_from_lisp(args[i]), item;
    status = from_lisp(args[i + 1], NULL, &item, error);
    if (status == PLC_OK)
      put(map, name, item);
    drop(name);
  }
  if (status == PLC_OK) {
    Call call = {v, list.object->items, positional, {.kind = NIL}, error, map};
    keep(v); // the call may drop it from where it was found
    status = method ? call_native(method, &call) : call_value(v, &call);
    if (status == PLC_OK)
      status = into_lisp(call.result, result);
    drop(call.result);
    drop(v);
  }
  drop(map);
  drop(list);
  return status;
}

static plc_status call(plc_plugin *self, plc_value callee,
                       const plc_value *args, size_t positional,
                       size_t keywords, plc_value *result, plc_error *error) {
  (void)self;
  return call_from_lisp(referred(callee), NULL, args, positional, keywords,
                        result, error);
}

static plc_status call_method(plc_plugin *self, plc_value object,
                              plc_value name, const plc_value *args,
                              size_t positional, size_t keywords,
                              plc_value *result, plc_error *error) {
  (void)self;
  Value v = referred(object), *member;
  const Native *method;
  plc_status status = find_member(v, name, &member, &method, error);
  if (status != PLC_OK)
    return status;
  return call_from_lisp(member ? *member : v, method, args, positional,
                        keywords, result, error);
}

static plc_status iterate(plc_plugin *self, plc_value object, plc_value *result,
                          plc_error *error) {
  (void)self;
  Value v = referred(object);
  if (v.kind != LIST && v.kind != MAP)
    return refuse(error, PLC_E_UNSUPPORTED, "the object has no elements");
  Value iterator = new_object(ITERATOR);
  push(iterator, keep(v));
  return give_to_lisp(iterator, result);
}

/// The elements of a list, the keys of a map.
static plc_status next(plc_plugin *self, plc_value iterator, plc_value *result,
                       plc_error *error) {
  (void)self;
  Value v = referred(iterator);
  if (v.kind != ITERATOR)
    return refuse(error, PLC_E_TYPE, "the object is no iterator");
  const Object *source = v.object->items[0].object;
  size_t position = v.object->position;
  if (position >= source->count) // asked each time: it may have grown
    return PLC_END;
  v.object->position += source->kind == LIST ? 1 : 2;
  return into_lisp(source->items[position], result);
}

static plc_status length(plc_plugin *self, plc_value object, int64_t *result,
                         plc_error *error) {
  (void)self;
  Value v = referred(object);
  if (v.kind == ARRAY) {
    *result = (int64_t)(v.object->size / sizeof(double));
    return PLC_OK;
  }
  if (v.kind != LIST && v.kind != MAP)
    return refuse(error, PLC_E_UNSUPPORTED, "the object has no length");
  *result = (int64_t)(v.object->count / (v.kind == LIST ? 1 : 2));
  return PLC_OK;
}

static plc_status compare(plc_plugin *self, plc_comparison op, plc_value a,
                          plc_value b, bool *result, plc_error *error) {
  (void)self;
  Value x, y;
  plc_status status = from_lisp(a, NULL, &x, error);
  if (status != PLC_OK)
    return status;
  status = from_lisp(b, NULL, &y, error);
  if (status == PLC_OK) {
    int c = order(x, y, 0);
    if (c == UNORDERED && op != PLC_COMPARE_EQ)
      status = refuse(error, PLC_E_TYPE, "the values have no order");
    *result = op == PLC_COMPARE_EQ   ? c == EQUAL
              : op == PLC_COMPARE_LT ? c == LESS
              : op == PLC_COMPARE_LE ? c != GREATER
              : op == PLC_COMPARE_GT ? c == GREATER
                                     : c != LESS;
    drop(y);
  }
  drop(x);
  return status;
}

/// Equal lists have equal lengths; the rest is left to `compare`.
static plc_status hash(plc_plugin *self, plc_value object, uint64_t *result,
                       plc_error *error) {
  (void)self, (void)error;
  Value v = referred(object);
  *result = v.kind == LIST ? v.object->count : (uintptr_t)v.object;
  return PLC_OK;
}

static plc_status repr(plc_plugin *self, plc_value object, bool isDisplay,
                       plc_value *result, plc_error *error) {
  (void)self, (void)error;
  Value text = new_text(STRING, "", 0);
  write_value(text, referred(object), isDisplay, 0);
  return give_to_lisp(text, result);
}

static plc_status members(plc_plugin *self, plc_value object, plc_value *result,
                          plc_error *error) {
  (void)self, (void)error;
  *result = names_of(referred(object), (Value){.kind = NIL});
  return PLC_OK;
}

static plc_status doc(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error) {
  (void)self, (void)error;
  Value v = referred(object);
  *result =
      lisp_string(v.object->native ? v.object->native->doc : class_of(v)->doc);
  return PLC_OK;
}

static plc_status signature(plc_plugin *self, plc_value object,
                            plc_value *result, plc_error *error) {
  (void)self, (void)error;
  const Native *native = referred(object).object->native;
  *result = native ? lisp_string(native->signature) : PLC_FALSE;
  return PLC_OK;
}

static plc_status to_lisp(plc_plugin *self, plc_value object, plc_value *result,
                          plc_error *error) {
  (void)self, (void)error;
  return copy_to_lisp(referred(object), NULL, result);
}

static void release(plc_plugin *self, const uintptr_t *handles, size_t count) {
  (void)self;
  for (size_t i = 0; i < count; i++) {
    Object *object = (Object *)handles[i];
    drop((Value){object->kind, .object = object});
  }
  referenceCount -= count;
}

static uint64_t live_references(plc_plugin *self) {
  (void)self;
  return referenceCount;
}

static plc_status buffer(plc_plugin *self, plc_value object, plc_buffer *result,
                         plc_error *error) {
  (void)self;
  Value v = referred(object);
  if (v.kind != ARRAY)
    return refuse(error, PLC_E_UNSUPPORTED, "the object has no memory to share");
  export_array(v, result);
  return PLC_OK;
}

static void interrupt(plc_plugin *self) {
  (void)self;
  isInterrupted = 1;
}

static plc_status await(plc_plugin *self, plc_value object, plc_value *result,
                        plc_error *error) {
  (void)self;
  Value v = referred(object);
  if (v.kind != LATER)
    return refuse(error, PLC_E_UNSUPPORTED, "the object is there already");
  *result = lisp->held(lisp, v.object->root);
  return PLC_OK;
}

static void fiber_switch(plc_plugin *self, uint64_t from, uint64_t to) {
  (void)self, (void)from;
  currentFiber = to;
}

/// A runtime with locks gives them up here.
static void before_wait(plc_plugin *self) {
  (void)self;
  wasOutOfStep |= isWaiting;
  isWaiting = true;
}
static void after_wait(plc_plugin *self) {
  (void)self;
  wasOutOfStep |= !isWaiting;
  isWaiting = false;
  waitCount++;
}

/// Lisp may still have references: only what the runtime keeps itself goes.
static void shutdown(plc_plugin *self) {
  (void)self;
  if (farewellText.kind == STRING) {
    fwrite(farewellText.object->bytes, 1, farewellText.object->size, stdout);
    putchar('\n');
  }
  replace(&farewellText, (Value){.kind = NIL});
  replace(&kept, (Value){.kind = NIL});
  unshare(NULL);
  for (size_t i = 0; i < MODULE_COUNT; i++)
    replace(&modules[i].instance, (Value){.kind = NIL});
}

/// Left out, and thus not supported: `evaluate` (the language has no source
/// text), `operate` (no operators), `close` (nothing to close), `fiber_end`
/// (fibers have no state here), `delete_index`, and `entries` (going through a
/// map gives its keys).
static plc_plugin plugin = {
    .struct_size = sizeof(plc_plugin),
    .abi_major = PLC_PLUGIN_ABI_MAJOR,
    .abi_minor = PLC_PLUGIN_ABI_MINOR,
    .language = "example",
    .ecosystems = "example",
    .version = "1.0",
    .start = start,
    .describe = describe,
    .import = import,
    .get = get,
    .set = set,
    .index = get_element,
    .set_index = set_element,
    .call = call,
    .call_method = call_method,
    .iterate = iterate,
    .next = next,
    .length = length,
    .compare = compare,
    .hash = hash,
    .repr = repr,
    .members = members,
    .doc = doc,
    .signature = signature,
    .to_lisp = to_lisp,
    .release = release,
    .live_references = live_references,
    .interrupt = interrupt,
    .shutdown = shutdown,
    .await = await,
    .fiber_switch = fiber_switch,
    .before_wait = before_wait,
    .after_wait = after_wait,
    .buffer = buffer,
};

plc_plugin *plc_plugin_query(const plc_host *host) {
  return host->abi_major == PLC_PLUGIN_ABI_MAJOR ? &plugin : NULL;
}
