//===- Chars.cpp - characters and their Unicode properties -----------------===//

#include "stdlib/runtime/CharTables.h"
#include "stdlib/runtime/Text.h"

#include <iterator>

namespace plc::rt {

namespace {

struct CharRecord {
  uint16_t flags;
  int32_t upper, lower, fold; ///< distances to the simple mappings
};

#include "stdlib/runtime/UnicodeTables.inc"

constexpr SpecialCasing kSpecialFold[] = {
#define FULL_FOLDING(Code, First, Second, Third) {Code, {First, Second, Third}},
#include "stdlib/CaseFolding.def"
};

const CharRecord &recordOf(uint32_t c) {
  if (c > 0x10FFFF)
    c = 0xD800; // no properties
  uint32_t block = kBlocks[c >> kBlockShift];
  return kRecords[kIndices[block << kBlockShift |
                           (c & ((1u << kBlockShift) - 1))]];
}
bool hasFlag(uint32_t c, unsigned flag) { return recordOf(c).flags & flag; }

const SpecialCasing *find(const SpecialCasing *table, size_t size,
                          uint32_t c) {
  const SpecialCasing *end = table + size;
  while (size > 0) {
    size_t half = size / 2;
    if (table[half].code < c) {
      table += half + 1;
      size -= half + 1;
    } else {
      size = half;
    }
  }
  return table != end && table->code == c ? table : nullptr;
}

} // namespace

bool charIsAlphabetic(uint32_t c) { return hasFlag(c, kAlphabetic); }
bool charIsNumeric(uint32_t c) { return hasFlag(c, kNumeric); }
bool charIsWhitespace(uint32_t c) { return hasFlag(c, kSpace); }
bool charIsUpper(uint32_t c) { return hasFlag(c, kUpper); }
bool charIsLower(uint32_t c) { return hasFlag(c, kLower); }
bool charIsGraphic(uint32_t c) { return hasFlag(c, kGraphic); }
bool charIsCaseIgnorable(uint32_t c) { return hasFlag(c, kIgnorable); }
bool charIsCased(uint32_t c) {
  const CharRecord &r = recordOf(c); // title case letters have both mappings
  return (r.flags & (kUpper | kLower)) || (r.upper != 0 && r.lower != 0);
}
uint32_t charUpcase(uint32_t c) { return c + uint32_t(recordOf(c).upper); }
uint32_t charDowncase(uint32_t c) { return c + uint32_t(recordOf(c).lower); }
uint32_t charFoldcase(uint32_t c) { return c + uint32_t(recordOf(c).fold); }
int charDigitValue(uint32_t c) {
  unsigned flags = recordOf(c).flags;
  return flags & kNumeric ? int(flags >> kDigitShift) : -1;
}
const SpecialCasing *specialCasing(Casing casing, uint32_t c) {
  if (c < 0x80)
    return nullptr;
  switch (casing) {
  case Casing::Upper: return find(kSpecialUpper, std::size(kSpecialUpper), c);
  case Casing::Lower: return find(kSpecialLower, std::size(kSpecialLower), c);
  case Casing::Fold: return find(kSpecialFold, std::size(kSpecialFold), c);
  }
  __builtin_unreachable();
}

//===--- Primitives -------------------------------------------------------===//

namespace {

uint32_t checkChar(Context *ctx, const char *who, int position, Value v) {
  if (!plc_is_char(v))
    wrongType(ctx, who, position, "a character", v);
  return plc_char_code(v);
}

Value compareAll(Context *ctx, int64_t argc, const Value *argv, const char *who,
                 bool fold, bool (*holds)(uint32_t, uint32_t)) {
  bool result = true;
  uint32_t previous = 0;
  for (int64_t i = 0; i < argc; ++i) {
    uint32_t c = checkChar(ctx, who, int(i) + 1, argv[i]);
    if (fold)
      c = charFoldcase(c);
    result &= i == 0 || holds(previous, c);
    previous = c;
  }
  return plc_bool(result);
}

} // namespace

extern "C" {

Value prim_CharP(Context *, Value v) { return plc_bool(plc_is_char(v)); }
Value prim_CharToInteger(Context *ctx, Value c) {
  return plc_fixnum(checkChar(ctx, "char->integer", 1, c));
}
Value prim_IntegerToChar(Context *ctx, Value n) {
  // Surrogates are let through: strings of hosts may hold them.
  if (!plc_is_fixnum(n) || plc_fixnum_value(n) < 0 ||
      plc_fixnum_value(n) > 0x10FFFF)
    wrongType(ctx, "integer->char", 1, "a code point", n);
  return plc_char(uint32_t(plc_fixnum_value(n)));
}

#define COMPARISON(Id, name, op)                                               \
  Value prim_Char##Id##P(Context *ctx, int64_t argc, const Value *argv) {      \
    return compareAll(ctx, argc, argv, "char" name, false,                     \
                      [](uint32_t a, uint32_t b) { return a op b; });          \
  }                                                                            \
  Value prim_CharCi##Id##P(Context *ctx, int64_t argc, const Value *argv) {    \
    return compareAll(ctx, argc, argv, "char-ci" name, true,                   \
                      [](uint32_t a, uint32_t b) { return a op b; });          \
  }
COMPARISON(Eq, "=?", ==)
COMPARISON(Lt, "<?", <)
COMPARISON(Gt, ">?", >)
COMPARISON(Le, "<=?", <=)
COMPARISON(Ge, ">=?", >=)
#undef COMPARISON

Value prim_CharAlphabeticP(Context *ctx, Value c) {
  return plc_bool(charIsAlphabetic(checkChar(ctx, "char-alphabetic?", 1, c)));
}
Value prim_CharNumericP(Context *ctx, Value c) {
  return plc_bool(charIsNumeric(checkChar(ctx, "char-numeric?", 1, c)));
}
Value prim_CharWhitespaceP(Context *ctx, Value c) {
  return plc_bool(charIsWhitespace(checkChar(ctx, "char-whitespace?", 1, c)));
}
Value prim_CharUpperCaseP(Context *ctx, Value c) {
  return plc_bool(charIsUpper(checkChar(ctx, "char-upper-case?", 1, c)));
}
Value prim_CharLowerCaseP(Context *ctx, Value c) {
  return plc_bool(charIsLower(checkChar(ctx, "char-lower-case?", 1, c)));
}
Value prim_DigitValue(Context *ctx, Value c) {
  int digit = charDigitValue(checkChar(ctx, "digit-value", 1, c));
  return digit < 0 ? PLC_FALSE : plc_fixnum(digit);
}
Value prim_CharUpcase(Context *ctx, Value c) {
  return plc_char(charUpcase(checkChar(ctx, "char-upcase", 1, c)));
}
Value prim_CharDowncase(Context *ctx, Value c) {
  return plc_char(charDowncase(checkChar(ctx, "char-downcase", 1, c)));
}
Value prim_CharFoldcase(Context *ctx, Value c) {
  return plc_char(charFoldcase(checkChar(ctx, "char-foldcase", 1, c)));
}

} // extern "C"
} // namespace plc::rt
