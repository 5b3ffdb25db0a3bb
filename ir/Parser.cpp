//===- Parser.cpp - text to the IR ----------------------------------------===//
//
// See Text.h for the form. One pass makes all ops without operands, since names
// may be used before they are defined and functions before their parents; then
// names are resolved. Says what is wrong with the text; whether the IR is well
// formed is the verifier's business.
//
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/Text.h"
#include "ir/support/DatumText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <map>

namespace plc::ir {
namespace {

/// A name as written, without its sigil. Numbers stand for unnamed things.
struct Name {
  std::string text;
  bool isNumber = false;
  const char *at = nullptr;
  /// Distinguishes %1 from %"1".
  std::string key() const { return (isNumber ? '#' : '=') + text; }
};

/// A place in a loc(), and the calls that the text there replaced.
struct Position {
  std::string file;
  unsigned line = 0, column = 0; // line 0: unknown
};
struct Inlining {
  std::string procedure;
  Position declared, call;
  bool isTail = false;
};

class Parser {
public:
  Parser(llvm::StringRef text, llvm::StringRef fileName,
         SourceManager &sources, Interner &interner)
      : whole(text), rest(text), fileName(fileName), sources(sources),
        interner(interner) {}

  llvm::Expected<std::unique_ptr<Module>> run() {
    if (!parseModule() || !resolve())
      return error();
    return std::move(module);
  }

private:
  //===--- Errors and tokens ----------------------------------------------===//

  bool failAt(const char *at, const llvm::Twine &why) {
    errorAt = at;
    message = why.str();
    return false;
  }
  bool fail(const llvm::Twine &why) { return failAt(rest.data(), why); }

  llvm::Error error() {
    llvm::StringRef before(whole.data(), errorAt - whole.data());
    size_t line = before.count('\n') + 1;
    size_t column = before.size() - (before.rfind('\n') + 1) + 1;
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   fileName + ":" + llvm::Twine(line) + ":" +
                                       llvm::Twine(column) +
                                       ": error: " + message);
  }

  void skip() {
    for (;;) {
      rest = rest.ltrim(" \t\r\n");
      if (!rest.starts_with(";"))
        return;
      rest = rest.drop_until([](char c) { return c == '\n'; });
    }
  }
  bool atChar(char c) {
    skip();
    return rest.starts_with(llvm::StringRef(&c, 1));
  }
  bool eat(char c) {
    if (!atChar(c))
      return false;
    rest = rest.drop_front();
    return true;
  }
  bool expect(char c) {
    return eat(c) || fail(llvm::Twine("expected `") + llvm::Twine(c) + "`");
  }
  /// Letters, digits, dots and hyphens: keywords, ops, types.
  llvm::StringRef peekWord() {
    skip();
    return rest.take_while([](char c) {
      return llvm::isAlnum(c) || c == '.' || c == '-';
    });
  }
  bool eatWord(llvm::StringRef word) {
    if (peekWord() != word)
      return false;
    rest = rest.drop_front(word.size());
    return true;
  }
  bool expectWord(llvm::StringRef word) {
    return eatWord(word) || fail("expected `" + word + "`");
  }
  bool quoted(std::string &value) {
    skip();
    std::string why;
    return readQuoted(rest, value, why) || fail(why);
  }
  bool integer(int64_t &value) {
    skip();
    llvm::StringRef digits = rest.take_while(
        [](char c) { return llvm::isDigit(c) || c == '-'; });
    if (digits.getAsInteger(10, value))
      return fail("expected an integer");
    rest = rest.drop_front(digits.size());
    return true;
  }
  bool type(Type &result) {
    llvm::StringRef word = peekWord();
    std::optional<Type> found = parseType(word);
    if (!found)
      return fail(word.empty() ? llvm::Twine("expected a type")
                               : "unknown type `" + word + "`");
    result = *found;
    rest = rest.drop_front(word.size());
    return true;
  }
  bool name(char sigil, Name &result) {
    if (!expect(sigil))
      return false;
    result.at = rest.data() - 1;
    if (rest.starts_with("\""))
      return quoted(result.text);
    llvm::StringRef word = rest.take_while([](char c) {
      return llvm::isAlnum(c) ||
             llvm::StringRef("-_.$!?*+/<>=~&").contains(c);
    });
    if (word.empty())
      return fail(llvm::Twine("expected a name after `") +
                  llvm::Twine(sigil) + "`");
    result.text = word.str();
    result.isNumber = sigil != '@' && llvm::all_of(word, llvm::isDigit);
    rest = rest.drop_front(word.size());
    return true;
  }
  bool names(char open, char sigil, char close, std::vector<Name> &list) {
    if (!expect(open))
      return false;
    if (eat(close))
      return true;
    do
      if (!name(sigil, list.emplace_back()))
        return false;
    while (eat(','));
    return expect(close);
  }

