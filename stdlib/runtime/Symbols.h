//===- Symbols.h - the symbol table ------------------------------*- C++ -*-===//
//
// Interned symbols are unique by name and live for ever: those of compiled
// units are static data, those interned at run time are allocated outside the
// moving heap.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_SYMBOLS_H
#define PLC_RUNTIME_SYMBOLS_H

#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

/// Makes static SYMBOL objects of a unit the symbols of their names. Compiled
/// code refers to them by address, so a name that is interned already under
/// another address is an internal error and ends the program: all units of a
/// program are registered before any runs, later ones (JIT) ask rt_intern.
void registerStaticSymbols(Context *ctx, const Value *symbols, uint64_t count);
/// The symbol named by the characters of a string.
Value internString(Context *ctx, Value string);

} // namespace plc::rt

#endif // PLC_RUNTIME_SYMBOLS_H
