//===- SyntaxRules.cpp - compile and apply syntax-rules -------------------===//
//
// A pattern becomes a tree whose variables are numbered slots; matching fills
// the slots with syntax, or with sequences of matches under an ellipsis. A
// template names the slots that drive each of its ellipses.
//
//===----------------------------------------------------------------------===//

#include "frontend/SyntaxRules.h"

#include "frontend/Expander.h"
#include "frontend/LibraryManager.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

using namespace plc::ir;

namespace plc::frontend {

struct SyntaxRules::Pattern {
  enum Kind : uint8_t { Wildcard, Variable, Literal, Constant, Sequence };
  Kind kind;
  SyntaxKind shape = SyntaxKind::List; // of a Sequence
  const Syntax *syntax;
  unsigned slot = 0;
  llvm::ArrayRef<const Pattern *> before, after;
  const Pattern *repeated = nullptr;
  llvm::ArrayRef<unsigned> repeatedSlots;
  const Pattern *tail = nullptr;
};

struct SyntaxRules::Template {
  enum Kind : uint8_t { Constant, Variable, Inserted, Sequence };
  struct Element {
    const Template *result;
    /// One entry an ellipsis, outermost first: the slots it iterates over.
    llvm::ArrayRef<llvm::ArrayRef<unsigned>> ellipses;
  };
  Kind kind;
  const Syntax *syntax;
  unsigned index = 0; // slot, or number of the inserted identifier
  llvm::ArrayRef<Element> elements;
  const Template *tail = nullptr;
};

namespace {

using Pattern = SyntaxRules::Pattern;
using Template = SyntaxRules::Template;

struct Match {
  const Syntax *syntax = nullptr;
  llvm::ArrayRef<Match> items;
};

template <typename T>
llvm::ArrayRef<T> persist(llvm::BumpPtrAllocator &arena,
                          llvm::ArrayRef<T> items) {
  return items.copy(arena);
}

bool equalConstants(const Datum *a, const Datum *b) {
  if (a->kind != b->kind)
    return false;
  if (a->text != b->text || a->elements.size() != b->elements.size())
    return false;
  if (a->kind == DatumKind::Flonum) {
    uint64_t x, y;
    memcpy(&x, &a->real, 8);
    memcpy(&y, &b->real, 8);
    return x == y;
  }
  if (a->integer != b->integer)
    return false;
  if ((a->first && !equalConstants(a->first, b->first)) ||
      (a->second && !equalConstants(a->second, b->second)))
    return false;
  for (size_t i = 0; i < a->elements.size(); ++i)
    if (!equalConstants(a->elements[i], b->elements[i]))
      return false;
  return true;
}

class Compiler {
public:
  Compiler(Session &session, Scope *scope)
      : session(session), libraries(session.libraries()), scope(scope),
        arena(session.interner.allocator()) {}

  const Syntax *spec = nullptr;
  const Syntax *customEllipsis = nullptr;
  llvm::ArrayRef<const Syntax *> literals;
  bool failed = false;

  bool error(const Syntax *at, llvm::StringRef what) {
    session.diagnostics.report(Diag::BadMacro, at->location, {what});
    failed = true;
    return false;
  }

  bool isLiteral(const Syntax *id) const {
    for (const Syntax *literal : literals)
      if (keyOf(literal) == keyOf(id))
        return true;
    return false;
  }

  bool isEllipsis(const Syntax *s) const {
    if (!s->isIdentifier() || isLiteral(s))
      return false;
    if (customEllipsis)
      return keyOf(s) == keyOf(customEllipsis);
    return libraries.isCore(s, scope, CoreForm::Ellipsis);
  }

