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

//===--- What may raise, as procedures: the place is in the trace -----------===//
// `self` is the name of the variable.

Value symbolOf(Context *ctx, Value name) {
  auto *utf8 = reinterpret_cast<const plc_tree_name *>(name);
  return intern(ctx, utf8->text, size_t(utf8->bytes));
}

PLC_LISP_CC Value unboundCode(PLC_LISP_PARAMETERS) {
  (void)argc, (void)a0, (void)a1, (void)a2, (void)a3, (void)a4;
  return rt_unbound_variable(ctx, symbolOf(ctx, self));
}
PLC_LISP_CC Value globalRefCode(PLC_LISP_PARAMETERS) {
  (void)argc, (void)a0, (void)a1, (void)a2, (void)a3, (void)a4;
  return rt_global_ref(ctx, symbolOf(ctx, self));
}
PLC_LISP_CC Value globalSetCode(PLC_LISP_PARAMETERS) {
  (void)argc, (void)a1, (void)a2, (void)a3, (void)a4;
  rt_global_set(ctx, symbolOf(ctx, self), a0);
  return PLC_UNSPECIFIED;
}
PLC_LISP_CC Value singleValueCode(PLC_LISP_PARAMETERS) {
  (void)self, (void)argc, (void)a0, (void)a1, (void)a2, (void)a3, (void)a4;
  return rt_single_value(ctx);
}

/// Calls a0 with the list a1; unlike apply, not the one who is at fault.
PLC_LISP_CC Value wideCallCode(PLC_LISP_PARAMETERS) {
  if (!plc_is_procedure(a0) && !isForeign(a0))
    raiseNotProcedure(ctx, a0, a1);
  [[clang::musttail]] return prim_Apply(ctx, self, argc, a0, a1, a2, a3, a4);
}

//===--- Nodes ------------------------------------------------------------===//

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
/// Evaluates a node in tail position: self is the tree, a0 the node, a1 the
/// variables.
PLC_LISP_CC Value tailCode(PLC_LISP_PARAMETERS);

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

[[gnu::noinline]] Value wideCall(Context *ctx, Value tree, Parts parts,
                                 Value variables) {
  Value arguments[2];
  arguments[0] = evaluate(ctx, tree, parts[2], variables);
  arguments[1] = evaluate(ctx, tree, parts[3], variables);
  return callFromTree(ctx, PLC_FALSE, 2, arguments, parts[0], wideCallCode);
}

Value callOfAnySize(Context *ctx, Value tree, Parts parts, Value variables) {
  int64_t count = parts.number(1);
  if (count == PLC_TREE_WIDE)
    return wideCall(ctx, tree, parts, variables);
  if (count <= 3)
    return call<3>(ctx, tree, parts, variables);
  if (count <= 8)
    return call<8>(ctx, tree, parts, variables);
  return call<PLC_TREE_MOST_OPERANDS>(ctx, tree, parts, variables);
}

