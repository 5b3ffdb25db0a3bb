//===- ProcedureTable.h - the code of libraries' procedures -----*- C++ -*-===//
//
// What interfaces say of the constant procedures of libraries, for the passes
// of other units. A row is made when its library is expanded or its interface
// is read; it is filled when the library has been compiled, or points to text
// in the interface that is read only when somebody asks for it.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_PROCEDURETABLE_H
#define PLC_FRONTEND_PROCEDURETABLE_H

#include "ir/Module.h"

#include "llvm/ADT/StringMap.h"

#include <deque>

namespace plc::frontend {

class ProcedureTable : public ir::ProcedureSource {
public:
  /// A row about which nothing is known yet. Rows stay where they are.
  ir::ExportedProcedure *add(llvm::StringRef symbol);
  /// One with its IR in `text`, which must live as long as the table.
  ir::ExportedProcedure *add(ir::ExportedProcedure row, llvm::StringRef text);
  /// What compiling a library has told of its procedures.
  void fill(std::vector<ir::ExportedProcedure> rows);

  const ir::ExportedProcedure *find(llvm::StringRef symbol) override;

private:
  struct Row {
    ir::ExportedProcedure procedure;
    llvm::StringRef unread;
  };
  Row *lookup(llvm::StringRef symbol);

  std::deque<Row> rows;
  /// Of the first rows, as many as `indexed` says: most programs ask for none.
  llvm::StringMap<Row *> index;
  size_t indexed = 0;
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_PROCEDURETABLE_H
