/// \file
/// The interface between plc and a plugin, which makes one foreign runtime
/// (Python, Lua, ...) usable from Lisp. C11, self-contained: this header,
/// plc/value.h and the rows of host_slots.def are all that a plugin needs.
///
/// A plugin is a shared library that exports one symbol, plc_plugin_query, and
/// describes itself by a plc_plugin: a table of operations on objects of its
/// runtime. plc is described to it by a plc_host: a table of functions that
/// make, read and keep Lisp values. Neither side sees more of the other.
///
/// Values.    Lisp values are tagged words (plc/value.h). While the plugin runs,
///            those in its local variables and arguments are safe from the
///            garbage collector, which scans the stack; a value that is kept in
///            other memory (heap of the runtime, globals, thread-local data) has
///            to be held: plc_host::hold gives a root. Objects never move while
///            a word on the stack refers to them, be it into their middle.
/// References. An object of the runtime that has no Lisp counterpart crosses as
///            a reference: a Lisp object of kind FOREIGN that names this plugin
///            and carries a `handle`, one machine word of the plugin's own (a
///            pointer, an index). Objects are told apart by a `key` (their
///            address): the same key gives the same reference as long as that
///            one is alive. When Lisp has dropped references, their handles are
///            given back in batches (plc_plugin::release).
/// Errors.    Cross as a status and a plc_error, never by longjmp or C++
///            exceptions: no frame of the other side is ever jumped over.
///            A status that plc_host::call returns is passed on as it is, with
///            what it filled in; `error` may be the operation's own. `message` is
///            always given, the rest where it is known. `trace` has the frames
///            since Lisp last called the plugin. A token may be held by a root
///            while it passes through the runtime, which may swallow it (its own
///            `catch`): then all is well.
/// Threads.   One thread at a time holds the Lisp world, and only it may call
///            host functions, except those whose row says "any thread". Another
///            one comes to Lisp by plc_host::run. A plugin that blocks, or whose
///            runtime goes on in another thread meanwhile, says so by
///            blocking_begin and blocking_end, else that thread waits until Lisp
///            runs again. Locks of the runtime are taken by who holds the world
///            and given up before it waits for the world, never the other way.
///            What the plugin keeps by the stack in globals (a list of active
///            calls, say) is put aside while Lisp runs or this thread blocks:
///            other stacks go on meanwhile.
/// Waiting.   Lisp runs in fibers, each with a stack of its own; `await` lets
///            others run while the frames of a plugin lie below it. A runtime
///            that keeps state by the stack changes it in `fiber_switch`. What
///            the plugin starts and finishes later it describes by a promise of
///            plc_host::promise, which Lisp awaits; it is told of readable
///            descriptors (watch) and may queue calls (post). These calls come
///            in a fiber of their own, one after the other.
/// Memory.    Whoever allocates frees. Texts are UTF-8 with a length, and are
///            valid until the call returns, unless said otherwise.
/// Versions.  Tables grow at the end: a new entry raises the minor number,
///            everything else the major one. A table begins with its size, so
///            that each side uses what both know. While the major number is 0,
///            plugins are built from the header of the very same plc.
/// Checking.  `plc plugin check FILE` runs the conformance suite. It imports the
///            module "plc-conformance" from the plugin, whose members may be
///            missing (the cases that need one are skipped then):
///              identity(x)      x
///              apply(f, x ...)  what f returns for the x ...
///              fail(text)       the runtime's own error with that text
///              object()         a new object with the member x, which is 1 and
///                               can be written, and the method add(n), which
///                               adds n to x and returns the sum
///              sequence(n)      a sequence of the integers 1 to n
///              scope(f, ends)   an object whose `enter` calls f("enter") and
///                               returns "entered"; `leave` calls f("leave") or,
///                               for an error, f("leave with an error"), and
///                               returns ends
///              grid()           a new object that join_keys makes one key for
///              ticks(n)         what is_async is true of; 0 to n - 1
///              keep(x), kept()  holds x; returns what is held
///              keywords(...)    a map of its keyword arguments
///              later(ms, x)     an object to await, which is x after that many
///                               milliseconds
///              fail_later(ms, text)  the same, for the runtime's own error
///              notify(p, f)     calls f(true, value) or f(false, object) when
///                               the Lisp promise p is settled
///              in_thread(f, x ...)  what f returns on another thread, for which
///                               this one waits (blocking_begin)
///              background(f)    an object to await: what f returns on another
///                               thread
///              echo(text, f)    writes a short text to a pipe, calls f(part)
///                               for what a watch finds at its other end, and
///                               f(nil) at the end
///              waits()          how often before_wait and after_wait were
///                               called; -1 if not in turns
///              fiber()          the number given to fiber_switch last, 0 before
///              spin(ms)         runs until it is interrupted; sends the process
///                               SIGINT after that time
///              farewell(text)   `shutdown` will show the text on a line
///              array(n)         a new object whose buffer has the doubles 0 to
///                               n - 1; index and length do for it
///              lend(n)          the memory of such an object, as plc_host::share
///                               makes a value of it
///              arrays()         how many of these there are
///              share(x), shared(i), shared_set(i, x), unshare()
///                               keeps the buffer of x, an array or a pointer
///                               (plc_host::buffer); reads and writes an
///                               element, nil where it is read-only; gives it
///                               back
///            A value that the runtime cannot represent is refused with
///            PLC_E_TYPE, never changed; lists and vectors may come back as one
///            another, symbols as strings, nil, undefined and the unspecified
///            value as any of the three.
#ifndef PLC_PLUGIN_H
#define PLC_PLUGIN_H

