//===- NumberDatum.h - numbers of the source as data ------------*- C++ -*-===//
#ifndef PLC_FRONTEND_NUMBERDATUM_H
#define PLC_FRONTEND_NUMBERDATUM_H

#include "ir/support/Datum.h"

#include <optional>

namespace plc::frontend {

struct NumberResult {
  /// False: the text is no number at all.
  bool isNumber = false;
  /// Null if it is a number that cannot be represented; then `problem` says
  /// why.
  ir::Datum *datum = nullptr;
  llvm::StringRef problem;
};

/// The number that `text` stands for, in normal form: exact integers that fit
/// are fixnums, ratios are in lowest terms, a complex number has an imaginary
/// part that is not an exact zero.
NumberResult readNumber(llvm::StringRef text, ir::DatumFactory &data);

/// Value of an exact or inexact real as a double, rounded once.
double toDouble(const ir::Datum *real);

} // namespace plc::frontend
#endif // PLC_FRONTEND_NUMBERDATUM_H
