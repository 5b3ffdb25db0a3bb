//===- ValueSyntax.cpp - values of the running world as forms -------------===//

#include "tools/driver/ValueSyntax.h"

#include "frontend/Expander.h"
#include "frontend/Literal.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallString.h"

using namespace llvm;
using namespace plc::frontend;

namespace plc::driver {

std::string textOf(plc_value string) {
  const plc_value *fields = plc_fields(string);
  int64_t length = plc_fixnum_value(fields[0]);
  bool isWide = plc_header_flags(plc_header(fields[1])) & 1;
  const void *characters = plc_fields(fields[1]);
  std::string result;
  for (int64_t i = 0; i < length; ++i)
    appendUtf8(result, isWide ? static_cast<const uint32_t *>(characters)[i]
                              : static_cast<const uint8_t *>(characters)[i]);
  return result;
}

std::string nameOfSymbol(plc_value symbol) {
  return textOf(plc_fields(symbol)[0]);
}

ValueSyntax::ValueSyntax(Session &session, Process &process, Define define)
    : session(session), define(std::move(define)), values(process) {
  objectName = session.interner.intern("object");
  location = session.sources.add(session.sources.addFile("<eval>", ""), 0, 0);
  session.objects = this;
}

ValueSyntax::~ValueSyntax() { session.objects = nullptr; }

//===--- Cells -------------------------------------------------------------===//

Global *ValueSyntax::makeGlobal(std::string symbol, ir::Symbol name) {
  Global *global = session.makeGlobal();
  global->name = name;
  global->symbol = std::move(symbol);
  global->isExternal = true;
  global->isDefined = true;
  global->isAssigned = true;
  return global;
}

Global *ValueSyntax::cellOf(uint64_t object) {
  Global *&cell = cells[object];
  if (cell)
    return cell;
  if (object < first || object - first >= values.size())
    return nullptr;
  cell = makeGlobal("plc:eval:object-" + std::to_string(object), objectName);
  cell->object = object;
  pending.push_back(cell);
  return cell;
}

Global *ValueSyntax::unboundCell(ir::Symbol name) {
  Global *&cell = unbound[name];
  if (cell)
    return cell;
  // It lives on, and is found here by all forms to come.
  session.keepForm();
  cell = makeGlobal("plc:eval:unbound:" + name->text().str(), name);
  define(cell->symbol, PLC_UNBOUND, CellUse::Environment);
  return cell;
}

std::optional<plc_value> ValueSyntax::valueOf(const Global *global) const {
  if (global->object < first || global->object - first >= values.size())
    return std::nullopt;
  return values[global->object - first];
}

void ValueSyntax::defineCells() {
  for (const Global *global : pending)
    define(global->symbol, values[global->object - first], CellUse::Form);
  pending.clear();
}

void ValueSyntax::forget() {
  pending.clear();
  for (size_t i = 0; i < values.size(); ++i)
    cells.erase(first + i);
}

//===--- Syntax ------------------------------------------------------------===//

const Syntax *ValueSyntax::convert(plc_value value) {
  first += values.size();
  values.clear();
  finished.clear();
  open.clear();
  return convert(value, 0);
}

Syntax *ValueSyntax::make(SyntaxKind kind, plc_value value, bool isKept) {
  auto *s = new (session.interner.allocator()) Syntax(kind, location);
  if (isKept) {
    values.push(value);
    s->object = first + values.size() - 1;
  }
  return s;
}

/// Macros may keep the syntax, hence the cell at once.
const Syntax *ValueSyntax::object(plc_value value, bool isUnending) {
  Syntax *s = make(SyntaxKind::Object, value, true);
  s->isUnending = isUnending;
  cellOf(s->object);
  return s;
}

/// Numbers, characters, strings and constants; null for all else.
ir::Datum *ValueSyntax::datum(plc_value v) {
  ir::DatumFactory &data = session.data;
  if (plc_is_fixnum(v))
    return data.fixnum(plc_fixnum_value(v));
  if (plc_is_flonum(v))
    return data.flonum(plc_flonum_value(v));
  if (plc_is_char(v))
    return data.character(plc_char_code(v));
  switch (v) {
  case PLC_FALSE:
  case PLC_TRUE:
    return data.boolean(v == PLC_TRUE);
  case PLC_NIL:
    return data.make(ir::DatumKind::Nil);
  case PLC_UNDEFINED:
    return data.make(ir::DatumKind::Undefined);
  case PLC_UNSPECIFIED:
    return data.make(ir::DatumKind::Unspecified);
  case PLC_EOF:
    return data.make(ir::DatumKind::Eof);
  case PLC_DEFAULT:
    return data.make(ir::DatumKind::Default);
  }
  if (!plc_is_object(v))
    return nullptr;
  const plc_value *fields = plc_fields(v);
  auto both = [&](ir::DatumKind kind) {
    ir::Datum *d = data.make(kind);
    d->first = datum(fields[0]);
    d->second = datum(fields[1]);
    return d;
  };
  switch (plc_header_kind(plc_header(v))) {
  case PLC_KIND_STRING:
    return data.string(textOf(v));
  case PLC_KIND_BIGNUM: {
    APInt magnitude(unsigned(plc_header_length(plc_header(v)) * 8),
                    ArrayRef(fields, plc_header_length(plc_header(v)) / 8));
    SmallString<64> digits;
    if (plc_header_flags(plc_header(v)) & 1)
      digits += '-';
    magnitude.toStringUnsigned(digits);
    ir::Datum *d = data.make(ir::DatumKind::BigInteger);
    d->text = session.interner.copy(digits);
    return d;
  }
  case PLC_KIND_RATNUM:
    return both(ir::DatumKind::Ratio);
  case PLC_KIND_COMPNUM:
    return both(ir::DatumKind::Complex);
  default:
    return nullptr;
  }
}

const Syntax *ValueSyntax::convert(plc_value v, unsigned depth) {
  if (v == PLC_NULL)
    return make(SyntaxKind::List, v, false);
  bool isCompound = plc_is_pair(v) || plc_is_kind(v, PLC_KIND_VECTOR);
  if (isCompound) {
    if (const Syntax *known = finished.lookup(v))
      return known;
    // Data of any shape can be quoted; code comes to an end.
    if (depth > kMaxNesting || open.contains(v))
      return object(v, /*isUnending=*/true);
    const Syntax *made =
        plc_is_pair(v) ? list(v, depth + 1) : vector(v, depth + 1);
    return finished[v] = made;
  }
  if (plc_is_kind(v, PLC_KIND_SYMBOL)) {
    bool isUninterned = plc_header_flags(plc_header(v)) & 1;
    Syntax *s = make(SyntaxKind::Identifier, v, isUninterned);
    s->name = session.interner.intern(nameOfSymbol(v));
    return s;
  }
  const ir::Datum *d = datum(v);
  if (!d)
    return object(v);
  Syntax *s = make(SyntaxKind::Constant, v,
                   plc_is_object(v) && !plc_is_flonum(v));
  s->datum = d;
  return s;
}

const Syntax *ValueSyntax::list(plc_value v, unsigned depth) {
  Syntax *s = make(SyntaxKind::List, v, true);
  std::vector<plc_value> spine;
  std::vector<const Syntax *> elements;
  DenseSet<plc_value> inSpine;
  plc_value rest = v;
  for (; plc_is_pair(rest) && !open.contains(rest) && inSpine.insert(rest).second;
       rest = plc_cdr(rest))
    spine.push_back(rest);
  // An element may share what follows it, but contains no pair that comes before.
  for (plc_value pair : spine) {
    open.insert(pair);
    elements.push_back(convert(plc_car(pair), depth));
  }
  if (rest != PLC_NULL)
    s->tail = convert(rest, depth);
  for (plc_value pair : spine)
    open.erase(pair);
  s->elements = ArrayRef(elements).copy(session.interner.allocator());
  return s;
}

const Syntax *ValueSyntax::vector(plc_value v, unsigned depth) {
  Syntax *s = make(SyntaxKind::Vector, v, true);
  open.insert(v);
  std::vector<const Syntax *> elements;
  for (uint64_t i = 0; i < plc_header_length(plc_header(v)); ++i)
    elements.push_back(convert(plc_fields(v)[i], depth));
  open.erase(v);
  s->elements = ArrayRef(elements).copy(session.interner.allocator());
  return s;
}

} // namespace plc::driver
