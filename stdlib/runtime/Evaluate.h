//===- Evaluate.h - the door to the compiler --------------------*- C++ -*-===//
//
// What eval and its like need of libplcjit.so. plc run and plc repl set the
// table; a program that was built and mentions them finds where the library
// lies in plc_program_host and opens it at the first use. Plain C data.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_EVALUATE_H
#define PLC_RUNTIME_EVALUATE_H

#include "stdlib/Context.h"
#include "stdlib/runtime/Anchor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// How a request ended.
enum plc_evaluation {
  PLC_EVALUATED,     ///< *result is the answer
  PLC_EVAL_CODE,     ///< a procedure: *result is the address of its code
  PLC_EVAL_TREE,     ///< a procedure: *result is the address of its plc_tree_source
  PLC_EVAL_CONSTANT, ///< the procedure would do nothing but return *result
  PLC_EVAL_FAILED,   ///< a condition: `type` and `message` say what is wrong
  PLC_EVAL_RAISED,   ///< *result was raised by code that had to run first
  PLC_EVAL_ESCAPED   ///< that code left by a continuation: plc_resume_pending
};

/// Environments and sources of load are numbers; procedures take no arguments.
/// Nothing here raises; texts stay valid until the next request.
typedef struct plc_evaluator {
  const char *type, *message;
  /// Procedure that evaluates an expression.
  int (*compile)(plc_context *ctx, plc_value expression, int64_t environment,
                 plc_value *result);
  /// Environment of a list of import sets.
  int (*environment)(plc_context *ctx, plc_value sets, plc_value *result);
  int (*interaction)(plc_context *ctx, plc_value *result);
  /// Reads a file for load.
  int (*open)(plc_context *ctx, plc_value path, int64_t environment,
              plc_value *result);
  /// Procedure that evaluates its next form, or #f.
  int (*next)(plc_context *ctx, int64_t source, plc_value *result);
} plc_evaluator;

/// Set by libplcjit.so.
extern plc_evaluator *rt_evaluator;

/// A pair of texts: path and contents.
typedef struct plc_source {
  const char *path, *text;
} plc_source;

/// What `plc build` knows of a program that evaluates.
typedef struct plc_program {
  uint64_t struct_size;
  /// libplcjit.so, and what the compiler in it needs beside.
  const char *library;
  const char *library_dir;
  const plc_anchor *runtime;
  const plc_anchor *standard_symbols;
  const plc_unit *const *standard_units;
  /// What the program's own units define; ends with a null name.
  const plc_anchor *symbols;
  /// The program's own units, and null.
  const plc_unit *const *units;
  /// The program's file first, then those of its libraries; ends with null.
  const plc_source *sources;
  /// Folders searched for libraries; ends with null.
  const char *const *library_path;
  /// The top level is the interaction environment.
  uint64_t is_open;
} plc_program;

/// Defined by programs that evaluate.
__attribute__((weak, visibility("hidden"))) extern const plc_program
    plc_program_host;

/// In libplcjit.so: sets rt_evaluator.
typedef int plcjit_open_evaluator_fn(const plc_program *program);

/// What lies in memory for one evaluated form, its owner: code and data.
typedef struct plc_code_memory {
  uint64_t start, end;
  uint32_t owner;
} plc_code_memory;

/// Collects, and sets isReached[owner] for each owner of memory that something
/// may refer to. `memory` is ordered by address, count > 0.
void rt_find_code_references(plc_context *ctx, const plc_code_memory *memory,
                             uint64_t count, uint8_t *isReached);

/// Undoes rt_register_unit; the unit has no symbols of its own.
void rt_unregister_unit(plc_context *ctx, const plc_unit *unit);

/// Registers the units of a program that evaluates, before it runs.
void rt_register_program(plc_context *ctx);

#ifdef __cplusplus
} // extern "C"
#endif
#endif // PLC_RUNTIME_EVALUATE_H
