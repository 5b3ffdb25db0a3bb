//===- Parameters.cpp - parameter objects ---------------------------------===//
//
// A parameter object is a closure over its PARAMETER. Bindings lie in
// ctx->params, an alist from PARAMETER to box, which continuations save.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"

using namespace plc::rt;
using namespace plc::rt::detail;

extern "C" __attribute__((visibility("hidden")))
const char plc_entry_parameter[];

namespace {
enum { ParameterValueField, ParameterConverter };
}

bool plc::rt::isParameter(Value procedure) {
  return plc_is_procedure(procedure) &&
         plc_fields(procedure)[0] ==
             reinterpret_cast<uint64_t>(plc_entry_parameter);
}

/// Where the value of the innermost binding lies.
static uint64_t *currentField(Context *ctx, Value parameter) {
  for (Value list = ctx->params; list != PLC_NULL; list = plc_cdr(list))
    if (plc_car(plc_car(list)) == parameter)
      return plc_fields(plc_cdr(plc_car(list)));
  return plc_fields(parameter) + ParameterValueField;
}

Value plc::rt::parameterValue(Context *ctx, Value procedure) {
  return *currentField(ctx, freeVariable(procedure, 0));
}

static Value convert(Context *ctx, Value converter, Value v) {
  if (converter == PLC_FALSE)
    return v;
  Value result = callLisp(ctx, converter, 1, &v);
  if (result == PLC_MV)
    rt_cold_wrong_values(ctx, 1, result);
  return result;
}

/// With an argument it changes the innermost binding, as parameters of SRFI 39
/// did before R7RS left it open.
extern "C" PLC_LISP_CC __attribute__((visibility("hidden"))) plc_value
plc_parameter_code(PLC_LISP_PARAMETERS) {
  if (argc == 0)
    return parameterValue(ctx, self);
  if (argc != 1) [[clang::musttail]]
    return rt_arity_error(ctx, self, argc, a0, a1, a2, a3, a4);
  Value parameter = freeVariable(self, 0);
  Value v = convert(ctx, plc_fields(parameter)[ParameterConverter], a0);
  store(ctx, currentField(ctx, parameter), v);
  return PLC_UNSPECIFIED;
}
PLC_LISP_ENTRY(plc_entry_parameter, plc_parameter_code, 0, 1, "parameter");

extern "C" PLC_LISP_CC plc_value prim_MakeParameter(PLC_LISP_PARAMETERS) {
  if (argc < 1 || argc > 2)
    PLC_WRONG_COUNT(MakeParameter);
  (void)self;
  Value converter = argc == 2 ? a1 : PLC_FALSE;
  Value initial = convert(ctx, converter, a0);
  Value parameter = allocateObject(ctx, PLC_KIND_PARAMETER, 0, 2, PLC_FALSE);
  plc_fields(parameter)[ParameterValueField] = initial;
  plc_fields(parameter)[ParameterConverter] = converter;
  return makeClosure(ctx, plc_entry_parameter, 1, &parameter);
}

extern "C" PLC_LISP_CC plc_value prim_ParameterBind(PLC_LISP_PARAMETERS) {
  if (argc != 3)
    PLC_WRONG_COUNT(ParameterBind);
  (void)self;
  Value thunk = a2;
  Value outer = ctx->params, inner = outer;
  // All converters run outside the new bindings.
  Value values = a1;
  for (Value p = a0; plc_is_pair(p) && plc_is_pair(values);
       p = plc_cdr(p), values = plc_cdr(values)) {
    Value procedure = plc_car(p);
    if (!isParameter(procedure))
      wrongType(ctx, "parameterize", 1, "a parameter object", procedure);
    Value parameter = freeVariable(procedure, 0);
    Value v = convert(ctx, plc_fields(parameter)[ParameterConverter],
                      plc_car(values));
    Value box = allocateObject(ctx, PLC_KIND_BOX, 0, 1, v);
    inner = cons(ctx, cons(ctx, parameter, box), inner);
  }
  ctx->params = inner;
  Value result = callLisp(ctx, thunk, 0, nullptr);
  ctx->params = outer;
  return result;
}
