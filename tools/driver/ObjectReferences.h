//===- ObjectReferences.h - what the code of an object needs ----*- C++ -*-===//
#ifndef PLC_TOOLS_DRIVER_OBJECTREFERENCES_H
#define PLC_TOOLS_DRIVER_OBJECTREFERENCES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <set>
#include <string>
#include <vector>

namespace plc::driver {

/// Which symbols that an object file does not define are reached from which of
/// those that it does. By section: objects whose functions and data have one
/// each are told apart, as the linker does.
class ObjectReferences {
public:
  /// Of no object if the bytes are none: whoever links it says what is wrong.
  explicit ObjectReferences(llvm::StringRef bytes);

  /// Sorted; empty if the object does not define `symbol`.
  std::set<std::string> undefinedFrom(llvm::StringRef symbol) const;
  /// In the order of the object.
  const std::vector<std::string> &undefined() const { return missing; }
  const std::vector<std::string> &defined() const { return own; }

private:
  struct Section {
    std::set<uint64_t> sections;
    std::set<std::string> undefined;
  };
  llvm::DenseMap<uint64_t, Section> sections;
  llvm::StringMap<uint64_t> sectionOf;
  std::vector<std::string> missing, own;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_OBJECTREFERENCES_H
