//===- StringCase.cpp - case mapping and comparison without case -----------===//
//
// Full Unicode mappings: one character may become several (the German sharp s
// becomes SS), and a capital sigma becomes a final sigma at the end of a word.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/CharTables.h"
#include "stdlib/runtime/Text.h"

namespace plc::rt {

namespace {

constexpr uint32_t kCapitalSigma = 0x3A3, kSmallSigma = 0x3C3,
                   kFinalSigma = 0x3C2;

/// Unicode's Final_Sigma: a cased letter before, none after, looking through
/// case-ignorable characters.
bool isFinalSigma(const StringView &text, size_t at) {
  size_t i = at;
  while (i > 0 && charIsCaseIgnorable(text[i - 1]))
    --i;
  if (i == 0 || !charIsCased(text[i - 1]))
    return false;
  for (i = at + 1; i < text.length && charIsCaseIgnorable(text[i]); ++i) {
  }
  return i == text.length || !charIsCased(text[i]);
}

uint32_t simpleCasing(Casing casing, uint32_t c) {
  switch (casing) {
  case Casing::Upper: return charUpcase(c);
  case Casing::Lower: return charDowncase(c);
  case Casing::Fold: return charFoldcase(c);
  }
  __builtin_unreachable();
}

template <class Add>
void mapCase(const StringView &text, Casing casing, Add add) {
  for (size_t i = 0; i < text.length; ++i) {
    uint32_t c = text[i];
    if (c == kCapitalSigma && casing == Casing::Lower) {
      add(isFinalSigma(text, i) ? kFinalSigma : kSmallSigma);
    } else if (const SpecialCasing *special = specialCasing(casing, c)) {
      for (unsigned k = 0; k < 3 && special->to[k]; ++k)
        add(special->to[k]);
    } else {
      add(simpleCasing(casing, c));
    }
  }
}

Value convert(Context *ctx, const char *who, Value s, Casing casing) {
  if (!isString(s))
    wrongType(ctx, who, 1, "a string", s);
  TextBuilder result(ctx);
  mapCase(StringView(s), casing, [&](uint32_t c) { result.add(c); });
  return result.finish();
}

/// The characters of a folded string, one after the other.
class FoldedText {
public:
  explicit FoldedText(Value string) : text(string) {}
  /// Next character, or -1.
  int64_t next() {
    if (special) {
      if (++part < 3 && special->to[part])
        return special->to[part];
      special = nullptr;
    }
    if (at == text.length)
      return -1;
    uint32_t c = text[at++];
    special = specialCasing(Casing::Fold, c);
    part = 0;
    return special ? special->to[0] : charFoldcase(c);
  }

private:
  StringView text;
  size_t at = 0;
  const SpecialCasing *special = nullptr;
  unsigned part = 0;
};

int compareFolded(Value av, Value bv) {
  FoldedText a(av), b(bv);
  for (;;) {
    int64_t x = a.next(), y = b.next();
    if (x != y)
      return x < y ? -1 : 1;
    if (x < 0)
      return 0;
  }
}

Value compareAll(Context *ctx, int64_t argc, const Value *argv, const char *who,
                 bool (*holds)(int)) {
  for (int64_t i = 0; i < argc; ++i)
    if (!isString(argv[i]))
      wrongType(ctx, who, int(i) + 1, "a string", argv[i]);
  for (int64_t i = 1; i < argc; ++i)
    if (!holds(compareFolded(argv[i - 1], argv[i])))
      return PLC_FALSE;
  return PLC_TRUE;
}

} // namespace

extern "C" {

Value prim_StringUpcase(Context *ctx, Value s) {
  return convert(ctx, "string-upcase", s, Casing::Upper);
}
Value prim_StringDowncase(Context *ctx, Value s) {
  return convert(ctx, "string-downcase", s, Casing::Lower);
}
Value prim_StringFoldcase(Context *ctx, Value s) {
  return convert(ctx, "string-foldcase", s, Casing::Fold);
}

#define COMPARISON(Id, name, test)                                             \
  Value prim_StringCi##Id##P(Context *ctx, int64_t argc, const Value *argv) {  \
    return compareAll(ctx, argc, argv, "string-ci" name,                       \
                      [](int order) { return order test; });                   \
  }
COMPARISON(Eq, "=?", == 0)
COMPARISON(Lt, "<?", < 0)
COMPARISON(Gt, ">?", > 0)
COMPARISON(Le, "<=?", <= 0)
COMPARISON(Ge, ">=?", >= 0)
#undef COMPARISON

} // extern "C"
} // namespace plc::rt
