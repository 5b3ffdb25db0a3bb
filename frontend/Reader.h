//===- Reader.h - source text to forms --------------------------*- C++ -*-===//
//
// Reads a file with the Tree-sitter grammar and reports every error in it. The
// forms around errors are kept, so that later stages can find more.
//
//   'x                 (quote x), the identifier placed at the mark
//   #"a {b} c"         (%interpolate "a " b " c")
//   [a b]              a List with Square brackets
//   {a b}              a Map
//   (a . [b])          keeps its tail: [b] may become a vector
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_READER_H
#define PLC_FRONTEND_READER_H

#include "frontend/Syntax.h"
#include "ir/support/Diagnostics.h"
#include "ir/support/Interner.h"

namespace plc::frontend {

class Reader {
public:
  Reader(ir::SourceManager &sources, ir::Interner &interner,
         ir::DiagnosticEngine &diagnostics)
      : sources(sources), interner(interner), diagnostics(diagnostics) {}

  /// All forms of a file, with case folded from the start if asked (as by
  /// include-ci). `#!fold-case` holds to the end of the file.
  llvm::ArrayRef<const Syntax *> read(uint32_t file, bool foldCase = false);

private:
  ir::SourceManager &sources;
  ir::Interner &interner;
  ir::DiagnosticEngine &diagnostics;
};

/// True unless the text ends inside a form, a string, a comment or after a
/// prefix such as a quote: the REPL asks whether Enter submits. Text with an
/// error that more text cannot mend is complete.
bool isComplete(llvm::StringRef text);

} // namespace plc::frontend
#endif // PLC_FRONTEND_READER_H