  std::optional<SyntaxRules::Rule> compileRule(const Syntax *rule) {
    slots.clear();
    depths.clear();
    inserted.clear();
    occurrences.clear();
    copies.clear();
    insertedIndex.clear();
    if (!rule->isProperList() || rule->size() != 2) {
      error(rule, "a rule is (pattern template)");
      return std::nullopt;
    }
    const Syntax *pattern = (*rule)[0];
    if (!pattern->isList() || pattern->elements.empty()) {
      error(pattern, "a pattern is a list that begins with the keyword");
      return std::nullopt;
    }
    const Pattern *p = sequence(pattern, pattern->elements.drop_front(), 0);
    auto slotCount = static_cast<unsigned>(depths.size());
    const Template *t = compileTemplate((*rule)[1], 0, true);
    if (failed)
      return std::nullopt;
    return SyntaxRules::Rule{p,
                             t,
                             slotCount,
                             persist<unsigned>(arena, copies),
                             pattern,
                             persist<const Syntax *>(arena, inserted)};
  }

private:
  Pattern *makePattern(Pattern::Kind kind, const Syntax *syntax) {
    auto *p = new (arena) Pattern{};
    p->kind = kind;
    p->syntax = syntax;
    return p;
  }

  /// Patterns and templates nested deeper than any program needs.
  bool isTooDeep(const Syntax *s) {
    if (nesting <= kMaxNesting)
      return false;
    if (!failed)
      session.diagnostics.report(Diag::NestingTooDeep, s->location);
    failed = true;
    return true;
  }

  const Pattern *compilePattern(const Syntax *s, unsigned depth) {
    auto leave = llvm::make_scope_exit([this] { --nesting; });
    ++nesting;
    if (isTooDeep(s))
      return makePattern(Pattern::Wildcard, s);
    switch (s->kind) {
    case SyntaxKind::Identifier: {
      if (isLiteral(s))
        return makePattern(Pattern::Literal, s);
      if (libraries.isCore(s, scope, CoreForm::Underscore))
        return makePattern(Pattern::Wildcard, s);
      if (isEllipsis(s)) {
        error(s, "an ellipsis needs a pattern before it");
        return makePattern(Pattern::Wildcard, s);
      }
      auto [entry, isNew] = slots.try_emplace(keyOf(s), depths.size());
      if (!isNew)
        error(
            s,
            ("pattern variable `" + s->name->text() + "` appears twice").str());
      else
        depths.push_back(depth);
      Pattern *p = makePattern(Pattern::Variable, s);
      p->slot = entry->second;
      return p;
    }
    case SyntaxKind::List:
    case SyntaxKind::Vector:
    case SyntaxKind::Map:
      return sequence(s, s->elements, depth);
    case SyntaxKind::Constant:
      return makePattern(Pattern::Constant, s);
    case SyntaxKind::LabelDefinition:
    case SyntaxKind::LabelReference:
      error(s, "a pattern has no datum labels");
      failed = true;
      return makePattern(Pattern::Wildcard, s);
    case SyntaxKind::Object:
      error(s, "a pattern has no objects of the running program");
      [[fallthrough]];
    case SyntaxKind::Error:
      failed = true;
      return makePattern(Pattern::Wildcard, s);
    }
    llvm_unreachable("unknown syntax kind");
  }

  const Pattern *sequence(const Syntax *s,
                          llvm::ArrayRef<const Syntax *> elements,
                          unsigned depth) {
    Pattern *p = makePattern(Pattern::Sequence, s);
    p->shape = s->kind;
    llvm::SmallVector<const Pattern *, 8> before, after;
    for (size_t i = 0; i < elements.size(); ++i) {
      bool repeats = i + 1 < elements.size() && isEllipsis(elements[i + 1]);
      if (repeats && p->repeated) {
        error(elements[i + 1], "only one ellipsis in a list of a pattern");
        repeats = false;
        ++i;
        continue;
      }
      unsigned firstSlot = depths.size();
      const Pattern *element =
          compilePattern(elements[i], depth + (repeats ? 1 : 0));
      if (repeats) {
        p->repeated = element;
        llvm::SmallVector<unsigned, 8> within;
        for (unsigned slot = firstSlot; slot < depths.size(); ++slot)
          within.push_back(slot);
        p->repeatedSlots = persist<unsigned>(arena, within);
        ++i;
      } else if (p->repeated) {
        after.push_back(element);
      } else {
        before.push_back(element);
      }
    }
    p->before = persist<const Pattern *>(arena, before);
    p->after = persist<const Pattern *>(arena, after);
    if (s->tail)
      p->tail = compilePattern(s->tail, depth);
    return p;
  }

