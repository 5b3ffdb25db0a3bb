//===- Transfer.h - memory that becomes a vector without a copy --*- C++ -*-===//
//
// Code of other runtimes that makes large arrays of numbers takes their memory from
// the last part of the heap's range. It is its own, and the collector does not look
// at it, until it hands the array over: then the pages become those of a large
// object, whose header stands in front of the elements.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_TRANSFER_H
#define PLC_RUNTIME_TRANSFER_H

#include "plc/elements.h"
#include "stdlib/runtime/Heap.h"

namespace plc::rt {

/// \{ For any thread, also one that does not hold the world.

/// Where such memory lies; `*bytes` is 0 if the range is too small for any.
void transferRange(uint64_t *first, uint64_t *bytes);
/// Memory for elements, aligned to 8 bytes; null if there is none left.
void *takeTransferable(size_t bytes, bool isZeroed);
/// Makes it larger or smaller where it is; false if that is not possible.
bool resizeTransferable(void *memory, size_t bytes);
void giveTransferableBack(void *memory);
/// \}

/// The vector of these elements; the memory is the collector's from now on, but for
/// what is behind them. With the world. Raises if the heap is full: then nothing has
/// changed.
/// \pre takeTransferable has given the memory
Value transfer(Context *ctx, plc_element element, void *memory, size_t count);

} // namespace plc::rt
#endif // PLC_RUNTIME_TRANSFER_H