  //===--- Module ---------------------------------------------------------===//

  bool parseModule() {
    Name unit;
    if (!expectWord("module") || !name('@', unit))
      return false;
    module = std::make_unique<Module>(unit.text, sources, interner);
    if (!expectWord("stage") || !expect('('))
      return false;
    auto stage = llvm::StringSwitch<std::optional<Stage>>(peekWord())
                     .Case("raw", Stage::Raw)
                     .Case("canonical", Stage::Canonical)
                     .Case("lowered", Stage::Lowered)
                     .Default(std::nullopt);
    if (!stage)
      return fail("expected raw, canonical or lowered");
    module->stage = *stage;
    rest = rest.drop_front(peekWord().size());
    if (!expect(')'))
      return false;
    module->isProgram = eatWord("program");
    module->isLibrary = eatWord("library");
    module->needsEvaluator = eatWord("evaluator");
    while (eatWord("import"))
      if (!quoted(module->imports.emplace_back()))
        return false;
    while (eatWord("global"))
      if (!parseGlobal())
        return false;
    while (eatWord("func"))
      if (!parseFunction())
        return false;
    skip();
    if (!rest.empty())
      return fail("expected `func` or the end of the text");
    return true;
  }

  bool parseGlobal() {
    Name symbol;
    if (!name('@', symbol))
      return false;
    if (module->findGlobal(symbol.text))
      return failAt(symbol.at, "global @" + symbol.text + " stands twice");
    GlobalVariable *global = module->addGlobal(symbol.text);
    if (!quoted(global->name))
      return false;
    global->isExternal = eatWord("external");
    global->isConstant = eatWord("constant");
    if (eatWord("procedure")) {
      int64_t min, max;
      if (!expect('(') || !integer(min) || !expect(',') || !integer(max) ||
          !expect(')'))
        return false;
      if (min < 0 || max < -1 || (max >= 0 && max < min) ||
          std::max(min, max) > UINT16_MAX)
        return fail("no such number of arguments");
      global->isProcedure = true;
      global->minArgs = min;
      global->maxArgs = max;
    }
    global->returnsOne = eatWord("returns-one");
    global->neverReturns = eatWord("never-returns");
    if (eat('=')) {
      Name function;
      if (!name('@', function))
        return false;
      globalFunctions.push_back({global, function});
    }
    return true;
  }

  //===--- Functions ------------------------------------------------------===//

