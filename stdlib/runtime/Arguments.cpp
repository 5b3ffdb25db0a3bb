//===- Arguments.cpp - argument lists, arity, apply, values ---------------===//
//
// What the calling convention needs beyond registers: rest lists, arity
// errors, `apply`, multiple values and case-lambda dispatch.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Backtrace.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/LispEntry.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/RuntimeCalls.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

Value makeClosure(Context *ctx, const void *entry, size_t freeVariables,
                  const Value *values) {
  size_t words = 2 + freeVariables;
  uint64_t *at = allocateWords(ctx, (words * 8 + 15) & ~size_t(15));
  at[0] = PLC_HEADER(PLC_KIND_CLOSURE, 0, freeVariables);
  at[1] = reinterpret_cast<uint64_t>(entry);
  for (size_t i = 0; i < freeVariables; ++i)
    at[2 + i] = values[i];
  if (words & 1)
    at[words] = 0;
  return reinterpret_cast<uint64_t>(at) | PLC_TAG_PROCEDURE;
}

//===--- Names and arities ------------------------------------------------===//

static const int32_t *entryPrefix(Value procedure) {
  return reinterpret_cast<const int32_t *>(plc_fields(procedure)[0] - 16);
}

extern "C" __attribute__((visibility("hidden")))
const char plc_entry_case_lambda_clauses[];

static bool isCaseLambda(Value procedure) {
  return plc_fields(procedure)[0] ==
         reinterpret_cast<uint64_t>(plc_entry_case_lambda_clauses);
}

void procedureArity(Value procedure, int64_t *least, int64_t *most) {
  const int32_t *prefix = entryPrefix(procedure);
  *least = prefix[0] & ~(NameIsOffset | HasNote);
  *most = prefix[1];
}

bool acceptsArguments(Value procedure, int64_t argc) {
  if (isCaseLambda(procedure)) {
    uint64_t clauses = plc_header_length(plc_header(procedure));
    for (uint64_t i = 0; i < clauses; ++i)
      if (acceptsArguments(freeVariable(procedure, i), argc))
        return true;
    return false;
  }
  int64_t least, most;
  procedureArity(procedure, &least, &most);
  return argc >= least && (most < 0 || argc <= most);
}

void callableArity(Value procedure, int64_t *least, int64_t *most) {
  procedureArity(procedure, least, most);
  uint64_t clauses =
      isCaseLambda(procedure) ? plc_header_length(plc_header(procedure)) : 0;
  for (uint64_t i = 0; i < clauses; ++i) {
    int64_t low, high;
    callableArity(freeVariable(procedure, i), &low, &high);
    *least = i && *least < low ? *least : low;
    *most = i && (*most < 0 || (high >= 0 && high < *most)) ? *most : high;
  }
}

/// Name, and behind its NUL perhaps a note; or null.
static const char *entryTexts(Value procedure) {
  const int32_t *prefix = entryPrefix(procedure);
  int64_t texts;
  memcpy(&texts, prefix + 2, sizeof texts);
  if (texts == 0)
    return nullptr;
  if (prefix[0] & NameIsOffset)
    texts += plc_fields(procedure)[0];
  return reinterpret_cast<const char *>(texts);
}

const char *procedureName(Value procedure) {
  // Clauses have the name of their definition.
  if (isCaseLambda(procedure) && plc_header_length(plc_header(procedure)))
    return procedureName(freeVariable(procedure, 0));
  const char *text = entryTexts(procedure);
  return text && *text ? text : nullptr;
}

/// The note in front of an entry, or null.
static const char *entryNote(Value procedure) {
  return entryPrefix(procedure)[0] & HasNote
             ? strchr(entryTexts(procedure), 0) + 1
             : nullptr;
}

static const char *docstringOf(const char *note) {
  const char *line = note ? strchr(note, '\n') : nullptr;
  return line ? line + 1 : nullptr;
}

bool procedureNote(Value procedure, ProcedureNote *note) {
  const char *text = entryNote(procedure), *docstring = docstringOf(text);
  if (isCaseLambda(procedure)) {
    // Parameters of the clause that has most of them, the first docstring.
    uint64_t clauses = plc_header_length(plc_header(procedure));
    int64_t widest = -1;
    for (uint64_t i = 0; i < clauses; ++i) {
      Value clause = freeVariable(procedure, i);
      int64_t least, most;
      procedureArity(clause, &least, &most);
      const char *its = entryNote(clause);
      if (its && least > widest) {
        widest = least;
        text = its;
      }
      docstring = docstring ? docstring : docstringOf(its);
    }
  }
  if (!text)
    return false;
  note->parameters = text;
  note->length = strcspn(text, "\n");
  note->docstring = docstring;
  return true;
}

