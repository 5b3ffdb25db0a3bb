//===- FormTree.cpp - walks the trees of evaluated forms ------------------===//
//
// Behaves as the compiled form would: the same order of evaluation, calls in
// tail position that leave no frame, the same conditions with the same traces.
// Continuations copy the frames of this file like any others, so nothing points
// into them: variables are a list, whose cells never change, and what is
// assigned lies in boxes.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/FormTree.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/RuntimeCalls.h"

using namespace plc::rt;
using namespace plc::rt::detail;

extern "C" plc_value PLC_LISP_CC rt_not_procedure(plc_context *, plc_value,
                                                  int64_t, plc_value, plc_value,
                                                  plc_value, plc_value,
                                                  plc_value);

namespace {

//===--- What may raise, as procedures: the place is in the trace ------------===//

PLC_LISP_CC Value unboundCode(PLC_LISP_PARAMETERS) {
  (void)argc, (void)a0, (void)a1, (void)a2, (void)a3, (void)a4;
  return rt_unbound_variable(ctx, self);
}
PLC_LISP_CC Value globalRefCode(PLC_LISP_PARAMETERS) {
  (void)argc, (void)a0, (void)a1, (void)a2, (void)a3, (void)a4;
  return rt_global_ref(ctx, self);
}
PLC_LISP_CC Value globalSetCode(PLC_LISP_PARAMETERS) {
  (void)argc, (void)a1, (void)a2, (void)a3, (void)a4;
  rt_global_set(ctx, self, a0);
  return PLC_UNSPECIFIED;
}
PLC_LISP_CC Value singleValueCode(PLC_LISP_PARAMETERS) {
  (void)self, (void)argc, (void)a0, (void)a1, (void)a2, (void)a3, (void)a4;
  return rt_single_value(ctx);
}

//===--- Nodes --------------------------------------------------------------===//

/// The parts of a node; a vector moves only where nothing on the stack refers
/// to it.
struct Parts {
  Parts(Value tree, Value node)
      : words(plc_fields(tree) + plc_fixnum_value(node)) {}
  plc_tree_op op() const {
    return static_cast<plc_tree_op>(plc_fixnum_value(words[0]));
  }
  Value operator[](int i) const { return words[1 + i]; }
  int64_t number(int i) const { return plc_fixnum_value((*this)[i]); }
  Value &cell(int i) const { return *reinterpret_cast<Value *>((*this)[i]); }

