//===- Text.h - the IR as text, both ways -----------------------*- C++ -*-===//
//
//   module @"(scheme base)" stage(canonical) program library evaluator
//   import "(scheme write)"
//   global @"plc:(user):f" "f" procedure(1, -1) = @f
//   global @"plc:(user):x" "x" external
//   global @"plc:(user):g" "g" external procedure(1, 1) returns-one
//
//   func @f(%n: any, rest %r: any) -> any in @parent lisp-name "f" lisp-note "(n . r)" {
//   ^entry:
//     %one = const 1 : fixnum
//     %sum = prim "+"(%n, %one) : number
//     %big = fx.lt %one, %one : bool
//     branch %big, ^next(%sum), ^exit
//   ^next(%s: number):
//     ...
//
// What prints, parses, and prints again to identical text, names included.
// Names are unique in a function and all functions nested in it; values and
// blocks without a name are numbered. Names with odd characters are quoted:
// @"plc:(user):f", %"a b", ^"".
//
// An op is `results = spelling attribute operands : type`, where the attribute
// is what Ops.def says: a datum as Lisp text, @global, @function, a "primitive"
// or "variable name" in quotes, a type, a number, or the symbol, name and
// signature of a native function in quotes. Calls have their arguments
// in parentheses. With locations, each op ends with loc("file":line:column).
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_TEXT_H
#define PLC_IR_TEXT_H

#include "ir/Module.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>

namespace plc::ir {

struct PrintOptions {
  bool locations = false;
  /// With locations: where the user wrote the text or the macro use it came
  /// from, as debug information has it.
  bool writtenPlaces = false;
  /// Called after the line of each op, and with null after a function's head.
  std::function<void(const Op *, llvm::raw_ostream &)> annotate;
};

void print(const Module &module, llvm::raw_ostream &out,
           const PrintOptions &options = {});
/// One function, with the names it has in print of the whole module.
void print(const Function &function, llvm::raw_ostream &out,
           const PrintOptions &options = {});

/// Errors read "FILE:LINE:COLUMN: error: MESSAGE". Locations of ops refer to
/// files of `sources`; for names unknown there, files of blanks are added.
llvm::Expected<std::unique_ptr<Module>> parseModule(llvm::StringRef text,
                                                    llvm::StringRef fileName,
                                                    SourceManager &sources,
                                                    Interner &interner);

} // namespace plc::ir
#endif // PLC_IR_TEXT_H
