//===- MacroFunctions.cpp - macros with parameters ------------------------===//
//
// A macro has no types. A parameter that reaches a call unchanged has the type
// that the called function wants; one whose field is used is a pointer to the
// one record that has such a field. Of the others an integer and a floating type
// are tried: if the macro means something with exactly one of them, that is it.
// What is left open is refused, since any choice would be wrong for somebody.
//
//===----------------------------------------------------------------------===//

#include "MacroFunctions.h"

#include "Probe.h"

#include <algorithm>

using namespace plc::native;

namespace plc::cimport {

static std::string argumentName(size_t i) {
  return "plc_" + std::to_string(i + 1);
}

static std::string typeText(CXType type) {
  return "__typeof__(" + spelling(type) + ")";
}

void addMacroFunction(Importing &importing, const Macro &macro,
                      const std::vector<CXType> &parameters, CXType result,
                      const std::string &statement) {
  Module &module = importing.module;
  std::string reason;
  std::vector<Parameter> made;
  std::string code;
  for (size_t i = 0; i < parameters.size(); ++i) {
    std::optional<TypeId> id =
        importing.types.addParameter(parameters[i], reason);
    if (!id)
      return importing.refuse(macro.name, "its parameter `" +
                                              macro.parameters[i] +
                                              "`: " + reason,
                              macro.origin);
    made.push_back({macro.parameters[i], *id});
    bool isRecord = module.types[*id].kind == TypeKind::Record;
    code += (i ? ", " : "") + typeText(parameters[i]) +
            (isRecord ? " *plc_a" : " plc_") + std::to_string(i + 1);
  }
  result = clang_getUnqualifiedType(result);
  std::optional<TypeId> id = importing.types.addParameter(result, reason);
  if (!id)
    return importing.refuse(macro.name, "its value: " + reason, macro.origin);
  TypeKind kind = module.types[*id].kind;
  bool isRecord = kind == TypeKind::Record;
  std::string symbol = importing.shimPrefix + macro.name;
  std::string body = statement;
  // Records come by their address.
  for (size_t i = 0; i < made.size(); ++i)
    if (module.types[made[i].type].kind == TypeKind::Record)
      body = typeText(parameters[i]) + " plc_" + std::to_string(i + 1) +
             " = *plc_a" + std::to_string(i + 1) + "; " + body;
  std::string resultText;
  CXType canonical = clang_getCanonicalType(result);
  if (isRecord) {
    code = typeText(result) + " *plc_result" + (code.empty() ? "" : ", ") + code;
    if (size_t at = body.rfind("return "); at != body.npos)
      body.replace(at, 7, "*plc_result = ");
    resultText = "void";
  } else if (canonical.kind == CXType_ConstantArray ||
             canonical.kind == CXType_IncompleteArray) {
    resultText = typeText(clang_getArrayElementType(canonical)) + " *";
  } else {
    resultText = kind == TypeKind::Void ? "void" : typeText(result);
  }
  if (kind == TypeKind::Void)
    if (size_t at = body.rfind("return "); at != body.npos)
      body.erase(at, 7);
  importing.shims.push_back(
      {Shim::Function, macro.name,
       resultText + " " + symbol + "(" + (code.empty() ? "void" : code) +
           ") { " + body + " }",
       ""});
  Function function;
  function.name = macro.name;
  function.symbol = symbol;
  function.type = static_cast<TypeId>(module.types.size());
  function.isShim = true;
  function.origin = macro.origin;
  Type &type = module.types.emplace_back();
  type.kind = TypeKind::Function;
  type.name = macro.name;
  type.result = *id;
  type.parameters = std::move(made);
  module.functions.push_back(std::move(function));
}

namespace {

/// One way to give a macro's parameters types.
struct Trial {
  std::vector<std::string> types;
  size_t piece;
};

/// What a piece says about its arguments.
struct Lesson {
  std::vector<CXType> wanted; ///< by called functions; CXType_Invalid: unknown
  std::string changed;        ///< the parameter that is assigned to, or ""
};

class MacroFunctions {
public:
  MacroFunctions(Importing &importing, const MacroTable &table)
      : importing(importing), module(importing.module), table(table),
        first(importing, true), records(importing, true), second(importing) {}

