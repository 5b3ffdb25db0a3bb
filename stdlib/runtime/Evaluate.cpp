//===- Evaluate.cpp - eval and its like -----------------------------------===//
//
// The procedures themselves are written in Lisp (plc/eval.sld): what is
// evaluated is called from there like any procedure. Here the compiler is asked
// for that procedure.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Evaluate.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/FormTree.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/Start.h"
#include "stdlib/runtime/Text.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <unistd.h>

plc_evaluator *rt_evaluator;

namespace plc::rt {

/// The compiler's library; what is wrong otherwise, in `problem`.
static void *openLibrary(const char *path, char *problem, size_t size) {
  if (void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL))
    return library;
  // The path stands in the message already.
  bool isThere = access(path, R_OK) == 0;
  snprintf(problem, size, "%s", isThere ? dlerror() : "no such file");
  return nullptr;
}

static plc_evaluator *evaluator(Context *ctx) {
  if (rt_evaluator)
    return rt_evaluator;
  char problem[400] = "";
  const char *given = getenv("PLC_JIT");
  const char *path = given && *given         ? given
                     : &plc_program_host     ? plc_program_host.library
                                             : nullptr;
  if (path && &plc_program_host) {
    if (void *library = openLibrary(path, problem, sizeof problem)) {
      auto *open = reinterpret_cast<plcjit_open_evaluator_fn *>(
          dlsym(library, "plcjit_open_evaluator"));
      if (open && open(&plc_program_host) == 0 && rt_evaluator)
        return rt_evaluator;
      snprintf(problem, sizeof problem, "it belongs to another version of plc");
    }
  }
  char text[1200];
  snprintf(text, sizeof text,
           "eval: cannot open the compiler `%.500s`: %s; install plc there, or "
           "set PLC_JIT to the path of libplcjit.so",
           path ? path : "libplcjit.so",
           *problem ? problem : "the program was linked without it");
  raiseCondition(ctx, "no-evaluator", text, PLC_NULL);
}

/// The answer to a request, or a raise.
static Value finish(Context *ctx, int status, Value result) {
  switch (status) {
  case PLC_EVALUATED:
    return result;
  case PLC_EVAL_RAISED:
    raise(ctx, result);
  case PLC_EVAL_ESCAPED:
    plc_resume_pending(ctx);
    break;
  }
  // An irritant is what cannot be told in the message; there is none.
  raiseCondition(ctx, rt_evaluator->type, rt_evaluator->message, PLC_NULL);
}

extern "C" PLC_LISP_CC __attribute__((visibility("hidden"))) plc_value
plc_evaluated_constant_code(plc_context *, plc_value self, int64_t, plc_value,
                            plc_value, plc_value, plc_value, plc_value) {
  return freeVariable(self, 0);
}
PLC_LISP_ENTRY(plc_evaluated_constant, plc_evaluated_constant_code, 0, 0,
               "program");

static Value finishProcedure(Context *ctx, int status, Value result) {
  if (status == PLC_EVAL_CONSTANT)
    return makeClosure(ctx, plc_evaluated_constant, 1, &result);
  if (status == PLC_EVAL_TREE)
    return makeTreeProcedure(
        ctx, *reinterpret_cast<const plc_tree_source *>(result));
  if (status == PLC_EVAL_CODE)
    return makeClosure(ctx, reinterpret_cast<void *>(result), 0, nullptr);
  return finish(ctx, status, result);
}

/// Word 0 name, word 1 number.
static Value makeEnvironment(Context *ctx, const char *name, Value number) {
  Value symbol = intern(ctx, name);
  Value made =
      allocateObject(ctx, PLC_KIND_ENVIRONMENT, 0, 2, plc_fixnum(0));
  store(ctx, plc_fields(made), symbol);
  store(ctx, plc_fields(made) + 1, number);
  return made;
}

static int64_t checkEnvironment(Context *ctx, const char *who, Value v) {
  if (!plc_is_kind(v, PLC_KIND_ENVIRONMENT))
    wrongType(ctx, who, 2, "an environment", v);
  return plc_fixnum_value(plc_fields(v)[1]);
}

extern "C" Value prim_EvalProcedure(Context *ctx, Value expression,
                                    Value environment) {
  int64_t number = checkEnvironment(ctx, "eval", environment);
  Value result = PLC_UNSPECIFIED;
  int status = evaluator(ctx)->compile(ctx, expression, number, &result);
  return finishProcedure(ctx, status, result);
}

extern "C" Value prim_Environment(Context *ctx, Value sets) {
  Value number = plc_fixnum(0);
  int status = evaluator(ctx)->environment(ctx, sets, &number);
  return makeEnvironment(ctx, "imports", finish(ctx, status, number));
}

extern "C" Value prim_InteractionEnvironment(Context *ctx) {
  Value number = plc_fixnum(0);
  int status = evaluator(ctx)->interaction(ctx, &number);
  return makeEnvironment(ctx, "interaction", finish(ctx, status, number));
}

extern "C" Value prim_LoadOpen(Context *ctx, Value path, Value environment) {
  if (!isString(path))
    wrongType(ctx, "load", 1, "a string", path);
  int64_t number = checkEnvironment(ctx, "load", environment);
  Value source = plc_fixnum(0);
  int status = evaluator(ctx)->open(ctx, path, number, &source);
  return finish(ctx, status, source);
}

extern "C" Value prim_LoadNext(Context *ctx, Value source) {
  Value result = PLC_FALSE;
  int status =
      evaluator(ctx)->next(ctx, plc_fixnum_value(source), &result);
  return finishProcedure(ctx, status, result);
}

} // namespace plc::rt

void rt_register_program(plc_context *ctx) {
  if (!&plc_program_host)
    return;
  // Static symbols are the symbols of their name only if nothing interned it
  // before.
  const plc_unit *const *unit = plc_program_host.standard_units;
  for (; *unit; ++unit)
    rt_register_unit(ctx, *unit);
}