#include "plc/elements.h"
#include "plc/value.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PLC_PLUGIN_ABI_MAJOR 0
#define PLC_PLUGIN_ABI_MINOR 10

#if defined(__GNUC__)
#define PLC_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define PLC_PLUGIN_EXPORT
#endif

typedef struct plc_host plc_host;
typedef struct plc_plugin plc_plugin;

/// How an operation ended.
typedef enum plc_status {
  PLC_OK = 0,
  /// The iterator has no more elements. No error.
  PLC_END = 1,
  /// The runtime reported an error: plc_error says which.
  PLC_E_FOREIGN = 2,
  /// A Lisp condition or a non-local exit passes through. Given by
  /// plc_host::call with its token in plc_error::token; the plugin unwinds its
  /// runtime (by an error of that runtime which carries the token) and returns
  /// this status with that token. Nothing else may be done with a token. Or a
  /// condition that the runtime has got as a value stands for it, to be raised.
  PLC_E_LISP = 3,
  /// The argument has the wrong type, does not fit or cannot be converted.
  PLC_E_TYPE = 4,
  /// There is no member, module or key of that name; plc_error::nearest may
  /// list names that exist.
  PLC_E_NAME = 5,
  /// The index is out of range.
  PLC_E_RANGE = 6,
  /// This plugin or this object cannot do that.
  PLC_E_UNSUPPORTED = 7,
  /// Calls are nested deeper than the runtime allows.
  PLC_E_DEPTH = 8,
  /// The runtime ends the program: raises an `exit` condition, and what no
  /// handler takes ends the process with the status plc_error::nearest, an
  /// integer, after plc_error::message was shown if it is not empty.
  PLC_E_EXIT = 9,
  /// The user's interrupt, as the runtime tells it: an `interrupt` condition.
  PLC_E_INTERRUPT = 10
} plc_status;

/// What went wrong. All fields are PLC_FALSE when an operation is called; it
/// fills in what it knows. The struct lies on the stack: its values are safe.
typedef struct plc_error {
  /// String: the runtime's name of the error's type. Or a list of strings: that,
  /// and the types that it is one of (its base classes), nearest first.
  plc_value type;
  plc_value message; ///< string
  plc_value value;   ///< the error as an object of the runtime, a reference
  /// List of frames, innermost first, that were active in the runtime: each a
  /// list (procedure file line), any of them #f.
  plc_value trace;
  plc_value nearest; ///< PLC_E_NAME: list of strings; PLC_E_EXIT: the status
  plc_value token;   ///< PLC_E_LISP
} plc_error;

/// A value that is held: 0 is none.
typedef uint64_t plc_root;