  void run(const std::vector<const Macro *> &macros);

private:
  struct State {
    const Macro *macro;
    std::vector<std::string> tokens;
    bool isStatement;
    size_t piece;
    /// What the called functions want; a null spelling: not known.
    std::vector<std::string> known;
    /// Of each parameter, the pointers to records that have the fields that are
    /// used of it; empty: none is used.
    std::vector<std::vector<std::string>> pointers;
    std::vector<Trial> recordTrials, trials;
    std::string error, changed;
  };
  void addDeclared(const Macro &macro, const MacroTypes &types);
  size_t addPiece(Probe &probe, const State &state,
                  const std::vector<std::string> &types);
  static Lesson learn(CXCursor piece, const Macro &macro);
  void addRecordTrials(State &state);
  void learnRecords(State &state);
  void addTrials(State &state);
  /// The records that have one of the fields, or all of them, as C spells them.
  std::vector<std::string> recordsWith(const std::vector<std::string> &fields,
                                       bool isAll, size_t most);
  void decide(State &state);
  void refuse(const State &state, const std::string &reason, bool isSyntax);
  bool isForwarder(const Macro &macro);

  Importing &importing;
  Module &module;
  const MacroTable &table;
  Probe first, records, second;
};

} // namespace

size_t MacroFunctions::addPiece(Probe &probe, const State &state,
                                const std::vector<std::string> &types) {
  std::string parameters, arguments;
  for (size_t i = 0; i < types.size(); ++i) {
    parameters += (i ? ", " : "") + types[i] + " " + argumentName(i);
    arguments += (i ? ", " : "") + argumentName(i);
  }
  std::string use = state.macro->name + "(" + arguments + ")";
  std::string code = "void @(" + (parameters.empty() ? "void" : parameters) +
                     ") { ";
  if (!state.isStatement)
    code += "__typeof__((" + use + ")) *plc_type; (" + use + ");";
  else
    code += use + ";";
  return probe.add(code + " }");
}

static bool isChange(CXCursor cursor) {
  switch (clang_getCursorKind(cursor)) {
  case CXCursor_CompoundAssignOperator:
    return true;
  case CXCursor_BinaryOperator:
    return clang_getCursorBinaryOperatorKind(cursor) ==
           CXBinaryOperator_Assign;
  case CXCursor_UnaryOperator:
    switch (clang_getCursorUnaryOperatorKind(cursor)) {
    case CXUnaryOperator_PostInc:
    case CXUnaryOperator_PostDec:
    case CXUnaryOperator_PreInc:
    case CXUnaryOperator_PreDec:
    case CXUnaryOperator_AddrOf:
      return true;
    default:
      return false;
    }
  default:
    return false;
  }
}

/// Of `r.x.y` the record; what is reached through a pointer is another place.
static CXCursor withoutFields(CXCursor expression) {
  for (;;) {
    CXCursor inner = strippedExpression(expression);
    if (clang_getCursorKind(inner) != CXCursor_MemberRefExpr)
      return inner;
    CXCursor base = clang_getNullCursor();
    eachChild(inner, [&](CXCursor child) { base = child; });
    if (clang_Cursor_isNull(base) ||
        clang_getCanonicalType(clang_getCursorType(base)).kind !=
            CXType_Record)
      return inner;
    expression = base;
  }
}

/// The number of the argument that the expression is, or none.
static std::optional<size_t> argumentOf(CXCursor expression) {
  CXCursor inner = strippedExpression(expression);
  // A cast to a pointer changes no value, and the function knows better.
  while (clang_getCursorKind(inner) == CXCursor_CStyleCastExpr &&
         clang_getCanonicalType(clang_getCursorType(inner)).kind ==
             CXType_Pointer) {
    CXCursor operand = clang_getNullCursor();
    eachChild(inner, [&](CXCursor child) { operand = child; });
    if (clang_Cursor_isNull(operand))
      return std::nullopt;
    inner = strippedExpression(operand);
  }
  if (clang_getCursorKind(inner) != CXCursor_DeclRefExpr)
    return std::nullopt;
  std::string name = spelling(inner);
  if (!name.starts_with("plc_") || name.size() < 5 || !isdigit(name[4]))
    return std::nullopt;
  return strtoul(name.c_str() + 4, nullptr, 10) - 1;
}

static bool isArithmetic(CXCursor expression) {
  switch (clang_getCursorKind(expression)) {
  case CXCursor_UnaryOperator:
    switch (clang_getCursorUnaryOperatorKind(expression)) {
    case CXUnaryOperator_Plus:
    case CXUnaryOperator_Minus:
    case CXUnaryOperator_Not:
      return true;
    default:
      return false;
    }
  case CXCursor_BinaryOperator:
    switch (clang_getCursorBinaryOperatorKind(expression)) {
    case CXBinaryOperator_Mul:
    case CXBinaryOperator_Div:
    case CXBinaryOperator_Rem:
    case CXBinaryOperator_Add:
    case CXBinaryOperator_Sub:
    case CXBinaryOperator_Shl:
    case CXBinaryOperator_Shr:
    case CXBinaryOperator_And:
    case CXBinaryOperator_Xor:
    case CXBinaryOperator_Or:
      return true;
    default:
      return false;
    }
  default:
    return false;
  }
}

/// A called function wants `type`; of arithmetic, its operands are of the type,
/// too, if it is that of a number.
static void learnArgument(CXCursor expression, CXType type, Lesson &lesson) {
  if (std::optional<size_t> i = argumentOf(expression)) {
    if (*i < lesson.wanted.size() &&
        lesson.wanted[*i].kind == CXType_Invalid)
      lesson.wanted[*i] = type;
    return;
  }
  CXType canonical = clang_getCanonicalType(type);
  bool isNumber = canonical.kind >= CXType_Char_U &&
                  canonical.kind <= CXType_LongDouble;
  CXCursor inner = strippedExpression(expression);
  // `(long)(x)`: the cast says what the macro takes x for.
  if (isNumber && clang_getCursorKind(inner) == CXCursor_CStyleCastExpr) {
    CXCursor operand = clang_getNullCursor();
    eachChild(inner, [&](CXCursor child) { operand = child; });
    if (!clang_Cursor_isNull(operand))
      learnArgument(operand, clang_getCursorType(inner), lesson);
    return;
  }
  if (isNumber && isArithmetic(inner))
    eachChild(inner,
              [&](CXCursor child) { learnArgument(child, type, lesson); });
}

/// Finds the arguments of calls, and what is assigned to.
Lesson MacroFunctions::learn(CXCursor piece, const Macro &macro) {
  Lesson lesson;
  CXType unknown{};
  unknown.kind = CXType_Invalid;
  lesson.wanted.resize(macro.parameters.size(), unknown);
  if (clang_Cursor_isNull(piece))
    return lesson;
  eachBelow(piece, [&](CXCursor cursor) {
    CXCursorKind kind = clang_getCursorKind(cursor);
    if (isChange(cursor)) {
      std::optional<CXCursor> target;
      eachChild(cursor, [&](CXCursor child) {
        if (!target)
          target = child;
      });
      if (std::optional<size_t> i =
              target ? argumentOf(withoutFields(*target)) : std::nullopt;
          i && *i < lesson.wanted.size())
        lesson.changed = macro.parameters[*i];
    }
    if (kind != CXCursor_CallExpr)
      return;
    std::vector<CXCursor> parts;
    eachChild(cursor, [&](CXCursor child) { parts.push_back(child); });
    if (parts.empty())
      return;
    CXType callee = clang_getCanonicalType(
        clang_getCursorType(strippedExpression(parts[0])));
    if (callee.kind == CXType_Pointer)
      callee = clang_getCanonicalType(clang_getPointeeType(callee));
    if (callee.kind != CXType_FunctionProto)
      return;
    int wanted = clang_getNumArgTypes(callee);
    for (int j = 0; j < wanted && j + 1 < static_cast<int>(parts.size()); ++j)
      learnArgument(parts[j + 1],
                    clang_getUnqualifiedType(clang_getArgType(callee, j)),
                    lesson);
  });
  return lesson;
}

std::vector<std::string>
MacroFunctions::recordsWith(const std::vector<std::string> &fields, bool isAll,
                            size_t most) {
  std::vector<std::string> found;
  for (const Type &type : module.types) {
    if (type.kind != TypeKind::Record || !type.isComplete ||
        type.fields.empty() || type.name.find('.') != type.name.npos)
      continue;
    auto isThere = [&](const std::string &name) {
      return std::any_of(
          type.fields.begin(), type.fields.end(),
          [&](const Field &field) { return field.name == name; });
    };
    if (isAll ? std::all_of(fields.begin(), fields.end(), isThere)
              : std::any_of(fields.begin(), fields.end(), isThere))
      found.push_back(type.name);
    if (found.size() > most)
      return {};
  }
  return found;
}

/// The fields that the macro itself uses of what its parameter points to.
static std::vector<std::string> fieldsOf(const Macro &macro,
                                         const std::string &parameter) {
  std::vector<std::string> fields;
  const std::vector<std::string> &body = macro.body;
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] != parameter)
      continue;
    size_t next = i + 1;
    while (next < body.size() && body[next] == ")")
      ++next;
    if (next + 1 < body.size() && body[next] == "->")
      fields.push_back(body[next + 1]);
  }
  return fields;
}

