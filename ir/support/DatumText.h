//===- DatumText.h - constants as Lisp text ---------------------*- C++ -*-===//
//
// Both ways: what writeDatum writes, readDatum reads back as an equal datum,
// shared structure and cycles included (by datum labels). Used by the textual
// IR and by dumps; the reader of source programs is the frontend's.
//
// Beyond R7RS: #!nil #!undefined #!unspecified #!eof #!default, {key value}
// for maps, #f64(...) and its like for homogeneous vectors.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_SUPPORT_DATUMTEXT_H
#define PLC_IR_SUPPORT_DATUMTEXT_H

#include "ir/support/Datum.h"

#include "llvm/Support/raw_ostream.h"

#include <string>

namespace plc::ir {

void writeDatum(llvm::raw_ostream &out, const Datum *datum);
std::string datumText(const Datum *datum);

/// A string literal: quotes around, escapes for what must not stand raw.
void writeQuoted(llvm::raw_ostream &out, llvm::StringRef text);

/// Reads the first datum of `text`, after white space. On success returns it
/// and moves `text` behind it. On failure returns null, `text` starts where the
/// trouble is and `message` says what it is.
Datum *readDatum(llvm::StringRef &text, DatumFactory &factory,
                 std::string &message);

/// Reads a string literal at the start of `text`; false as above.
bool readQuoted(llvm::StringRef &text, std::string &value,
                std::string &message);

} // namespace plc::ir
#endif // PLC_IR_SUPPORT_DATUMTEXT_H