//===--- Lists of arguments -----------------------------------------------===//

// argc counts the arguments in registers and ctx->argv; with PLC_ARGC_HAS_LIST
// it is PLC_ARGV_MAX and the others are in ctx->argv_rest.

__attribute__((noinline)) static Value
longArgumentList(Context *ctx, int64_t argc, int64_t first,
                 const Value *registers) {
  // The collector does not scan ctx->argv: copy to the stack first.
  Value copy[PLC_ARGV_MAX];
  Value list = PLC_NULL;
  if (argc & PLC_ARGC_HAS_LIST) {
    list = ctx->argv_rest;
    argc &= ~PLC_ARGC_HAS_LIST;
  }
  int64_t stacked = argc - PLC_REGISTER_ARGS;
  memcpy(copy, ctx->argv, stacked * sizeof(Value));
  int64_t i = argc - 1;
  for (; i >= PLC_REGISTER_ARGS && i >= first; --i)
    list = consFast(ctx, copy[i - PLC_REGISTER_ARGS], list);
  for (; i >= first; --i)
    list = consFast(ctx, registers[i], list);
  return list;
}

Value listFromArguments(Context *ctx, int64_t argc, int64_t first, Value a0,
                        Value a1, Value a2, Value a3, Value a4) {
  Value registers[PLC_REGISTER_ARGS] = {a0, a1, a2, a3, a4};
  return rt_list_from_args(ctx, argc, first, registers);
}

} // namespace plc::rt

plc_value plc::rt::detail::rt_list_from_args(Context *ctx, int64_t argc,
                                             int64_t first, void *spilled) {
  const Value *registers = static_cast<const Value *>(spilled);
  if (argc > PLC_REGISTER_ARGS)
    return longArgumentList(ctx, argc, first, registers);
  Value list = PLC_NULL;
  for (int64_t i = argc - 1; i >= first; --i)
    list = consFast(ctx, registers[i], list);
  return list;
}

//===--- Errors -----------------------------------------------------------===//

/// What a message calls a procedure; one without a name by its place.
static void describeProcedure(Value procedure, char *text, size_t size) {
  if (const char *name = procedureName(procedure)) {
    snprintf(text, size, "%.120s", name);
    return;
  }
  // Its entry, as the return address that symbolize() expects.
  plc_frame frames[MaxInlinedFrames];
  int count =
      symbolize(plc_fields(procedure)[0] + 1, frames, MaxInlinedFrames);
  const plc_frame *own = count > 0 ? &frames[count - 1] : nullptr;
  if (!own || !own->file || own->line == 0) {
    snprintf(text, size, "a procedure");
    return;
  }
  const char *slash = strrchr(own->file, '/');
  snprintf(text, size, "the procedure at %.80s:%d",
           slash ? slash + 1 : own->file, own->line);
}

static void raiseArity
    [[noreturn]] (Context *ctx, const char *name, int64_t least, int64_t most,
                  int64_t count, Value arguments) {
  char text[256];
  char range[64];
  if (most == least)
    snprintf(range, sizeof range, "%lld", (long long)least);
  else if (most < 0)
    snprintf(range, sizeof range, "at least %lld", (long long)least);
  else
    snprintf(range, sizeof range, "%lld to %lld", (long long)least,
             (long long)most);
  snprintf(text, sizeof text, "%s: expected %s argument%s, got %lld", name,
           range,
           least == 1 && most == 1 ? "" : "s", (long long)count);
  raiseCondition(ctx, "wrong-number-of-arguments", text, arguments);
}

extern "C" PLC_LISP_CC plc_value rt_arity_error(PLC_LISP_PARAMETERS) {
  Value rest = ctx->argv_rest;
  Value list = listFromArguments(ctx, argc, 0, a0, a1, a2, a3, a4);
  int64_t count = argc & ~PLC_ARGC_HAS_LIST;
  if (argc & PLC_ARGC_HAS_LIST)
    for (Value v = rest; plc_is_pair(v); v = plc_cdr(v))
      ++count;
  int64_t least, most;
  procedureArity(self, &least, &most);
  char name[128];
  describeProcedure(self, name, sizeof name);
  raiseArity(ctx, name, least, most, count, list);
}