  const Value *words;
};

Value variable(Value variables, int64_t depth) {
  while (depth-- > 0)
    variables = plc_cdr(variables);
  return plc_car(variables);
}

Value evaluate(Context *ctx, Value tree, Value node, Value variables);

/// What BIND and BIND_BOX bind, in front of the variables around.
Value bind(Context *ctx, Value tree, Parts parts, Value variables) {
  Value value = evaluate(ctx, tree, parts[0], variables);
  if (parts.op() == PLC_TREE_BIND_BOX) {
    Value box = allocateObject(ctx, PLC_KIND_BOX, 0, 1, PLC_FALSE);
    store(ctx, plc_fields(box), value);
    value = box;
  }
  return consFast(ctx, value, variables);
}

template <int Room>
[[gnu::noinline]] Value call(Context *ctx, Value tree, Parts parts,
                             Value variables) {
  int64_t count = parts.number(1);
  Value procedure = evaluate(ctx, tree, parts[2], variables);
  Value arguments[Room];
  for (int64_t i = 0; i < count; ++i)
    arguments[i] = evaluate(ctx, tree, parts[3 + i], variables);
  return callFromTree(ctx, procedure, count, arguments, parts[0]);
}

Value callOfAnySize(Context *ctx, Value tree, Parts parts, Value variables) {
  int64_t count = parts.number(1);
  if (count <= 3)
    return call<3>(ctx, tree, parts, variables);
  if (count <= 8)
    return call<8>(ctx, tree, parts, variables);
  return call<PLC_TREE_MOST_OPERANDS>(ctx, tree, parts, variables);
}

/// The value of a node that is no control flow. Not inlined: the frames of
/// nested calls are those of call() and evaluate().
[[gnu::noinline]] Value evaluatePlain(Context *ctx, Value tree, Parts parts,
                                      Value variables) {
  switch (parts.op()) {
  case PLC_TREE_CONSTANT:
    return parts[0];
  case PLC_TREE_LOCAL:
    return variable(variables, parts.number(0));
  case PLC_TREE_BOXED:
    return plc_fields(variable(variables, parts.number(0)))[0];
  case PLC_TREE_GLOBAL: {
    Value value = parts.cell(0);
    if (__builtin_expect(value == PLC_UNBOUND, 0))
      return callFromTree(ctx, parts[1], 0, nullptr, parts[2], unboundCode);
    return value;
  }
  case PLC_TREE_NAME:
    return callFromTree(ctx, parts[0], 0, nullptr, parts[1], globalRefCode);
  case PLC_TREE_SET_BOXED: {
    Value value = evaluate(ctx, tree, parts[1], variables);
    store(ctx, plc_fields(variable(variables, parts.number(0))), value);
    return PLC_UNSPECIFIED;
  }
  case PLC_TREE_SET_GLOBAL: {
    Value value = evaluate(ctx, tree, parts[3], variables);
    if (parts.cell(0) == PLC_UNBOUND)
      callFromTree(ctx, parts[1], 0, nullptr, parts[2], unboundCode);
    parts.cell(0) = value;
    return PLC_UNSPECIFIED;
  }
  case PLC_TREE_DEFINE: {
    Value value = evaluate(ctx, tree, parts[1], variables);
    parts.cell(0) = value;
    return PLC_UNSPECIFIED;
  }
  case PLC_TREE_SET_NAME: {
    Value value = evaluate(ctx, tree, parts[2], variables);
    return callFromTree(ctx, parts[0], 1, &value, parts[1], globalSetCode);
  }
  case PLC_TREE_CALL:
  case PLC_TREE_PRIMITIVE:
    return callOfAnySize(ctx, tree, parts, variables);
  case PLC_TREE_CALL_ONE: {
    Value value = callOfAnySize(ctx, tree, parts, variables);
    if (__builtin_expect(value == PLC_MV, 0))
      return callFromTree(ctx, PLC_FALSE, 0, nullptr, parts[0],
                          singleValueCode);
    return value;
  }
  case PLC_TREE_IF:
  case PLC_TREE_SEQUENCE:
  case PLC_TREE_BIND:
  case PLC_TREE_BIND_BOX:
    break;
  }
  __builtin_unreachable();
}

/// One step of a node that is control flow: the node that comes next instead of
/// it, and in which variables. False: it is none. Must be inlined: it writes to
/// the frame of its caller.
[[gnu::always_inline]] inline bool step(Context *ctx, Value tree, Value &node, Value &variables) {
  Parts parts(tree, node);
  switch (parts.op()) {
  case PLC_TREE_IF:
    node = plc_is_true(evaluate(ctx, tree, parts[0], variables)) ? parts[1]
                                                                 : parts[2];
    return true;
  case PLC_TREE_SEQUENCE: {
    int64_t last = parts.number(0);
    for (int64_t i = 1; i < last; ++i)
      evaluate(ctx, tree, parts[int(i)], variables);
    node = parts[int(last)];
    return true;
  }
  case PLC_TREE_BIND:
  case PLC_TREE_BIND_BOX:
    variables = bind(ctx, tree, parts, variables);
    node = parts[1];
    return true;
  default:
    return false;
  }
}

Value evaluate(Context *ctx, Value tree, Value node, Value variables) {
  while (step(ctx, tree, node, variables))
    ;
  return evaluatePlain(ctx, tree, Parts(tree, node), variables);
}

/// Procedure and arguments of a call in tail position, as a list: what does not
/// fit in registers must be stored right before the jump.
Value operandList(Context *ctx, Value tree, Parts parts, Value variables) {
  int64_t count = parts.number(1);
  Value reversed = PLC_NULL;
  for (int64_t i = PLC_REGISTER_ARGS; i < count; ++i) {
    Value value = evaluate(ctx, tree, parts[int(3 + i)], variables);
    reversed = consFast(ctx, value, reversed);
  }
  return reversed;
}

} // namespace

extern "C" PLC_LISP_CC __attribute__((visibility("hidden"))) plc_value
plc_form_tree_code(plc_context *ctx, plc_value self, int64_t argc, plc_value a0,
                   plc_value a1, plc_value a2, plc_value a3, plc_value a4) {
  if (argc != 0)
    [[clang::musttail]] return rt_arity_error(ctx, self, argc, a0, a1, a2, a3,
                                              a4);
  Value tree = freeVariable(self, 0);
  Value node = plc_fixnum(0), variables = PLC_NULL;
  while (step(ctx, tree, node, variables))
    ;
  Parts parts(tree, node);
  if (parts.op() != PLC_TREE_CALL)
    return evaluatePlain(ctx, tree, parts, variables);
  int64_t count = parts.number(1);
  Value procedure = evaluate(ctx, tree, parts[2], variables);
  if (count > 0)
    a0 = evaluate(ctx, tree, parts[3], variables);
  if (count > 1)
    a1 = evaluate(ctx, tree, parts[4], variables);
  if (count > 2)
    a2 = evaluate(ctx, tree, parts[5], variables);
  if (count > 3)
    a3 = evaluate(ctx, tree, parts[6], variables);
  if (count > 4)
    a4 = evaluate(ctx, tree, parts[7], variables);
  if (count > PLC_REGISTER_ARGS) {
    Value rest = operandList(ctx, tree, parts, variables);
    for (int64_t i = count - PLC_REGISTER_ARGS; i-- > 0; rest = plc_cdr(rest))
      ctx->argv[i] = plc_car(rest);
  }
  plc_code code =
      plc_is_procedure(procedure) ? codeOf(procedure) : rt_not_procedure;
  [[clang::musttail]] return code(ctx, procedure, count, a0, a1, a2, a3, a4);
}
PLC_LISP_ENTRY(plc_form_tree, plc_form_tree_code, 0, 0, "program");

plc_value plc::rt::makeTreeProcedure(plc_context *ctx, plc_value tree) {
  return makeClosure(ctx, plc_form_tree, 1, &tree);
}
