//===- JitObjects.h - which code address came from where --------*- C++ -*-===//
//
// Keeps the object files of a Jit together with the addresses at which their
// sections ended up, for backtraces.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_JITOBJECTS_H
#define PLC_CODEGEN_JITOBJECTS_H

#include "codegen/Jit.h"

#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"

#include <map>

namespace llvm {
class DWARFContext;
namespace object {
class ObjectFile;
}
} // namespace llvm

namespace plc::codegen {

class JitObjects {
public:
  JitObjects();
  ~JitObjects();
  /// To be added to the linking layer.
  std::shared_ptr<llvm::orc::ObjectLinkingLayer::Plugin> createPlugin();
  llvm::SmallVector<CodePlace, 4> symbolize(uint64_t address);

  struct Object {
    std::unique_ptr<llvm::MemoryBuffer> bytes;
    llvm::StringMap<uint64_t> sectionAddresses;
    std::vector<AddressRange> memory; // of all sections
    // Made at the first question about the object.
    std::unique_ptr<llvm::object::ObjectFile> file;
    std::unique_ptr<llvm::DWARFContext> debug;
    ~Object();
  };
  struct Range {
    uint64_t end;
    std::string section;
    std::shared_ptr<Object> object;
  };
  /// The range around an address, or null.
  const Range *find(uint64_t address) const;
  /// Forgets an object whose memory is given back.
  void forget(const Object &object);
  /// Ranges of code by their first address.
  std::map<uint64_t, Range> ranges;
  /// Objects that were loaded last, until somebody takes them.
  std::vector<std::shared_ptr<Object>> recent;
};

} // namespace plc::codegen
#endif // PLC_CODEGEN_JITOBJECTS_H