extern "C" PLC_LISP_CC plc_value rt_not_procedure(PLC_LISP_PARAMETERS) {
  // It comes back with what is not foreign.
  if (rt_foreign_call) [[clang::musttail]]
    return rt_foreign_call(ctx, self, argc, a0, a1, a2, a3, a4);
  [[clang::musttail]] return raiseNotProcedure(ctx, self, argc, a0, a1, a2, a3,
                                               a4);
}

plc_value PLC_LISP_CC plc::rt::raiseNotProcedure(PLC_LISP_PARAMETERS) {
  raiseNotProcedure(ctx, self,
                    listFromArguments(ctx, argc, 0, a0, a1, a2, a3, a4));
}

void plc::rt::raiseNotProcedure(Context *ctx, Value object, Value arguments) {
  raiseCondition(ctx, "not-a-procedure", "the object called is not a procedure",
                 cons(ctx, object, arguments));
}

/// The values of a result as a list, and how many they are.
static Value takeValues(Context *ctx, Value got, int64_t *count) {
  *count = got == PLC_MV ? int64_t(ctx->nvals) : 1;
  if (got != PLC_MV)
    return list1(ctx, got);
  Value values = saveValues(ctx, got), list = PLC_NULL;
  for (int64_t i = *count - 1; i >= 0; --i)
    list = cons(ctx, plc_fields(values)[i], list);
  return list;
}

plc_value plc::rt::detail::rt_cold_wrong_values(Context *ctx, int64_t expected,
                                                Value got) {
  int64_t count;
  Value list = takeValues(ctx, got, &count);
  char text[96];
  snprintf(text, sizeof text, "expected %lld value%s, got %lld",
           (long long)expected, expected == 1 ? "" : "s", (long long)count);
  raiseCondition(ctx, "wrong-number-of-values", text, list);
}

void plc::rt::notCallable(Context *ctx, const char *who, int position,
                          Value v) {
  // Objects of other languages are called by rt_not_procedure.
  if (!isForeign(v))
    wrongType(ctx, who, position, "a procedure", v);
}

plc_value plc::rt::detail::rt_single_value(Context *ctx) {
  if (rt_foreign_values && rt_foreign_values(ctx)) {
    Value first = plc_values(ctx)[0];
    ctx->nvals = 0;
    return first;
  }
  return rt_cold_wrong_values(ctx, 1, PLC_MV);
}

//===--- apply ------------------------------------------------------------===//

/// (apply f x ... list) with the arguments as one list: the list f gets.
static Value flattenApplyList(Context *ctx, Value list) {
  // Reverse a copy of all but the last onto the last.
  Value reversed = PLC_NULL;
  while (plc_cdr(list) != PLC_NULL) {
    reversed = consFast(ctx, plc_car(list), reversed);
    list = plc_cdr(list);
  }
  Value result = plc_car(list);
  for (; reversed != PLC_NULL; reversed = plc_cdr(reversed))
    result = consFast(ctx, plc_car(reversed), result);
  return result;
}

extern "C" PLC_LISP_CC plc_value prim_Apply(PLC_LISP_PARAMETERS) {
  if (argc < 2)
    PLC_WRONG_COUNT(Apply);
  Value list = a1;
  int64_t given = 0; // arguments already in place
  if (argc > 2) {
    if (argc <= PLC_REGISTER_ARGS) {
      given = argc - 2;
      list = argc == 3 ? a2 : argc == 4 ? a3 : a4;
    } else {
      Value all = listFromArguments(ctx, argc, 1, a0, a1, a2, a3, a4);
      list = flattenApplyList(ctx, all);
    }
  }
  (void)self;
  checkCallable(ctx, "apply", 1, a0);
  Value callee = a0, whole = list;
  if (given) {
    a0 = a1;
    a1 = a2;
    a2 = a3;
  }
  int64_t n = given;
  for (; n < PLC_REGISTER_ARGS && plc_is_pair(list); ++n) {
    Value v = plc_car(list);
    list = plc_cdr(list);
    switch (n) {
    case 0:
      a0 = v;
      break;
    case 1:
      a1 = v;
      break;
    case 2:
      a2 = v;
      break;
    case 3:
      a3 = v;
      break;
    default:
      a4 = v;
      break;
    }
  }
  for (; n < PLC_ARGV_MAX && plc_is_pair(list); ++n) {
    ctx->argv[n - PLC_REGISTER_ARGS] = plc_car(list);
    list = plc_cdr(list);
  }
  if (list != PLC_NULL) {
    if (properListLength(list) < 0)
      wrongType(ctx, "apply", int(argc & 0xFFFF), "a proper list", whole);
    ctx->argv_rest = list;
    n |= PLC_ARGC_HAS_LIST;
  }
  plc_code code = plc_is_procedure(callee) ? codeOf(callee) : rt_not_procedure;
  [[clang::musttail]] return code(ctx, callee, n, a0, a1, a2, a3, a4);
}