  bool parseFunction() {
    Name symbol;
    if (!name('@', symbol))
      return false;
    if (module->findFunction(symbol.text))
      return failAt(symbol.at, "function @" + symbol.text + " stands twice");
    function = module->addFunction(symbol.text);
    std::vector<std::pair<Name, Type>> parameters;
    if (!parseParameters(parameters, /*isEntry=*/true))
      return false;
    if (!expect('-') || !expect('>') || !type(function->resultType))
      return false;
    if (eatWord("in")) {
      Name parent;
      if (!name('@', parent))
        return false;
      parents.push_back({function, parent});
    }
    if (eatWord("lisp-name") && !quoted(function->lispName))
      return false;
    if (eatWord("lisp-note") && !quoted(function->lispNote))
      return false;
    if (eatWord("captures")) {
      int64_t count;
      if (!integer(count))
        return false;
      function->captureCount = count;
    }
    if (eatWord("local"))
      function->escapes = false;
    if (eatWord("declared"))
      function->origin = Origin::Declared;
    else if (eatWord("imported"))
      function->origin = Origin::Imported;
    if (!parseLocation([f = function](Location l) { f->location = l; }))
      return false;
    if (!expect('{'))
      return false;
    for (bool isEntry = true; !eat('}'); isEntry = false)
      if (!parseBlock(isEntry ? &parameters : nullptr))
        return false;
    return true;
  }

  bool parseParameters(std::vector<std::pair<Name, Type>> &list,
                       bool isEntry) {
    if (!expect('('))
      return false;
    if (eat(')'))
      return true;
    do {
      if (function->hasRest && isEntry)
        return fail("a parameter after the rest parameter");
      if (isEntry && eatWord("rest")) {
        function->hasRest = true;
        if (eat('(')) {
          int64_t limit;
          if (!integer(limit) || !expect(')'))
            return false;
          if (limit < 0 || limit > kMostRestLimit)
            return fail("the number of arguments is out of range");
          function->restLimit = int32_t(limit);
        }
      }
      auto &[parameter, parameterType] = list.emplace_back();
      if (!name('%', parameter) || !expect(':') || !type(parameterType))
        return false;
    } while (eat(','));
    return expect(')');
  }

  bool parseBlock(std::vector<std::pair<Name, Type>> *entryParameters) {
    Name label;
    if (!name('^', label))
      return false;
    Block *block = function->addBlock(label.isNumber ? "" : label.text);
    if (!blocks.try_emplace({function, label.key()}, block).second)
      return failAt(label.at, "block ^" + label.text + " stands twice");
    std::vector<std::pair<Name, Type>> arguments;
    if (entryParameters)
      arguments = *entryParameters;
    else if (atChar('(') && !parseParameters(arguments, /*isEntry=*/false))
      return false;
    if (!expect(':'))
      return false;
    for (auto &[argument, argumentType] : arguments)
      define(argument, block->addArgument(argumentType));
    Builder builder(*module, block);
    while (!atChar('^') && !atChar('}')) {
      if (rest.empty())
        return fail("function without `}`");
      if (!parseOp(builder))
        return false;
    }
    return true;
  }

  void define(const Name &n, Value *value) {
    if (!n.isNumber)
      value->setName(n.text);
    definitions.push_back({function, n, value});
  }

  //===--- Ops ------------------------------------------------------------===//

  struct Target {
    Name block;
    std::vector<Name> arguments;
  };
  struct Unresolved {
    Op *op;
    std::vector<Name> operands;
    std::vector<Name> functions;
    std::vector<Target> successors;
  };