constexpr size_t kMostTrials = 128;

/// Each combination of the records that the parameters may point to, with
/// integers for all else: what calls want is seen where they are right.
void MacroFunctions::addRecordTrials(State &state) {
  state.pointers.resize(state.known.size());
  size_t count = 1;
  for (size_t i = 0; i < state.known.size(); ++i) {
    std::vector<std::string> fields =
        fieldsOf(*state.macro, state.macro->parameters[i]);
    if (fields.empty() || !state.known[i].empty())
      continue;
    for (const std::string &record : recordsWith(fields, true, kMostTrials))
      state.pointers[i].push_back(record + " *");
    if (!state.pointers[i].empty())
      count *= state.pointers[i].size();
    if (count > kMostTrials)
      return;
  }
  bool isPointer = std::any_of(
      state.pointers.begin(), state.pointers.end(),
      [](const std::vector<std::string> &types) { return !types.empty(); });
  for (size_t n = 0; isPointer && n < count; ++n) {
    Trial trial;
    size_t rest = n;
    for (size_t i = 0; i < state.known.size(); ++i) {
      const std::vector<std::string> &pointers = state.pointers[i];
      if (pointers.empty()) {
        trial.types.push_back(state.known[i].empty() ? "int" : state.known[i]);
        continue;
      }
      trial.types.push_back(pointers[rest % pointers.size()]);
      rest /= pointers.size();
    }
    trial.piece = addPiece(records, state, trial.types);
    state.recordTrials.push_back(std::move(trial));
  }
}

