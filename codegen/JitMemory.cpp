//===- JitMemory.cpp - where code in memory lies --------------------------===//

#include "codegen/JitMemory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/Support/Memory.h"
#include "llvm/Support/Process.h"

#include <cerrno>
#include <sys/mman.h>

using namespace llvm;

namespace plc::codegen {

namespace shared = orc::shared;

/// Of each of the three areas; together they are reached by 32-bit offsets.
static constexpr size_t kAreaSize = size_t(64) << 20;

static Error systemError() {
  return errorCodeToError(std::error_code(errno, std::generic_category()));
}

static Error protect(char *start, size_t size, int protection) {
  return mprotect(start, size, protection) == 0 ? Error::success()
                                                : systemError();
}

class JitMemory::InFlight final : public InFlightAlloc {
public:
  InFlight(JitMemory &memory, jitlink::LinkGraph &graph,
           std::unique_ptr<Allocation> allocation)
      : memory(memory), graph(graph), allocation(std::move(allocation)) {}

  void finalize(OnFinalizedFunction onFinalized) override {
    Expected<FinalizedAlloc> result = finished();
    if (!result)
      memory.giveBack(*allocation);
    onFinalized(std::move(result));
  }

  void abandon(OnAbandonedFunction onAbandoned) override {
    memory.giveBack(*allocation);
    onAbandoned(Error::success());
  }

private:
  Expected<FinalizedAlloc> finished() {
    for (const Piece &piece : allocation->pieces) {
      if (piece.kind == Data)
        continue;
      bool isCode = piece.kind == Code;
      if (Error error = protect(piece.start, piece.size,
                                isCode ? PROT_READ | PROT_EXEC : PROT_READ))
        return std::move(error);
      if (isCode)
        sys::Memory::InvalidateInstructionCache(piece.start, piece.size);
    }
    auto actions = shared::runFinalizeActions(graph.allocActions());
    if (!actions)
      return actions.takeError();
    allocation->deallocActions = std::move(*actions);
    return FinalizedAlloc(orc::ExecutorAddr::fromPtr(allocation.release()));
  }

  JitMemory &memory;
  jitlink::LinkGraph &graph;
  std::unique_ptr<Allocation> allocation;
};

JitMemory::JitMemory() : pageSize(sys::Process::getPageSizeEstimate()) {}

JitMemory::~JitMemory() {
  for (const Piece &reservation : reservations)
    munmap(reservation.start, reservation.size);
}

JitMemory::Kind JitMemory::kindOf(orc::MemProt protection) {
  if ((protection & orc::MemProt::Exec) != orc::MemProt::None)
    return Code;
  return (protection & orc::MemProt::Write) != orc::MemProt::None ? Data
                                                                  : Constants;
}

/// Address space for all three kinds. Data can always be written; pages of the
/// others when something is put there.
Error JitMemory::reserve(size_t areaSize) {
  void *start = mmap(nullptr, 3 * areaSize, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED)
    return systemError();
  reservations.push_back({static_cast<char *>(start), 3 * areaSize, Data});
  for (Kind kind : {Code, Constants, Data})
    freeRanges[kind][static_cast<char *>(start) + kind * areaSize] = areaSize;
  return protect(static_cast<char *>(start) + Data * areaSize, areaSize,
                 PROT_READ | PROT_WRITE);
}

Error JitMemory::take(Allocation &allocation) {
  // All of a module must come from one reservation: its parts are reached by
  // 32-bit offsets. The last one is the one that has much left.
  auto takeFrom = [&](char *reservation, size_t size) {
    for (Piece &piece : allocation.pieces) {
      std::map<char *, size_t> &ranges = freeRanges[piece.kind];
      auto range = ranges.lower_bound(reservation);
      while (range != ranges.end() && range->first < reservation + size &&
             range->second < piece.size)
        ++range;
      if (range == ranges.end() || range->first >= reservation + size)
        return false;
      piece.start = range->first;
      size_t left = range->second - piece.size;
      ranges.erase(range);
      if (left)
        ranges[piece.start + piece.size] = left;
    }
    return true;
  };
  auto takeFromAny = [&] {
    for (const Piece &reservation : llvm::reverse(reservations)) {
      if (takeFrom(reservation.start, reservation.size))
        return true;
      giveBack(allocation);
      for (Piece &piece : allocation.pieces)
        piece.start = nullptr;
    }
    return false;
  };
  if (!takeFromAny()) {
    size_t largest = kAreaSize;
    for (const Piece &piece : allocation.pieces)
      largest = std::max(largest, piece.size * allocation.pieces.size());
    if (Error error = reserve(largest))
      return error;
    takeFrom(reservations.back().start, reservations.back().size);
  }
  for (const Piece &piece : allocation.pieces)
    if (piece.kind != Data)
      if (Error error =
              protect(piece.start, piece.size, PROT_READ | PROT_WRITE)) {
        giveBack(allocation);
        return error;
      }
  return Error::success();
}

/// Free neighbours become one range; none reaches over the end of an area,
/// since another area lies between any two of the same kind.
void JitMemory::giveBack(const Allocation &allocation) {
  for (const Piece &piece : allocation.pieces) {
    if (!piece.start)
      continue;
    madvise(piece.start, piece.size, MADV_DONTNEED);
    std::map<char *, size_t> &ranges = freeRanges[piece.kind];
    auto range = ranges.emplace(piece.start, piece.size).first;
    if (auto next = std::next(range);
        next != ranges.end() && range->first + range->second == next->first) {
      range->second += next->second;
      ranges.erase(next);
    }
    if (range == ranges.begin())
      continue;
    if (auto previous = std::prev(range);
        previous->first + previous->second == range->first) {
      previous->second += range->second;
      ranges.erase(range);
    }
  }
}

void JitMemory::allocate(const jitlink::JITLinkDylib *,
                         jitlink::LinkGraph &graph,
                         OnAllocatedFunction onAllocated) {
  jitlink::BasicLayout layout(graph);
  auto allocation = std::make_unique<Allocation>();
  for (auto &[group, segment] : layout.segments())
    allocation->pieces.push_back(
        {nullptr, alignTo(segment.ContentSize + segment.ZeroFillSize, pageSize),
         kindOf(group.getMemProt())});
  if (Error error = take(*allocation))
    return onAllocated(std::move(error));
  size_t next = 0;
  for (auto &[group, segment] : layout.segments()) {
    segment.WorkingMem = allocation->pieces[next++].start;
    segment.Addr = orc::ExecutorAddr::fromPtr(segment.WorkingMem);
  }
  if (Error error = layout.apply()) {
    giveBack(*allocation);
    return onAllocated(std::move(error));
  }
  onAllocated(std::make_unique<InFlight>(*this, graph, std::move(allocation)));
}

void JitMemory::deallocate(std::vector<FinalizedAlloc> allocations,
                           OnDeallocatedFunction onDeallocated) {
  Error errors = Error::success();
  for (FinalizedAlloc &finalized : allocations) {
    std::unique_ptr<Allocation> allocation(
        finalized.release().toPtr<Allocation *>());
    errors = joinErrors(std::move(errors),
                        shared::runDeallocActions(allocation->deallocActions));
    giveBack(*allocation);
  }
  onDeallocated(std::move(errors));
}

} // namespace plc::codegen