  Template *makeTemplate(Template::Kind kind, const Syntax *syntax) {
    auto *t = new (arena) Template{};
    t->kind = kind;
    t->syntax = syntax;
    return t;
  }

  const Template *compileTemplate(const Syntax *s, unsigned depth,
                                  bool ellipsisIsSpecial) {
    auto leave = llvm::make_scope_exit([this] { --nesting; });
    ++nesting;
    if (isTooDeep(s))
      return makeTemplate(Template::Constant, s);
    switch (s->kind) {
    case SyntaxKind::Identifier: {
      auto slot = slots.find(keyOf(s));
      if (slot != slots.end()) {
        if (depth < depths[slot->second])
          error(s, ("`" + s->name->text() + "` needs " +
                    (depths[slot->second] == 1
                         ? llvm::Twine("an ellipsis")
                         : llvm::Twine(depths[slot->second]) + " ellipses") +
                    " after it, as in the pattern")
                       .str());
        Template *t = makeTemplate(Template::Variable, s);
        t->index = slot->second;
        occurrences.push_back({t});
        return t;
      }
      if (ellipsisIsSpecial && isEllipsis(s))
        error(s, "an ellipsis needs a template before it");
      auto [entry, isNew] =
          insertedIndex.try_emplace(keyOf(s), inserted.size());
      if (isNew)
        inserted.push_back(s);
      Template *t = makeTemplate(Template::Inserted, s);
      t->index = entry->second;
      return t;
    }
    case SyntaxKind::List:
      // (... template): ellipses inside mean themselves.
      if (ellipsisIsSpecial && s->size() >= 1 && isEllipsis((*s)[0])) {
        if (s->size() != 2 || s->tail)
          error(s, "(... template) takes one template");
        else
          return compileTemplate((*s)[1], depth, false);
      }
      [[fallthrough]];
    case SyntaxKind::Vector:
    case SyntaxKind::Map: {
      Template *t = makeTemplate(Template::Sequence, s);
      llvm::SmallVector<Template::Element, 8> elements;
      for (size_t i = 0; i < s->size(); ++i) {
        unsigned count = 0;
        while (ellipsisIsSpecial && i + 1 + count < s->size() &&
               isEllipsis((*s)[i + 1 + count]))
          ++count;
        elements.push_back(
            compileElement((*s)[i], depth, count, ellipsisIsSpecial));
        i += count;
      }
      t->elements = persist<Template::Element>(arena, elements);
      if (s->tail)
        t->tail = compileTemplate(s->tail, depth, ellipsisIsSpecial);
      return t;
    }
    case SyntaxKind::Constant:
    case SyntaxKind::LabelDefinition:
    case SyntaxKind::LabelReference:
    case SyntaxKind::Object:
    case SyntaxKind::Error:
      return makeTemplate(Template::Constant, s);
    }
    llvm_unreachable("unknown syntax kind");
  }

  Template::Element compileElement(const Syntax *s, unsigned depth,
                                   unsigned count, bool ellipsisIsSpecial) {
    size_t first = occurrences.size();
    Template::Element element;
    element.result = compileTemplate(s, depth + count, ellipsisIsSpecial);
    if (count == 0)
      return element;
    // A variable may have more ellipses around it than in its pattern (R7RS
    // 4.3.2: at least as many). One of depth d then repeats with the outermost
    // d of them, as in ((a (a b) ...) ...), one a in each row; but where none
    // is left for an inner one, with that: ((a b ...) ...).
    llvm::SmallVector<llvm::ArrayRef<unsigned>, 2> levels;
    for (unsigned level = 0; level < count; ++level) {
      llvm::SmallVector<unsigned, 8> driving = drivers(first, depth + level);
      if (driving.empty()) {
        moveInwards(first, depth + level);
        driving = drivers(first, depth + level);
      }
      if (driving.empty() && !failed)
        error(s, "an ellipsis follows a template without a variable that "
                 "repeats here");
      levels.push_back(persist<unsigned>(arena, driving));
    }
    element.ellipses = persist<llvm::ArrayRef<unsigned>>(arena, levels);
    return element;
  }

