//===- Pipeline.cpp - the order of passes ---------------------------------===//

#include "ir/Pipeline.h"

namespace plc::ir {

void buildPipeline(PassManager &passes, int optLevel) {
  // Every later pass expects values, not variables.
  passes.add("assignment-conversion");
  if (optLevel > 0) {
    // Small graphs first: everything below walks blocks.
    passes.add("simplify-cfg");
    // Producers and consumers are called like other procedures.
    passes.add("multiple-values");
    // Callees that other units define.
    if (optLevel > 1)
      passes.add("import-procedures");
    // Names callees, which inline and contify need.
    passes.add("known-calls");
    if (optLevel > 1) {
      // Before procedures become loops; its copies call what they were given.
      passes.add("specialize");
      passes.add("known-calls");
    }
    passes.add("no-return");
    passes.add("single-values");
    // Before fold, which makes use of constants and types.
    passes.add("constant-globals");
    // Loops first, so that their bodies are inlined into, and seen as loops by
    // the cost model of inline.
    passes.add("contify");
    passes.add("inline");
    // Inlined bodies meet constant arguments and tests already made.
    passes.add("fold");
    passes.add("simplify-cfg");
    passes.add("dead-code");
    // The form that others can make the most of: what follows makes it larger.
    passes.add("export-procedures");
    // Tests in one turn decide those of the next.
    passes.add("unroll");
    passes.add("fold");
    passes.add("simplify-cfg");
  }
  if (optLevel > 1) {
    // What was folded reveals callees; what was inlined, procedures that now
    // return to one place only.
    passes.add("multiple-values");
    passes.add("import-procedures");
    passes.add("known-calls");
    passes.add("specialize");
    passes.add("known-calls");
    passes.add("no-return");
    passes.add("single-values");
    passes.add("contify");
    passes.add("inline");
    passes.add("unroll");
    passes.add("fold");
    passes.add("simplify-cfg");
    passes.add("dead-code");
    // Nothing below looks into other procedures.
    passes.add("forget-imports");
  }
  if (optLevel > 0) {
    // Where a parameter decides whether a loop computes flonums, test it once.
    passes.add("speculate-flonums");
    // The same for what may be an object of another language.
    passes.add("speculate-vectors");
    // And for how far a loop of native calls counts.
    passes.add("speculate-counters");
    // Needs final loops and types; leaves conversions that cancel out.
    passes.add("unbox");
    passes.add("fold");
    passes.add("simplify-cfg");
    // What is left as a procedure gets parameters instead of a closure.
    passes.add("lambda-lift");
  }
  // Code generation knows no nested functions.
  passes.add("closure-conversion");
  if (optLevel > 0)
    // Captured values that nothing reads, procedures that nothing makes.
    passes.add("dead-code");
}

} // namespace plc::ir
