//===- ValueSyntax.h - values of the running world as forms -----*- C++ -*-===//
//
// eval's argument becomes syntax without being printed and read. Each piece
// knows the value it was made of, so that quoting yields that value itself, and
// so does what is no datum. The collector moves values: numbers stand for them,
// valid until the next conversion begins; what code refers to afterwards is kept
// in a cell, which is made when it is known that there will be code.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_VALUESYNTAX_H
#define PLC_TOOLS_DRIVER_VALUESYNTAX_H

#include "frontend/Session.h"
#include "plc/value.h"
#include "tools/driver/RootedValues.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <functional>

namespace plc::driver {

/// UTF-8 of a STRING or of a symbol's name.
std::string textOf(plc_value string);
std::string nameOfSymbol(plc_value symbol);

class ValueSyntax : public frontend::ObjectTable {
public:
  enum class CellUse { Form, Environment };
  /// Makes a cell, a root, that holds the value, known to compiled code by
  /// that symbol: for the form at hand, or for all.
  using Define = std::function<void(const std::string &, plc_value, CellUse)>;
  ValueSyntax(frontend::Session &session, Process &process, Define define);
  ~ValueSyntax() override;

  /// Nothing may be allocated in the heap while it works.
  const frontend::Syntax *convert(plc_value value);
  /// The value that a global stands for, if it is one of the last conversion.
  std::optional<plc_value> valueOf(const frontend::Global *global) const;
  /// Makes the cells of the last conversion: code is about to refer to them, or
  /// what was kept of the syntax.
  void defineCells();
  /// The syntax of the last conversion is no longer in use, nor are its cells.
  void forget();
  /// Where the expressions of eval stand.
  ir::Location place() const { return location; }

  frontend::Global *cellOf(uint64_t object) override;
  frontend::Global *unboundCell(ir::Symbol name) override;

private:
  const frontend::Syntax *convert(plc_value value, unsigned depth);
  const frontend::Syntax *list(plc_value value, unsigned depth);
  const frontend::Syntax *vector(plc_value value, unsigned depth);
  const frontend::Syntax *object(plc_value value, bool isUnending = false);
  ir::Datum *datum(plc_value value);
  frontend::Syntax *make(frontend::SyntaxKind kind, plc_value value,
                         bool isKept);
  frontend::Global *makeGlobal(std::string symbol, ir::Symbol name);

  frontend::Session &session;
  Define define;
  ir::Location location;
  ir::Symbol objectName;
  /// The values of the conversion at hand; the first has number `first`.
  RootedValues values;
  uint64_t first = 1;
  /// Their globals that have no cells yet.
  std::vector<const frontend::Global *> pending;
  llvm::DenseMap<uint64_t, frontend::Global *> cells;
  llvm::DenseMap<ir::Symbol, frontend::Global *> unbound;
  llvm::DenseMap<plc_value, const frontend::Syntax *> finished;
  llvm::DenseSet<plc_value> open;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_VALUESYNTAX_H