  /// Slots of the variables met since `first` that iterate at this level.
  llvm::SmallVector<unsigned, 8> drivers(size_t first, unsigned level) {
    llvm::SmallVector<unsigned, 8> result;
    for (const Occurrence &o :
         llvm::ArrayRef<Occurrence>(occurrences).drop_front(first)) {
      unsigned slot = o.place->index;
      if (o.outermost <= level && level < o.outermost + depths[slot] &&
          !llvm::is_contained(result, slot))
        result.push_back(slot);
    }
    return result;
  }

  /// Makes the variables that have ellipses to spare iterate up to this level.
  /// Each such occurrence gets a slot of its own, for another one may iterate
  /// further outside.
  void moveInwards(size_t first, unsigned level) {
    for (Occurrence &o :
         llvm::MutableArrayRef<Occurrence>(occurrences).drop_front(first)) {
      unsigned depth = depths[o.place->index];
      if (depth == 0 || o.outermost + depth > level)
        continue;
      o.outermost = level + 1 - depth;
      copies.push_back(o.place->index);
      o.place->index = depths.size();
      depths.push_back(depth);
    }
  }

  Session &session;
  LibraryManager &libraries;
  Scope *scope;
  llvm::BumpPtrAllocator &arena;
  llvm::DenseMap<IdentifierKey, unsigned> slots;
  llvm::SmallVector<unsigned, 8> depths; // by slot
  unsigned nesting = 0;
  llvm::SmallVector<const Syntax *, 8> inserted;
  llvm::DenseMap<IdentifierKey, unsigned> insertedIndex;
  struct Occurrence {
    Template *place;
    /// The outermost of the ellipses around it that it iterates with.
    unsigned outermost = 0;
  };
  /// Variables met so far in the template.
  llvm::SmallVector<Occurrence, 16> occurrences;
  /// Slots behind those of the pattern: which slot each is a copy of.
  llvm::SmallVector<unsigned, 2> copies;
};

/// One attempt to match a use.
class Matcher {
public:
  Matcher(Session &session, Scope *macroScope, Scope *useScope,
          llvm::BumpPtrAllocator &scratch, llvm::MutableArrayRef<Match> slots)
      : libraries(session.libraries()), interner(session.interner),
        macroScope(macroScope), useScope(useScope), scratch(scratch),
        slots(slots) {}

  bool match(const Pattern *p, const Syntax *s) {
    switch (p->kind) {
    case Pattern::Wildcard:
      return true;
    case Pattern::Variable:
      slots[p->slot] = {s, {}};
      return true;
    case Pattern::Literal:
      return s->isIdentifier() &&
             libraries.sameMeaning(p->syntax, macroScope, s, useScope);
    case Pattern::Constant:
      return s->kind == SyntaxKind::Constant &&
             equalConstants(p->syntax->datum, s->datum);
    case Pattern::Sequence:
      return s->kind == p->shape && match(p, s->elements, s);
    }
    llvm_unreachable("unknown pattern kind");
  }

