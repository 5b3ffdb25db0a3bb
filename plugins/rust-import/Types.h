//===- Types.h - types of Rust as rustdoc tells of them ---------*- C++ -*-===//
#ifndef PLC_RUST_IMPORT_TYPES_H
#define PLC_RUST_IMPORT_TYPES_H

#include "llvm/Support/JSON.h"

#include <string>

namespace plc::rustimport {

/// What the shims do with a type.
struct Type {
  std::string text;    ///< as the shims spell it; of a reference without the `&`
  std::string shown;   ///< as the user knows it
  std::string scalar;  ///< in a signature (plc/native.h), "" if it is none
  std::string refusal; ///< why it has no values in Lisp, "" if it has
  bool isReference = false;
  bool hasTextError = false; ///< a Result whose error is text
};

/// The type of a parameter or, `isResult`, of a result.
Type readType(const llvm::json::Value &type, bool isResult);

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_TYPES_H