  bool parseOp(Builder &builder) {
    std::vector<Name> results;
    if (atChar('%')) {
      do
        if (!name('%', results.emplace_back()))
          return false;
      while (eat(','));
      if (!expect('='))
        return false;
    }
    llvm::StringRef word = peekWord();
    const char *start = rest.data();
    std::optional<Opcode> opcode = parseOpcode(word);
    if (!opcode)
      return fail(word.empty() ? llvm::Twine("expected an operation")
                               : "unknown operation `" + word + "`");
    rest = rest.drop_front(word.size());

    // Attributes are kept here until the op can be made.
    Unresolved u;
    Attributes a;
    if (!parseAttribute(opRow(*opcode), a, u) || !parseOperands(*opcode, u))
      return false;
    Type resultType = Type::None;
    bool hasType = eat(':');
    if (hasType && !type(resultType))
      return false;
    if (!checkResults(*opcode, results, hasType, u, start))
      return false;

    if (*opcode == Opcode::Closure) {
      llvm::SmallVector<Function *, 4> none(u.functions.size(), nullptr);
      u.op = builder.closure(none);
      u.op->functions.clear();
      for (Value *v : u.op->results())
        v->setType(resultType);
    } else {
      u.op = builder.create(*opcode, {},
                            results.empty() ? Type::None : resultType);
    }
    u.op->datum = a.datum;
    u.op->global = a.global;
    u.op->primitive = a.primitive;
    u.op->typeAttribute = a.type;
    u.op->indexAttribute = a.index;
    u.op->nameAttribute = a.name;
    u.op->native = a.native;
    for (size_t i = 0; i < results.size(); ++i)
      define(results[i], u.op->result(i));
    if (!parseLocation([op = u.op](Location l) { op->setLocation(l); }))
      return false;
    unresolved.push_back(std::move(u));
    return true;
  }

  struct Attributes {
    const Datum *datum = nullptr;
    GlobalVariable *global = nullptr;
    PrimitiveId primitive = 0;
    Type type = Type::None;
    int64_t index = 0;
    Symbol name = nullptr;
    const NativeCallee *native = nullptr;
  };

  bool parsePrimitive(Attributes &a) {
    skip();
    const char *at = rest.data();
    std::string text;
    if (!quoted(text))
      return false;
    std::optional<PrimitiveId> id = findPrimitive(text);
    if (!id)
      return failAt(at, "unknown primitive \"" + text + "\"");
    a.primitive = *id;
    return true;
  }

  bool parseAttribute(const OpRow &row, Attributes &a, Unresolved &u) {
    std::string text;
    switch (row.attribute) {
    case AttributeKind::None:
      // Not past the end of the line, where an op without operands ends.
      if (!rest.ltrim(' ').starts_with("\""))
        return true;
      return parsePrimitive(a) && integer(a.index);
      return true;
    case AttributeKind::Datum: {
      std::string why;
      a.datum = readDatum(rest, module->datums(), why);
      return a.datum || fail(why);
    }
    case AttributeKind::Function:
      return name('@', u.functions.emplace_back());
    case AttributeKind::Functions:
      do
        if (!name('@', u.functions.emplace_back()))
          return false;
      while (eat(','));
      return true;
    case AttributeKind::Global: {
      Name n;
      if (!name('@', n))
        return false;
      a.global = module->findGlobal(n.text);
      return a.global || failAt(n.at, "unknown global @" + n.text);
    }
    case AttributeKind::Primitive:
      return parsePrimitive(a);
    case AttributeKind::Type:
      return type(a.type);
    case AttributeKind::Index:
      return integer(a.index);
    case AttributeKind::Name:
      if (!quoted(text))
        return false;
      a.name = interner.intern(text);
      return true;
    case AttributeKind::Native: {
      NativeCallee callee;
      if (!quoted(callee.symbol) || !quoted(callee.name) ||
          !quoted(callee.signature))
        return false;
      a.native = module->nativeCallee(callee);
      return true;
    }
    }
    llvm_unreachable("kind of attribute");
  }

  bool parseOperands(Opcode opcode, Unresolved &u) {
    switch (opcode) {
    case Opcode::Prim:
    case Opcode::NativeCall:
    case Opcode::CallKnown:
    case Opcode::TailCallKnown:
      return names('(', '%', ')', u.operands);
    case Opcode::Closure:
      return !atChar('(') || names('(', '%', ')', u.operands);
    case Opcode::Call:
    case Opcode::TailCall:
      return name('%', u.operands.emplace_back()) &&
             names('(', '%', ')', u.operands);
    default:
      break;
    }
    // A result of the next op starts with '%' as well: a line holds one op.
    for (bool first = true;; first = false) {
      if (first ? !atOperandOnThisLine() : !eat(','))
        return true;
      if (atChar('^')) {
        Target &target = u.successors.emplace_back();
        if (!name('^', target.block))
          return false;
        if (atChar('(') && !names('(', '%', ')', target.arguments))
          return false;
      } else if (!u.successors.empty()) {
        return fail("expected a block");
      } else if (!name('%', u.operands.emplace_back())) {
        return false;
      }
    }
  }

