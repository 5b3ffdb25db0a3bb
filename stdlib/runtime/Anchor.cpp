//===- Anchor.cpp - the runtime as a table of names and addresses ---------===//
//
// libplcjit.so receives this table and defines its names as absolute symbols.
// Linked only into programs that can evaluate code.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Anchor.h"
#include "stdlib/runtime/Backtrace.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Evaluate.h"
#include "stdlib/runtime/FormTree.h"
#include "stdlib/runtime/Globals.h"
#include "stdlib/runtime/NativeFaults.h"
#include "stdlib/runtime/Port.h"
#include "stdlib/runtime/PrimitiveClosures.h"
#include "stdlib/runtime/Runtime.h"
#include "stdlib/runtime/RuntimeCalls.h"
#include "stdlib/runtime/Start.h"

using namespace plc::rt;
using namespace plc::rt::detail;

#define ENTRY(NAME) {#NAME, reinterpret_cast<const void *>(&NAME)},

const plc_anchor plc_anchor_table[] = {
#define RUNTIME_CALL(NAME, SIGNATURE, ATTRIBUTES, DOC) ENTRY(NAME)
#define LISP_ENTRY(NAME, DOC) ENTRY(NAME)
#include "stdlib/RuntimeCalls.def"
#define PRIMITIVE(ID, NAME, MIN, MAX, TYPE, EFFECTS, LOWERING, DOC)            \
  ENTRY(prim_##ID) ENTRY(plc_prim_##ID)
#include "stdlib/Primitives.def"
    // clang-format off
    ENTRY(plc_main)
    ENTRY(plc_runtime_start)
    ENTRY(plc_run_on_lisp_stack)
    ENTRY(rt_register_unit)
    ENTRY(rt_unregister_unit)
    ENTRY(rt_find_code_references)
    ENTRY(rt_run_unit)
    ENTRY(plc_enter)
    ENTRY(plc_pending_object)
    ENTRY(plc_resume_pending)
    ENTRY(plc_report_condition)
    ENTRY(plc_exit)
    ENTRY(plc_wait_for_input)
    ENTRY(rt_symbolize_hook)
    ENTRY(rt_is_jit_code)
    ENTRY(rt_report_native_fault)
    ENTRY(rt_global_ref_hook)
    ENTRY(rt_global_set_hook)
    ENTRY(rt_exit_hook)
    ENTRY(rt_evaluator)
    ENTRY(rt_output_hook)
    ENTRY(exitOnUnhandled)
    // clang-format on
    {"rt_context", &theContext},
    {"rt_make_tree_procedure",
     reinterpret_cast<const void *>(&makeTreeProcedure)},
    {nullptr, nullptr},
};
