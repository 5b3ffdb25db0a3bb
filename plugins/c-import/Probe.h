//===- Probe.h - what Clang thinks of small functions -----------*- C++ -*-===//
#ifndef PLC_C_IMPORT_PROBE_H
#define PLC_C_IMPORT_PROBE_H

#include "Importing.h"

#include <functional>

namespace plc::cimport {

/// Small pieces of C after the header, one a line, parsed together: each is a
/// function or typedef of its own, and what one does wrong does not touch the
/// others. The header is read again for each Probe, not for each piece.
class Probe {
public:
  /// `isLenient`: integers may stand for pointers.
  explicit Probe(Importing &importing, bool isLenient = false)
      : importing(importing), isLenient(isLenient) {}

  /// Adds a piece; `@` in `code` is a name that no other piece has.
  /// \returns its number
  size_t add(const std::string &code);
  void run();

  /// The first error of the piece; "" if there is none.
  const std::string &error(size_t piece) const { return errors[piece]; }
  /// What the piece declares; null if there is nothing.
  CXCursor cursor(size_t piece) const { return cursors[piece]; }
  size_t size() const { return lines.size(); }

private:
  Importing &importing;
  bool isLenient;
  std::vector<std::string> lines, errors;
  std::vector<CXCursor> cursors;
  Unit unit;
};

/// The variable `name` in the function `function`, or null.
CXCursor findVariable(CXCursor function, const std::string &name);

/// Its initial value's expression.
CXCursor initialValue(CXCursor variable);

/// Calls `visit(cursor)` for all below `root`, outer ones first.
void eachBelow(CXCursor root, const std::function<void(CXCursor)> &visit);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_PROBE_H
