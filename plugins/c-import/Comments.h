//===- Comments.h - documentation comments ----------------------*- C++ -*-===//
#ifndef PLC_C_IMPORT_COMMENTS_H
#define PLC_C_IMPORT_COMMENTS_H

#include "Clang.h"

namespace plc::cimport {

/// The text of a comment without its marks and stars: `/** */`, `///`, `//!`
/// and those that follow what they describe, `/**<` and `///<`.
std::string cleanComment(const std::string &comment);

/// The text of the declaration's documentation comment; "" if it has none.
std::string documentation(CXCursor declaration);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_COMMENTS_H