/// How a promise stands.
typedef enum plc_promise_state {
  PLC_PENDING = 0,
  PLC_RESOLVED = 1, ///< with a value
  PLC_REJECTED = 2  ///< with an object that `await` raises
} plc_promise_state;

/// A file descriptor that the event loop watches.
typedef struct plc_watch plc_watch;
/// What it is watched for and found to be: bits.
enum { PLC_WATCH_READABLE = 1, PLC_WATCH_WRITABLE = 2, PLC_WATCH_FAILED = 4 };

/// What plc keeps between blocking_begin and blocking_end; on the stack of who
/// calls them.
typedef struct plc_region {
  uint64_t words[32];
} plc_region;

/// What an element of a buffer is; the numbers are those of DLPack.
typedef enum plc_scalar {
  PLC_SCALAR_SIGNED = 0,
  PLC_SCALAR_UNSIGNED = 1,
  PLC_SCALAR_FLOAT = 2,
  PLC_SCALAR_OPAQUE = 3, ///< plc_buffer::format may tell
  PLC_SCALAR_COMPLEX = 5,
  PLC_SCALAR_BOOLEAN = 6
} plc_scalar;

/// Memory that two runtimes share: an array of any number of dimensions. It
/// holds what the buffer protocol of Python and DLPack tell of memory of the
/// processor.
///
/// Who asks for one sets struct_size and leaves the rest to who gives it. The
/// memory stays where it is, and all that is referred to here stays valid,
/// until `release` is called, once, with this struct or a copy of it. Nobody
/// else's lifetime matters: a Lisp vector that a runtime shares lives on when
/// Lisp has dropped it, and the other way round.
typedef struct plc_buffer {
  size_t struct_size;
  void *data;           ///< the element whose indices are all 0
  plc_scalar scalar;
  uint32_t bits;        ///< of an element: 8 times its bytes
  bool is_read_only;    ///< writing is not allowed
  bool is_owned;        ///< `release` frees the memory: collections are due sooner
  uint32_t dimensions;  ///< 0: one element
  const int64_t *shape; ///< elements in each dimension
  /// Bytes from one element to the next in each dimension, maybe negative;
  /// NULL: they lie one after the other, the last index changes fastest.
  const int64_t *strides;
  /// How the `struct` module of Python writes the element, or NULL.
  const char *format;
  void *owner; ///< of who gives it
  void (*release)(struct plc_buffer *buffer);
} plc_buffer;

/// What the source of a procedure tells, UTF-8; null: nothing is known.
typedef struct plc_procedure_note {
  const char *name;
  const char *parameters; ///< as written: `(a . rest)` or `list`
  size_t parameters_bytes; ///< other text stands behind them
  const char *docstring;
} plc_procedure_note;

/// What the conversion of a value to a foreign object goes by: one row of
/// plc/conversions.def each.
typedef enum plc_type {
#define PLC_TYPE(Name, Doc) PLC_TYPE_##Name,
#include "plc/conversions.def"
} plc_type;

/// \{ Reading values without a call.

