//===- Diagnostics.h - what the user is told --------------------*- C++ -*-===//
//
// Every diagnostic is a row of Diagnostics.def. Reporting one never stops the
// compiler; the driver asks errorCount() between stages. Rendering (text with
// source excerpts, or JSON lines) is in Render.cpp.
//
//   diags.report(Diag::WrongArgumentCount, location, {name, "expected 2 ..."})
//       .help("pass an index: `(vector-ref v 0)`");
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_SUPPORT_DIAGNOSTICS_H
#define PLC_IR_SUPPORT_DIAGNOSTICS_H

#include "ir/support/Location.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace plc::ir {

enum class Severity : uint8_t { Error, Warning };

enum class Diag : uint16_t {
#define DIAGNOSTIC(Id, Code, Level, Text, Label, Explanation) Id,
#include "ir/support/Diagnostics.def"
};

struct DiagnosticRow {
  const char *id;
  const char *code; // "E0204"
  Severity severity;
  const char *text;  // {0}, {1} stand for the arguments; lower case, no period
  const char *label; // shown under the primary span; may be empty
  const char *explanation; // plc explain CODE
};
const DiagnosticRow &diagnosticRow(Diag id);
/// Row of a code such as "E0204" in any case, or null.
const DiagnosticRow *findDiagnostic(llvm::StringRef code);

struct Diagnostic {
  struct Label {
    Location location;
    std::string text;
  };
  struct Edit {
    Location location;
    std::string replacement;
  };
  Diag id;
  Severity severity;
  Location location;
  std::string message;
  std::string primaryLabel;
  std::vector<Label> secondary;
  std::vector<std::string> notes;
  std::vector<std::string> helps;
  std::vector<Edit> edits;
};

/// Adds details to a diagnostic just reported.
class DiagnosticBuilder {
public:
  explicit DiagnosticBuilder(Diagnostic *diagnostic) : d(diagnostic) {}
  DiagnosticBuilder &primaryLabel(std::string text);
  DiagnosticBuilder &label(Location location, std::string text);
  DiagnosticBuilder &note(std::string text);
  DiagnosticBuilder &help(std::string text);
  /// A machine-applicable replacement of a span.
  DiagnosticBuilder &edit(Location location, std::string replacement);

private:
  Diagnostic *d;
};

class DiagnosticEngine {
public:
  explicit DiagnosticEngine(const SourceManager &sources) : sources(sources) {}

  /// Substitutes args into the row's text and label. A second diagnostic with
  /// the same id and location is dropped (its builder writes to nowhere).
  DiagnosticBuilder report(Diag id, Location location,
                           llvm::ArrayRef<llvm::StringRef> args = {}) {
    return report(id, diagnosticRow(id).severity, location, args);
  }
  /// With another severity than that of the row.
  DiagnosticBuilder report(Diag id, Severity severity, Location location,
                           llvm::ArrayRef<llvm::StringRef> args);

  size_t errorCount() const { return errors; }
  size_t warningCount() const { return warnings; }
  const std::vector<std::unique_ptr<Diagnostic>> &all() const { return list; }
  /// Forgets everything (between REPL forms).
  void clear();
  const SourceManager &sourceManager() const { return sources; }

private:
  const SourceManager &sources;
  std::vector<std::unique_ptr<Diagnostic>> list;
  std::unique_ptr<Diagnostic> dropped;
  /// Id, place and, without a place, the message of all in the list.
  std::set<std::tuple<Diag, uint32_t, uint32_t, uint32_t, uint32_t,
                      std::string>>
      seen;
  size_t errors = 0;
  size_t warnings = 0;
};

struct RenderOptions {
  enum class Format { Text, Json } format = Format::Text;
  bool color = false;
  /// 0: all. Then one line says how many were left out.
  unsigned errorLimit = 20;
};
/// Writes all diagnostics in order of place (file, then offset).
void renderDiagnostics(const DiagnosticEngine &engine,
                       const RenderOptions &options, llvm::raw_ostream &out);

/// The candidate nearest to `name` by edit distance, or empty when none is
/// close enough to be meant.
llvm::StringRef nearestName(llvm::StringRef name,
                            llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace plc::ir
#endif // PLC_IR_SUPPORT_DIAGNOSTICS_H
