//===- ConstantArithmetic.h - numbers known at compile time -----*- C++ -*-===//
//
// Computes what the program would compute, bit for bit, or nothing: operations
// that raise, and mixtures whose exact result is not obvious, are left to run
// time.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_ANALYSIS_CONSTANTARITHMETIC_H
#define PLC_IR_ANALYSIS_CONSTANTARITHMETIC_H

#include "ir/Op.h"
#include "ir/support/Datum.h"

#include <optional>

namespace plc::ir {

constexpr int64_t kFixnumMax = (int64_t(1) << 60) - 1;
constexpr int64_t kFixnumMin = -(int64_t(1) << 60);

/// Result of num.add, fx.add, fl.add, ... on two numbers, or null.
Datum *foldArithmetic(Opcode opcode, const Datum *a, const Datum *b,
                      DatumFactory &factory);
/// Result of num.eq, fx.lt, fl.le, ..., or nothing.
std::optional<bool> foldComparison(Opcode opcode, const Datum *a,
                                   const Datum *b);
/// The double nearest to an integer or flonum, or nothing.
std::optional<double> asDouble(const Datum *d);

/// `num.x`, `fx.x` and `fl.x` are one operation on different operands; the
/// functions below give its name in another family, if it has one there.
std::optional<Opcode> fixnumOpcode(Opcode generic);
std::optional<Opcode> flonumOpcode(Opcode generic);

} // namespace plc::ir
#endif // PLC_IR_ANALYSIS_CONSTANTARITHMETIC_H
