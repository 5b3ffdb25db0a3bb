//===- Diagnostics.cpp - the table and the engine of diagnostics ----------===//
//
// The table holds what each diagnostic says; the engine substitutes the
// arguments and keeps the list. Render.cpp writes it.
//
//===----------------------------------------------------------------------===//

#include "ir/support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace plc::ir {

static const DiagnosticRow table[] = {
#define DIAGNOSTIC(Id, Code, Level, Text, Label, Explanation)                  \
  {#Id, Code, Severity::Level, Text, Label, Explanation},
#include "ir/support/Diagnostics.def"
};

const DiagnosticRow &diagnosticRow(Diag id) {
  return table[static_cast<size_t>(id)];
}

const DiagnosticRow *findDiagnostic(llvm::StringRef code) {
  for (const DiagnosticRow &row : table)
    if (code.equals_insensitive(row.code))
      return &row;
  return nullptr;
}

/// Replaces {0}, {1}, ... by the arguments; other braces stay as they are.
static std::string substitute(llvm::StringRef text,
                              llvm::ArrayRef<llvm::StringRef> args) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' && i + 2 < text.size() && llvm::isDigit(text[i + 1]) &&
        text[i + 2] == '}') {
      size_t n = text[i + 1] - '0';
      if (n < args.size())
        result += args[n];
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

DiagnosticBuilder &DiagnosticBuilder::primaryLabel(std::string text) {
  d->primaryLabel = std::move(text);
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::label(Location location,
                                            std::string text) {
  d->secondary.push_back({location, std::move(text)});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::note(std::string text) {
  d->notes.push_back(std::move(text));
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::help(std::string text) {
  d->helps.push_back(std::move(text));
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::edit(Location location,
                                           std::string replacement) {
  d->edits.push_back({location, std::move(replacement)});
  return *this;
}

DiagnosticBuilder
DiagnosticEngine::report(Diag id, Severity severity, Location location,
                         llvm::ArrayRef<llvm::StringRef> args) {
  const DiagnosticRow &row = diagnosticRow(id);
  auto d = std::make_unique<Diagnostic>();
  d->id = id;
  d->severity = severity;
  d->location = location;
  d->message = substitute(row.text, args);
  d->primaryLabel = substitute(row.label, args);
  // The same id at the same text is one thing to mend; without a place, two
  // diagnostics are the same only if they say the same.
  const Span &at = sources.span(location);
  bool isDuplicate =
      !seen.emplace(id, at.file, at.begin, at.end, at.expandedFrom.index,
                    location.isKnown() ? std::string() : d->message)
           .second;
  if (isDuplicate) {
    dropped = std::move(d);
    return DiagnosticBuilder(dropped.get());
  }
  ++(severity == Severity::Error ? errors : warnings);
  list.push_back(std::move(d));
  return DiagnosticBuilder(list.back().get());
}

void DiagnosticEngine::clear() {
  list.clear();
  dropped.reset();
  seen.clear();
  errors = warnings = 0;
}

/// Two neighbours swapped: one slip of the finger, though two edits.
static bool isSwap(llvm::StringRef a, llvm::StringRef b) {
  if (a.size() != b.size())
    return false;
  size_t i = 0;
  while (i < a.size() && a[i] == b[i])
    ++i;
  return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] &&
         a.substr(i + 2) == b.substr(i + 2);
}

llvm::StringRef nearestName(llvm::StringRef name,
                            llvm::ArrayRef<llvm::StringRef> candidates) {
  // A third of the name may differ, at least one letter, as in rustc.
  unsigned limit = std::max<size_t>(1, name.size() / 3);
  llvm::StringRef best;
  unsigned bestDistance = limit + 1;
  for (llvm::StringRef candidate : candidates) {
    if (candidate == name || candidate.empty())
      continue;
    unsigned distance = name.edit_distance(candidate, true, limit);
    if (name.size() >= 3 && name.equals_insensitive(candidate))
      distance = 0;
    else if (isSwap(name, candidate))
      distance = 1;
    // Nothing in common is no slip: `x` does not mean `y`.
    if (distance >= std::max(name.size(), candidate.size()))
      continue;
    if (distance < bestDistance ||
        (distance == bestDistance && candidate < best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return bestDistance <= limit ? best : llvm::StringRef();
}

} // namespace plc::ir