/// Length in characters of a STRING.
static inline size_t plc_string_length(plc_value string) {
  return (size_t)plc_fixnum_value(plc_fields(string)[0]);
}
/// Characters of a string that are stored as Latin-1, or NULL if they are not
/// (plc_host::string_utf8 reads every string). Valid until the next call of the
/// host.
static inline const unsigned char *plc_string_latin1(plc_value string) {
  plc_value storage = plc_fields(string)[1];
  if (plc_header_flags(plc_header(storage)) & 1)
    return NULL;
  return (const unsigned char *)plc_fields(storage);
}
/// Name of a SYMBOL: a STRING.
static inline plc_value plc_symbol_name(plc_value symbol) {
  return plc_fields(symbol)[0];
}
/// A keyword is a symbol whose name begins with a colon.
static inline bool plc_is_keyword(plc_value v) {
  if (!plc_is_kind(v, PLC_KIND_SYMBOL))
    return false;
  plc_value name = plc_symbol_name(v);
  if (plc_string_length(name) < 2)
    return false;
  const unsigned char *latin1 = plc_string_latin1(name);
  return latin1 ? latin1[0] == ':'
                : *(const uint32_t *)plc_fields(plc_fields(name)[1]) == ':';
}
/// Elements of a VECTOR.
static inline size_t plc_vector_length(plc_value vector) {
  return (size_t)plc_header_length(plc_header(vector));
}
static inline plc_value plc_vector_ref(plc_value vector, size_t index) {
  return plc_fields(vector)[index];
}
/// Bytes of a BYTEVECTOR or NUMVECTOR and their number.
static inline unsigned char *plc_bytes(plc_value v) {
  return (unsigned char *)plc_fields(v);
}
static inline size_t plc_bytes_length(plc_value v) {
  return (size_t)plc_header_length(plc_header(v));
}
/// Limbs of a BIGNUM, least significant first, their number and its sign.
static inline const uint64_t *plc_bignum_limbs(plc_value v) {
  return plc_fields(v);
}
static inline size_t plc_bignum_count(plc_value v) {
  return (size_t)plc_header_length(plc_header(v)) / 8;
}
static inline bool plc_bignum_is_negative(plc_value v) {
  return plc_header_flags(plc_header(v)) & 1;
}
/// A reference (kind FOREIGN): the plugin it belongs to and its handle.
static inline plc_plugin *plc_reference_plugin(plc_value v) {
  return (plc_plugin *)plc_fields(v)[0];
}
static inline uintptr_t plc_reference_handle(plc_value v) {
  return (uintptr_t)plc_fields(v)[1];
}
static inline bool plc_is_reference(plc_value v, const plc_plugin *plugin) {
  return plc_is_kind(v, PLC_KIND_FOREIGN) && plc_reference_plugin(v) == plugin;
}
/// The row of plc/conversions.def for a value.
static inline plc_type plc_type_of(plc_value v) {
  switch (v & PLC_TAG_MASK) {
  case PLC_TAG_FIXNUM:
    return PLC_TYPE_INTEGER;
  case PLC_TAG_PAIR:
    return PLC_TYPE_LIST;
  case PLC_TAG_PROCEDURE:
    return PLC_TYPE_PROCEDURE;
  case PLC_TAG_IMMEDIATE:
    if (plc_is_char(v))
      return PLC_TYPE_CHARACTER;
    return v == PLC_TRUE || v == PLC_FALSE ? PLC_TYPE_BOOLEAN
           : v == PLC_NIL                  ? PLC_TYPE_NIL
           : v == PLC_UNDEFINED            ? PLC_TYPE_UNDEFINED
           : v == PLC_UNSPECIFIED          ? PLC_TYPE_UNSPECIFIED
           : v == PLC_NULL                 ? PLC_TYPE_LIST
                                           : PLC_TYPE_OTHER;
  case PLC_TAG_OBJECT:
    break;
  default:
    return PLC_TYPE_FLONUM;
  }
  switch (plc_header_kind(plc_header(v))) {
  case PLC_KIND_FLONUM:
    return PLC_TYPE_FLONUM;
  case PLC_KIND_BIGNUM:
    return PLC_TYPE_INTEGER;
  case PLC_KIND_RATNUM:
    return PLC_TYPE_RATIONAL;
  case PLC_KIND_COMPNUM:
    return PLC_TYPE_COMPLEX;
  case PLC_KIND_STRING:
    return PLC_TYPE_STRING;
  case PLC_KIND_SYMBOL:
    return PLC_TYPE_SYMBOL;
  case PLC_KIND_VECTOR:
    return PLC_TYPE_VECTOR;
  case PLC_KIND_BYTEVECTOR:
    return PLC_TYPE_BYTEVECTOR;
  case PLC_KIND_NUMVECTOR:
    return PLC_TYPE_NUMERIC_VECTOR;
  case PLC_KIND_HASHTABLE:
    return PLC_TYPE_MAP;
  case PLC_KIND_FOREIGN:
    return PLC_TYPE_REFERENCE;
  default:
    return PLC_TYPE_OTHER;
  }
}
/// \}

