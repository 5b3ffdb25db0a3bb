//===- VerifyDiagnostics.cpp - expected-error comments --------------------===//
//
// Tests write what they expect beside it:
//
//   (vector-ref v)  ; expected-error {{wrong number of arguments}}
//   ; expected-warning@+1 {{unbound variable `x`}}
//
// A number after @ is a distance in lines. The text is part of the message or
// of the label. Every diagnostic must be expected and every expectation met.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/Compiler.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace plc::driver {
namespace {

struct Expectation {
  uint32_t file, line;
  ir::Severity severity;
  StringRef text;
  bool isMet = false;
};

void collect(const ir::SourceManager &sources, uint32_t file,
             std::vector<Expectation> &result) {
  StringRef text = sources.fileText(file);
  constexpr StringLiteral marker = "expected-";
  for (size_t at = text.find(marker); at != StringRef::npos;
       at = text.find(marker, at + 1)) {
    StringRef rest = text.drop_front(at + marker.size());
    Expectation expectation;
    if (rest.consume_front("error"))
      expectation.severity = ir::Severity::Error;
    else if (rest.consume_front("warning"))
      expectation.severity = ir::Severity::Warning;
    else
      continue;
    int distance = 0;
    if (rest.consume_front("@")) {
      rest.consume_front("+");
      if (rest.consumeInteger(10, distance))
        continue;
    }
    rest = rest.ltrim(' ');
    size_t end = rest.find("}}");
    if (!rest.consume_front("{{") || end == StringRef::npos)
      continue;
    expectation.file = file;
    expectation.line = sources.lineColumn(file, at).line + distance;
    expectation.text = rest.take_front(end - 2);
    result.push_back(expectation);
  }
}

} // namespace

bool verifyDiagnostics(const frontend::Session &session) {
  const ir::SourceManager &sources = session.sources;
  std::vector<Expectation> expectations;
  for (uint32_t file = 0; file < sources.fileCount(); ++file)
    collect(sources, file, expectations);
  bool isGood = true;
  for (const auto &diagnostic : session.diagnostics.all()) {
    const ir::Span &span = sources.span(diagnostic->location);
    // Text from a macro counts where the user wrote the macro use.
    ir::Location place = diagnostic->location;
    while (place.isKnown() && sources.span(place).expandedFrom.isKnown())
      place = sources.span(place).expandedFrom;
    auto matches = [&](Expectation &expectation) {
      if (expectation.isMet || expectation.severity != diagnostic->severity)
        return false;
      auto isAt = [&](ir::Location location) {
        return location.isKnown() &&
               sources.span(location).file == expectation.file &&
               sources.lineColumn(location).line == expectation.line;
      };
      return (isAt(diagnostic->location) || isAt(place) ||
              (!diagnostic->location.isKnown() && expectation.line == 1)) &&
             (StringRef(diagnostic->message).contains(expectation.text) ||
              StringRef(diagnostic->primaryLabel).contains(expectation.text));
    };
    auto found = llvm::find_if(expectations, matches);
    if (found != expectations.end()) {
      found->isMet = true;
      continue;
    }
    isGood = false;
    ir::LineColumn at = sources.lineColumn(diagnostic->location);
    errs() << sources.fileName(span.file) << ':' << at.line << ':' << at.column
           << ": unexpected "
           << (diagnostic->severity == ir::Severity::Error ? "error: "
                                                           : "warning: ")
           << diagnostic->message << '\n';
  }
  for (const Expectation &expectation : expectations) {
    if (expectation.isMet)
      continue;
    isGood = false;
    errs() << sources.fileName(expectation.file) << ':' << expectation.line
           << ": expected but not found: " << expectation.text << '\n';
  }
  return isGood;
}

} // namespace plc::driver