//===--- Multiple values --------------------------------------------------===//

namespace plc::rt {

Value returnValues(Context *ctx, int64_t count, const Value *values) {
  if (count == 1)
    return values[0];
  if (count > PLC_VALUES_MAX) {
    Value all = allocateObject(ctx, PLC_KIND_VALUES, 0, count, PLC_FALSE);
    for (int64_t i = 0; i < count; ++i)
      store(ctx, plc_fields(all) + i, values[i]);
    return restoreValues(ctx, all);
  }
  if (count)
    memmove(ctx->vals, values, count * sizeof(Value));
  ctx->nvals = count;
  return PLC_MV;
}

Value saveValues(Context *ctx, Value result) {
  if (result != PLC_MV)
    return result;
  uint64_t count = ctx->nvals;
  if (count > PLC_VALUES_MAX) {
    ctx->nvals = 0;
    return ctx->vals[0];
  }
  Value saved = allocateObject(ctx, PLC_KIND_VALUES, 0, count, PLC_FALSE);
  memcpy(plc_fields(saved), ctx->vals, count * sizeof(Value));
  ctx->nvals = 0;
  return saved;
}

Value restoreValues(Context *ctx, Value saved) {
  // A VALUES object is never first-class, so no value is mistaken for one.
  if (!plc_is_kind(saved, PLC_KIND_VALUES))
    return saved;
  if (lengthOf(saved) <= PLC_VALUES_MAX)
    return returnValues(ctx, lengthOf(saved), plc_fields(saved));
  ctx->vals[0] = saved;
  ctx->nvals = lengthOf(saved);
  return PLC_MV;
}

/// Those of more than PLC_VALUES_MAX values that ctx->argv has no room for.
static Value listFromRest(Context *ctx) {
  static_assert(PLC_VALUES_MAX == PLC_ARGV_MAX);
  Value all = ctx->vals[0], rest = PLC_NULL;
  for (uint64_t i = lengthOf(all); i-- > PLC_VALUES_MAX;)
    rest = cons(ctx, plc_fields(all)[i], rest);
  return rest;
}

} // namespace plc::rt

plc_value plc::rt::detail::prim_Values(Context *ctx, int64_t argc,
                                       const Value *argv) {
  return returnValues(ctx, argc, argv);
}

extern "C" PLC_LISP_CC plc_value prim_CallWithValues(PLC_LISP_PARAMETERS) {
  if (argc != 2)
    PLC_WRONG_COUNT(CallWithValues);
  // No check of the two: optimised code calls them, and reports like a call.
  Value consumer = a1;
  Value result = callLisp(ctx, a0, 0, nullptr);
  [[clang::musttail]] return prim_PassValues(ctx, self, 2, consumer, result, a2,
                                             a3, a4);
}

extern "C" PLC_LISP_CC plc_value prim_PassValues(PLC_LISP_PARAMETERS) {
  (void)self;
  if (argc != 2)
    PLC_WRONG_COUNT(PassValues);
  Value consumer = a0, result = a1;
  int64_t n = 1;
  if (result == PLC_MV) {
    n = ctx->nvals;
    const Value *v = plc_values(ctx);
    int64_t flag = 0;
    if (n > PLC_VALUES_MAX) {
      ctx->argv_rest = listFromRest(ctx);
      v = plc_values(ctx); // the list may have moved them
      n = PLC_VALUES_MAX;
      flag = PLC_ARGC_HAS_LIST;
    }
    a0 = v[0];
    a1 = v[1];
    a2 = v[2];
    a3 = v[3];
    a4 = v[4];
    if (n > PLC_REGISTER_ARGS)
      memcpy(ctx->argv, v + PLC_REGISTER_ARGS,
             (n - PLC_REGISTER_ARGS) * sizeof(Value));
    n |= flag;
    ctx->nvals = 0;
  } else {
    a0 = result;
  }
  plc_code code =
      plc_is_procedure(consumer) ? codeOf(consumer) : rt_not_procedure;
  [[clang::musttail]] return code(ctx, consumer, n, a0, a1, a2, a3, a4);
}