/// What plc offers. Every function takes the table itself first.
struct plc_host {
  size_t struct_size;
  uint32_t abi_major, abi_minor;
#define HOST_SLOT(Result, Name, Parameters, Doc) Result(*Name) Parameters;
#include "plc/host_slots.def"
};

/// Comparisons of plc_plugin::compare.
typedef enum plc_comparison {
  PLC_COMPARE_EQ,
  PLC_COMPARE_LT,
  PLC_COMPARE_LE,
  PLC_COMPARE_GT,
  PLC_COMPARE_GE
} plc_comparison;

/// Arithmetic of plc_plugin::operate.
typedef enum plc_operator {
  PLC_OPERATOR_ADD,
  PLC_OPERATOR_SUB,
  PLC_OPERATOR_MUL,
  PLC_OPERATOR_DIV,
  PLC_OPERATOR_QUOTIENT,
  PLC_OPERATOR_MODULO,
  PLC_OPERATOR_EXPT,
  PLC_OPERATOR_NEGATE,
  PLC_OPERATOR_AND,
  PLC_OPERATOR_OR,
  PLC_OPERATOR_XOR,
  PLC_OPERATOR_SHIFT,
  PLC_OPERATOR_NOT
} plc_operator;

/// Runs the program that is a module, see plc_plugin::make_module.
typedef plc_status plc_module_run(void *data, plc_value *exports,
                                  plc_error *error);

/// A plugin. Written by it as static data, read by plc; the pointer identifies
/// the plugin. An operation that is NULL is not supported: plc then does what
/// its documentation says, by default raises an `unsupported` condition.
///
/// All operations but `query` are called by the thread that holds the Lisp
/// world. `result` is written only if PLC_OK is returned; `error` is never
/// NULL. `args` are borrowed until the call returns. Objects given to an
/// operation are references of this plugin, unless said otherwise.
struct plc_plugin {
  size_t struct_size; ///< sizeof(plc_plugin) of the header it was built with
  uint32_t abi_major, abi_minor;
  /// The language's name in conditions and traces, such as "lua".
  const char *language;
  /// What may stand after `:from`, separated by spaces: "lua luarocks".
  const char *ecosystems;
  /// Shown by `plc plugin list`.
  const char *version;

  /// Makes the runtime ready, once, before all other operations. `host` stays
  /// valid until the process ends.
  plc_status (*start)(plc_plugin *self, const plc_host *host, plc_error *error);
  /// What is to be known of the runtime that would be used, for `plc doctor`:
  /// one line of text into `buffer`, NUL-terminated and cut at `size`. Must not
  /// start it. PLC_E_NAME if there is none; the line then says what to do.
  plc_status (*describe)(plc_plugin *self, char *buffer, size_t size);

  /// Loads a module. `options` is a list of keyword, value, ... as written in
  /// the import form.
  plc_status (*import)(plc_plugin *self, plc_value name, plc_value options,
                       plc_value *result, plc_error *error);
  /// Evaluates source text of the language (a string). `statements`: for its
  /// effects, else as an expression if it is one. Several results: what
  /// plc_host::values returns.
  plc_status (*evaluate)(plc_plugin *self, plc_value source, bool statements,
                         plc_value *result, plc_error *error);

  /// Member `name`, a symbol spelled as in the program; plc tries other
  /// spellings after PLC_E_NAME, here, in `set` and in `call_method`. What makes
  /// members on assignment refuses a name that its language cannot spell.
  plc_status (*get)(plc_plugin *self, plc_value object, plc_value name,
                    plc_value *result, plc_error *error);
  plc_status (*set)(plc_plugin *self, plc_value object, plc_value name,
                    plc_value value, plc_error *error);
  /// Element `key`, any value; integers count as in the runtime.
  plc_status (*index)(plc_plugin *self, plc_value object, plc_value key,
                      plc_value *result, plc_error *error);
  plc_status (*set_index)(plc_plugin *self, plc_value object, plc_value key,
                          plc_value value, plc_error *error);