  bool atOperandOnThisLine() {
    llvm::StringRef line = rest.ltrim(" \t");
    return line.starts_with("%") || line.starts_with("^");
  }

  bool checkResults(Opcode opcode, llvm::ArrayRef<Name> results, bool hasType,
                    const Unresolved &u, const char *start) {
    llvm::StringRef declared = opRow(opcode).result;
    size_t wanted = declared == "none" ? 0 : 1;
    if (opcode == Opcode::Closure)
      wanted = u.functions.size();
    bool mayLackResult = opcode == Opcode::Prim;
    if (results.size() != wanted && !(mayLackResult && results.empty()))
      return failAt(start, llvm::Twine("`") + opRow(opcode).spelling +
                               "` has " + llvm::Twine(wanted) +
                               (wanted == 1 ? " result" : " results"));
    if (!results.empty() && !hasType)
      return fail("expected `:` and the type of the result");
    if (results.empty() && hasType && opcode != Opcode::Return)
      return failAt(start, "an op without result has no type");
    return true;
  }

  template <typename Set> bool parseLocation(Set set) {
    if (!eatWord("loc"))
      return true;
    places.emplace_back();
    Place &place = places.back();
    place.set = set;
    if (!expect('(') || !parsePosition(place.at))
      return false;
    while (eatWord("of")) {
      Inlining &inlining = place.inlinings.emplace_back();
      if (!quoted(inlining.procedure) || !parsePosition(inlining.declared) ||
          !expectWord("in"))
        return false;
      inlining.isTail = eatWord("tail");
      if (!expectWord("call") || !parsePosition(inlining.call))
        return false;
    }
    return expect(')');
  }

  /// "file":1:2, or `?` for an unknown place.
  bool parsePosition(Position &at) {
    if (eat('?'))
      return true;
    int64_t line, column;
    if (!quoted(at.file) || !expect(':') || !integer(line) || !expect(':') ||
        !integer(column))
      return false;
    if (line < 1 || column < 1)
      return fail("lines and columns count from 1");
    at.line = unsigned(line);
    at.column = unsigned(column);
    return true;
  }

  //===--- Resolving names ------------------------------------------------===//

  bool resolveFunction(const Name &n, Function *&result) {
    result = module->findFunction(n.text);
    return result || failAt(n.at, "unknown function @" + n.text);
  }

  bool resolve() {
    for (auto &[global, n] : globalFunctions)
      if (!resolveFunction(n, global->function))
        return false;
    for (auto &[f, n] : parents) {
      if (!resolveFunction(n, f->parent))
        return false;
      for (Function *above = f->parent; above; above = above->parent)
        if (above == f)
          return failAt(n.at, "function is nested in itself");
    }
    for (auto &[f, n, value] : definitions)
      if (!values.try_emplace({root(f), n.key()}, value).second)
        return failAt(n.at, "value %" + n.text + " is defined twice");
    for (Unresolved &u : unresolved)
      if (!resolveOp(u))
        return false;
    resolveLocations();
    return true;
  }

  static Function *root(Function *f) {
    while (f->parent)
      f = f->parent;
    return f;
  }

  bool resolveValues(Op *op, llvm::ArrayRef<Name> names,
                     llvm::SmallVectorImpl<Value *> &result) {
    result.clear();
    for (const Name &n : names) {
      auto found = values.find({root(op->function()), n.key()});
      if (found == values.end())
        return failAt(n.at, "undefined value %" + n.text);
      result.push_back(found->second);
    }
    return true;
  }

