//===- References.cpp - which foreign objects Lisp holds ------------------===//
//
// One FOREIGN object for each foreign object, found by plugin and key in an
// open-addressed table (linear probing, deletion by moving entries back: Knuth,
// TAOCP 6.4, Algorithm R). The table does not keep them alive: the collector
// hands dead ones to the finaliser, which takes them out and queues their
// handles.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/HeapImpl.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

using namespace plc::rt;

namespace {
struct Slot {
  const plc_plugin *plugin;
  uintptr_t key;
  Value object; ///< kept up to date by the collector
};
struct Dead {
  plc_plugin *plugin;
  uintptr_t handle;
};
} // namespace

// Slots stay where they are; the index refers to them by number plus one.
static GrowArray<Slot> slots;
static GrowArray<uint32_t> freeSlots;
static uint32_t *indexTable;
static size_t indexSize, slotsInUse;
static GrowArray<Dead> dead;

static size_t hashKey(const plc_plugin *plugin, uintptr_t key) {
  uint64_t h =
      (key ^ (reinterpret_cast<uintptr_t>(plugin) << 7)) * 0x9E3779B97F4A7C15;
  return size_t(h >> 32);
}

static size_t positionOf(const plc_plugin *plugin, uintptr_t key) {
  size_t at = hashKey(plugin, key) & (indexSize - 1);
  while (indexTable[at]) {
    const Slot &slot = slots[indexTable[at] - 1];
    if (slot.key == key && slot.plugin == plugin)
      break;
    at = (at + 1) & (indexSize - 1);
  }
  return at;
}

static void growIndex() {
  free(indexTable);
  indexSize = indexSize ? indexSize * 2 : 64;
  indexTable = static_cast<uint32_t *>(calloc(indexSize, sizeof(uint32_t)));
  if (!indexTable)
    abort();
  for (size_t i = 0; i < slots.count; ++i)
    if (slots[i].plugin)
      indexTable[positionOf(slots[i].plugin, slots[i].key)] = uint32_t(i + 1);
}

static void removeFromIndex(size_t hole) {
  indexTable[hole] = 0;
  for (size_t at = (hole + 1) & (indexSize - 1); indexTable[at];
       at = (at + 1) & (indexSize - 1)) {
    const Slot &slot = slots[indexTable[at] - 1];
    size_t home = hashKey(slot.plugin, slot.key) & (indexSize - 1);
    // Stays if its home lies cyclically behind the hole.
    if (((at - home) & (indexSize - 1)) < ((at - hole) & (indexSize - 1)))
      continue;
    indexTable[hole] = indexTable[at];
    indexTable[at] = 0;
    hole = at;
  }
}

static void finalizeReference(Context *ctx, Value object) {
  const Value *words = plc_fields(object);
  Slot &slot = slots[words[ReferenceSlot]];
  removeFromIndex(positionOf(slot.plugin, slot.key));
  if (!(ctx->pending & PLC_PENDING_RELEASE))
    requestPoll(ctx, PLC_PENDING_RELEASE);
  dead.push({reinterpret_cast<plc_plugin *>(words[ReferencePlugin]),
             words[ReferenceHandle]});
  deadReferences = dead.count;
  slot = {};
  freeSlots.push(uint32_t(words[ReferenceSlot]));
  --slotsInUse;
}

//===--- Memory that references keep --------------------------------------===//
// A reference is small, what it keeps may be an array of megabytes, of which the
// heap knows nothing: collections are due when the process has grown by half.

/// Bytes of the process that are in memory, without the heap; 0: not known.
static uint64_t bytesOutsideHeap(const Heap &heap) {
  // Opened each time: after a fork it is another process's.
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  char text[128];
  ssize_t count = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (file >= 0)
    close(file);
  unsigned long long pages;
  text[count > 0 ? count : 0] = 0;
  if (sscanf(text, "%*u %llu", &pages) != 1)
    return 0;
  uint64_t all = pages * uint64_t(sysconf(_SC_PAGESIZE)),
           own = uint64_t(heap.residentPages) << kPageShift;
  return all > own ? all - own : 0;
}