  /// Calls a reference with positional arguments, then keyword arguments as
  /// name, value pairs (names are symbols without the colon).
  /// \param args  positional + 2 * keywords values
  /// A runtime without keyword arguments returns PLC_E_UNSUPPORTED if there are
  /// some. Several results are returned by plc_host::values.
  plc_status (*call)(plc_plugin *self, plc_value callee, const plc_value *args,
                     size_t positional, size_t keywords, plc_value *result,
                     plc_error *error);
  /// Calls the method `name` of `object`, which is bound as its receiver. The
  /// member of a module is called as it is.
  plc_status (*call_method)(plc_plugin *self, plc_value object, plc_value name,
                            const plc_value *args, size_t positional,
                            size_t keywords, plc_value *result,
                            plc_error *error);

  /// An iterator (a reference) over `object`.
  plc_status (*iterate)(plc_plugin *self, plc_value object, plc_value *result,
                        plc_error *error);
  /// The next element, or PLC_END.
  plc_status (*next)(plc_plugin *self, plc_value iterator, plc_value *result,
                     plc_error *error);
  plc_status (*length)(plc_plugin *self, plc_value object, int64_t *result,
                       plc_error *error);
  /// At least one of a and b is a reference of this plugin. Serves = < <= > >=,
  /// and, where there is a `hash`, equal? of two references.
  plc_status (*compare)(plc_plugin *self, plc_comparison op, plc_value a,
                        plc_value b, bool *result, plc_error *error);
  /// Arithmetic; b is PLC_DEFAULT for operators with one operand.
  plc_status (*operate)(plc_plugin *self, plc_operator op, plc_value a,
                        plc_value b, plc_value *result, plc_error *error);
  /// Equal objects have equal hashes. Default: by identity.
  plc_status (*hash)(plc_plugin *self, plc_value object, uint64_t *result,
                     plc_error *error);
  /// The text that `write` (or `display`, if `isDisplay`) shows: a string.
  plc_status (*repr)(plc_plugin *self, plc_value object, bool isDisplay,
                     plc_value *result, plc_error *error);

  /// Names of the members, for completion: a list of strings.
  plc_status (*members)(plc_plugin *self, plc_value object, plc_value *result,
                        plc_error *error);
  /// Documentation: a string or #f. Default: none.
  plc_status (*doc)(plc_plugin *self, plc_value object, plc_value *result,
                    plc_error *error);
  /// How it is called, such as "(compress data [level])": a string or #f.
  plc_status (*signature)(plc_plugin *self, plc_value object,
                          plc_value *result, plc_error *error);
  /// A deep copy as Lisp data; what has no counterpart stays a reference.
  plc_status (*to_lisp)(plc_plugin *self, plc_value object, plc_value *result,
                        plc_error *error);
  /// Leaves an object that holds a resource (`with-foreign`).
  plc_status (*close)(plc_plugin *self, plc_value object, plc_error *error);

  /// Lisp holds these no more. Called by Lisp code, between operations or in a
  /// callback, never while code of the plugin itself runs.
  void (*release)(plc_plugin *self, const uintptr_t *handles, size_t count);
  /// References made and not released yet.
  uint64_t (*live_references)(plc_plugin *self);
  /// Ctrl-C was pressed while an operation runs. Any thread, also in a signal
  /// handler: it may only set flags. The operation then ends soon with any
  /// error, which plc replaces by the interrupt.
  void (*interrupt)(plc_plugin *self);
  /// The program ends.
  void (*shutdown)(plc_plugin *self);

  /// What `await` waits for: a promise of plc_host::promise, or the value itself
  /// if it is there. PLC_E_UNSUPPORTED: this object is nothing to wait for; it
  /// is its own value then.
  plc_status (*await)(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error);
  /// The stack of fiber `to` is about to run; 0 is the main program. Not while
  /// an operation is called, but maybe below one that waits.
  void (*fiber_switch)(plc_plugin *self, uint64_t from, uint64_t to);
  /// The fiber has ended, after the switch to another one.
  void (*fiber_end)(plc_plugin *self, uint64_t fiber);
  /// Around a wait in the event loop, or for another thread that runs Lisp
  /// meanwhile, for locks of the runtime. In turns in each thread.
  void (*before_wait)(plc_plugin *self);
  void (*after_wait)(plc_plugin *self);

