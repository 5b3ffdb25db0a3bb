//===- NativeRows.h - types that a unit makes known to the runtime -*- C++ -*-===//
#ifndef PLC_FRONTEND_NATIVEROWS_H
#define PLC_FRONTEND_NATIVEROWS_H

#include "frontend/Native.h"

#include "llvm/ADT/DenseSet.h"

#include <vector>

namespace plc::frontend {

/// Collects the types that values of a unit may have, as rows of the registry of
/// the runtime (stdlib/runtime/NativeTypes.cpp).
class NativeRows {
public:
  explicit NativeRows(ir::DatumFactory &data) : data(data) {}
  /// A type of a parameter, result, field or global.
  void addUse(const native::Module &module, native::TypeId id);
  /// A type that a pointer may point to, or a program names.
  void addNamed(const native::Module &module, native::TypeId id);
  bool isEmpty() const { return rows.empty(); }
  /// All rows as a vector; none are left.
  ir::Datum *take();

private:
  ir::Datum *list(llvm::ArrayRef<ir::Datum *> items);
  ir::Datum *symbol(llvm::StringRef name);
  void addRecord(const native::Module &module, native::TypeId id);
  void addFields(const native::Module &module, const native::Type &record,
                 uint64_t bitOffset, llvm::SmallVectorImpl<ir::Datum *> &parts);

  ir::DatumFactory &data;
  std::vector<ir::Datum *> rows;
  llvm::DenseSet<std::pair<const void *, native::TypeId>> seen, used;
};

/// The text of the type of a field or global, where arrays are no pointers.
std::string nativePlaceText(const native::Module &module, native::TypeId id);

} // namespace plc::frontend
#endif // PLC_FRONTEND_NATIVEROWS_H
