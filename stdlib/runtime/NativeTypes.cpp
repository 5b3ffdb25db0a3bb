//===- NativeTypes.cpp - types of native code at run time -----------------===//

#include "stdlib/runtime/NativeTypes.h"
#include "stdlib/runtime/Number.h"
#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/Text.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace plc::rt;

namespace plc::rt {

static const NativeScalarRow scalarRows[] = {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  {Spelling, #CType, Bytes, NativeClass::Class},
#include "plc/native_types.def"
};

const NativeScalarRow &nativeScalarRow(NativeScalar scalar) {
  return scalarRows[size_t(scalar)];
}

//===--- The registry -----------------------------------------------------===//

namespace {

/// Types by a symbol: their name, or their text.
class TypeTable {
public:
  NativeType *&at(Value symbol) {
    if ((used + 1) * 2 > size)
      grow();
    Entry &entry = entries[place(symbol)];
    if (!entry.symbol) {
      entry.symbol = symbol;
      ++used;
    }
    return entry.type;
  }

private:
  struct Entry {
    Value symbol;
    NativeType *type;
  };
  size_t place(Value symbol) const {
    size_t at = size_t(symbol >> 4) * 0x9E3779B97F4A7C15 >> 20;
    while (entries[at &= size - 1].symbol && entries[at].symbol != symbol)
      ++at;
    return at;
  }
  void grow() {
    Entry *old = entries;
    size_t oldSize = size;
    size = size ? size * 2 : 256;
    entries = static_cast<Entry *>(calloc(size, sizeof(Entry)));
    if (!entries)
      abort();
    for (size_t i = 0; i < oldSize; ++i)
      if (old[i].symbol)
        entries[place(old[i].symbol)] = old[i];
    free(old);
  }
  Entry *entries = nullptr;
  size_t size = 0, used = 0;
};

TypeTable byName, byText;

NativeType *makeType(NativeShape shape) {
  auto *type = static_cast<NativeType *>(malloc(sizeof(NativeType)));
  if (!type)
    abort();
  *type = NativeType();
  type->shape = shape;
  return type;
}

NativeType *makeScalar(NativeScalar scalar) {
  NativeType *type = makeType(NativeShape::Scalar);
  type->scalar = scalar;
  type->size = type->align = nativeScalarRow(scalar).bytes;
  if (nativeScalarRow(scalar).kind == NativeClass::Complex)
    type->align /= 2;
  if (type->align == 0)
    type->align = 1;
  return type;
}

NativeType *makeArray(const NativeType *element, uint64_t count) {
  NativeType *type = makeType(NativeShape::Array);
  type->element = element;
  type->count = count;
  type->size = element->size * count;
  type->align = element->align;
  return type;
}

NativeType *makePointer(Value name, bool isConst) {
  NativeType *type = makeType(NativeShape::Pointer);
  type->name = name;
  type->isConst = isConst;
  type->size = type->align = sizeof(void *);
  return type;
}

/// "double step 24", "double step 24[4]": elements with gaps, an array of them
/// (spelled by Buffers.cpp; `text` is cut).
NativeType *typeOfStrided(Context *ctx, char *text, char *step) {
  char *end;
  int64_t pitch = strtoll(step + strlen(kStepOfType), &end, 10);
  bool isArray = *end == '[';
  uint64_t count = isArray ? strtoull(end + 1, nullptr, 10) : 0;
  *(isArray ? end : step) = 0;
  const NativeType *element = findNativeType(ctx, intern(ctx, text));
  if (!element || isArray)
    return element ? makeArray(element, count) : nullptr;
  NativeType *type = makeType(NativeShape::Strided);
  type->element = element;
  type->pitch = pitch;
  type->size = 1;
  return type;
}

/// The last kStepOfType in a text, or null.
char *lastStep(char *text) {
  char *last = nullptr;
  for (char *at = text; (at = strstr(at, kStepOfType)); ++at)
    last = at;
  return last;
}

/// Types that need no registration: scalars, pointers and arrays, by how C
/// spells them.
NativeType *typeOfSpelling(Context *ctx, Value symbol) {
  char text[512];
  symbolText(symbol, text, sizeof text);
#define NATIVE_NAME(Spelling, Scalar)                                          \
  if (strcmp(text, Spelling) == 0)                                             \
    return makeScalar(NativeScalar::Scalar);
#include "plc/native_names.def"
  if (char *step = lastStep(text))
    return typeOfStrided(ctx, text, step);
  size_t length = strlen(text);
  if (length > 1 && text[length - 1] == '*') {
    do
      text[--length] = 0;
    while (length > 0 && text[length - 1] == ' ');
    if (strcmp(text, "const char") == 0) {
      NativeType *type = makeType(NativeShape::Text);
      type->size = type->align = sizeof(void *);
      return type;
    }
    bool isConst = strncmp(text, "const ", 6) == 0;
    return makePointer(intern(ctx, text + (isConst ? 6 : 0)), isConst);
  }
  // "int [3][4]": the first count is the outer one.
  char *open = strchr(text, '[');
  char *close = open ? strchr(open, ']') : nullptr;
  if (open && close && text[length - 1] == ']' && open > text) {
    uint64_t count = strtoull(open + 1, nullptr, 10);
    char name[512];
    size_t head = size_t(open - text);
    if (close[1] == 0)
      while (head > 0 && text[head - 1] == ' ')
        --head;
    snprintf(name, sizeof name, "%.*s%s", int(head), text, close + 1);
    if (const NativeType *element = findNativeType(ctx, intern(ctx, name)))
      return makeArray(element, count);
  }
  return nullptr;
}

/// Reads the text of a type.
class TypeText {
public:
  TypeText(Context *ctx, const char *text) : ctx(ctx), at(text) {}

  NativeType *type() {
    switch (*at) {
    case 's':
      ++at;
      {
        NativeType *type = makeType(NativeShape::Text);
        type->size = type->align = sizeof(void *);
        return type;
      }
    case 'p':
    case 'k': {
      bool isConst = *at++ == 'k';
      return makePointer(name(), isConst);
    }
    case 'e': {
      ++at;
      NativeType *type = makeScalar(scalar());
      type->shape = NativeShape::Enum;
      type->name = name();
      const NativeType *declared = findNativeType(ctx, type->name);
      if (declared && declared->shape == NativeShape::Enum) {
        type->members = declared->members;
        type->memberCount = declared->memberCount;
      }
      return type;
    }
    case 'F': {
      // A pointer to a function: its type is called by this very text.
      const char *begin = at++;
      skipBracketed();
      Value symbol = intern(ctx, begin, size_t(at - begin));
      NativeType *&function = byName.at(symbol);
      if (!function) {
        NativeType *made = makeType(NativeShape::Function);
        made->signature = strndup(begin + 2, size_t(at - begin) - 3);
        made->name = symbol;
        byName.at(symbol) = made;
      }
      return makePointer(symbol, false);
    }
    case 'R':
    case 'n': {
      ++at;
      Value symbol = name();
      const NativeType *found = findNativeType(ctx, symbol);
      if (!found) {
        NativeType *opaque = makeType(NativeShape::Opaque);
        opaque->name = symbol;
        byName.at(symbol) = opaque;
        found = opaque;
      }
      return const_cast<NativeType *>(found);
    }
    case '[': {
      uint64_t count = strtoull(at + 1, const_cast<char **>(&at), 10);
      ++at;
      return makeArray(type(), count);
    }
    default:
      return makeScalar(scalar());
    }
  }

private:
  NativeScalar scalar() {
    size_t best = 0;
    NativeScalar result = NativeScalar::Void;
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  if (strncmp(at, Spelling, sizeof Spelling - 1) == 0 &&                       \
      sizeof Spelling - 1 > best) {                                            \
    best = sizeof Spelling - 1;                                                \
    result = NativeScalar::Id;                                                 \
  }
#include "plc/native_types.def"
    at += best;
    return result;
  }

  /// <NAME>
  Value name() {
    char text[512];
    size_t length = 0;
    for (++at; *at && *at != '>'; ++at) {
      if (*at == '\\')
        ++at;
      if (length < sizeof text)
        text[length++] = *at;
    }
    ++at;
    return intern(ctx, text, length);
  }

  void skipBracketed() {
    int depth = 0;
    do {
      if (*at == '\\')
        ++at;
      else if (*at == '<')
        ++depth;
      else if (*at == '>')
        --depth;
      ++at;
    } while (depth > 0 && *at);
  }

  Context *ctx;
  const char *at;
};

//===--- Registration -----------------------------------------------------===//
// A row is a list:
//   (name "text")                     another name of a type
//   (name record place size align union? (field "text" bit-offset bit-width) ...)
//   (name enum place "scalar" "member value member value ...")
//   (name opaque place)

/// The bytes of a string, malloc'ed.
char *permanentText(Context *ctx, Value string) {
  return isString(string) ? toUtf8(ctx, string, nullptr) : strdup("");
}

Value second(Value list) { return plc_car(plc_cdr(list)); }

bool isNamed(Value symbol, const char *text) {
  char buffer[32];
  return isSymbol(symbol) &&
         strcmp(symbolText(symbol, buffer, sizeof buffer), text) == 0;
}

uint64_t listLength(Value list) {
  uint64_t n = 0;
  for (; plc_is_pair(list); list = plc_cdr(list))
    ++n;
  return n;
}

bool sameLayout(const NativeType &a, const NativeType &b) {
  if (a.shape != b.shape || a.size != b.size || a.fieldCount != b.fieldCount ||
      a.memberCount != b.memberCount)
    return false;
  for (size_t i = 0; i < a.fieldCount; ++i)
    if (a.fields[i].name != b.fields[i].name ||
        a.fields[i].bitOffset != b.fields[i].bitOffset ||
        a.fields[i].bitWidth != b.fields[i].bitWidth ||
        a.fields[i].type->size != b.fields[i].type->size)
      return false;
  for (size_t i = 0; i < a.memberCount; ++i)
    if (a.members[i].name != b.members[i].name ||
        a.members[i].value != b.members[i].value)
      return false;
  return true;
}

/// What a row says, without the types of fields, which may be rows below.
NativeType readRow(Context *ctx, Value row) {
  NativeType type;
  type.name = plc_car(row);
  Value kind = second(row), rest = plc_cdr(plc_cdr(row));
  type.place = permanentText(ctx, plc_car(rest));
  rest = plc_cdr(rest);
  if (isNamed(kind, "record")) {
    type.shape = NativeShape::Record;
    type.size = uint64_t(plc_fixnum_value(plc_car(rest)));
    type.align = uint64_t(plc_fixnum_value(second(rest)));
    rest = plc_cdr(plc_cdr(rest));
    type.isUnion = plc_is_true(plc_car(rest));
    rest = plc_cdr(rest);
    type.fieldCount = listLength(rest);
    type.fields = static_cast<NativeField *>(
        calloc(type.fieldCount + 1, sizeof(NativeField)));
  } else if (isNamed(kind, "enum")) {
    char *text = permanentText(ctx, plc_car(rest));
    NativeType *scalar = TypeText(ctx, text).type();
    type.shape = NativeShape::Enum;
    type.scalar = scalar->scalar;
    type.size = scalar->size;
    type.align = scalar->align;
    free(text);
    char *members = permanentText(ctx, second(rest));
    for (const char *at = members; *at; ++at)
      type.memberCount += *at == ' ';
    type.memberCount /= 2;
    type.members = static_cast<NativeMember *>(
        calloc(type.memberCount + 1, sizeof(NativeMember)));
    const char *at = members;
    for (size_t i = 0; i < type.memberCount; ++i) {
      const char *end = strchr(at, ' ');
      char *next;
      type.members[i] = {intern(ctx, at, size_t(end - at)),
                         int64_t(strtoll(end + 1, &next, 10))};
      at = next + 1;
    }
    free(members);
  }
  return type;
}

void readFields(Context *ctx, NativeType &type, Value row) {
  if (type.shape != NativeShape::Record)
    return;
  Value rest = row;
  for (int i = 0; i < 6; ++i)
    rest = plc_cdr(rest);
  for (NativeField *f = type.fields; plc_is_pair(rest);
       rest = plc_cdr(rest), ++f) {
    Value field = plc_car(rest);
    char *text = permanentText(ctx, second(field));
    f->name = plc_car(field);
    f->type = nativeTypeOfText(ctx, text);
    f->bitOffset = uint64_t(plc_fixnum_value(second(plc_cdr(field))));
    f->bitWidth =
        uint32_t(plc_fixnum_value(second(plc_cdr(plc_cdr(field)))));
    free(text);
  }
}

} // namespace

const char *symbolText(Value symbol, char *buffer, size_t size) {
  StringView text(symbolName(symbol));
  size_t n = 0;
  for (size_t i = 0; i < text.length && n + 5 < size; ++i)
    n = size_t(encodeUtf8(buffer + n, text[i]) - buffer);
  buffer[n] = 0;
  return buffer;
}

const NativeType *findNativeType(Context *ctx, Value name) {
  NativeType *type = byName.at(name);
  if (type)
    return type;
  type = typeOfSpelling(ctx, name);
  if (type) {
    if (type->name == PLC_FALSE)
      type->name = name;
    byName.at(name) = type;
  }
  return type;
}

const NativeType *nativeTypeOfText(Context *ctx, const char *text) {
  Value symbol = intern(ctx, text);
  if (NativeType *known = byText.at(symbol))
    return known;
  NativeType *type = TypeText(ctx, text).type();
  byText.at(symbol) = type;
  return type;
}

static const NativeField *fieldNamed(const NativeType *record, Value name) {
  for (size_t i = 0; i < record->fieldCount; ++i)
    if (record->fields[i].name == name)
      return &record->fields[i];
  return nullptr;
}

const NativeField *findNativeField(Context *, const NativeType *record,
                                   Value name) {
  return record->shape == NativeShape::Record ? fieldNamed(record, name)
                                              : nullptr;
}

const char *endOfNativeType(const char *text) {
  for (int depth = 0; *text; ++text) {
    if (*text == '\\' && text[1])
      ++text;
    else if (*text == '<')
      ++depth;
    else if (*text == '>')
      --depth;
    else if (depth == 0 && (*text == '(' || *text == ')' || *text == ','))
      break;
  }
  return text;
}

/// "int (const void *, int)", or "int (*)(const void *, int)", of the text of a
/// signature without its end.
static void spellFunction(const char *signature, bool isPointer, char *out,
                          size_t size) {
  size_t n = 0;
  auto add = [&](const char *text) {
    if (n < size)
      n += size_t(snprintf(out + n, size - n, "%s", text));
  };
  auto addType = [&](const char *&at) {
    const char *end = endOfNativeType(at);
    char text[1024];
    snprintf(text, sizeof text, "%.*s", int(end - at), at);
    at = end;
    if (strcmp(text, "...") == 0)
      return add(text);
    char copy[600]; // the name is gone with the next one
    snprintf(copy, sizeof copy, "%s",
             nativeTypeName(nativeTypeOfText(theContext, text)));
    add(copy);
  };
  const char *at = signature;
  addType(at);
  add(isPointer ? " (*)(" : " (");
  const char *first = ++at;
  while (*at && *at != ')') {
    if (*at == ',')
      ++at;
    if (at != first)
      add(", ");
    addType(at);
  }
  add(")");
}

const char *nativeTypeName(const NativeType *type) {
  static char text[600];
  if (type->shape == NativeShape::Text)
    return "const char *";
  if (type->shape == NativeShape::Function) {
    char spelled[600];
    spellFunction(type->signature, false, spelled, sizeof spelled);
    snprintf(text, sizeof text, "%s", spelled);
    return text;
  }
  if (type->shape == NativeShape::Pointer) {
    char name[500];
    symbolText(type->name, name, sizeof name);
    if (strncmp(name, "F<", 2) == 0) {
      char spelled[600];
      spellFunction(name + 2, true, spelled, sizeof spelled);
      snprintf(text, sizeof text, "%s", spelled);
      return text;
    }
    snprintf(text, sizeof text, "%s%s%s", type->isConst ? "const " : "", name,
             name[strlen(name) - 1] == '*' ? "*" : " *");
    return text;
  }
  if (type->shape == NativeShape::Array) {
    char name[500];
    snprintf(name, sizeof name, "%s", nativeTypeName(type->element));
    snprintf(text, sizeof text, "%s [%llu]", name,
             (unsigned long long)type->count);
    return text;
  }
  if (isSymbol(type->name))
    return symbolText(type->name, text, sizeof text);
  const char *name = nativeScalarRow(type->scalar).name;
#define NATIVE_NAME(Spelling, Scalar)                                          \
  if (type->scalar == NativeScalar::Scalar)                                    \
    return Spelling;
#include "plc/native_names.def"
  return name;
}

} // namespace plc::rt

/// (%native-types rows): done by the start of a unit.
extern "C" Value prim_NativeTypes(Context *ctx, Value rows) {
  installNativeObjects(ctx);
  // All names first: rows refer to one another.
  uint64_t count = lengthOf(rows);
  NativeType *fresh =
      static_cast<NativeType *>(calloc(count + 1, sizeof(NativeType)));
  for (uint64_t i = 0; i < count; ++i) {
    Value row = plc_fields(rows)[i], name = plc_car(row);
    if (isString(second(row)))
      continue;
    NativeType type = readRow(ctx, row);
    NativeType *&known = byName.at(name);
    fresh[i] = type;
    if (known && known->shape != NativeShape::Opaque)
      continue;
    if (!known)
      known = makeType(NativeShape::Opaque);
    *known = type;
    known->fieldCount = 0; // until their types are known
  }
  for (uint64_t i = 0; i < count; ++i) {
    Value row = plc_fields(rows)[i], name = plc_car(row);
    if (isString(second(row))) {
      char *text = permanentText(ctx, second(row));
      if (!byName.at(name)) {
        const NativeType *type = nativeTypeOfText(ctx, text);
        auto *copy = makeType(type->shape);
        *copy = *type;
        if (copy->shape != NativeShape::Pointer)
          copy->name = name;
        byName.at(name) = copy;
      }
      free(text);
      continue;
    }
    NativeType *known = byName.at(name);
    bool isFirst = known->fields == fresh[i].fields &&
                   known->members == fresh[i].members;
    readFields(ctx, fresh[i], row);
    if (isFirst) {
      known->fieldCount = fresh[i].fieldCount;
    } else if (fresh[i].shape != NativeShape::Opaque &&
               !sameLayout(*known, fresh[i])) {
      char text[800], typeName[300];
      snprintf(text, sizeof text,
               "two types are called `%s`, and differ: the one of %s, and the "
               "one of %s",
               symbolText(name, typeName, sizeof typeName), known->place,
               fresh[i].place);
      free(fresh);
      raiseCondition(ctx, "native-type-conflict", text, list1(ctx, name));
    }
  }
  free(fresh);
  return PLC_UNSPECIFIED;
}

extern "C" Value prim_NativeScalar(Context *ctx, Value name) {
  if (!isString(name))
    wrongType(ctx, "native-scalar", 1, "a string", name);
  char *text = toUtf8(ctx, name, nullptr);
  const char *found = nullptr;
#define NATIVE_NAME(Spelling, Scalar)                                          \
  if (strcmp(text, Spelling) == 0)                                             \
    found = nativeScalarRow(NativeScalar::Scalar).spelling;
#include "plc/native_names.def"
  free(text);
  return found ? makeString(ctx, found) : PLC_FALSE;
}