  /// Takes the entry of a key away; PLC_E_NAME if there is none.
  plc_status (*delete_index)(plc_plugin *self, plc_value object, plc_value key,
                             plc_error *error);
  /// The entries of a map: a list of pairs (key . value), for `hash-table-keys`
  /// and the like. Default: what `iterate` finds are the keys.
  plc_status (*entries)(plc_plugin *self, plc_value object, plc_value *result,
                        plc_error *error);
  /// The key of the first element of a sequence, 0 or 1: `vector-ref` counts
  /// from zero in all languages, `ref` as the runtime does.
  int64_t first_index;

  /// The memory of an object, for `foreign-buffer`: what one side writes the
  /// other one reads. `release` is called as plc_plugin::release is.
  /// PLC_E_UNSUPPORTED: the object has none. Default: no object has.
  plc_status (*buffer)(plc_plugin *self, plc_value object, plc_buffer *result,
                       plc_error *error);

  /// Before `start`, of a program with imports of packages: what
  /// plc_package_provider told when it was compiled (plc/packages.h).
  void (*use_environment)(plc_plugin *self, const char *text);
  /// Enters an object for a scope (`with-foreign`), before `leave`; the result is
  /// what the scope uses. A promise is awaited first. Default: the object itself.
  plc_status (*enter)(plc_plugin *self, plc_value object, plc_value *result,
                      plc_error *error);
  /// Leaves it. `raised` is the condition or other object that was raised in the
  /// scope, PLC_UNBOUND: none was. A true result ends it there: nothing is
  /// raised any more. A promise is awaited first. Default: `close`, and what was
  /// raised goes on.
  plc_status (*leave)(plc_plugin *self, plc_value object, plc_value raised,
                      plc_value *result, plc_error *error);
  /// The one key that several keys of `ref` are for this object, such as the
  /// tuple of `a[i, j]`. PLC_E_UNSUPPORTED: each is a key of what the one before
  /// it finds. Default: that.
  plc_status (*join_keys)(plc_plugin *self, plc_value object,
                          const plc_value *keys, size_t count,
                          plc_value *result, plc_error *error);
  /// The elements from `start` to below `end`, every `step`-th: integers, or nil
  /// where they are left out. Default: a vector of what `iterate` finds.
  plc_status (*slice)(plc_plugin *self, plc_value object, plc_value start,
                      plc_value end, plc_value step, plc_value *result,
                      plc_error *error);
  /// Whether the elements of an iterator have to be awaited: `next` then gives
  /// promises or what `await` takes, at the end one of the iterator itself. Default: no.
  bool (*is_async)(plc_plugin *self, plc_value iterator);

  /// \{ For programs that are modules of the plugin's language. Before `start`:
  /// this process is one of the runtime's own, and this thread may use it. NULL, or
  /// why that cannot be. The program's module, after `start`: run(data, ...) runs
  /// the program and delivers what it has, a list of pairs of a symbol and a value.
  /// NULL: an error of the runtime is set.
  const char *(*use_process)(plc_plugin *self, const plc_host *host);
  void *(*make_module)(plc_plugin *self, const char *name,
                       const char *documentation, plc_module_run *run,
                       void *data);
  /// What (exit status) is there: an error, as of an operation.
  plc_status (*exit)(plc_plugin *self, int status, plc_error *error);
  /// \}

  /// Runs the runtime's handlers of signals that have come, after
  /// plc_host::signalled; in the thread of the main program. May fail.
  plc_status (*handle_signals)(plc_plugin *self, plc_error *error);

  /// Like `await`, of the fiber that calls and waits for it at once. Default: `await`.
  plc_status (*await_here)(plc_plugin *self, plc_value object, plc_value *result,
                           plc_error *error);
};

/// The one exported symbol, of this type. Cheap: the runtime is not started.
/// The host is looked at for its version only; NULL if that does not suit.
typedef plc_plugin *plc_plugin_query_fn(const plc_host *host);
PLC_PLUGIN_EXPORT plc_plugin *plc_plugin_query(const plc_host *host);

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_PLUGIN_H
