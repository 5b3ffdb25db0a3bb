//===- RootedValues.h - a growing array of roots ----------------*- C++ -*-===//
//
// Values of the running world that the compiler works on: the collector keeps
// them, and writes new addresses there when it moves them.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TOOLS_DRIVER_ROOTEDVALUES_H
#define PLC_TOOLS_DRIVER_ROOTEDVALUES_H

#include "stdlib/runtime/Evaluate.h"
#include "tools/driver/Process.h"

namespace plc::driver {

class RootedValues {
public:
  explicit RootedValues(Process &process)
      : process(process),
        registerUnit(
            process.entry<void(plc_context *, const plc_unit *)>(
                "rt_register_unit")),
        unregisterUnit(
            process.entry<void(plc_context *, const plc_unit *)>(
                "rt_unregister_unit")) {
    unit.abi = PLC_ABI;
    unit.name = "values";
    unit.initialized = &isInitialized;
  }
  RootedValues(const RootedValues &) = delete;

  size_t size() const { return count; }
  const plc_value *data() const { return room.data(); }
  plc_value operator[](size_t i) const { return room[i]; }
  void push(plc_value value) {
    if (count == room.size())
      resize(std::max(kLeast, 2 * count));
    room[count++] = value;
  }
  void clear() {
    std::fill(room.begin(), room.begin() + count, plc_value(PLC_FALSE));
    count = 0;
    if (room.size() > kMost)
      resize(kLeast);
  }

private:
  static constexpr size_t kLeast = 64, kMost = 1 << 16;

  void resize(size_t size) {
    if (!room.empty())
      unregisterUnit(process.context(), &unit);
    room.resize(size, PLC_FALSE);
    unit.cells = room.data();
    unit.cell_count = size;
    isInitialized = 0;
    registerUnit(process.context(), &unit);
  }

  Process &process;
  void (*registerUnit)(plc_context *, const plc_unit *);
  void (*unregisterUnit)(plc_context *, const plc_unit *);
  std::vector<plc_value> room;
  size_t count = 0;
  plc_unit unit = {};
  uint8_t isInitialized = 0;
};

} // namespace plc::driver
#endif // PLC_TOOLS_DRIVER_ROOTEDVALUES_H