void MacroFunctions::learnRecords(State &state) {
  std::vector<const Trial *> good;
  for (const Trial &trial : state.recordTrials)
    if (records.error(trial.piece).empty())
      good.push_back(&trial);
  for (size_t i = 0; i < state.pointers.size(); ++i)
    if (!state.pointers[i].empty()) {
      state.pointers[i].clear();
      for (const Trial *trial : good)
        if (std::find(state.pointers[i].begin(), state.pointers[i].end(),
                      trial->types[i]) == state.pointers[i].end())
          state.pointers[i].push_back(trial->types[i]);
    }
  if (good.size() != 1)
    return;
  Lesson lesson = learn(records.cursor(good[0]->piece), *state.macro);
  for (size_t i = 0; i < state.known.size(); ++i)
    if (state.known[i].empty() && lesson.wanted[i].kind != CXType_Invalid)
      state.known[i] = typeText(lesson.wanted[i]);
}

void MacroFunctions::addTrials(State &state) {
  constexpr size_t kMostOpen = 3;
  std::vector<size_t> open;
  size_t undecided = 0;
  for (size_t i = 0; i < state.known.size(); ++i)
    if (state.known[i].empty()) {
      open.push_back(i);
      undecided += state.pointers[i].empty();
    }
  if (undecided > kMostOpen)
    return;
  std::vector<std::string> choices = {"long long", "double"};
  std::vector<std::string> fields, pointed;
  for (size_t i = 0; i + 1 < state.tokens.size(); ++i)
    if (state.tokens[i] == "->")
      pointed.push_back(state.tokens[i + 1]);
    else if (state.tokens[i] == ".")
      fields.push_back(state.tokens[i + 1]);
  for (const std::string &record : recordsWith(pointed, false, 8))
    choices.push_back(record + " *");
  if (pointed.empty())
    for (const std::string &record : recordsWith(fields, false, 8))
      choices.push_back(record);
  auto choicesOf = [&](size_t place) -> const std::vector<std::string> & {
    return state.pointers[place].empty() ? choices : state.pointers[place];
  };
  size_t count = 1;
  for (size_t place : open) {
    count *= choicesOf(place).size();
    if (count > kMostTrials)
      return;
  }
  for (size_t n = 0; n < count; ++n) {
    Trial trial;
    trial.types = state.known;
    size_t rest = n;
    for (size_t place : open) {
      trial.types[place] = choicesOf(place)[rest % choicesOf(place).size()];
      rest /= choicesOf(place).size();
    }
    trial.piece = addPiece(second, state, trial.types);
    state.trials.push_back(std::move(trial));
  }
}

