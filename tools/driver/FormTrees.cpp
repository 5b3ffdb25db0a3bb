//===- FormTrees.cpp - forms as trees to be walked ------------------------===//
//
// Follows frontend/Lower.cpp: what is evaluated when, what has a frame in
// traces, and where one value is wanted.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/FormTrees.h"

#include "frontend/LetrecGroups.h"
#include "ir/Op.h"

using namespace llvm;

namespace plc::driver {

using frontend::Node;
using frontend::NodeKind;
using frontend::Variable;

FormTrees::FormTrees(Compiler &compiler, Process &process, MeaningOf meaningOf)
    : compiler(compiler), process(process), meaningOf(std::move(meaningOf)),
      primitives(ir::primitiveCount()), values(process) {}

const plc_tree_source *FormTrees::make(const frontend::Unit &unit) {
  // Native code is loaded with the code of the form.
  // What is imported is opened where code is linked.
  if (!unit.natives.empty() || !unit.nativeImports.empty() || unit.callsNative)
    return nullptr;
  words.clear();
  values.clear();
  valueWords.clear();
  texts.clear();
  textArena.Reset();
  levels.clear();
  isSimple = true;
  depth = 0;
  level = 0;
  procedure = compiler.session.interner.intern("program");
  if (unit.body.empty())
    constant(plc_value(PLC_UNSPECIFIED));
  else
    sequence(unit.body, Use::Tail);
  if (!isSimple)
    return nullptr;
  source.words = words.data();
  source.count = words.size();
  source.values = values.data();
  source.value_words = valueWords.data();
  source.value_count = values.size();
  source.texts = texts.data();
  source.text_count = texts.size();
  return &source;
}

plc_value FormTrees::primitive(frontend::PrimitiveId id) {
  plc_value &known = primitives[id];
  if (!known)
    known = reinterpret_cast<uint64_t>(process.entry<void>(
                (Twine("plc_prim_") + ir::primitiveRow(id).id).str())) |
            PLC_TAG_PROCEDURE;
  return known;
}

//===--- Words ------------------------------------------------------------===//

FormTrees::Index FormTrees::append(plc_tree_op op, size_t parts) {
  Index index = words.size();
  words.push_back(plc_fixnum(op));
  words.resize(words.size() + parts, plc_fixnum(0));
  return index;
}

void FormTrees::setValue(Index node, size_t i, plc_value value) {
  if (!plc_is_object(value) && !plc_is_pair(value) &&
      !plc_is_procedure(value)) {
    part(node, i) = value;
    return;
  }
  valueWords.push_back(node + 1 + Index(i));
  values.push(value);
}

plc_value FormTrees::name(ir::Symbol symbol) {
  std::unique_ptr<plc_tree_name> &known = names[symbol];
  if (!known)
    known.reset(new plc_tree_name{symbol->text().data(),
                                  int64_t(symbol->text().size())});
  return reinterpret_cast<plc_value>(known.get());
}

plc_value FormTrees::place(ir::Location location) {
  const ir::SourceManager &sources = compiler.session.sources;
  const ir::Span &span = sources.span(sources.written(location));
  std::unique_ptr<plc_tree_place> &known =
      places[{procedure, span.file, span.begin}];
  if (!known) {
    ir::LineColumn at = sources.lineColumn(span.file, span.begin);
    known.reset(new plc_tree_place{procedure->text().data(),
                                   sources.fileName(span.file).data(),
                                   int(at.line), int(at.column)});
  }
  return reinterpret_cast<plc_value>(known.get());
}

plc_value FormTrees::depthOf(const Variable *variable) {
  return plc_fixnum(level - 1 - levels.lookup(variable));
}

//===--- Nodes ------------------------------------------------------------===//

FormTrees::Index FormTrees::node(const Node *n, Use use) {
  if (!isSimple || depth == PLC_TREE_MOST_LEVELS || !n->location.isKnown())
    return giveUp();
  struct Guard {
    unsigned &depth;
    ~Guard() { --depth; }
  } guard{++depth};
  switch (n->kind) {
  case NodeKind::Constant:
    return constant(n->datum);
  case NodeKind::PrimitiveRef:
    return constant(primitive(n->primitive));
  case NodeKind::LocalRef: {
    if (n->variable->holdsSeveral)
      return giveUp();
    Index index =
        append(n->variable->isAssigned ? PLC_TREE_BOXED : PLC_TREE_LOCAL, 1);
    part(index, 0) = depthOf(n->variable);
    return index;
  }
  case NodeKind::LocalSet: {
    Index index = append(PLC_TREE_SET_BOXED, 2);
    part(index, 0) = depthOf(n->variable);
    Index value = node(n->children[0], Use::One);
    part(index, 1) = plc_fixnum(value);
    return index;
  }
  case NodeKind::GlobalRef:
    return reference(n->global, n->location);
  case NodeKind::GlobalSet:
  case NodeKind::GlobalDefine: {
    bool isDefinition = n->kind == NodeKind::GlobalDefine;
    plc_value *cell = meaningOf(n->global).cell;
    if (!cell)
      return giveUp();
    Index index = isDefinition ? append(PLC_TREE_DEFINE, 2)
                               : append(PLC_TREE_SET_GLOBAL, 4);
    part(index, 0) = reinterpret_cast<plc_value>(cell);
    if (!isDefinition) {
      part(index, 1) = name(n->global->name);
      part(index, 2) = place(n->location);
    }
    Index value = node(n->children[0], Use::One);
    part(index, isDefinition ? 1 : 3) = plc_fixnum(value);
    return index;
  }
  case NodeKind::UnboundRef: {
    Index index = append(PLC_TREE_NAME, 2);
    part(index, 0) = name(n->name);
    part(index, 1) = place(n->location);
    return index;
  }
  case NodeKind::UnboundSet: {
    Index index = append(PLC_TREE_SET_NAME, 3);
    part(index, 0) = name(n->name);
    part(index, 1) = place(n->location);
    Index value = node(n->children[0], Use::One);
    part(index, 2) = plc_fixnum(value);
    return index;
  }
  case NodeKind::If: {
    Index index = append(PLC_TREE_IF, 3);
    for (size_t i = 0; i < 3; ++i) {
      Index child = node(n->children[i], i ? use : Use::One);
      part(index, i) = plc_fixnum(child);
    }
    return index;
  }
  case NodeKind::Sequence:
    return sequence(n->children, use);
  case NodeKind::Let: {
    SmallVector<std::pair<const Variable *, Node *>, 4> bindings;
    for (auto [variable, init] : zip_first(n->variables, n->children))
      bindings.push_back({variable, init});
    return bind(bindings, [&] { return node(n->children.back(), use); });
  }
  case NodeKind::Letrec:
    return letrec(n, use);
  case NodeKind::Call:
    return call(n, use);
  case NodeKind::Lambda:
  case NodeKind::CaseLambda:
  case NodeKind::NativeCall:
  case NodeKind::NativeCallback:
    return giveUp();
  }
  llvm_unreachable("kind of node");
}

FormTrees::Index FormTrees::sequence(ArrayRef<Node *> forms, Use use) {
  if (forms.size() == 1)
    return node(forms[0], use);
  Index index = append(PLC_TREE_SEQUENCE, 1 + forms.size());
  part(index, 0) = plc_fixnum(forms.size());
  for (size_t i = 0; i < forms.size(); ++i) {
    Index child = node(forms[i], i + 1 < forms.size() ? Use::Ignored : use);
    part(index, 1 + i) = plc_fixnum(child);
  }
  return index;
}

FormTrees::Index FormTrees::letrec(const Node *n, Use use) {
  SmallVector<std::pair<const Variable *, Node *>, 4> bindings;
  for (const frontend::LetrecGroup &group : frontend::letrecGroups(n)) {
    if (group.kind != frontend::LetrecGroup::Simple)
      return giveUp();
    size_t i = group.members[0];
    bindings.push_back({n->variables[i], n->children[i]});
  }
  return bind(bindings, [&] { return node(n->children.back(), use); });
}

FormTrees::Index FormTrees::bind(Bindings bindings,
                                 function_ref<Index()> body) {
  int64_t outer = level;
  Index first = Index(words.size()), previous = -1;
  auto follow = [&](Index next) {
    if (previous >= 0)
      part(previous, 1) = plc_fixnum(next);
  };
  for (auto [variable, init] : bindings) {
    if (variable->holdsSeveral)
      return giveUp();
    Index index =
        append(variable->isAssigned ? PLC_TREE_BIND_BOX : PLC_TREE_BIND, 2);
    follow(index);
    Index value = node(init, Use::One);
    part(index, 0) = plc_fixnum(value);
    levels[variable] = level++;
    previous = index;
  }
  Index inner = body();
  follow(inner);
  if (bindings.empty())
    first = inner;
  level = outer;
  return first;
}

FormTrees::Index FormTrees::reference(const frontend::Global *global,
                                      ir::Location location) {
  Meaning meaning = meaningOf(global);
  if (!meaning.cell)
    return constant(meaning.value);
  Index index = append(PLC_TREE_GLOBAL, 3);
  part(index, 0) = reinterpret_cast<plc_value>(meaning.cell);
  part(index, 1) = name(global->name);
  part(index, 2) = place(location);
  return index;
}

FormTrees::Index FormTrees::constant(plc_value value) {
  Index index = append(PLC_TREE_CONSTANT, 1);
  setValue(index, 0, value);
  return index;
}

/// Objects of the heap that are no strings are left to the compiler: its static
/// data cannot be changed.
FormTrees::Index FormTrees::constant(const ir::Datum *datum) {
  switch (datum->kind) {
  case ir::DatumKind::Fixnum:
    if (!plc_fits_fixnum(datum->integer))
      return giveUp();
    return constant(plc_fixnum(datum->integer));
  case ir::DatumKind::Flonum: {
    plc_value word = plc_flonum_encode(datum->real);
    return plc_is_immediate_flonum(word) ? constant(word) : giveUp();
  }
  case ir::DatumKind::False:
    return constant(plc_value(PLC_FALSE));
  case ir::DatumKind::True:
    return constant(plc_value(PLC_TRUE));
  case ir::DatumKind::Null:
    return constant(plc_value(PLC_NULL));
  case ir::DatumKind::Nil:
    return constant(plc_value(PLC_NIL));
  case ir::DatumKind::Undefined:
    return constant(plc_value(PLC_UNDEFINED));
  case ir::DatumKind::Unspecified:
    return constant(plc_value(PLC_UNSPECIFIED));
  case ir::DatumKind::Eof:
    return constant(plc_value(PLC_EOF));
  case ir::DatumKind::Default:
    return constant(plc_value(PLC_DEFAULT));
  case ir::DatumKind::Character:
    return constant(plc_char(uint32_t(datum->integer)));
  case ir::DatumKind::Symbol:
  case ir::DatumKind::String: {
    bool isSymbol = datum->kind == ir::DatumKind::Symbol;
    StringRef text = isSymbol ? datum->symbol->text() : datum->text;
    Index index = append(PLC_TREE_CONSTANT, 1);
    text = text.copy(textArena);
    texts.push_back(
        {index + 1, {text.data(), int64_t(text.size())}, isSymbol});
    return index;
  }
  case ir::DatumKind::BigInteger:
  case ir::DatumKind::Ratio:
  case ir::DatumKind::Complex:
  case ir::DatumKind::Pair:
  case ir::DatumKind::Vector:
  case ir::DatumKind::Bytevector:
  case ir::DatumKind::NumVector:
  case ir::DatumKind::Map:
    return giveUp();
  }
  llvm_unreachable("kind of datum");
}

//===--- Calls ------------------------------------------------------------===//

/// ((lambda (x ...) body) init ...): traces show the procedure.
FormTrees::Index FormTrees::applied(const Node *n, Use use) {
  const Node *lambda = n->children[0];
  size_t count = n->children.size() - 1;
  if (lambda->isImplicit || lambda->hasRest ||
      lambda->variables.size() != count)
    return giveUp();
  SmallVector<std::pair<const Variable *, Node *>, 4> bindings;
  for (size_t i = 0; i < count; ++i)
    bindings.push_back({lambda->variables[i], n->children[1 + i]});
  return bind(bindings, [&] {
    Index index = 0;
    if (use != Use::Tail) {
      index = append(
          use == Use::One ? PLC_TREE_APPLIED_ONE : PLC_TREE_APPLIED, 2);
      part(index, 0) = place(n->location);
    }
    ir::Symbol outer = procedure;
    procedure = lambda->name ? lambda->name
                             : compiler.session.interner.intern("lambda");
    Index body = node(lambda->children[0], Use::Tail);
    procedure = outer;
    if (use == Use::Tail)
      return body;
    part(index, 1) = plc_fixnum(body);
    return index;
  });
}

FormTrees::Index FormTrees::call(const Node *n, Use use) {
  const Node *callee = n->children[0];
  size_t count = n->children.size() - 1;
  if (callee->kind == NodeKind::Lambda)
    return applied(n, use);
  plc_tree_op op = PLC_TREE_CALL;
  if (use == Use::One)
    op = PLC_TREE_CALL_ONE;
  else if (use == Use::Tail && callee->kind == NodeKind::PrimitiveRef) {
    const ir::PrimitiveRow &row = ir::primitiveRow(callee->primitive);
    bool fits = int(count) >= row.minArgs &&
                (row.maxArgs < 0 || int(count) <= row.maxArgs);
    if (fits && row.lowering != ir::PrimitiveLowering::LispCall)
      op = PLC_TREE_PRIMITIVE;
  }
  bool isWide = count > PLC_TREE_MOST_OPERANDS;
  Index index = append(op, isWide ? 4 : 3 + count);
  part(index, 0) = place(n->location);
  if (isWide) {
    part(index, 1) = plc_fixnum(PLC_TREE_WIDE);
    Index child = node(callee, Use::One);
    part(index, 2) = plc_fixnum(child);
    child = list(n->children.drop_front());
    part(index, 3) = plc_fixnum(child);
    return index;
  }
  part(index, 1) = plc_fixnum(count);
  for (size_t i = 0; i <= count; ++i) {
    Index child = node(n->children[i], Use::One);
    part(index, 2 + i) = plc_fixnum(child);
  }
  return index;
}

FormTrees::Index FormTrees::list(ArrayRef<Node *> elements) {
  Index index = append(PLC_TREE_LIST, 1 + elements.size());
  part(index, 0) = plc_fixnum(elements.size());
  for (size_t i = 0; i < elements.size(); ++i) {
    Index child = node(elements[i], Use::One);
    part(index, 1 + i) = plc_fixnum(child);
  }
  return index;
}

} // namespace plc::driver