  bool match(const Pattern *p, llvm::ArrayRef<const Syntax *> elements,
             const Syntax *s) {
    size_t fixed = p->before.size() + p->after.size();
    if (elements.size() < fixed)
      return false;
    size_t extra = elements.size() - fixed;
    if (!p->repeated && !p->tail && (extra || s->tail))
      return false;
    if (p->repeated && !p->tail && s->tail)
      return false;
    for (size_t i = 0; i < p->before.size(); ++i)
      if (!match(p->before[i], elements[i]))
        return false;
    elements = elements.drop_front(p->before.size());
    if (p->repeated) {
      if (!matchRepeated(p, elements.take_front(extra)))
        return false;
      elements = elements.drop_front(extra);
      for (size_t i = 0; i < p->after.size(); ++i)
        if (!match(p->after[i], elements[i]))
          return false;
      elements = {};
    }
    if (!p->tail)
      return true;
    if (elements.empty() && s->tail)
      return match(p->tail, s->tail);
    // What is left of the list, as a list.
    auto *rest = new (interner.allocator()) Syntax(s->kind, s->location);
    rest->elements = elements;
    rest->tail = s->tail;
    return match(p->tail, rest);
  }

private:
  bool matchRepeated(const Pattern *p, llvm::ArrayRef<const Syntax *> items) {
    llvm::SmallVector<Match *, 8> arrays;
    for (size_t i = 0; i < p->repeatedSlots.size(); ++i) {
      Match *array = scratch.Allocate<Match>(items.size());
      std::uninitialized_value_construct_n(array, items.size());
      arrays.push_back(array);
    }
    for (size_t i = 0; i < items.size(); ++i) {
      if (!match(p->repeated, items[i]))
        return false;
      for (size_t v = 0; v < arrays.size(); ++v)
        arrays[v][i] = slots[p->repeatedSlots[v]];
    }
    for (size_t v = 0; v < arrays.size(); ++v)
      slots[p->repeatedSlots[v]] = {nullptr, {arrays[v], items.size()}};
    return true;
  }

  LibraryManager &libraries;
  Interner &interner;
  Scope *macroScope;
  Scope *useScope;
  llvm::BumpPtrAllocator &scratch;
  llvm::MutableArrayRef<Match> slots;
};

/// Makes the output of one expansion.
class Instantiator {
public:
  Instantiator(Session &session, const SyntaxRules::Rule &rule, Scope *scope,
               const Macro &macro, const Syntax *use,
               llvm::MutableArrayRef<Match> slots)
      : session(session), arena(session.interner.allocator()), rule(rule),
        scope(scope), macro(macro), use(use), slots(slots) {
    size_t count = rule.inserted.size();
    const Alias **aliases = arena.Allocate<const Alias *>(count);
    std::fill_n(aliases, count, nullptr);
    expansion = new (arena) Expansion{rule.inserted, {aliases, count}};
  }

  bool failed = false;

  const Syntax *instantiate(const Template *t) {
    switch (t->kind) {
    case Template::Variable:
      return slots[t->index].syntax;
    case Template::Inserted: {
      const Alias *&alias = expansion->aliases[t->index];
      const Syntax *base = rule.inserted[t->index];
      if (!alias)
        alias = new (arena) Alias{base->name, base->alias, scope, expansion};
      Syntax *id = copy(t->syntax);
      id->alias = alias;
      return id;
    }
    case Template::Constant:
      return copy(t->syntax);
    case Template::Sequence: {
      llvm::SmallVector<const Syntax *, 16> out;
      for (const Template::Element &element : t->elements)
        addElement(element, 0, out);
      Syntax *s = copy(t->syntax);
      s->tail = nullptr;
      if (t->tail) {
        const Syntax *tail = instantiate(t->tail);
        if (tail->isList()) {
          out.append(tail->elements.begin(), tail->elements.end());
          s->tail = tail->tail;
        } else {
          s->tail = tail;
        }
        // (() . x) written as (x ... . tail) with no x is the tail itself.
        if (out.empty() && s->tail)
          return s->tail;
      }
      s->elements = persist<const Syntax *>(arena, out);
      return s;
    }
    }
    llvm_unreachable("unknown template kind");
  }

private:
  Syntax *copy(const Syntax *s) {
    auto *c = new (arena) Syntax(*s);
    c->location = session.sources.addExpansion(s->location, use->location,
                                               macro.name->text());
    // Other elements will stand in it.
    if (!s->elements.empty())
      c->object = 0;
    return c;
  }