void MacroFunctions::refuse(const State &state, const std::string &reason,
                            bool isSyntax) {
  importing.refuse(state.macro->name, reason, state.macro->origin, isSyntax);
}

namespace {
enum class Domain { Any, Integer, Floating };
} // namespace

/// Bit operations, sizes and literals that are no plain decimal numbers are for
/// integers; a floating literal is for floating numbers.
static Domain domainOf(const std::vector<std::string> &tokens) {
  bool isInteger = false, isFloating = false;
  for (const std::string &token : tokens) {
    if (token.starts_with("__builtin_is"))
      isFloating = true;
    if (token == "<<" || token == ">>" || token == "|" || token == "%" ||
        token == "~" || token == "^" || token == "sizeof")
      isInteger = true;
    if (!isdigit(token[0]) && !(token[0] == '.' && token.size() > 1))
      continue;
    bool isHexadecimal = token.starts_with("0x") || token.starts_with("0X");
    if (isHexadecimal) {
      isInteger = true;
    } else if (token.find_first_of(".eE") != token.npos) {
      isFloating = true;
    } else if (token.find_first_of("uUlL") != token.npos ||
               (token[0] == '0' && token.size() > 1)) {
      isInteger = true;
    }
  }
  return isInteger == isFloating ? Domain::Any
         : isInteger             ? Domain::Integer
                                 : Domain::Floating;
}

