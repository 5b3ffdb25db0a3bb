//===- Types.h - C types to native types ------------------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_TYPES_H
#define PLC_C_IMPORT_TYPES_H

#include "Clang.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace plc::cimport {

/// The types of a module, each once. Two types are the same if their canonical
/// spellings are: a typedef is the type that it names, so that a pointer to
/// `z_stream` fits a pointer to `struct z_stream_s` of another header.
class TypeTable {
public:
  explicit TypeTable(std::vector<native::Type> &types) : types(types) {}

  /// The type of values; nothing if native code has no such type, and then
  /// `reason` says why.
  std::optional<native::TypeId> add(CXType type, std::string &reason);
  /// The same of a parameter: arrays and functions are pointers.
  std::optional<native::TypeId> addParameter(CXType type, std::string &reason);
  /// What a pointer points to: anything, since what has no type is opaque.
  native::TypeId addPointee(CXType type);
  /// A function type with the names of `declaration`'s parameters, which is
  /// not shared with other functions; a null cursor has none.
  std::optional<native::TypeId> addFunction(CXType type, CXCursor declaration,
                                            std::string &reason);
  /// The record or enum of a declaration, by its name in the header.
  native::TypeId addTag(CXCursor declaration);

  /// A pointer to a type that is there.
  native::TypeId addPointer(native::TypeId element, bool isConst);

  const native::Type &operator[](native::TypeId id) const { return types[id]; }

private:
  struct Scalar {
    native::TypeKind kind;
    const char *name;
  };
  static std::optional<Scalar> scalarOf(CXType canonical);
  native::TypeId make(const std::string &key, native::TypeKind kind,
                      CXType type);
  native::TypeId addOpaque(CXType canonical);
  native::TypeId addRecord(CXType canonical, const std::string &place);
  native::TypeId addEnum(CXType canonical, const std::string &place);
  native::TypeId addField(CXType type, const std::string &place);
  std::optional<native::TypeId> addAny(CXType type, const std::string &place,
                                       std::string &reason);

  std::vector<native::Type> &types;
  std::unordered_map<std::string, native::TypeId> known;
  std::unordered_set<native::TypeId> open; ///< records whose fields are read
};

} // namespace plc::cimport
#endif // PLC_C_IMPORT_TYPES_H
