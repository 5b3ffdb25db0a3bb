//===- Datum.h - constants of the source program ----------------*- C++ -*-===//
//
// What quote yields and what `const` in the IR holds. Data may share structure
// and be cyclic (datum labels), hence pointers that are filled after creation.
// Allocated in the session's arena.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_SUPPORT_DATUM_H
#define PLC_IR_SUPPORT_DATUM_H

#include "ir/support/Interner.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <limits>
#include <string>

namespace plc::ir {

enum class DatumKind : uint8_t {
  Fixnum,      // integer
  BigInteger,  // text: decimal digits, optional '-'
  Ratio,       // first / second: Fixnum or BigInteger, lowest terms
  Flonum,      // real
  Complex,     // first + second i
  False,
  True,
  Null,        // ()
  Nil,
  Undefined,
  Unspecified,
  Eof,
  Default,     // an optional argument left out
  Character,   // integer: code point
  String,      // text: UTF-8 (lone surrogates as WTF-8)
  Symbol,      // symbol
  Pair,        // first . second
  Vector,      // elements
  Bytevector,  // text: the bytes
  NumVector,   // text: element type such as "f64"; elements: numbers
  Map          // elements: key value key value ...
};

struct Datum {
  DatumKind kind;
  union {
    int64_t integer;
    double real;
    Symbol symbol;
  };
  llvm::StringRef text;
  Datum *first = nullptr;
  Datum *second = nullptr;
  llvm::MutableArrayRef<Datum *> elements;

  explicit Datum(DatumKind kind) : kind(kind), integer(0) {}
  bool isNumber() const { return kind <= DatumKind::Complex; }
  /// #f, nil and undefined.
  bool isFalse() const {
    return kind == DatumKind::False || kind == DatumKind::Nil ||
           kind == DatumKind::Undefined;
  }
};

/// Makes data in a session's arena.
class DatumFactory {
public:
  explicit DatumFactory(Interner &interner) : interner(interner) {}
  Datum *make(DatumKind kind) {
    return new (interner.allocator()) Datum(kind);
  }
  Datum *fixnum(int64_t n) {
    Datum *d = make(DatumKind::Fixnum);
    d->integer = n;
    return d;
  }
  /// Any integer of 64 bits: a fixnum if it is one.
  Datum *integer64(int64_t n) {
    if (n >= -(int64_t(1) << 60) && n < int64_t(1) << 60)
      return fixnum(n);
    return bigInteger(std::to_string(n));
  }
  Datum *unsigned64(uint64_t n) {
    return n < uint64_t(1) << 60 ? fixnum(int64_t(n))
                                 : bigInteger(std::to_string(n));
  }
  Datum *bigInteger(llvm::StringRef digits) {
    Datum *d = make(DatumKind::BigInteger);
    d->text = interner.copy(digits);
    return d;
  }
  Datum *flonum(double x) {
    Datum *d = make(DatumKind::Flonum);
    // There is one NaN, as at run time: eqv? compares bits.
    d->real = x == x ? x : std::numeric_limits<double>::quiet_NaN();
    return d;
  }
  Datum *boolean(bool b) {
    return make(b ? DatumKind::True : DatumKind::False);
  }
  Datum *string(llvm::StringRef utf8) {
    Datum *d = make(DatumKind::String);
    d->text = interner.copy(utf8);
    return d;
  }
  Datum *symbol(Symbol s) {
    Datum *d = make(DatumKind::Symbol);
    d->symbol = s;
    return d;
  }
  Datum *character(uint32_t codePoint) {
    Datum *d = make(DatumKind::Character);
    d->integer = codePoint;
    return d;
  }
  Datum *pair(Datum *first, Datum *second) {
    Datum *d = make(DatumKind::Pair);
    d->first = first;
    d->second = second;
    return d;
  }
  llvm::MutableArrayRef<Datum *> array(size_t count) {
    return {interner.allocator().Allocate<Datum *>(count), count};
  }
  Interner &symbols() { return interner; }

private:
  Interner &interner;
};

} // namespace plc::ir
#endif // PLC_IR_SUPPORT_DATUM_H