  void addElement(const Template::Element &element, size_t level,
                  llvm::SmallVectorImpl<const Syntax *> &out) {
    if (level == element.ellipses.size()) {
      out.push_back(instantiate(element.result));
      return;
    }
    llvm::ArrayRef<unsigned> driving = element.ellipses[level];
    size_t count = slots[driving[0]].items.size();
    llvm::SmallVector<Match, 8> saved;
    for (unsigned slot : driving) {
      saved.push_back(slots[slot]);
      if (slots[slot].items.size() != count) {
        if (!failed)
          session.diagnostics
              .report(Diag::EllipsisMismatch, use->location,
                      {macro.name->text()})
              .label(element.result->syntax->location,
                     "repeated together here");
        failed = true;
        count = std::min(count, slots[slot].items.size());
      }
    }
    for (size_t i = 0; i < count; ++i) {
      for (size_t v = 0; v < driving.size(); ++v)
        slots[driving[v]] = saved[v].items[i];
      addElement(element, level + 1, out);
    }
    for (size_t v = 0; v < driving.size(); ++v)
      slots[driving[v]] = saved[v];
  }

  Session &session;
  llvm::BumpPtrAllocator &arena;
  const SyntaxRules::Rule &rule;
  Scope *scope;
  const Macro &macro;
  const Syntax *use;
  llvm::MutableArrayRef<Match> slots;
  Expansion *expansion;
};

} // namespace

const SyntaxRules *SyntaxRules::compile(Session &session, const Syntax *spec,
                                        Scope *scope) {
  Compiler compiler(session, scope);
  compiler.spec = spec;
  llvm::ArrayRef<const Syntax *> rest = spec->elements.drop_front();
  if (!rest.empty() && rest[0]->isIdentifier()) {
    compiler.customEllipsis = rest[0];
    rest = rest.drop_front();
  }
  if (spec->tail || rest.empty() || !rest[0]->isProperList()) {
    compiler.error(rest.empty() ? spec : rest[0],
                   "a list of literals is expected after `syntax-rules`");
    return nullptr;
  }
  for (const Syntax *literal : rest[0]->elements)
    if (!literal->isIdentifier())
      compiler.error(literal, "a literal is an identifier");
  if (compiler.failed)
    return nullptr;
  compiler.literals = rest[0]->elements;
  llvm::SmallVector<Rule, 8> rules;
  for (const Syntax *rule : rest.drop_front())
    if (auto compiled = compiler.compileRule(rule))
      rules.push_back(*compiled);
  if (compiler.failed)
    return nullptr;
  llvm::BumpPtrAllocator &arena = session.interner.allocator();
  return new (arena) SyntaxRules(persist<Rule>(arena, rules), scope);
}

const Syntax *SyntaxRules::expand(Session &session, const Macro &macro,
                                  const Syntax *use, Scope *useScope) const {
  llvm::BumpPtrAllocator scratch;
  for (const Rule &rule : rules) {
    llvm::SmallVector<Match, 16> slots(rule.slotCount + rule.copies.size());
    Matcher matcher(session, scope, useScope, scratch, slots);
    if (!use->isList() ||
        !matcher.match(rule.pattern, use->elements.drop_front(), use))
      continue;
    for (size_t i = 0; i < rule.copies.size(); ++i)
      slots[rule.slotCount + i] = slots[rule.copies[i]];
    Instantiator instantiator(session, rule, scope, macro, use, slots);
    const Syntax *result = instantiator.instantiate(rule.result);
    return instantiator.failed ? nullptr : result;
  }
  auto report = session.diagnostics.report(Diag::NoMatchingRule, use->location,
                                           {macro.name->text()});
  unsigned shown = 0;
  for (const Rule &rule : rules) {
    if (++shown > 4) {
      report.note(("and " + llvm::Twine(rules.size() - 4) + " more").str());
      break;
    }
    const Span &span = session.sources.span(rule.source->location);
    llvm::StringRef text =
        session.sources.fileText(span.file).slice(span.begin, span.end);
    report.note(("it takes `" + text + "`").str());
  }
  return nullptr;
}

} // namespace plc::frontend