/// The function for one choice of types, which `piece` has tried.
static void addWay(Importing &importing, const Macro &macro,
                   const std::vector<CXType> &types, CXCursor piece,
                   bool isStatement) {
  std::string arguments;
  for (size_t i = 0; i < types.size(); ++i)
    arguments += (i ? ", " : "") + argumentName(i);
  std::string use = macro.name + "(" + arguments + ")";
  if (isStatement)
    return addMacroFunction(importing, macro, types,
                            clang_getResultType(clang_getCursorType(piece)),
                            use + ";");
  CXType pointer = clang_getCanonicalType(
      clang_getCursorType(findVariable(piece, "plc_type")));
  addMacroFunction(importing, macro, types, clang_getPointeeType(pointer),
                   "return (" + use + ");");
}

void MacroFunctions::decide(State &state) {
  const Macro &macro = *state.macro;
  std::string types;
  for (size_t i = 0; i < macro.parameters.size(); ++i)
    types += i ? " type" : "type";
  std::string hint =
      "; say what they are in the import: `:macros ((" + macro.name + " (" +
      types + ") -> type))`";
  struct Way {
    std::vector<CXType> types;
    size_t piece;
    bool isInteger = false, isFloating = false; ///< something that was tried
  };
  std::vector<Way> ways;
  std::vector<std::string> seen;
  for (const Trial &trial : state.trials) {
    CXCursor piece = second.cursor(trial.piece);
    if (!second.error(trial.piece).empty())
      continue;
    // Where one type was right, others follow from calls.
    Lesson lesson = learn(piece, macro);
    if (!lesson.changed.empty())
      state.changed = lesson.changed;
    Way way;
    way.piece = trial.piece;
    std::string key;
    for (size_t i = 0; i < macro.parameters.size(); ++i) {
      CXType type = lesson.wanted[i];
      if (type.kind == CXType_Invalid) {
        type = clang_getCursorType(clang_Cursor_getArgument(piece, i));
        if (state.known[i].empty()) {
          way.isInteger |= type.kind == CXType_LongLong;
          way.isFloating |= type.kind == CXType_Double;
        }
      }
      way.types.push_back(type);
      key += spelling(type) + ",";
    }
    if (std::find(seen.begin(), seen.end(), key) != seen.end())
      continue;
    seen.push_back(key);
    ways.push_back(std::move(way));
  }
  if (!state.changed.empty())
    return refuse(state, "the macro changes its argument `" + state.changed +
                             "`, which a function cannot" , false);
  // Arithmetic that both kinds of numbers can do: what it is written with tells.
  if (ways.size() > 1) {
    Domain domain = domainOf(state.tokens);
    if (domain != Domain::Any)
      std::erase_if(ways, [&](const Way &way) {
        return domain == Domain::Integer ? way.isFloating : way.isInteger;
      });
  }
  if (ways.size() != 1) {
    if (ways.empty()) {
      bool isSyntax = state.error.starts_with("expected") ||
                      state.error.starts_with("unexpected") ||
                      state.error.starts_with("type name requires") ||
                      // The parameter is a type.
                      state.error.starts_with("unknown type name 'plc_");
      return refuse(state,
                    "no types are known for the macro's parameters" +
                        (state.error.empty() ? ""
                                             : " (clang: " + state.error + ")") +
                        hint,
                    isSyntax);
    }
    return refuse(state, "the macro's parameters can be of several types" + hint,
                  false);
  }
  addWay(importing, macro, ways[0].types, second.cursor(ways[0].piece),
         state.isStatement);
}