// Compiled code has the next three in line.
plc_value plc::rt::detail::prim_ValuesP(Context *ctx, Value got, Value count) {
  int64_t n = plc_fixnum_value(count);
  return plc_bool(got == PLC_MV ? int64_t(ctx->nvals) == n : n == 1);
}
plc_value plc::rt::detail::prim_ValuesRef(Context *ctx, Value got, Value i) {
  return got == PLC_MV ? ctx->vals[plc_fixnum_value(i)] : got;
}
plc_value plc::rt::detail::prim_ValuesTaken(Context *ctx, Value) {
  ctx->nvals = 0;
  return PLC_UNSPECIFIED;
}

plc_value plc::rt::detail::prim_WrongValues(Context *ctx, Value got,
                                            Value expected, Value name) {
  int64_t count, n = plc_fixnum_value(expected);
  Value list = takeValues(ctx, got, &count);
  char text[121];
  size_t bytes;
  char *utf8 = toUtf8(ctx, name, &bytes);
  snprintf(text, sizeof text, "%s", utf8);
  free(utf8);
  raiseArity(ctx, text, n, n, count, list);
}

//===--- case-lambda ------------------------------------------------------===//

[[gnu::noinline, noreturn]] static void
noClause(Context *ctx, Value self, int64_t argc, Value a0, Value a1, Value a2,
         Value a3, Value a4) {
  Value list = listFromArguments(ctx, argc, 0, a0, a1, a2, a3, a4);
  // The clauses have the name of what they define.
  char name[128] = "case-lambda", text[200];
  if (plc_header_length(plc_header(self)))
    describeProcedure(freeVariable(self, 0), name, sizeof name);
  snprintf(text, sizeof text, "%s: no clause takes these arguments", name);
  raiseCondition(ctx, "wrong-number-of-arguments", text, list);
}

extern "C" PLC_LISP_CC __attribute__((visibility("hidden"))) plc_value
plc_case_lambda_code(PLC_LISP_PARAMETERS) {
  const Value *clause = plc_fields(self) + 1;
  const Value *end = clause + plc_header_length(plc_header(self));
  for (; clause != end; ++clause) {
    int64_t least, most;
    procedureArity(*clause, &least, &most);
    if (argc < least || (most >= 0 && argc > most))
      continue;
    plc_code code = codeOf(*clause);
    // A clause that is a case-lambda itself says that it takes all.
    if (code == reinterpret_cast<plc_code>(
                    const_cast<char *>(plc_entry_case_lambda_clauses)) &&
        !acceptsArguments(*clause, argc))
      continue;
    [[clang::musttail]] return code(ctx, *clause, argc, a0, a1, a2, a3, a4);
  }
  noClause(ctx, self, argc, a0, a1, a2, a3, a4);
}
PLC_LISP_ENTRY(plc_entry_case_lambda_clauses, plc_case_lambda_code, 0, -1,
               "case-lambda");

plc_value plc::rt::detail::prim_CaseLambda(Context *ctx, int64_t argc,
                                           const Value *argv) {
  for (int64_t i = 0; i < argc; ++i)
    if (!plc_is_procedure(argv[i]))
      wrongType(ctx, "case-lambda", int(i + 1), "a procedure", argv[i]);
  return makeClosure(ctx, plc_entry_case_lambda_clauses, argc, argv);
}

plc_value plc::rt::detail::prim_ProcedureP(Context *, Value v) {
  return plc_bool(plc_is_procedure(v));
}

plc_value plc::rt::detail::prim_CallableP(Context *, Value v) {
  return plc_bool(plc_is_procedure(v) || plc_is_kind(v, PLC_KIND_FOREIGN));
}

plc_value plc::rt::detail::prim_ProcedureName(Context *ctx, Value procedure) {
  if (!plc_is_procedure(procedure))
    wrongType(ctx, "procedure-name", 1, "a procedure", procedure);
  const char *name = procedureName(procedure);
  return name ? intern(ctx, name) : PLC_FALSE;
}
