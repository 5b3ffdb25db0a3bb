//===- PrimitiveClosures.h - the closures of primitives ---------*- C++ -*-===//
#ifndef PLC_RUNTIME_PRIMITIVECLOSURES_H
#define PLC_RUNTIME_PRIMITIVECLOSURES_H

#include "stdlib/runtime/LispEntry.h"

#define PRIMITIVE(ID, NAME, MIN, MAX, TYPE, EFFECTS, LOWERING, DOC)            \
  extern "C" const plc::rt::StaticClosure plc_prim_##ID;
#include "stdlib/Primitives.def"

namespace plc::rt {
inline plc_value staticProcedure(const StaticClosure &closure) {
  return reinterpret_cast<plc_value>(&closure) | PLC_TAG_PROCEDURE;
}
} // namespace plc::rt
#endif // PLC_RUNTIME_PRIMITIVECLOSURES_H
