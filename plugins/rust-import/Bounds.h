//===- Bounds.h - bounds of generic parameters -------------------*- C++ -*-===//
#ifndef PLC_RUST_IMPORT_BOUNDS_H
#define PLC_RUST_IMPORT_BOUNDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"

namespace plc::rustimport {

/// So many versions are made of one function at most.
inline constexpr size_t kMostVersions = 16;

/// The trait of a bound, with `?Sized` and lifetimes left out.
const llvm::json::Object *traitOf(const llvm::json::Value &bound);
/// Traits that all types have that are meant here.
bool isOfAll(llvm::StringRef trait);
/// The bounds of a generic parameter, also those after `where`, in the generics of
/// a type and of its function.
llvm::json::Array boundsOf(llvm::ArrayRef<const llvm::json::Object *> lists,
                           const llvm::json::Object &parameter);

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_BOUNDS_H
