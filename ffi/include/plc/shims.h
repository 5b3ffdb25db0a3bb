/// \file
/// What shims are given: code of another language that is generated and compiled
/// for the functions and classes that a program uses (plc/native.h). They are
/// part of the program, and convert Lisp values as a plugin does (plc/plugin.h).
#ifndef PLC_SHIMS_H
#define PLC_SHIMS_H

#include "plc/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plc_shim_class plc_shim_class;

/// What the handle of a reference to an instance points to; made by shims.
typedef struct plc_shim_object {
  const plc_shim_class *type;
  void *address; ///< NULL: it was destroyed
  bool is_owned; ///< by Lisp, which destroys it
  bool is_const; ///< must not be changed, nor what is a part of it
  /// What it is a part of, or NULL; and a root of what it may be a part of: that
  /// one's reference or a list of several, 0 for none.
  struct plc_shim_object *parent;
  plc_root parent_root;
  /// The pointer to this one that the instance has, or NULL.
  struct plc_shim_object **known_as;
  /// The objects that were made before and after it; the runtime's own.
  struct plc_shim_object *older, *newer;
} plc_shim_object;

/// A use of a member: `self` is the reference, `object` what it refers to, which
/// is there.
typedef plc_status plc_shim_use(plc_value self, plc_shim_object *object,
                                const plc_value *args, size_t count,
                                plc_value *result, plc_error *error);

/// The name of the member that the call of an object itself is.
#define PLC_SHIM_CALL "operator()"
/// The name of what assigns to what such a call refers to: `(set! (object key ...) value)`.
#define PLC_SHIM_CALL_SET "operator()="

/// NULL: it cannot be used so.
typedef struct plc_shim_member {
  const char *name;
  plc_shim_use *call, *get, *set;
} plc_shim_member;

/// A class. Two of the same name are one: several libraries have shims for it.
struct plc_shim_class {
  const char *name;
  void *info; ///< the runtime's own, NULL at first
  /// Destroys the instance that Lisp owns; it may report an error.
  plc_status (*destroy)(void *address, plc_error *error);
  /// Members that all classes have; each may be NULL. `length` yields an integer,
  /// `repr` is told as an argument whether it is for `display`.
  plc_shim_use *length, *index, *set_index, *iterate, *repr, *to_lisp;
  /// An iterator: PLC_END at its end.
  plc_shim_use *next;
  plc_status (*compare)(plc_comparison op, plc_value a, plc_value b, bool *result,
                        plc_error *error);
  /// Equal instances have equal hashes.
  uint64_t (*hash)(const void *address);
  plc_status (*operate)(plc_operator op, plc_value a, plc_value b,
                        plc_value *result, plc_error *error);
};

typedef struct plc_shim_host {
  size_t struct_size;
  const plc_host *host;
  /// What references to objects of this language belong to.
  plc_plugin *plugin;
  /// A shim that compiled code called has failed: the condition is raised when it
  /// has returned, whatever it returns. Calls of Lisp return at once until then.
  void (*raise)(plc_plugin *plugin, plc_status status, plc_error *error);
  /// The member of that name from now on.
  void (*add_member)(plc_shim_class *type, const plc_shim_member *member);
  /// cast(address, data) is the address as an instance of the base.
  void (*add_base)(plc_shim_class *type, plc_shim_class *base,
                   void *(*cast)(void *address, const void *data),
                   const void *data);
  /// The address of an object as an instance of `type`, and in *depth how many
  /// classes that is up; NULL if it is none, or destroyed.
  void *(*cast)(plc_shim_object *object, plc_shim_class *type, int *depth);
  /// The first class that was made known by that name, or NULL.
  const plc_shim_class *(*find_class)(const char *name);
  /// Calls body(data) while other threads may run Lisp: it touches no Lisp value,
  /// and throws nothing.
  void (*block)(void (*body)(void *data), void *data);
  /// plc_host::run, also in such a body.
  plc_status (*run)(void (*body)(void *data), void *data);
  /// A reference to an object, which shims have allocated by malloc.
  plc_value (*reference)(plc_plugin *plugin, plc_shim_object *object);
  /// Lets go of objects that Lisp has no more. For shims that make objects, before
  /// they run code of their language, which may hold a lock that a destructor wants.
  void (*release)(void);
  /// Whether this thread holds the Lisp world.
  bool (*holds_world)(void);
  /// equal?, and a hash for it that stays what it is.
  bool (*equal)(plc_value a, plc_value b);
  uint64_t (*hash)(plc_value value);
  /// Changes the content of a box.
  void (*set_box)(plc_value box, plc_value content);
  /// Makes a class known, so that `find_class` finds it.
  void (*add_class)(plc_shim_class *type);
  /// The public members that the class declares, whether they are made known or not:
  /// names with a space behind each, kept for ever.
  void (*name_members)(plc_shim_class *type, const char *names);
  /// The order of two real numbers by their exact values: -1, 0 or 1; 2 with NaN or
  /// if one is no real number.
  int (*compare_reals)(plc_value a, plc_value b);
  /// The string of what `write` or `display` show.
  plc_value (*text)(plc_value value, bool is_display);
  /// A place for a pointer, the same for all shims that name it so; NULL at first.
  void **(*slot)(const char *name);
} plc_shim_host;

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_SHIMS_H