/// No pair is written to: a continuation that an element has taken may return
/// again.
[[gnu::noinline]] Value listOf(Context *ctx, Value tree, Parts parts,
                               Value variables) {
  Value reversed = PLC_NULL, list = PLC_NULL;
  for (int64_t i = 0, count = parts.number(0); i < count; ++i) {
    Value value = evaluate(ctx, tree, parts[int(1 + i)], variables);
    reversed = consFast(ctx, value, reversed);
  }
  for (; reversed != PLC_NULL; reversed = plc_cdr(reversed))
    list = consFast(ctx, plc_car(reversed), list);
  return list;
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
  case PLC_TREE_APPLIED:
  case PLC_TREE_APPLIED_ONE: {
    Value arguments[2] = {parts[1], variables};
    Value value = callFromTree(ctx, tree, 2, arguments, parts[0], tailCode);
    if (__builtin_expect(value == PLC_MV, 0) &&
        parts.op() == PLC_TREE_APPLIED_ONE)
      return callFromTree(ctx, PLC_FALSE, 0, nullptr, parts[0],
                          singleValueCode);
    return value;
  }
  case PLC_TREE_LIST:
    return listOf(ctx, tree, parts, variables);
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
[[gnu::always_inline]] inline bool step(Context *ctx, Value tree, Value &node,
                                        Value &variables) {
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

/// The operands of a call in tail position that do not fit in registers, last
/// first: they must be stored right before the jump.
Value laterOperands(Context *ctx, Value tree, Parts parts, Value variables) {
  int64_t count = parts.number(1);
  Value reversed = PLC_NULL;
  for (int64_t i = PLC_REGISTER_ARGS; i < count; ++i) {
    Value value = evaluate(ctx, tree, parts[int(3 + i)], variables);
    reversed = consFast(ctx, value, reversed);
  }
  return reversed;
}

PLC_LISP_CC Value tailCode(PLC_LISP_PARAMETERS) {
  Value tree = self, node = a0, variables = a1;
  while (step(ctx, tree, node, variables))
    ;
  Parts parts(tree, node);
  if (parts.op() != PLC_TREE_CALL)
    return evaluatePlain(ctx, tree, parts, variables);
  argc = parts.number(1);
  Value procedure = evaluate(ctx, tree, parts[2], variables);
  if (argc == PLC_TREE_WIDE) {
    a1 = evaluate(ctx, tree, parts[3], variables);
    [[clang::musttail]] return wideCallCode(ctx, PLC_FALSE, 2, procedure, a1,
                                            a2, a3, a4);
  }
  if (argc > 0)
    a0 = evaluate(ctx, tree, parts[3], variables);
  if (argc > 1)
    a1 = evaluate(ctx, tree, parts[4], variables);
  if (argc > 2)
    a2 = evaluate(ctx, tree, parts[5], variables);
  if (argc > 3)
    a3 = evaluate(ctx, tree, parts[6], variables);
  if (argc > 4)
    a4 = evaluate(ctx, tree, parts[7], variables);
  if (argc > PLC_REGISTER_ARGS) {
    Value rest = laterOperands(ctx, tree, parts, variables);
    for (int64_t i = argc - PLC_REGISTER_ARGS; i-- > 0; rest = plc_cdr(rest))
      ctx->argv[i] = plc_car(rest);
  }
  plc_code code =
      plc_is_procedure(procedure) ? codeOf(procedure) : rt_not_procedure;
  [[clang::musttail]] return code(ctx, procedure, argc, a0, a1, a2, a3, a4);
}

} // namespace

extern "C" PLC_LISP_CC __attribute__((visibility("hidden"))) plc_value
plc_form_tree_code(PLC_LISP_PARAMETERS) {
  if (argc != 0)
    [[clang::musttail]] return rt_arity_error(ctx, self, argc, a0, a1, a2, a3,
                                              a4);
  [[clang::musttail]] return tailCode(ctx, freeVariable(self, 0), 2,
                                      plc_fixnum(0), PLC_NULL, a2, a3, a4);
}
PLC_LISP_ENTRY(plc_form_tree, plc_form_tree_code, 0, 0, "program");

/// A string that cannot be changed.
static Value literalString(Context *ctx, const plc_tree_name &name) {
  Value string = makeString(ctx, name.text, size_t(name.bytes));
  constexpr unsigned immutableFlag = 1;
  plc_object_words(string)[0] =
      PLC_HEADER(PLC_KIND_STRING, immutableFlag, lengthOf(string));
  return string;
}

plc_value plc::rt::makeTreeProcedure(plc_context *ctx,
                                     const plc_tree_source &source) {
  Value tree =
      allocateObject(ctx, PLC_KIND_VECTOR, 0, source.count, plc_fixnum(0));
  Value *words = plc_fields(tree);
  memcpy(words, source.words, source.count * sizeof(Value));
  for (uint64_t i = 0; i < source.value_count; ++i)
    store(ctx, words + source.value_words[i], source.values[i]);
  for (uint64_t i = 0; i < source.text_count; ++i) {
    const plc_tree_text &text = source.texts[i];
    store(ctx, words + text.word,
          text.is_symbol
              ? intern(ctx, text.name.text, size_t(text.name.bytes))
              : literalString(ctx, text.name));
  }
  return makeClosure(ctx, plc_form_tree, 1, &tree);
}
