//===- Reader.cpp - source text to forms ----------------------------------===//
//
// Tokens (Tokens.cpp) whose brackets have been put right (Brackets.cpp) become
// forms on an explicit stack, so that depth is bounded by memory alone.
//
//===----------------------------------------------------------------------===//

#include "frontend/Reader.h"

#include "frontend/Brackets.h"
#include "frontend/Encoding.h"
#include "frontend/Literal.h"
#include "frontend/NumberDatum.h"
#include "frontend/Tokens.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cassert>

namespace plc::frontend {
namespace {

using ir::Datum;
using ir::DatumKind;
using ir::Diag;
using ir::Location;

/// A form under construction.
struct Frame {
  enum Kind : uint8_t {
    TopLevel,
    List,
    Square,
    Splice, // the list after a dot: its elements are those of the outer list
    Vector,
    NumberVector,
    Map,
    String,
    InterpolatedString,
    Interpolation,
    // From here on: what applies to the next form, without a closing bracket.
    Prefix, // quote, quasiquote, unquote, unquote-splicing
    DatumComment,
    Label
  } kind;
  Token token;      // that opened it
  size_t start = 0; // its first element in the stack of elements
  /// Of lists: the dot, if there was one, and what followed.
  uint32_t dot = kNone;
  uint32_t tailCount = 0;
  bool hasBadDot = false; // diagnosed
  bool hasComment = false; // of a datum
  size_t firstLabel = 0;   // of a datum comment, in `replacedLabels`
  Syntax *definition = nullptr; // of a label
  const Syntax *tail = nullptr;

  static constexpr uint32_t kNone = UINT32_MAX;
  bool isList() const {
    return kind == List || kind == Square || kind == Splice;
  }
};

class FormBuilder {
public:
  FormBuilder(ir::SourceManager &sources, ir::Interner &interner,
              ir::DiagnosticEngine &diagnostics, uint32_t file, bool foldCase)
      : sources(sources), interner(interner), diagnostics(diagnostics),
        data(interner), file(file), text(sources.fileText(file)),
        foldsCase(foldCase) {}

  llvm::ArrayRef<const Syntax *> read();

private:
  // Preparation.
  void reportEncoding(llvm::ArrayRef<Token> tokens);
  void reportBrackets(llvm::ArrayRef<Token> tokens,
                      llvm::ArrayRef<BracketProblem> problems);

  // The stack.
  void open(Frame::Kind kind, const Token &token) {
    stack.push_back({kind, token, elements.size()});
  }
  void deliver(const Syntax *form);
  void abandonPrefixes();
  void close(const Token &token);
  void take(const Token &token);
  void takeDot(const Token &token);
  void checkDot(const Frame &frame);

  // Forms.
  Location at(uint32_t begin, uint32_t end) {
    return sources.add(file, begin, end);
  }
  Location at(const Token &token) { return at(token.begin, token.end); }
  llvm::StringRef spelling(const Token &token) const {
    return text.slice(token.begin, token.end);
  }
  Syntax *make(SyntaxKind kind, Location location) {
    return new (interner.allocator()) Syntax(kind, location);
  }
  Syntax *identifier(llvm::StringRef name, Location location) {
    Syntax *s = make(SyntaxKind::Identifier, location);
    s->name = interner.intern(name);
    return s;
  }
  Syntax *constant(const Datum *datum, Location location) {
    Syntax *s = make(SyntaxKind::Constant, location);
    s->datum = datum;
    return s;
  }
  llvm::ArrayRef<const Syntax *>
  copy(llvm::ArrayRef<const Syntax *> forms) {
    return forms.copy(interner.allocator());
  }
  const Syntax *error(const Token &token) {
    return make(SyntaxKind::Error, at(token));
  }
  const Syntax *atom(const Token &token);
  const Syntax *readIdentifier(const Token &token);
  const Syntax *number(const Token &token);
  const Syntax *unknownHashSyntax(const Token &token,
                                  llvm::ArrayRef<llvm::StringRef> known);
  const Syntax *numberVector(const Frame &frame,
                             llvm::ArrayRef<const Syntax *> items,
                             Location location);
  bool fitsElement(llvm::StringRef type, const Syntax *item, Datum *&out);
  void flushText(uint32_t end);
  void directive(const Token &token);

