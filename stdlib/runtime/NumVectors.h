//===- NumVectors.h - homogeneous vectors ------------------------*- C++ -*-===//
#ifndef PLC_RUNTIME_NUMVECTORS_H
#define PLC_RUNTIME_NUMVECTORS_H

#include "plc/elements.h"
#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

/// "f64vector-set!" for F64 and "vector-set!".
struct ElementName {
  ElementName(plc_element element, const char *prefix, const char *suffix);
  char text[40];
};

/// Bytes.
size_t elementSize(plc_element element);
/// Of a vector of so many; for U8 of a bytevector.
uint64_t numVectorHeader(plc_element element, size_t length);
/// Zeroed vector; for U8 a bytevector.
Value makeNumVector(Context *ctx, plc_element element, size_t length);
/// Stores a number into element `index`, which exists; false if the element
/// type cannot hold it.
bool numVectorStore(Value vector, plc_element element, size_t index,
                    Value number);

} // namespace plc::rt

#endif // PLC_RUNTIME_NUMVECTORS_H
