//===- ProcedureTable.cpp - the code of libraries' procedures -------------===//

#include "frontend/ProcedureTable.h"

namespace plc::frontend {

ir::ExportedProcedure *ProcedureTable::add(llvm::StringRef symbol) {
  ir::ExportedProcedure row;
  row.symbol = symbol.str();
  return add(std::move(row), "");
}

ir::ExportedProcedure *ProcedureTable::add(ir::ExportedProcedure row,
                                           llvm::StringRef text) {
  rows.push_back({std::move(row), text});
  return &rows.back().procedure;
}

ProcedureTable::Row *ProcedureTable::lookup(llvm::StringRef symbol) {
  for (; indexed < rows.size(); ++indexed)
    index[rows[indexed].procedure.symbol] = &rows[indexed];
  return index.lookup(symbol);
}

void ProcedureTable::fill(std::vector<ir::ExportedProcedure> filled) {
  for (ir::ExportedProcedure &procedure : filled)
    if (Row *row = lookup(procedure.symbol))
      row->procedure = std::move(procedure);
}

const ir::ExportedProcedure *ProcedureTable::find(llvm::StringRef symbol) {
  Row *row = lookup(symbol);
  if (!row)
    return nullptr;
  if (!row->unread.empty()) {
    row->procedure.text = row->unread.str();
    row->unread = {};
  }
  return &row->procedure;
}

} // namespace plc::frontend