  bool resolveOp(Unresolved &u) {
    for (const Name &n : u.functions)
      if (!resolveFunction(n, u.op->functions.emplace_back()))
        return false;
    llvm::SmallVector<Value *, 8> operands;
    if (!resolveValues(u.op, u.operands, operands))
      return false;
    u.op->setOperands(operands);
    for (const Target &target : u.successors) {
      auto block = blocks.find({u.op->function(), target.block.key()});
      if (block == blocks.end())
        return failAt(target.block.at,
                      "undefined block ^" + target.block.text);
      if (!resolveValues(u.op, target.arguments, operands))
        return false;
      u.op->addSuccessor(block->second, operands);
    }
    return true;
  }

  /// Spans in files that are known and have such places, or in placeholders.
  void resolveLocations() {
    std::map<llvm::StringRef, llvm::SmallVector<uint32_t, 1>> files;
    for (uint32_t i = 0; i < sources.fileCount(); ++i)
      files[sources.fileName(i)].push_back(i);
    auto find = [&](const Position &at)
        -> std::optional<std::pair<uint32_t, uint32_t>> {
      auto known = files.find(at.file);
      if (known != files.end())
        for (uint32_t file : known->second)
          if (auto offset = sources.offsetOf(file, {at.line, at.column}))
            return {{file, *offset}};
      return std::nullopt;
    };
    std::map<std::string, std::map<unsigned, unsigned>> missing;
    auto reserve = [&](const Position &at) {
      if (at.line && !find(at)) {
        unsigned &length = missing[at.file][at.line];
        length = std::max(length, at.column);
      }
    };
    for (const Place &p : places) {
      reserve(p.at);
      for (const Inlining &inlining : p.inlinings) {
        reserve(inlining.declared);
        reserve(inlining.call);
      }
    }
    for (auto &[name, lines] : missing)
      files[name].push_back(sources.addPlaceholder(name, lines));
    auto locate = [&](const Position &at) -> Location {
      auto place = at.line ? find(at) : std::nullopt;
      return place ? sources.add(place->first, place->second, place->second)
                   : Location();
    };
    for (const Place &p : places) {
    // From the outermost call to the text itself.
      uint32_t site = 0;
      auto place = [&](const Position &at) {
        Location location = locate(at);
        return site && location.isKnown() ? sources.addInlined(location, site)
                                           : location;
      };
      for (const Inlining &inlining : llvm::reverse(p.inlinings)) {
        Location call = place(inlining.call);
        site = sources.addInlineSite({inlining.procedure,
                                      locate(inlining.declared), call,
                                      inlining.isTail});
      }
      p.set(place(p.at));
    }
  }

  llvm::StringRef whole, rest, fileName;
  SourceManager &sources;
  Interner &interner;
  std::unique_ptr<Module> module;
  Function *function = nullptr;
  const char *errorAt = nullptr;
  std::string message;

  struct Definition {
    Function *function;
    Name name;
    Value *value;
  };
  struct Place {
    Position at;
    std::vector<Inlining> inlinings; // innermost first
    std::function<void(Location)> set;
  };
  using Key = std::pair<Function *, std::string>;
  std::vector<std::pair<GlobalVariable *, Name>> globalFunctions;
  std::vector<std::pair<Function *, Name>> parents;
  std::vector<Definition> definitions;
  std::vector<Unresolved> unresolved;
  std::vector<Place> places;
  std::map<Key, Value *> values; // by outermost function
  std::map<Key, Block *> blocks;
};

} // namespace

llvm::Expected<std::unique_ptr<Module>> parseModule(llvm::StringRef text,
                                                    llvm::StringRef fileName,
                                                    SourceManager &sources,
                                                    Interner &interner) {
  return Parser(text, fileName, sources, interner).run();
}

} // namespace plc::ir
