//===- Location.h - where a piece of program text came from -----*- C++ -*-===//
//
// A Location is a 32-bit index into the SourceManager's table of spans; it
// survives macro expansion (each span knows the macro use it was expanded from)
// and is carried by syntax, core nodes, IR operations and DWARF. It also knows
// the call in whose place an optimisation has put the text.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_SUPPORT_LOCATION_H
#define PLC_IR_SUPPORT_LOCATION_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plc::ir {

/// Index of a span; 0 is "unknown".
struct Location {
  uint32_t index = 0;
  bool isKnown() const { return index != 0; }
  friend bool operator==(Location, Location) = default;
};

/// Half-open byte range of a file, and the macro use it came through.
struct Span {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
  /// Use site of the macro whose template produced this text; unknown for text
  /// that the user wrote where it stands.
  Location expandedFrom;
  /// Name of that macro, owned by the SourceManager; empty when not expanded.
  llvm::StringRef macro;
  /// Number of the InlineSite where this text stands now; 0 for text that is
  /// still in its own procedure.
  uint32_t site = 0;
};

/// A call that was replaced by the text of the procedure it called.
struct InlineSite {
  /// Name and place of that procedure; the name is owned by the SourceManager
  /// and empty for a lambda.
  llvm::StringRef procedure;
  Location declared;
  /// Where the call stood, itself perhaps inside inlined text.
  Location call;
  /// A tail call: the frame of the procedure around it was given up.
  bool isTail = false;
};

/// One-based line and column; columns count code points.
struct LineColumn {
  uint32_t line = 0;
  uint32_t column = 0;
};

/// Owns the text of every source file and all spans.
class SourceManager {
public:
  SourceManager();
  SourceManager(const SourceManager &) = delete;
  SourceManager &operator=(const SourceManager &) = delete;

  /// Adds a file's text under the name shown to the user; returns its index.
  uint32_t addFile(std::string name, std::string text);
  /// A file of which nothing but the lengths of some lines (from 1) is known:
  /// locations in it have their places, but no text.
  uint32_t addPlaceholder(std::string name,
                          const std::map<unsigned, unsigned> &lines);
  bool isPlaceholder(uint32_t file) const { return files[file]->isPlaceholder; }
  /// The place as an offset, if the file has it.
  std::optional<uint32_t> offsetOf(uint32_t file, LineColumn place) const;
  llvm::StringRef fileName(uint32_t file) const;
  llvm::StringRef fileText(uint32_t file) const;
  size_t fileCount() const { return files.size(); }

  Location add(uint32_t file, uint32_t begin, uint32_t end);
  /// The span of `inner` as seen through the expansion of `macro` at `use`.
  Location addExpansion(Location inner, Location use, llvm::StringRef macro);
  const Span &span(Location location) const;
  /// The text that the user wrote: where the outermost macro was used.
  Location written(Location location) const;

  /// Registers a call that is replaced by the called procedure's text.
  uint32_t addInlineSite(const InlineSite &site);
  const InlineSite &inlineSite(uint32_t site) const { return sites[site]; }
  /// The text of `location` with another InlineSite.
  Location addInlined(Location location, uint32_t site);

  /// What was added since a mark is forgotten: no location of it is in use.
  struct Mark {
    size_t spans, sites, names;
  };
  Mark mark() const { return {spans.size(), sites.size(), names.size()}; }
  void release(const Mark &mark);

  LineColumn lineColumn(uint32_t file, uint32_t offset) const;
  /// Place of the span's begin. {0, 0} for an unknown location.
  LineColumn lineColumn(Location location) const;
  llvm::StringRef fileName(Location location) const;
  /// Text of one line (1-based), without its end.
  llvm::StringRef lineText(uint32_t file, uint32_t line) const;

private:
  /// The table's own copy of a name; consecutive equal ones share it.
  llvm::StringRef keepName(llvm::StringRef name);

  struct File {
    std::string name;
    std::string text;
    std::vector<uint32_t> lineStarts;
    /// At every kCountedBytes: a program may be one long line.
    std::vector<uint32_t> charactersBefore;
    bool isPlaceholder = false;

    uint32_t characters(uint32_t offset) const;
  };
  static constexpr uint32_t kCountedBytes = 256;
  std::vector<std::unique_ptr<File>> files;
  std::vector<Span> spans;
  std::vector<InlineSite> sites;
  /// Of macros and of inlined procedures.
  std::vector<std::unique_ptr<std::string>> names;
};

} // namespace plc::ir
#endif // PLC_IR_SUPPORT_LOCATION_H