/// A macro whose types the import form says.
void MacroFunctions::addDeclared(const Macro &macro, const MacroTypes &types) {
  auto refuseIt = [&](const std::string &reason) {
    importing.refuse(macro.name, reason, macro.origin);
  };
  if (types.parameters.size() != macro.parameters.size())
    return refuseIt("the macro takes " +
                    std::to_string(macro.parameters.size()) +
                    " arguments, its declaration has " +
                    std::to_string(types.parameters.size()));
  State state;
  state.macro = &macro;
  state.isStatement = isStatement(table.flatten(macro));
  Probe probe(importing);
  std::vector<std::string> written;
  for (const std::string &type : types.parameters)
    written.push_back("__typeof__(" + type + ")");
  size_t piece = addPiece(probe, state, written);
  size_t result = probe.add("typedef __typeof__(" + types.result + ") @;");
  probe.run();
  if (!probe.error(piece).empty() || !probe.error(result).empty())
    return refuseIt("with the declared types clang says: " +
                    (probe.error(result).empty() ? probe.error(piece)
                                                 : probe.error(result)));
  std::vector<CXType> parameters;
  std::string use = macro.name + "(";
  for (size_t i = 0; i < macro.parameters.size(); ++i) {
    parameters.push_back(clang_getCursorType(
        clang_Cursor_getArgument(probe.cursor(piece), i)));
    use += (i ? ", " : "") + argumentName(i);
  }
  addMacroFunction(
      importing, macro, parameters,
      clang_getTypedefDeclUnderlyingType(probe.cursor(result)),
      (state.isStatement ? "" : "return ") + use + ");");
}

/// `#define f(...) g(__VA_ARGS__)` is another name of g.
bool MacroFunctions::isForwarder(const Macro &macro) {
  if (macro.body.size() != 4 || macro.body[1] != "(" ||
      macro.body[2] != "__VA_ARGS__" || !macro.parameters.empty())
    return false;
  for (size_t i = 0; i < module.functions.size(); ++i)
    if (module.functions[i].name == macro.body[0] &&
        !module.functions[i].isShim) {
      Function alias = module.functions[i];
      alias.name = macro.name;
      alias.origin = macro.origin;
      module.functions.push_back(std::move(alias));
      return true;
    }
  return false;
}

/// `#define OF(args) args`: nothing but what it is given.
static bool passesOn(const Macro &macro,
                     const std::vector<std::string> &tokens) {
  return std::all_of(
      tokens.begin(), tokens.end(), [&](const std::string &token) {
        return token == "(" || token == ")" ||
               std::find(macro.parameters.begin(), macro.parameters.end(),
                         token) != macro.parameters.end();
      });
}

void MacroFunctions::run(const std::vector<const Macro *> &macros) {
  std::vector<State> states;
  for (const Macro *macro : macros) {
    State state;
    state.macro = macro;
    auto types = std::find_if(
        importing.options.macros.begin(), importing.options.macros.end(),
        [&](const MacroTypes &types) { return types.name == macro->name; });
    if (types != importing.options.macros.end() && !macro->isVariadic) {
      addDeclared(*macro, *types);
      continue;
    }
    if (macro->isVariadic) {
      if (!isForwarder(*macro))
        refuse(state, "the macro takes any number of arguments", false);
      continue;
    }
    state.tokens = table.flatten(*macro);
    if (passesOn(*macro, state.tokens)) {
      refuse(state, "the macro is no value: it passes on its argument", true);
      continue;
    }
    state.isStatement = isStatement(state.tokens);
    state.known.resize(macro->parameters.size());
    state.piece = addPiece(
        first, state, std::vector<std::string>(state.known.size(), "int"));
    states.push_back(std::move(state));
  }
  first.run();
  for (State &state : states) {
    state.error = first.error(state.piece);
    Lesson lesson = learn(first.cursor(state.piece), *state.macro);
    // What does not compile may have been understood in another way.
    if (state.error.empty())
      state.changed = lesson.changed;
    for (size_t i = 0; i < state.known.size(); ++i)
      if (lesson.wanted[i].kind != CXType_Invalid)
        state.known[i] = typeText(lesson.wanted[i]);
    addRecordTrials(state);
  }
  records.run();
  for (State &state : states) {
    learnRecords(state);
    addTrials(state);
  }
  second.run();
  for (State &state : states)
    decide(state);
}

void collectMacroFunctions(Importing &importing, const MacroTable &table,
                           const std::vector<const Macro *> &macros) {
  MacroFunctions(importing, table).run(macros);
}

} // namespace plc::cimport
