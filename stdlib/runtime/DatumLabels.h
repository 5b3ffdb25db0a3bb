//===- DatumLabels.h - which objects need a label --------------*- C++ -*-===//
//
// Before a datum is written its parts are walked: those that stand in a cycle,
// or in more than one place, are shown once and referred to by labels.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_DATUMLABELS_H
#define PLC_RUNTIME_DATUMLABELS_H

#include "stdlib/runtime/Scratch.h"

namespace plc::rt {

/// Marks of objects in the label map: below kFirstLabel they belong to the
/// search, from kFirstLabel on they are labels already printed.
enum : uint64_t {
  kUnseen = 0,
  kDone,       ///< met once, or not in need of a label
  kCyclic,     ///< part of a cycle, met once
  kNeedsLabel, ///< met again; no label printed yet
  kFirstLabel
};

/// Fills the map: kNeedsLabel for objects met more than once (`write-shared`).
bool findShared(Scratch &scratch, Value root, WordMap &marks);
/// Fills the map if any object needs a label for `write`. Nearly all data are
/// small trees; tables are slow for large data, and walks without a table for
/// small data with cycles. False if none does.
bool findCycles(Scratch &scratch, Value root, WordMap &marks);

} // namespace plc::rt

#endif // PLC_RUNTIME_DATUMLABELS_H
