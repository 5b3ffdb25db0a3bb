//===- FormTree.h - evaluated forms that need no code -----------*- C++ -*-===//
//
// A form whose parts run at most once is not compiled: libplcjit.so makes a
// tree of it, and FormTree.cpp walks that. A tree is a VECTOR of the heap, so
// that it goes with the last reference to it. A node is a fixnum, the index of
// its operation; parts stand behind that. The root is at index 0. Addresses of
// cells, names and places are words that look like fixnums.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_FORMTREE_H
#define PLC_RUNTIME_FORMTREE_H

#include "stdlib/Context.h"

#ifdef __cplusplus
extern "C" {
#endif

enum plc_tree_op {
  PLC_TREE_CONSTANT,   ///< value
  PLC_TREE_LOCAL,      ///< depth: variables bound further in
  PLC_TREE_BOXED,      ///< depth: the content of the box there
  PLC_TREE_GLOBAL,     ///< cell, name, place
  PLC_TREE_NAME,       ///< name, place: of the interaction environment
  PLC_TREE_IF,         ///< test, then, else
  PLC_TREE_SEQUENCE,   ///< count, nodes
  PLC_TREE_BIND,       ///< init, body: one more variable in the body
  PLC_TREE_BIND_BOX,   ///< the same, of a variable that is assigned
  PLC_TREE_SET_BOXED,  ///< depth, node
  PLC_TREE_SET_GLOBAL, ///< cell, name, place, node
  PLC_TREE_DEFINE,     ///< cell, node
  PLC_TREE_SET_NAME,   ///< name, place, node
  PLC_TREE_CALL,       ///< place, count, operator, operands: several values
                       ///< may come
  PLC_TREE_CALL_ONE,   ///< the same, where one value is wanted
  PLC_TREE_PRIMITIVE,  ///< a CALL that has a frame in tail position, too
  PLC_TREE_LIST,       ///< count, nodes: a list of their values
  PLC_TREE_APPLIED,    ///< place, body: of a procedure that is called where it
                       ///< stands; several values may come
  PLC_TREE_APPLIED_ONE ///< the same, where one value is wanted
};

/// Most operands of a call, the count of one with more, whose only operand is a
/// LIST of them, and how deep a tree can be.
enum {
  PLC_TREE_MOST_OPERANDS = 64,
  PLC_TREE_WIDE = -1,
  PLC_TREE_MOST_LEVELS = 1000
};

/// Where in the source a node stands; lives as long as the process, like names.
typedef struct plc_tree_place {
  const char *procedure;
  const char *file; ///< null: unknown
  int line, column;
} plc_tree_place;

/// UTF-8 that a symbol or a string is made of.
typedef struct plc_tree_name {
  const char *text;
  int64_t bytes;
} plc_tree_name;

/// A constant of the tree that is made with it.
typedef struct plc_tree_text {
  int64_t word; ///< of the tree
  plc_tree_name name;
  int is_symbol; ///< else a string
} plc_tree_text;

/// What libplcjit.so knows of a tree; valid until the next request. Words that
/// are values of the heap lie in an array of roots.
typedef struct plc_tree_source {
  const plc_value *words;
  uint64_t count;
  const plc_value *values;
  const int64_t *value_words;
  uint64_t value_count;
  const plc_tree_text *texts;
  uint64_t text_count;
} plc_tree_source;

/// In traces a place stands for a return address, with this bit.
#define PLC_TREE_PLACE_BIT ((uint64_t)1 << 63)

#ifdef __cplusplus
} // extern "C"

namespace plc::rt {

/// The procedure that evaluates a tree.
plc_value makeTreeProcedure(plc_context *ctx, const plc_tree_source &source);

/// Where calls from trees return to, and where below the frame pointer their
/// place lies then (Enter.cpp).
extern "C" __attribute__((visibility("hidden"))) const char plc_tree_returned[];
inline constexpr uint64_t TreePlaceOffset = 48;
/// A call from a tree, which traces show at that place.
plc_value callFromTree(plc_context *ctx, plc_value procedure, int64_t argc,
                       const plc_value *argv, plc_value place);
/// The same of code that is no procedure's.
plc_value callFromTree(plc_context *ctx, plc_value self, int64_t argc,
                       const plc_value *argv, plc_value place, plc_code code);

} // namespace plc::rt
#endif
#endif // PLC_RUNTIME_FORMTREE_H
