//===- Literals.cpp - constants as static data ----------------------------===//

#include "codegen/Literals.h"

#include "plc/elements.h"
#include "stdlib/StringHash.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Module.h"

namespace plc::codegen {
namespace {

constexpr unsigned kImmutable = 1;

/// Code points of UTF-8 text; lone surrogates are encoded like any other.
llvm::SmallVector<uint32_t, 32> decode(llvm::StringRef text) {
  llvm::SmallVector<uint32_t, 32> points;
  for (size_t i = 0; i < text.size();) {
    auto byte = static_cast<uint8_t>(text[i]);
    unsigned length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    uint32_t point = length == 1 ? byte : byte & (0x7F >> length);
    for (unsigned k = 1; k < length && i + k < text.size(); ++k)
      point = point << 6 | (text[i + k] & 0x3F);
    points.push_back(point);
    i += length;
  }
  return points;
}

size_t roundedWords(size_t bytes) { return (bytes + 15) / 16 * 2; }

bool isLatin1(llvm::ArrayRef<uint32_t> points) {
  return llvm::all_of(points, [](uint32_t p) { return p < 256; });
}

size_t stringWords(llvm::ArrayRef<uint32_t> points) {
  return 4 + roundedWords(8 + points.size() * (isLatin1(points) ? 1 : 4));
}

llvm::APInt bigInteger(llvm::StringRef digits) {
  digits.consume_front("-"); // the sign is a flag of the header
  // APInt would shift and add the whole number once for each digit.
  constexpr size_t digitsAtOnce = 19;
  std::vector<uint64_t> limbs{0};
  while (!digits.empty()) {
    llvm::StringRef some = digits.take_front(
        digits.size() % digitsAtOnce ? digits.size() % digitsAtOnce
                                     : digitsAtOnce);
    digits = digits.drop_front(some.size());
    uint64_t factor = 1, carry = 0;
    for (char c : some) {
      factor *= 10;
      carry = carry * 10 + uint64_t(c - '0');
    }
    for (uint64_t &limb : limbs) {
      auto product = static_cast<unsigned __int128>(limb) * factor + carry;
      limb = static_cast<uint64_t>(product);
      carry = static_cast<uint64_t>(product >> 64);
    }
    if (carry)
      limbs.push_back(carry);
  }
  return llvm::APInt(limbs.size() * 64, limbs);
}

struct ElementInfo {
  plc_element element;
  unsigned bytes;
};
ElementInfo elementNamed(llvm::StringRef name) {
  return llvm::StringSwitch<ElementInfo>(name)
      .Case("u8", {PLC_ELEMENT_U8, 1})
      .Case("s8", {PLC_ELEMENT_S8, 1})
      .Case("u16", {PLC_ELEMENT_U16, 2})
      .Case("s16", {PLC_ELEMENT_S16, 2})
      .Case("u32", {PLC_ELEMENT_U32, 4})
      .Case("s32", {PLC_ELEMENT_S32, 4})
      .Case("u64", {PLC_ELEMENT_U64, 8})
      .Case("s64", {PLC_ELEMENT_S64, 8})
      .Case("f32", {PLC_ELEMENT_F32, 4})
      .Default({PLC_ELEMENT_F64, 8});
}

double toDouble(const ir::Datum *number) {
  switch (number->kind) {
  case ir::DatumKind::Flonum:
    return number->real;
  case ir::DatumKind::Fixnum:
    return static_cast<double>(number->integer);
  case ir::DatumKind::BigInteger: {
    double d = 0;
    number->text.getAsDouble(d);
    return d;
  }
  case ir::DatumKind::Ratio:
    return toDouble(number->first) / toDouble(number->second);
  default:
    llvm_unreachable("element of a homogeneous vector");
  }
}

/// Bits of one element, little end first.
uint64_t elementBits(const ir::Datum *number, plc_element element) {
  if (element == PLC_ELEMENT_F64)
    return plc_double_bits(toDouble(number));
  if (element == PLC_ELEMENT_F32) {
    auto single = static_cast<float>(toDouble(number));
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    return bits;
  }
  if (number->kind == ir::DatumKind::BigInteger) {
    uint64_t bits = bigInteger(number->text).getRawData()[0];
    return number->text.starts_with("-") ? 0 - bits : bits;
  }
  return static_cast<uint64_t>(number->integer);
}

llvm::SmallVector<uint8_t, 32> elementBytes(const ir::Datum *vector) {
  ElementInfo info = elementNamed(vector->text);
  llvm::SmallVector<uint8_t, 32> bytes;
  for (const ir::Datum *number : vector->elements) {
    uint64_t bits = elementBits(number, info.element);
    for (unsigned i = 0; i < info.bytes; ++i)
      bytes.push_back(bits >> (8 * i));
  }
  return bytes;
}

/// Words of the static object of a datum that is not an immediate.
size_t objectWords(const ir::Datum *datum) {
  switch (datum->kind) {
  case ir::DatumKind::Flonum:
  case ir::DatumKind::Pair:
    return 2;
  case ir::DatumKind::Ratio:
  case ir::DatumKind::Complex:
    return 4;
  case ir::DatumKind::BigInteger:
    return roundedWords(8 + bigInteger(datum->text).getBitWidth() / 8);
  case ir::DatumKind::String:
    return stringWords(decode(datum->text));
  case ir::DatumKind::Vector:
    return roundedWords(8 + 8 * datum->elements.size());
  case ir::DatumKind::Bytevector:
    return roundedWords(8 + datum->text.size());
  case ir::DatumKind::NumVector:
    return roundedWords(8 + elementNamed(datum->text).bytes *
                                datum->elements.size());
  default:
    llvm_unreachable("not the datum of a static object");
  }
}

} // namespace

llvm::Constant *Literals::tagged(llvm::Constant *object, uint64_t tag) const {
  auto *address = llvm::ConstantExpr::getInBoundsGetElementPtr(
      types.byte, object, llvm::ArrayRef<llvm::Constant *>{word(tag)});
  return llvm::ConstantExpr::getPtrToInt(address, types.word);
}

llvm::GlobalVariable *Literals::create(size_t words, llvm::Twine name) {
  auto *object = new llvm::GlobalVariable(
      module, llvm::ArrayType::get(types.word, words), /*isConstant=*/true,
      llvm::GlobalValue::PrivateLinkage, nullptr, name);
  object->setAlignment(llvm::Align(16));
  return object;
}

void Literals::finish(llvm::GlobalVariable *object, Words &words) {
  auto *type = llvm::cast<llvm::ArrayType>(object->getValueType());
  words.resize(type->getNumElements(), word(0));
  object->setInitializer(llvm::ConstantArray::get(type, words));
}

void Literals::appendBytes(Words &words, llvm::ArrayRef<uint8_t> bytes) {
  for (size_t i = 0; i < bytes.size(); i += 8) {
    uint64_t bits = 0;
    for (size_t k = 0; k < 8 && i + k < bytes.size(); ++k)
      bits |= uint64_t(bytes[i + k]) << (8 * k);
    words.push_back(word(bits));
  }
}

void Literals::appendString(Words &words, llvm::Constant *base,
                            llvm::ArrayRef<uint32_t> points, uint64_t hash) {
  bool isNarrow = isLatin1(points);
  llvm::SmallVector<uint8_t, 64> bytes;
  for (uint32_t point : points)
    for (unsigned k = 0; k < (isNarrow ? 1u : 4u); ++k)
      bytes.push_back(point >> (8 * k));
  uint64_t storage = (words.size() + 4) * 8;
  words.push_back(word(PLC_HEADER(PLC_KIND_STRING, kImmutable, 3)));
  words.push_back(word(plc_fixnum(points.size())));
  words.push_back(tagged(base, storage + PLC_TAG_OBJECT));
  words.push_back(word(plc_fixnum(hash)));
  words.push_back(
      word(PLC_HEADER(PLC_KIND_BYTES, isNarrow ? 0 : 1, bytes.size())));
  appendBytes(words, bytes);
}

llvm::StringRef Literals::sharedName(const ir::Datum *datum,
                                     bool &isNew) const {
  isNew = false;
  if (!options.literalNames)
    return "";
  LiteralNames &names = *options.literalNames;
  auto known = names.find(datum);
  if (known == names.end()) {
    if (!options.hotId)
      return "";
    isNew = true;
    std::string name = "plc:literal:" + std::to_string(names.size());
    known = names.try_emplace(datum, std::move(name)).first;
  }
  return known->second;
}

llvm::Constant *Literals::symbol(llvm::StringRef name) {
  llvm::Constant *&known = symbolsByName[name];
  if (known)
    return known;
  if (options.forJit)
    return known = word(resolver(name));
  // A SYMBOL, its name and the storage of the name in one piece.
  std::string link = "plc:sym:" + ir::linkName(name);
  auto points = decode(name);
  auto *object = create(4 + stringWords(points), link);
  object->setLinkage(llvm::GlobalValue::LinkOnceODRLinkage);
  object->setVisibility(llvm::GlobalValue::HiddenVisibility);
  object->setDSOLocal(true);
  object->setComdat(module.getOrInsertComdat(link));
  uint64_t hash = hashCodePoints(points.data(), points.size());
  Words words{word(PLC_HEADER(PLC_KIND_SYMBOL, 0, 2)),
              tagged(object, 32 + PLC_TAG_OBJECT), word(plc_fixnum(hash)),
              word(0)};
  appendString(words, object, points, hash);
  finish(object, words);
  known = tagged(object, PLC_TAG_OBJECT);
  symbolWords.push_back(known);
  return known;
}

llvm::Constant *Literals::text(llvm::StringRef utf8) {
  llvm::Constant *&known = texts[utf8];
  if (known)
    return known;
  auto *bytes = llvm::ConstantDataArray::getString(module.getContext(), utf8);
  auto *variable = new llvm::GlobalVariable(module, bytes->getType(), true,
                                            llvm::GlobalValue::PrivateLinkage,
                                            bytes, "text");
  variable->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  return known = variable;
}

llvm::Constant *Literals::value(const ir::Datum *datum) {
  auto immediate = [&]() -> llvm::Constant * {
    switch (datum->kind) {
    case ir::DatumKind::Fixnum:
      return word(plc_fixnum(datum->integer));
    case ir::DatumKind::False:
      return word(PLC_FALSE);
    case ir::DatumKind::True:
      return word(PLC_TRUE);
    case ir::DatumKind::Null:
      return word(PLC_NULL);
    case ir::DatumKind::Nil:
      return word(PLC_NIL);
    case ir::DatumKind::Undefined:
      return word(PLC_UNDEFINED);
    case ir::DatumKind::Unspecified:
      return word(PLC_UNSPECIFIED);
    case ir::DatumKind::Eof:
      return word(PLC_EOF);
    case ir::DatumKind::Default:
      return word(PLC_DEFAULT);
    case ir::DatumKind::Character:
      return word(plc_char(datum->integer));
    case ir::DatumKind::Symbol:
      return symbol(datum->symbol->text());
    case ir::DatumKind::Flonum: {
      uint64_t bits = plc_flonum_encode(datum->real);
      return plc_is_immediate_flonum(bits) ? word(bits) : nullptr;
    }
    default:
      return nullptr;
    }
  };
  if (llvm::Constant *known = objects.lookup(datum))
    return known;
  if (llvm::Constant *bits = immediate())
    return bits;
  bool isNew;
  llvm::StringRef name = sharedName(datum, isNew);
  auto *object =
      create(objectWords(datum), name.empty() ? "literal" : name);
  auto *word =
      tagged(object, datum->kind == ir::DatumKind::Pair ? PLC_TAG_PAIR
                                                        : PLC_TAG_OBJECT);
  objects[datum] = word;
  if (const UnitPlan::SharedLiteral *shared = plan.shared(datum)) {
    bool isOwn = shared->owner == part;
    object->setName(shared->symbol);
    setUnitLinkage(object, isOwn, options.forJit);
    if (!isOwn)
      return word;
  }
  if (!name.empty()) {
    setUnitLinkage(object, isNew, options.forJit);
    if (!isNew)
      return word;
  }
  // Filled from a list, not by recursion: constants can be long and cyclic.
  bool isOutermost = pending.empty();
  pending.push_back({datum, object});
  if (isOutermost)
    fillPending();
  return word;
}

void Literals::fillPending() {
  // The entry being filled stays in the list, so that value() only appends.
  for (size_t i = 0; i < pending.size(); ++i) {
    auto [datum, object] = pending[i];
    fill(datum, object);
  }
  pending.clear();
}

void Literals::fill(const ir::Datum *datum, llvm::GlobalVariable *object) {
  Words words;
  auto header = [&](plc_kind kind, unsigned flags, uint64_t length) {
    words.push_back(word(PLC_HEADER(kind, flags, length)));
  };
  switch (datum->kind) {
  case ir::DatumKind::Pair:
    words = {value(datum->first), value(datum->second)};
    break;
  case ir::DatumKind::Flonum:
    header(PLC_KIND_FLONUM, 0, 8);
    words.push_back(word(plc_double_bits(datum->real)));
    break;
  case ir::DatumKind::BigInteger: {
    llvm::APInt magnitude = bigInteger(datum->text);
    header(PLC_KIND_BIGNUM, datum->text.starts_with("-"),
           magnitude.getBitWidth() / 8);
    for (unsigned i = 0; i < magnitude.getNumWords(); ++i)
      words.push_back(word(magnitude.getRawData()[i]));
    break;
  }
  case ir::DatumKind::Ratio:
  case ir::DatumKind::Complex:
    header(datum->kind == ir::DatumKind::Ratio ? PLC_KIND_RATNUM
                                               : PLC_KIND_COMPNUM,
           0, 2);
    words.push_back(value(datum->first));
    words.push_back(value(datum->second));
    break;
  case ir::DatumKind::String: {
    auto points = decode(datum->text);
    appendString(words, object, points,
                 hashCodePoints(points.data(), points.size()));
    break;
  }
  case ir::DatumKind::Vector:
    header(PLC_KIND_VECTOR, kImmutable, datum->elements.size());
    for (const ir::Datum *element : datum->elements)
      words.push_back(value(element));
    break;
  case ir::DatumKind::Bytevector:
    header(PLC_KIND_BYTEVECTOR, kImmutable, datum->text.size());
    appendBytes(words, {datum->text.bytes_begin(), datum->text.bytes_end()});
    break;
  case ir::DatumKind::NumVector: {
    auto bytes = elementBytes(datum);
    header(PLC_KIND_NUMVECTOR,
           elementNamed(datum->text).element << 1 | kImmutable, bytes.size());
    appendBytes(words, bytes);
    break;
  }
  default:
    llvm_unreachable("not the datum of a static object");
  }
  finish(object, words);
}

bool Literals::needsConstruction(const ir::Datum *datum) {
  llvm::SmallPtrSet<const ir::Datum *, 16> seen;
  llvm::SmallVector<const ir::Datum *, 16> worklist{datum};
  while (!worklist.empty()) {
    const ir::Datum *next = worklist.pop_back_val();
    if (next->kind == ir::DatumKind::Map)
      return true;
    if (next->kind != ir::DatumKind::Pair &&
        next->kind != ir::DatumKind::Vector)
      continue;
    if (!seen.insert(next).second)
      continue;
    if (next->kind == ir::DatumKind::Pair)
      worklist.append({next->first, next->second});
    else
      worklist.append(next->elements.begin(), next->elements.end());
  }
  return false;
}

} // namespace plc::codegen
