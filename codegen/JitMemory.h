//===- JitMemory.h - where code in memory lies ------------------*- C++ -*-===//
//
// The system limits how many ranges of different protection a process may have
// (65,530 by default). A module has code, constants and data; laid one module
// after the other they take three such ranges each, and a program that
// evaluates in a loop comes to an end. So code lies beside code, constants
// beside constants and data beside data, in three areas that are near enough to
// reach one another.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_JITMEMORY_H
#define PLC_CODEGEN_JITMEMORY_H

#include "llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h"

#include <array>
#include <map>
#include <memory>
#include <vector>

namespace plc::codegen {

/// Not for several threads: all of the JIT runs in one.
class JitMemory final : public llvm::jitlink::JITLinkMemoryManager {
public:
  JitMemory();
  ~JitMemory() override;
  JitMemory(const JitMemory &) = delete;
  JitMemory &operator=(const JitMemory &) = delete;

  using llvm::jitlink::JITLinkMemoryManager::allocate;
  using llvm::jitlink::JITLinkMemoryManager::deallocate;
  void allocate(const llvm::jitlink::JITLinkDylib *dylib,
                llvm::jitlink::LinkGraph &graph,
                OnAllocatedFunction onAllocated) override;
  void deallocate(std::vector<FinalizedAlloc> allocations,
                  OnDeallocatedFunction onDeallocated) override;

private:
  enum Kind : unsigned { Code, Constants, Data };
  struct Piece {
    char *start = nullptr;
    size_t size = 0;
    Kind kind = Data;
  };
  /// What one module has.
  struct Allocation {
    std::vector<Piece> pieces;
    std::vector<llvm::orc::shared::WrapperFunctionCall> deallocActions;
  };
  class InFlight;

  static Kind kindOf(llvm::orc::MemProt protection);
  /// Memory that can be written, or an error.
  llvm::Error take(Allocation &allocation);
  void giveBack(const Allocation &allocation);
  llvm::Error reserve(size_t areaSize);

  size_t pageSize;
  /// Free ranges of each kind, by their start.
  std::array<std::map<char *, size_t>, 3> freeRanges;
  std::vector<Piece> reservations;
};

} // namespace plc::codegen

#endif // PLC_CODEGEN_JITMEMORY_H