  ir::SourceManager &sources;
  ir::Interner &interner;
  ir::DiagnosticEngine &diagnostics;
  ir::DatumFactory data;
  uint32_t file;
  llvm::StringRef text;

  llvm::SmallVector<Frame, 0> stack;
  llvm::SmallVector<const Syntax *, 0> elements;
  /// Of the innermost string; text before an interpolation is an element.
  std::string stringText;
  uint32_t stringBegin = 0;
  bool foldsCase;
  /// Labels of the current outermost datum: their latest definitions.
  /// 64 bits, for a DenseMap has no room for the two greatest keys.
  llvm::DenseMap<uint64_t, const Syntax *> labels;
  /// For each definition, what its label meant before it.
  llvm::SmallVector<std::pair<uint32_t, const Syntax *>, 0> replacedLabels;
  llvm::DenseSet<uint32_t> unterminated;
  /// Where bytes that are no UTF-8 begin.
  llvm::SmallVector<uint32_t, 0> badBytes;
};

/// Comments of old files are often in Latin-1; they are no tokens.
void FormBuilder::reportEncoding(llvm::ArrayRef<Token> tokens) {
  auto token = tokens.begin();
  for (uint32_t offset : badBytes) {
    while (token != tokens.end() && token->end <= offset)
      ++token;
    if (token == tokens.end() || token->begin > offset)
      continue;
    diagnostics.report(Diag::InvalidUtf8, at(offset, offset + 1),
                       {"0x" + llvm::utohexstr(uint8_t(text[offset]))});
  }
}

void FormBuilder::reportBrackets(llvm::ArrayRef<Token> tokens,
                                 llvm::ArrayRef<BracketProblem> problems) {
  // A file of ten thousand open brackets has one error, not ten thousand.
  constexpr unsigned kMaxUnclosedRun = 20;
  unsigned run = 0;
  for (const BracketProblem &p : problems) {
    const Token &t = tokens[p.token];
    bool isRun = p.kind == BracketProblem::Unclosed && p.partner == kEndOfFile;
    run = isRun ? run + 1 : 0;
    if (run > kMaxUnclosedRun)
      continue;
    switch (p.kind) {
    case BracketProblem::Unclosed: {
      auto d = diagnostics.report(Diag::UnclosedBracket, at(t), {spelling(t)});
      if (p.partner != kEndOfFile && p.partner > 0) {
        llvm::StringRef missing = bracketText(closingOf(t.kind));
        uint32_t end = tokens[p.partner - 1].end;
        d.label(at(end - 1, end), ("expected `" + missing + "` here").str())
            .edit(at(end, end), missing.str());
      }
      break;
    }
    case BracketProblem::Unmatched: {
      auto d =
          diagnostics.report(Diag::UnmatchedBracket, at(t), {spelling(t)});
      d.edit(at(t), "");
      if (p.partner != kEndOfFile)
        d.primaryLabel("closes the form before its end")
            .label(at(tokens[p.partner]), "indented as a part of it");
      break;
    }
    case BracketProblem::Mismatched: {
      const Token &opening = tokens[p.partner];
      llvm::StringRef expected = bracketText(closingOf(opening.kind));
      diagnostics
          .report(Diag::MismatchedBracket, at(t), {spelling(t), expected})
          .label(at(opening), "opened here")
          .edit(at(t), expected.str());
      break;
    }
    }
  }
}

/// A form is complete: prefixes in front of it apply, then it is an element of
/// what surrounds it.
void FormBuilder::deliver(const Syntax *form) {
  while (true) {
    Frame &top = stack.back();
    switch (top.kind) {
    case Frame::Prefix: {
      llvm::StringRef name = top.token.kind == TokenKind::Quote ? "quote"
                             : top.token.kind == TokenKind::Quasiquote
                                 ? "quasiquote"
                             : top.token.kind == TokenKind::Unquote
                                 ? "unquote"
                                 : "unquote-splicing";
      Syntax *list = make(SyntaxKind::List,
                          at(top.token.begin,
                             sources.span(form->location).end));
      list->elements = copy({identifier(name, at(top.token)), form});
      form = list;
      stack.pop_back();
      continue;
    }
    case Frame::Label: {
      Syntax *definition = top.definition;
      // Other labels of the same datum may stand between.
      const Syntax *labelled = form;
      while (labelled->kind == SyntaxKind::LabelDefinition)
        labelled = labelled->elements[0];
      if (labelled->definition == definition)
        diagnostics
            .report(Diag::UndefinedLabel, labelled->location,
                    {("#" + llvm::Twine(labelled->label) + "#").str()})
            .primaryLabel("the label stands for nothing but itself");
      definition->location =
          at(top.token.begin, sources.span(form->location).end);
      definition->elements = copy({form});
      form = definition;
      stack.pop_back();
      continue;
    }
    case Frame::DatumComment:
      // Nor are there the labels that it defines.
      while (replacedLabels.size() > top.firstLabel) {
        auto [number, previous] = replacedLabels.pop_back_val();
        labels[number] = previous;
      }
      stack.pop_back();
      stack.back().hasComment = true;
      return;
    case Frame::TopLevel:
      labels.clear();
      replacedLabels.clear();
      elements.push_back(form);
      return;
    case Frame::List:
    case Frame::Square:
    case Frame::Splice:
      if (top.dot == Frame::kNone || top.tailCount > 0) {
        if (top.dot != Frame::kNone)
          ++top.tailCount;
        elements.push_back(form);
        return;
      }
      ++top.tailCount;
      // (a . 'b) is (a quote b).
      if (form->isProperList() && form->brackets == Brackets::Round)
        llvm::append_range(elements, form->elements);
      else
        top.tail = form;
      return;
    default:
      elements.push_back(form);
      return;
    }
  }
}

/// Before a closing bracket or the end of the file: prefixes that no form
/// follows are errors.
void FormBuilder::abandonPrefixes() {
  while (true) {
    const Frame &top = stack.back();
    if (top.kind < Frame::Prefix)
      return;
    diagnostics.report(Diag::MissingForm, at(top.token),
                       {spelling(top.token)});
    stack.pop_back();
  }
}

void FormBuilder::checkDot(const Frame &frame) {
  if (frame.dot == Frame::kNone || frame.tailCount == 1 || frame.hasBadDot)
    return;
  std::string found = frame.tailCount == 0
                          ? std::string("nothing")
                          : llvm::utostr(frame.tailCount) + " forms";
  diagnostics.report(Diag::MisplacedDot, at(frame.dot, frame.dot + 1),
                     {"expected one form after it, found " + found});
}

/// The innermost bracket is closed by `token`, which may have no width.
void FormBuilder::close(const Token &token) {
  abandonPrefixes();
  if (stack.back().kind == Frame::TopLevel)
    return;
  Frame frame = stack.pop_back_val();
  Location location = at(frame.token.begin, token.end);
  llvm::ArrayRef<const Syntax *> items =
      llvm::ArrayRef(elements).drop_front(frame.start);
  const Syntax *form = nullptr;
  switch (frame.kind) {
  case Frame::Splice: {
    checkDot(frame);
    Frame &outer = stack.back();
    ++outer.tailCount;
    if (!outer.tail)
      outer.tail = frame.tail;
    return;
  }
  case Frame::List:
  case Frame::Square: {
    checkDot(frame);
    Syntax *list = make(SyntaxKind::List, location);
    list->brackets =
        frame.kind == Frame::List ? Brackets::Round : Brackets::Square;
    list->elements = copy(items);
    list->tail = frame.tail;
    form = list;
    break;
  }
  case Frame::Vector:
  case Frame::Map: {
    if (frame.kind == Frame::Map && items.size() % 2)
      diagnostics.report(Diag::MissingMapValue, items.back()->location);
    Syntax *compound =
        make(frame.kind == Frame::Map ? SyntaxKind::Map : SyntaxKind::Vector,
             location);
    compound->elements = copy(items);
    form = compound;
    break;
  }
  case Frame::NumberVector:
    form = numberVector(frame, items, location);
    break;
  case Frame::String:
    form = constant(data.string(stringText), location);
    stringText.clear();
    break;
  case Frame::InterpolatedString: {
    flushText(token.begin);
    Syntax *list = make(SyntaxKind::List, location);
    list->elements = copy(llvm::ArrayRef(elements).drop_front(frame.start));
    form = list;
    break;
  }
  case Frame::Interpolation: {
    size_t count = items.size();
    if (count != 1) {
      diagnostics.report(Diag::InvalidInterpolation, location,
                         {count == 0 ? std::string("none")
                                     : llvm::utostr(count)});
      elements.resize(frame.start);
      elements.push_back(make(SyntaxKind::Error, location));
    }
    stringText.clear();
    stringBegin = token.end;
    return;
  }
  case Frame::TopLevel:
  case Frame::Prefix:
  case Frame::DatumComment:
  case Frame::Label:
    llvm_unreachable("not opened by a bracket");
  }
  elements.resize(frame.start);
  deliver(form);
}

void FormBuilder::takeDot(const Token &token) {
  // A prefix in front applies to the dot, so both go.
  bool hasPrefix = stack.back().kind >= Frame::Prefix;
  while (stack.back().kind >= Frame::Prefix)
    stack.pop_back();
  Frame &top = stack.back();
  if (!hasPrefix && top.isList() && top.dot == Frame::kNone) {
    if (elements.size() == top.start && !top.hasComment)
      return deliver(identifier(".", at(token)));
    if (elements.size() > top.start) {
      top.dot = token.begin;
      return;
    }
  }
  bool isSecond = top.isList() && top.dot != Frame::kNone;
  top.hasBadDot |= isSecond;
  diagnostics.report(Diag::MisplacedDot, at(token),
                     {isSecond ? "the list has a dot already"
                               : "expected in a list, after an element"});
}

void FormBuilder::flushText(uint32_t end) {
  if (!stringText.empty())
    elements.push_back(
        constant(data.string(stringText), at(stringBegin, end)));
  stringText.clear();
}

void FormBuilder::directive(const Token &token) {
  llvm::StringRef name = spelling(token);
  if (name == "#!fold-case" || name == "#!no-fold-case") {
    foldsCase = name == "#!fold-case";
    return;
  }
  if (name == "#!r7rs")
    return;
  llvm::StringRef near =
      ir::nearestName(name, {"#!fold-case", "#!no-fold-case"});
  auto d = diagnostics.report(Diag::UnknownDirective, at(token), {name});
  if (!near.empty())
    d.help(("did you mean `" + near + "`?").str())
        .edit(at(token), near.str());
}

const Syntax *FormBuilder::number(const Token &token) {
  llvm::StringRef s = spelling(token);
  NumberResult result = readNumber(s, data);
  if (result.datum)
    return constant(result.datum, at(token));
  // 1+ is an identifier; with a prefix it can only be meant as a number.
  if (!result.isNumber && (s[0] != '#' || s.size() == 1))
    return nullptr;
  llvm::StringRef problem = result.problem;
  if (!result.isNumber)
    problem = s.contains_insensitive("inf.0") || s.contains_insensitive("nan.0")
                  ? "infinities and NaN are never exact"
                  : "these are not the digits of a number of this radix";
  diagnostics.report(Diag::InvalidNumber, at(token), {s, problem});
  return error(token);
}

/// The datum of a vector's element in the form that its type stores: exact
/// integers in range, or flonums.
bool FormBuilder::fitsElement(llvm::StringRef type, const Syntax *item,
                              Datum *&out) {
  if (item->kind != SyntaxKind::Constant)
    return false;
  const Datum *d = item->datum;
  if (type[0] == 'f') {
    if (!d->isNumber() || d->kind == DatumKind::Complex)
      return false;
    double value = toDouble(d);
    out = data.flonum(type == "f32" ? static_cast<float>(value) : value);
    return true;
  }
  out = const_cast<Datum *>(d);
  unsigned bits = 0;
  type.drop_front().getAsInteger(10, bits);
  bool isSigned = type[0] == 's';
  if (d->kind == DatumKind::Fixnum) {
    int64_t n = d->integer;
    if (isSigned)
      return bits == 64 || llvm::isIntN(bits, n);
    return n >= 0 && (bits == 64 || llvm::isUIntN(bits, n));
  }
  if (d->kind != DatumKind::BigInteger || bits < 64)
    return false;
  int64_t s;
  uint64_t u;
  return isSigned ? !d->text.getAsInteger(10, s)
                  : !d->text.getAsInteger(10, u);
}

const Syntax *
FormBuilder::numberVector(const Frame &frame,
                          llvm::ArrayRef<const Syntax *> items,
                          Location location) {
  llvm::StringRef prefix = spelling(frame.token);
  std::string type = prefix.drop_front().drop_back().lower();
  bool isKnown = false;
#define NUMBER_VECTOR(Prefix, Element) isKnown |= type == Prefix;
#include "stdlib/Lexical.def"
  if (!isKnown) {
    unknownHashSyntax(frame.token, {
#define NUMBER_VECTOR(Prefix, Element) "#" Prefix "(",
#include "stdlib/Lexical.def"
                                   });
    return make(SyntaxKind::Error, location);
  }
  std::string expected = "a real number";
  if (type[0] != 'f') {
    unsigned bits = 0;
    llvm::StringRef(type).drop_front().getAsInteger(10, bits);
    expected = "an exact integer from ";
    if (type[0] == 's')
      expected += llvm::itostr(llvm::minIntN(bits)) + " to " +
                  llvm::itostr(llvm::maxIntN(bits));
    else
      expected += "0 to " + llvm::utostr(llvm::maxUIntN(bits));
  }
  bool isGood = true;
  llvm::MutableArrayRef<Datum *> numbers = data.array(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    numbers[i] = nullptr;
    if (fitsElement(type, items[i], numbers[i]))
      continue;
    isGood = false;
    if (items[i]->kind == SyntaxKind::Error) // diagnosed already
      continue;
    const ir::Span &span = sources.span(items[i]->location);
    llvm::StringRef found = text.slice(span.begin, span.end);
    diagnostics.report(Diag::InvalidVectorElement, items[i]->location,
                       {(prefix + "...)").str(), expected,
                        found.size() > 40 ? "a form of another kind"
                                          : ("`" + found + "`").str()});
  }
  if (!isGood)
    return make(SyntaxKind::Error, location);
  if (type == "u8") {
    std::string bytes;
    for (const Datum *n : numbers)
      bytes += static_cast<char>(n->integer);
    Datum *d = data.make(DatumKind::Bytevector);
    d->text = interner.copy(bytes);
    return constant(d, location);
  }
  Datum *d = data.make(DatumKind::NumVector);
  d->text = interner.copy(type);
  d->elements = numbers;
  return constant(d, location);
}

const Syntax *FormBuilder::readIdentifier(const Token &token) {
  llvm::StringRef s = spelling(token);
  if (s[0] != '|')
    return foldsCase ? identifier(foldCase(s), at(token))
                     : identifier(s, at(token));
  std::string name;
  s = s.drop_front().drop_back();
  while (!s.empty()) {
    size_t i = s.find('\\');
    name += s.take_front(i);
    s = s.substr(i);
    if (s.empty())
      break;
    size_t length = 1 + decodeUtf8(s.drop_front()).second;
    if (s.size() > 1 && (s[1] == 'x' || s[1] == 'X')) {
      length = s.find_if_not(llvm::isHexDigit, 2);
      length = std::min(length, s.size());
      if (length < s.size() && s[length] == ';')
        ++length;
    }
    llvm::StringRef escape = s.take_front(length);
    if (!appendEscape(name, escape, false)) {
      uint32_t begin = escape.begin() - text.begin();
      diagnostics.report(Diag::UnknownEscape,
                         at(begin, begin + escape.size()), {escape});
    }
    s = s.drop_front(escape.size());
  }
  return identifier(name, at(token));
}

const Syntax *
FormBuilder::unknownHashSyntax(const Token &token,
                               llvm::ArrayRef<llvm::StringRef> known) {
  llvm::StringRef s = spelling(token);
  auto d = diagnostics.report(Diag::UnknownHashSyntax, at(token), {s});
  llvm::StringRef near = ir::nearestName(s, known);
  if (!near.empty())
    d.help(("did you mean `" + near + "`?").str()).edit(at(token), near.str());
  return error(token);
}

const Syntax *FormBuilder::atom(const Token &token) {
  if (!unterminated.empty() && unterminated.contains(token.begin))
    return error(token);
  llvm::StringRef s = spelling(token);
  switch (token.kind) {
  case TokenKind::Boolean:
    return constant(data.boolean(llvm::toLower(s[1]) == 't'), at(token));
  case TokenKind::Character: {
    std::optional<uint32_t> c = characterValue(s, foldsCase);
    if (c)
      return constant(data.character(*c), at(token));
    auto d = diagnostics.report(Diag::UnknownCharacterName, at(token), {s});
    llvm::StringRef near = nearestCharacterName(s);
    if (!near.empty())
      d.help(("did you mean `#\\" + near + "`?").str())
          .edit(at(token), ("#\\" + near).str());
    return error(token);
  }
  case TokenKind::Number:
  case TokenKind::Identifier:
    if (const Syntax *n = number(token))
      return n;
    return readIdentifier(token);
  case TokenKind::LabelReference: {
    Syntax *reference = make(SyntaxKind::LabelReference, at(token));
    if (!s.drop_front().drop_back().getAsInteger(10, reference->label))
      reference->definition = labels.lookup(reference->label);
    if (!reference->definition) {
      diagnostics.report(Diag::UndefinedLabel, at(token), {s});
      return error(token);
    }
    return reference;
  }
  default:
    return unknownHashSyntax(token, {"#true", "#false"});
  }
}

void FormBuilder::take(const Token &token) {
  switch (token.kind) {
  case TokenKind::ListStart:
    // The list after a dot is the rest of the list.
    if (stack.back().isList() && stack.back().dot != Frame::kNone &&
        stack.back().tailCount == 0)
      return open(Frame::Splice, token);
    return open(Frame::List, token);
  case TokenKind::BracketStart:
    return open(Frame::Square, token);
  case TokenKind::VectorStart:
    return open(Frame::Vector, token);
  case TokenKind::NumberVectorStart:
    return open(Frame::NumberVector, token);
  case TokenKind::MapStart:
    return open(Frame::Map, token);
  case TokenKind::StringStart:
    stringText.clear();
    return open(Frame::String, token);
  case TokenKind::InterpolatedStringStart:
    open(Frame::InterpolatedString, token);
    elements.push_back(identifier("%interpolate", at(token)));
    stringText.clear();
    stringBegin = token.end;
    return;
  case TokenKind::InterpolationStart:
    flushText(token.begin);
    return open(Frame::Interpolation, token);
  case TokenKind::ListEnd:
  case TokenKind::BracketEnd:
  case TokenKind::MapEnd:
  case TokenKind::InterpolationEnd:
  case TokenKind::StringEnd:
    return close(token);
  case TokenKind::StringContent:
    return appendStringContent(stringText, spelling(token));
  case TokenKind::Escape:
    if (!appendEscape(stringText, spelling(token),
                      stack.back().kind == Frame::InterpolatedString)) {
      auto d = diagnostics.report(Diag::UnknownEscape, at(token),
                                  {spelling(token)});
      if (spelling(token).starts_with_insensitive("\\x"))
        d.primaryLabel("expected hexadecimal digits of a code point and `;`");
    }
    return;
  case TokenKind::Quote:
  case TokenKind::Quasiquote:
  case TokenKind::Unquote:
  case TokenKind::UnquoteSplicing:
    return open(Frame::Prefix, token);
  case TokenKind::DatumComment:
    open(Frame::DatumComment, token);
    stack.back().firstLabel = replacedLabels.size();
    return;
  case TokenKind::Label: {
    llvm::StringRef name = spelling(token);
    uint32_t number = 0;
    if (name.drop_front().drop_back().getAsInteger(10, number))
      diagnostics.report(Diag::UnknownHashSyntax, at(token), {name})
          .primaryLabel("a label is at most 4294967295");
    Syntax *definition = make(SyntaxKind::LabelDefinition, at(token));
    definition->label = number;
    definition->definition = definition;
    definition->elements = copy({error(token)}); // until there is a form
    replacedLabels.push_back({number, labels.lookup(number)});
    labels[number] = definition;
    open(Frame::Label, token);
    stack.back().definition = definition;
    return;
  }
  case TokenKind::Dot:
    return takeDot(token);
  case TokenKind::Directive:
    return directive(token);
  case TokenKind::Shebang:
    if (token.begin != 0)
      diagnostics.report(Diag::UnknownDirective, at(token),
                         {spelling(token)});
    return;
  case TokenKind::UnterminatedComment:
    diagnostics.report(Diag::UnterminatedComment,
                       at(token.begin, token.begin + 2));
    return;
  case TokenKind::UnterminatedBar:
    diagnostics.report(Diag::UnterminatedIdentifier, at(token));
    return;
  case TokenKind::Stray:
    diagnostics.report(
        Diag::StrayCharacter, at(token),
        {"U+" +
         llvm::utohexstr(decodeUtf8(spelling(token)).first, false, 4)});
    return;
  case TokenKind::Boolean:
  case TokenKind::Character:
  case TokenKind::Number:
  case TokenKind::Identifier:
  case TokenKind::HashName:
  case TokenKind::LabelReference:
    return deliver(atom(token));
  }
}

llvm::ArrayRef<const Syntax *> FormBuilder::read() {
  std::string clean = withoutBadBytes(text, badBytes);
  TokenizedText tokenized = tokenizeWithRecovery(clean);
  for (uint32_t place : tokenized.unterminated) {
    uint32_t end = place + (text[place] == '#' ? 2 : 1);
    diagnostics.report(Diag::UnterminatedString, at(place, end));
    unterminated.insert(place);
  }
  std::vector<Token> &tokens = tokenized.tokens;
  reportEncoding(tokens);
  std::vector<Token> before = tokens;
  std::vector<BracketProblem> problems = repairBrackets(clean, tokens);
  reportBrackets(before, problems);
  before = {};

  stack.push_back({Frame::TopLevel, {}, 0});
  for (const Token &token : tokens)
    take(token);
  // Only strings beyond the number that is repaired are still open.
  while (true) {
    abandonPrefixes();
    if (stack.back().kind == Frame::TopLevel)
      break;
    uint32_t end = text.size();
    close({TokenKind::StringEnd, end, end});
  }
  return copy(elements);
}

} // namespace

llvm::ArrayRef<const Syntax *> Reader::read(uint32_t file, bool foldCase) {
  return FormBuilder(sources, interner, diagnostics, file, foldCase).read();
}

bool isComplete(llvm::StringRef text) {
  std::vector<Token> tokens = tokenize(text);
  int64_t depth = 0;
  for (const Token &t : tokens) {
    if (isOpening(t.kind) || t.kind == TokenKind::StringStart ||
        t.kind == TokenKind::InterpolatedStringStart ||
        t.kind == TokenKind::InterpolationStart)
      ++depth;
    else if (isClosing(t.kind) || t.kind == TokenKind::StringEnd ||
             t.kind == TokenKind::InterpolationEnd)
      --depth;
    else if (t.kind == TokenKind::UnterminatedComment ||
             t.kind == TokenKind::UnterminatedBar)
      return false;
    if (depth < 0)
      return true;
  }
  if (depth > 0)
    return false;
  if (tokens.empty())
    return true;
  switch (tokens.back().kind) {
  case TokenKind::Quote:
  case TokenKind::Quasiquote:
  case TokenKind::Unquote:
  case TokenKind::UnquoteSplicing:
  case TokenKind::DatumComment:
  case TokenKind::Label:
    return false;
  default:
    return true;
  }
}

} // namespace plc::frontend