namespace {
/// What was collected because of too much memory that others have.
enum class Relief { None, Young, All };
} // namespace

/// Looks once in a millisecond or so: in that time little memory is filled.
static void collectIfGrown(Context *ctx) {
  static constexpr uint64_t CheckInterval = 1 << 22; // cycles
  static constexpr uint64_t LeastGrowth = uint64_t(64) << 20;
  static uint64_t checked, most = UINT64_MAX;
  static Relief relief;
  uint64_t now = __builtin_ia32_rdtsc();
  if (now - checked < CheckInterval)
    return;
  checked = now;
  uint64_t used = bytesOutsideHeap(*heapOf(ctx));
  if (relief != Relief::None && used > most) {
    // What malloc has got back may still be in memory.
    malloc_trim(0);
    used = bytesOutsideHeap(*heapOf(ctx));
  }
  if (used == 0) // nobody knows: a limit from it would be too low
    return;
  uint64_t allowed = used + (used / 2 > LeastGrowth ? used / 2 : LeastGrowth);
  // What a collection finds is given back by the next operation: whether it has
  // helped is seen the next time.
  if (used <= most || relief == Relief::All) {
    if (allowed < most || relief == Relief::All)
      most = allowed;
    relief = Relief::None;
    return;
  }
  relief = relief == Relief::None ? Relief::Young : Relief::All;
  collect(ctx, relief == Relief::All ? Generations::All : Generations::Young);
}

namespace plc::rt {

Value findReference(const plc_plugin *plugin, uintptr_t key) {
  if (!slotsInUse)
    return PLC_UNBOUND;
  uint32_t number = indexTable[positionOf(plugin, key)];
  return number ? slots[number - 1].object : PLC_UNBOUND;
}

/// Called by the collector when a reference has moved.
static void moveReference(Value object) {
  slots[plc_fields(object)[ReferenceSlot]].object = object;
}

Value makeReference(Context *ctx, plc_plugin *plugin, uintptr_t key,
                    uintptr_t handle) {
  collectIfGrown(ctx);
  Value object =
      allocateBytes(ctx, PLC_KIND_FOREIGN, 0, ReferenceWords * sizeof(Value));
  if (!heapOf(ctx)->finalizerOf[PLC_KIND_FOREIGN]) {
    setFinalizer(ctx, PLC_KIND_FOREIGN, finalizeReference);
    heapOf(ctx)->onReferenceMoved = moveReference;
  }
  if ((slotsInUse + 1) * 2 > indexSize)
    growIndex();
  uint32_t number;
  if (freeSlots.count) {
    number = freeSlots[--freeSlots.count];
    slots[number] = {plugin, key, object};
  } else {
    number = uint32_t(slots.count);
    slots.push({plugin, key, object});
  }
  ++slotsInUse;
  Value *words = plc_fields(object);
  words[ReferencePlugin] = reinterpret_cast<Value>(plugin);
  words[ReferenceHandle] = handle;
  words[ReferenceSlot] = number;
  indexTable[positionOf(plugin, key)] = number + 1;
  registerFinalizer(ctx, object);
  return object;
}

size_t deadReferences;

void releaseBatches() {
  static constexpr size_t Batch = 1024;
  uintptr_t handles[Batch];
  while (dead.count) {
    // One batch is of one plugin; a plugin may drop more meanwhile.
    plc_plugin *plugin = dead[dead.count - 1].plugin;
    size_t count = 0;
    while (dead.count && count < Batch && dead[dead.count - 1].plugin == plugin)
      handles[count++] = dead[--dead.count].handle;
    deadReferences = dead.count;
    if (plugin->release)
      plugin->release(plugin, handles, count);
  }
}

size_t countReferences(const plc_plugin *plugin) {
  size_t count = 0;
  for (const Slot &slot : slots)
    count += slot.plugin == plugin;
  return count;
}

} // namespace plc::rt
