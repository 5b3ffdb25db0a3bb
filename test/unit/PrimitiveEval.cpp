//===- PrimitiveEval.cpp - calls primitives written as text ----------------===//
#include "test/unit/PrimitiveEval.h"
#include "stdlib/runtime/Port.h"
#include "test/unit/LispProcedure.h"

#include <cstdlib>
#include <cstring>

using namespace plc::rt;

namespace {

struct Row {
  const char *name;
  Value procedure;
};
Value findPrimitive(const char *name) {
  static const Row rows[] = {
#define PRIMITIVE(Id, Name, Min, Max, Type, Effects, Lowering, Doc)            \
  {Name, primitive(Id)},
#include "stdlib/Primitives.def"
  };
  for (const Row &row : rows)
    if (strcmp(row.name, name) == 0)
      return row.procedure;
  return PLC_FALSE;
}

Value evaluate(Context *ctx, Value form) {
  if (isSymbol(form)) {
    char *name = toUtf8(ctx, symbolName(form), nullptr);
    Value procedure = findPrimitive(name);
    free(name);
    if (procedure == PLC_FALSE)
      raiseCondition(ctx, "unbound-variable", "unbound", list1(ctx, form));
    return procedure;
  }
  if (!plc_is_pair(form))
    return form;
  if (plc_car(form) == intern(ctx, "quote"))
    return plc_car(plc_cdr(form));
  if (plc_car(form) == intern(ctx, "let1")) { // (let1 x e body): x by name
    Value name = plc_car(plc_cdr(form));
    Value value = evaluate(ctx, plc_car(plc_cdr(plc_cdr(form))));
    Value quoted = list2(ctx, intern(ctx, "quote"), value);
    Value body = plc_cdr(plc_cdr(plc_cdr(form)));
    Value result = PLC_UNSPECIFIED;
    for (; plc_is_pair(body); body = plc_cdr(body)) {
      // Substitutes in the arguments, in place: forms are used once.
      auto substitute = [&](auto &self, Value v) -> Value {
        if (v == name)
          return quoted;
        if (plc_is_pair(v) && plc_car(v) != intern(ctx, "quote")) {
          store(ctx, &plc_object_words(v)[0], self(self, plc_car(v)));
          store(ctx, &plc_object_words(v)[1], self(self, plc_cdr(v)));
        }
        return v;
      };
      result = evaluate(ctx, substitute(substitute, plc_car(body)));
    }
    return result;
  }
  Value argv[16];
  int64_t argc = 0;
  Value callee = evaluate(ctx, plc_car(form));
  for (Value p = plc_cdr(form); plc_is_pair(p); p = plc_cdr(p))
    argv[argc++] = evaluate(ctx, plc_car(p));
  return callLisp(ctx, callee, argc, argv);
}

const std::string *input;
std::string *output;

void show(Context *ctx, Value v, WriteStyle style) {
  Value port = detail::prim_OpenOutputString(ctx);
  writeDatum(ctx, port, v, style);
  output->append(reinterpret_cast<char *>(portBytes(port)),
                 portState(port)->end);
}

} // namespace

LISP(evaluateInput, 0, 0) {
  Value port =
      openMemoryInput(ctx, reinterpret_cast<const uint8_t *>(input->data()),
                      input->size(), PortState::Textual | PortState::Surrogates);
  Value value = evaluate(ctx, readDatum(ctx, port));
  if (value != PLC_MV) {
    show(ctx, value, WriteStyle::Write);
    return PLC_TRUE;
  }
  Value copy[8];
  uint64_t count = ctx->nvals;
  memcpy(copy, ctx->vals, count * sizeof(Value));
  ctx->nvals = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (i > 0)
      *output += ' ';
    show(ctx, copy[i], WriteStyle::Write);
  }
  return PLC_TRUE;
}

std::string evalPrimitives(const std::string &text, bool message) {
  std::string result;
  input = &text;
  output = &result;
  static char name[] = "test";
  static char *argv[] = {name, nullptr};
  plc_context *ctx = plc_runtime_start(1, argv);
  plc_run_on_lisp_stack(
      ctx,
      [](plc_context *ctx, void *arg) {
        Value unused;
        if (plc_enter(ctx, procedure(evaluateInput), 0, nullptr, &unused) == 0)
          return 0;
        output->assign("!");
        Value object = plc_pending_object(ctx);
        if (!isCondition(object)) {
          show(ctx, object, WriteStyle::Write);
          return 0;
        }
        show(ctx, conditionField(object, ConditionKind), WriteStyle::Display);
        if (*static_cast<bool *>(arg)) {
          *output += ' ';
          show(ctx, conditionField(object, ConditionText), WriteStyle::Display);
        }
        return 0;
      },
      &message);
  return result;
}
