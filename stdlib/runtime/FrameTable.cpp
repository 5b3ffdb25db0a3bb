//===- FrameTable.cpp - where the unwinder finds its tables ---------------===//
//
// To throw in C++ and to panic in Rust is mostly to search: for each frame that
// is passed, twice, libgcc looks for the table of its function, in all objects
// and then by bisection of what all libraries linked into the program have. What
// it finds for a place in the program itself stays true, so programs keep it: they
// are linked with --wrap, and libgcc asks here first. A throw that becomes a
// condition is a fifth cheaper for it.
//
//===----------------------------------------------------------------------===//
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace {

/// What libgcc calls dwarf_eh_bases.
struct Bases {
  void *text, *data, *function;
};

/// A place in the code and what was found for it; written once.
struct Place {
  static constexpr uintptr_t IsWritten = 1; ///< no place of a call
  std::atomic<uintptr_t> pc = 0;
  const void *table;
  Bases bases;
};

constexpr size_t PlaceBits = 10, Probes = 4;
Place places[(size_t(1) << PlaceBits) + Probes];

} // namespace

extern "C" {

// Where the program begins and its code ends, by the linker.
[[gnu::visibility("hidden")]] extern const char __ehdr_start[], etext[];

const void *__real__Unwind_Find_FDE(void *pc, Bases *bases);

const void *__wrap__Unwind_Find_FDE(void *pc, Bases *bases) {
  auto address = reinterpret_cast<uintptr_t>(pc);
  // Other objects may go, and others come to their place.
  if (address < reinterpret_cast<uintptr_t>(__ehdr_start) ||
      address >= reinterpret_cast<uintptr_t>(etext))
    return __real__Unwind_Find_FDE(pc, bases);
  Place *home = places + ((address * 0x9e3779b97f4a7c15) >> (64 - PlaceBits));
  for (Place *place = home; place < home + Probes; ++place)
    if (place->pc.load(std::memory_order_acquire) == address) {
      *bases = place->bases;
      return place->table;
    }
  const void *table = __real__Unwind_Find_FDE(pc, bases);
  for (Place *place = home; table && place < home + Probes; ++place) {
    uintptr_t none = 0;
    if (place->pc.compare_exchange_strong(none, Place::IsWritten,
                                          std::memory_order_relaxed)) {
      place->table = table;
      place->bases = *bases;
      place->pc.store(address, std::memory_order_release);
      break;
    }
  }
  return table;
}

} // extern "C"
