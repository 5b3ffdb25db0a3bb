//===- ExpandData.cpp - quote, quasiquote, vectors, maps, records ---------===//

#include "frontend/FormExpander.h"

#include "llvm/ADT/ScopeExit.h"

using namespace plc::ir;

namespace plc::frontend {

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

namespace {
/// Replaces references to a datum label by what it stands for.
void patch(Datum *root, const Datum *placeholder, Datum *value) {
  llvm::DenseSet<Datum *> seen;
  llvm::SmallVector<Datum *, 16> work{root};
  auto visit = [&](Datum *&slot) {
    if (slot == placeholder)
      slot = value;
    if (slot && seen.insert(slot).second)
      work.push_back(slot);
  };
  while (!work.empty()) {
    Datum *d = work.pop_back_val();
    visit(d->first);
    visit(d->second);
    for (Datum *&element : d->elements)
      visit(element);
  }
}
} // namespace

Node *FormExpander::objectRef(const Syntax *s) {
  Global *cell =
      s->object && session.objects ? session.objects->cellOf(s->object)
                                   : nullptr;
  return cell ? globalRef(cell, s->location) : nullptr;
}

/// Whether there is no datum for it.
bool FormExpander::containsObject(const Syntax *s, unsigned depth) {
  if (s->kind == SyntaxKind::Object)
    return true;
  if (depth > kMaxNesting)
    return false; // quoting reports it
  return (s->tail && containsObject(s->tail, depth + 1)) ||
         llvm::any_of(s->elements, [&](const Syntax *element) {
           return containsObject(element, depth + 1);
         });
}

Node *FormExpander::expandQuote(const Syntax *s) {
  if (Node *value = objectRef(s))
    return value;
  // A macro made it, of pieces that are no data.
  if (session.objects && containsObject(s, depth)) {
    Location location = s->location;
    auto nesting = llvm::make_scope_exit([this] { --depth; });
    ++depth;
    bool isVector = !s->isList() ||
                    (s->brackets == Brackets::Square && !s->tail);
    llvm::SmallVector<Node *, 8> parts;
    for (const Syntax *element : s->elements)
      parts.push_back(expandQuote(element));
    if (s->kind == SyntaxKind::Map)
      return mapOf(parts, location);
    if (isVector)
      return callPrimitive("vector", parts, location);
    Node *result = s->tail ? expandQuote(s->tail)
                           : constant(session.data.make(DatumKind::Null),
                                      location);
    for (Node *part : llvm::reverse(parts))
      result = callPrimitive("cons", {part, result}, location);
    return result;
  }
  return constant(quote(s), s->location);
}

Datum *FormExpander::quote(const Syntax *s) {
  return quoteInner(s, depth);
}

Datum *FormExpander::quoteInner(const Syntax *s, unsigned depth) {
  DatumFactory &data = session.data;
  if (depth > kMaxNesting) {
    reportTooDeep(s->location);
    return data.make(DatumKind::Null);
  }
  switch (s->kind) {
  case SyntaxKind::Identifier:
    return data.symbol(s->name);
  case SyntaxKind::Constant:
    return const_cast<Datum *>(s->datum);
  case SyntaxKind::List:
    if (s->brackets == Brackets::Round || s->tail) {
      llvm::SmallVector<Datum *, 8> elements;
      for (const Syntax *element : s->elements)
        elements.push_back(quoteInner(element, depth + 1));
      Datum *result =
          s->tail ? quoteInner(s->tail, depth + 1) : data.make(DatumKind::Null);
      for (Datum *element : llvm::reverse(elements))
        result = data.pair(element, result);
      return result;
    }
    [[fallthrough]];
  case SyntaxKind::Vector:
  case SyntaxKind::Map: {
    Datum *result = data.make(s->kind == SyntaxKind::Map ? DatumKind::Map
                                                         : DatumKind::Vector);
    result->elements = data.array(s->size());
    for (size_t i = 0; i < s->size(); ++i)
      result->elements[i] = quoteInner((*s)[i], depth + 1);
    return result;
  }
  case SyntaxKind::LabelDefinition: {
    // The order is that of expansion: a reference may come before it.
    if (Datum *value = labels.lookup(s->definition))
      return value;
    Datum *placeholder = data.make(DatumKind::Unspecified);
    labels[s->definition] = placeholder;
    Datum *value = quoteInner((*s)[0], depth + 1);
    labels[s->definition] = value;
    patch(value, placeholder, value);
    return value;
  }
  case SyntaxKind::LabelReference:
    return quoteInner(s->definition, depth + 1);
  case SyntaxKind::Object:
    diagnostics.report(Diag::ObjectInCase, s->location);
    return data.make(DatumKind::Unspecified);
  case SyntaxKind::Error:
    return data.make(DatumKind::Unspecified);
  }
  llvm_unreachable("unknown syntax kind");
}

bool FormExpander::isSplice(const Syntax *s, Scope *scope) {
  return s->isProperList() && s->size() == 2 &&
         s->brackets == Brackets::Round &&
         isCore((*s)[0], scope, CoreForm::UnquoteSplicing);
}

Node *FormExpander::expandQuasi(const Syntax *s, unsigned level, Scope *scope) {
  Location location = s->location;
  auto nesting = llvm::make_scope_exit([this] { --depth; });
  if (++depth > kMaxNesting) {
    reportTooDeep(location);
    return makeError(location);
  }
  auto isConstantNull = [](const Node *n) {
    return n->kind == NodeKind::Constant && n->datum->kind == DatumKind::Null;
  };
  auto wrapped = [&](CoreForm core, const Syntax *inner, unsigned newLevel) {
    Node *name = constant(
        session.data.symbol(session.interner.intern(coreFormRow(core).name)),
        location);
    // (unquote ,@list): what is spliced are more elements of this form.
    if (newLevel == 1 && isSplice(inner, scope)) {
      Node *list = expand((*inner)[1], scope);
      return callPrimitive("cons", {name, list}, location);
    }
    Node *value = expandQuasi(inner, newLevel, scope);
    if (value->kind == NodeKind::Constant)
      return constant(
          session.data.pair(
              const_cast<Datum *>(name->datum),
              session.data.pair(const_cast<Datum *>(value->datum),
                                session.data.make(DatumKind::Null))),
          location);
    return callPrimitive("list", {name, value}, location);
  };
  bool isVector = s->kind == SyntaxKind::Vector ||
                  (s->isList() && s->brackets == Brackets::Square && !s->tail);
  if (s->kind == SyntaxKind::Map) {
    llvm::SmallVector<Node *, 8> parts;
    for (const Syntax *element : s->elements)
      parts.push_back(expandQuasi(element, level, scope));
    return mapOf(parts, location);
  }
  if (!s->isList() && !isVector)
    return expandQuote(s);
  llvm::ArrayRef<const Syntax *> elements = s->elements;
  const Syntax *tail = s->tail;
  unsigned tailLevel = level;
  CoreForm tailForm = CoreForm::Unquote;
  bool tailIsForm = false;
  if (!isVector) {
    if (s->size() == 2 && !tail) {
      if (isCore((*s)[0], scope, CoreForm::Unquote))
        return level == 1 ? expand((*s)[1], scope)
                          : wrapped(CoreForm::Unquote, (*s)[1], level - 1);
      if (isCore((*s)[0], scope, CoreForm::Quasiquote))
        return wrapped(CoreForm::Quasiquote, (*s)[1], level + 1);
      if (isCore((*s)[0], scope, CoreForm::UnquoteSplicing))
        return level == 1
                   ? badForm(CoreForm::UnquoteSplicing, s,
                             "it outside of a list or vector")
                   : wrapped(CoreForm::UnquoteSplicing, (*s)[1], level - 1);
    }
    // (a . ,b) has been normalised to (a unquote b).
    if (s->size() > 2 && !tail) {
      const Syntax *keyword = elements[s->size() - 2];
      if (isCore(keyword, scope, CoreForm::Unquote)) {
        tailIsForm = true;
        tailLevel = level - 1;
      } else if (isCore(keyword, scope, CoreForm::Quasiquote)) {
        tailIsForm = true;
        tailForm = CoreForm::Quasiquote;
        tailLevel = level + 1;
      }
      if (tailIsForm) {
        tail = elements.back();
        elements = elements.drop_back(2);
      }
    }
  }
  Node *result;
  if (!tail)
    result = constant(session.data.make(DatumKind::Null), location);
  else if (!tailIsForm)
    result = expandQuasi(tail, level, scope);
  else if (tailLevel == 0)
    result = expand(tail, scope);
  else
    result = wrapped(tailForm, tail, tailLevel);
  // Build from the right: runs of plain elements become one call.
  llvm::SmallVector<Node *, 8> run; // reversed
  bool isProper = isConstantNull(result);
  auto flush = [&] {
    // Constants next to a constant tail join it.
    while (!run.empty() && result->kind == NodeKind::Constant &&
           run.front()->kind == NodeKind::Constant) {
      result =
          constant(session.data.pair(const_cast<Datum *>(run.front()->datum),
                                     const_cast<Datum *>(result->datum)),
                   location);
      run.erase(run.begin());
      isProper = false;
    }
    if (run.empty())
      return;
    llvm::SmallVector<Node *, 8> args(run.rbegin(), run.rend());
    run.clear();
    if (isProper && isConstantNull(result)) {
      result = callPrimitive("list", args, location);
    } else {
      args.push_back(result);
      result =
          callPrimitive(args.size() == 2 ? "cons" : "cons*", args, location);
    }
    isProper = false;
  };
  bool hasSplice = false;
  for (const Syntax *element : llvm::reverse(elements)) {
    bool splices = isSplice(element, scope);
    if (splices && level == 1) {
      hasSplice = true;
      flush();
      Node *list = expand((*element)[1], scope);
      result = isConstantNull(result)
                   ? list
                   : callPrimitive("append", {list, result}, location);
      isProper = false;
    } else if (splices) {
      run.push_back(
          wrapped(CoreForm::UnquoteSplicing, (*element)[1], level - 1));
    } else {
      run.push_back(expandQuasi(element, level, scope));
    }
  }
  if (!isVector) {
    flush();
    return result;
  }
  if (!hasSplice) {
    if (llvm::all_of(
            run, [](const Node *n) { return n->kind == NodeKind::Constant; })) {
      Datum *vector = session.data.make(DatumKind::Vector);
      vector->elements = session.data.array(run.size());
      for (size_t i = 0; i < run.size(); ++i)
        vector->elements[i] =
            const_cast<Datum *>(run[run.size() - 1 - i]->datum);
      return constant(vector, location);
    }
    llvm::SmallVector<Node *, 8> args(run.rbegin(), run.rend());
    return callPrimitive("vector", args, location);
  }
  flush();
  return callPrimitive("list->vector", {result}, location);
}

Node *FormExpander::expandVectorExpression(const Syntax *form, Scope *scope) {
  if (form->tail) {
    diagnostics.report(Diag::ImproperCall, form->location);
    return makeError(form->location);
  }
  llvm::SmallVector<Node *, 8> parts;
  for (const Syntax *element : form->elements)
    parts.push_back(expand(element, scope));
  return callPrimitive("vector", parts, form->location);
}

Node *FormExpander::mapOf(llvm::ArrayRef<Node *> parts, Location location) {
  Variable *map = temporary("map", location);
  Node *kind =
      constant(session.data.symbol(session.interner.intern("equal")), location);
  Node *fresh = callPrimitive("%make-hash-table", {kind}, location);
  llvm::SmallVector<Node *, 8> steps;
  for (size_t i = 0; i + 1 < parts.size(); i += 2)
    steps.push_back(callPrimitive(
        "%hash-table-set!", {reference(map, location), parts[i], parts[i + 1]},
        location));
  steps.push_back(reference(map, location));
  return let({map}, {fresh}, sequence(steps, location), location);
}

Node *FormExpander::expandMapExpression(const Syntax *form, Scope *scope) {
  llvm::SmallVector<Node *, 8> parts;
  for (const Syntax *element : form->elements)
    parts.push_back(expand(element, scope));
  return mapOf(parts, form->location);
}

Node *FormExpander::expandInterpolate(const Syntax *form, Scope *scope) {
  Location location = form->location;
  Variable *port = temporary("port", location);
  llvm::SmallVector<Node *, 8> steps;
  for (const Syntax *part : form->elements.drop_front())
    steps.push_back(callPrimitive(
        "display", {expand(part, scope), reference(port, location)},
        part->location));
  steps.push_back(callPrimitive("get-output-string",
                                {reference(port, location)}, location));
  return let({port}, {callPrimitive("open-output-string", {}, location)},
             sequence(steps, location), location);
}

Node *FormExpander::expandSyntaxError(const Syntax *form) {
  std::string message = "syntax error";
  if (form->size() > 1 && (*form)[1]->kind == SyntaxKind::Constant &&
      (*form)[1]->datum->kind == DatumKind::String)
    message = (*form)[1]->datum->text.str();
  for (const Syntax *irritant :
       form->elements.drop_front(std::min<size_t>(2, form->size()))) {
    const Span &span = session.sources.span(irritant->location);
    llvm::StringRef text =
        session.sources.fileText(span.file).slice(span.begin, span.end);
    message += (" `" + text + "`").str();
  }
  diagnostics.report(Diag::SyntaxErrorForm, form->location, {message});
  return makeError(form->location);
}

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

void FormExpander::scanDefineRecord(const Syntax *form, Context &context) {
  CoreForm core = CoreForm::DefineRecordType;
  if (form->tail || form->size() < 3) {
    badSyntax(core, form, "too few parts");
    return;
  }
  const Syntax *typeName = (*form)[1];
  if (!typeName->isIdentifier()) {
    badSyntax(core, typeName, "no type name");
    return;
  }
  Location location = form->location;
  auto isFalse = [](const Syntax *s) {
    return s->kind == SyntaxKind::Constant &&
           s->datum->kind == DatumKind::False;
  };
  struct Field {
    const Syntax *name;
    const Syntax *accessor = nullptr;
    const Syntax *modifier = nullptr;
  };
  llvm::SmallVector<Field, 8> fields;
  llvm::SmallVector<const Syntax *, 8> names;
  for (const Syntax *spec :
       form->elements.drop_front(std::min<size_t>(4, form->size()))) {
    Field field{spec};
    if (spec->isProperList() && spec->size() >= 1 && spec->size() <= 3) {
      field.name = (*spec)[0];
      if (spec->size() > 1)
        field.accessor = (*spec)[1];
      if (spec->size() > 2)
        field.modifier = (*spec)[2];
    }
    for (const Syntax *id : {field.name, field.accessor, field.modifier})
      if (id && !id->isIdentifier()) {
        badSyntax(core, id, "no field (name accessor modifier)");
        return;
      }
    fields.push_back(field);
    names.push_back(field.name);
  }
  checkDistinct(names, "record type");
  auto indexOf = [&](const Syntax *id) -> std::optional<size_t> {
    for (size_t i = 0; i < fields.size(); ++i)
      if (keyOf(fields[i].name) == keyOf(id))
        return i;
    return std::nullopt;
  };
  // The constructor: a name, or (name field ...), or #f for none.
  const Syntax *constructor = (*form)[2];
  const Syntax *constructorName = nullptr;
  llvm::SmallVector<size_t, 8> arguments;
  if (constructor->isIdentifier()) {
    constructorName = constructor;
    for (size_t i = 0; i < fields.size(); ++i)
      arguments.push_back(i);
  } else if (constructor->isProperList() && constructor->size() &&
             (*constructor)[0]->isIdentifier()) {
    constructorName = (*constructor)[0];
    for (const Syntax *id : constructor->elements.drop_front()) {
      std::optional<size_t> index =
          id->isIdentifier() ? indexOf(id) : std::nullopt;
      if (!index) {
        auto report = badSyntax(core, id, "no field of the type");
        if (id->isIdentifier()) {
          std::vector<llvm::StringRef> candidates;
          for (const Syntax *name : names)
            candidates.push_back(name->name->text());
          llvm::StringRef nearest = nearestName(id->name->text(), candidates);
          if (!nearest.empty())
            report.help(("is `" + nearest + "` meant?").str());
        }
        return;
      }
      arguments.push_back(*index);
    }
    checkDistinct(constructor->elements.drop_front(), "constructor");
  } else if (!isFalse(constructor)) {
    badSyntax(core, constructor, "no constructor (name field ...)");
    return;
  }
  const Syntax *predicate = form->size() > 3 ? (*form)[3] : nullptr;
  if (predicate && isFalse(predicate))
    predicate = nullptr;
  if (predicate && !predicate->isIdentifier()) {
    badSyntax(core, predicate, "no predicate name");
    return;
  }

  DatumFactory &data = session.data;
  llvm::StringRef bareName = typeName->name->text();
  if (bareName.size() > 2 && bareName.front() == '<' && bareName.back() == '>')
    bareName = bareName.drop_front().drop_back();
  Datum *nameDatum = data.symbol(session.interner.intern(bareName));
  Datum *fieldNames = data.make(DatumKind::Vector);
  Datum *mutableFlags = data.make(DatumKind::Vector);
  fieldNames->elements = data.array(fields.size());
  mutableFlags->elements = data.array(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    fieldNames->elements[i] = data.symbol(fields[i].name->name);
    mutableFlags->elements[i] = data.boolean(fields[i].modifier != nullptr);
  }
  Target type = define(typeName, context);
  context.items.push_back({type,
                           [=, this] {
                             return callPrimitive(
                                 "%make-record-type",
                                 {constant(nameDatum, location),
                                  constant(fieldNames, location),
                                  constant(mutableFlags, location)},
                                 location);
                           },
                           location});
  auto simple = [this](const Target &target) {
    if (target.global)
      target.global->isSimpleProcedure = true;
    else
      simpleProcedures.insert(target.variable);
  };
  if (constructorName) {
    llvm::SmallVector<Symbol, 8> symbols;
    for (const Field &field : fields)
      symbols.push_back(field.name->name);
    Target target = define(constructorName, context);
    simple(target);
    Symbol procedure = constructorName->name;
    context.items.push_back(
        {target,
         [=, this] {
           llvm::SmallVector<Variable *, 8> parameters;
           llvm::SmallVector<Node *, 8> values(symbols.size() + 1, nullptr);
           values[0] = targetRef(type, location);
           for (size_t index : arguments) {
             parameters.push_back(temporary(symbols[index]->text(), location));
             values[index + 1] = reference(parameters.back(), location);
           }
           for (Node *&value : values)
             if (!value)
               value = unspecified(location);
           Node *node = lambda(parameters, false,
                               callPrimitive("%make-record", values, location),
                               location);
           node->name = procedure;
           return node;
         },
         location});
  }
  // (lambda (record) (primitive record type index? value?))
  auto addProcedure = [&](const Syntax *id, const char *primitive,
                          std::optional<size_t> index, bool hasValue,
                          bool isSimple) {
    Target target = define(id, context);
    if (isSimple)
      simple(target);
    Symbol name = id->name;
    context.items.push_back(
        {target,
         [=, this] {
           llvm::SmallVector<Variable *, 2> parameters{
               temporary("record", location)};
           llvm::SmallVector<Node *, 4> args{reference(parameters[0], location),
                                             targetRef(type, location)};
           if (index)
             args.push_back(
                 constant(session.data.fixnum(int64_t(*index)), location));
           if (hasValue) {
             parameters.push_back(temporary("value", location));
             args.push_back(reference(parameters[1], location));
           }
           Node *node =
               lambda(parameters, false,
                      callPrimitive(primitive, args, location), location);
           node->name = name;
           return node;
         },
         id->location});
  };
  if (predicate)
    addProcedure(predicate, "%record?", std::nullopt, false, true);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].accessor)
      addProcedure(fields[i].accessor, "%record-ref", i, false, false);
    if (fields[i].modifier)
      addProcedure(fields[i].modifier, "%record-set!", i, true, false);
  }
}

} // namespace plc::frontend
