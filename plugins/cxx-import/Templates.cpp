//===- Templates.cpp - calls whose types clang deduces --------------------===//

#include "Templates.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/SourceManager.h"

#include "llvm/ADT/SmallVector.h"

using namespace clang;
using plc::native::Argument;

namespace plc::cxximport {

//===----------------------------------------------------------------------===//
// Types of arguments
//===----------------------------------------------------------------------===//

size_t Choice::countLiterals() const {
  size_t count = 0;
  for (const std::string &literal : literals)
    count += !literal.empty();
  return count;
}

namespace {
struct Operand {
  std::string expression, literal;
};
} // namespace

static std::string valueOf(const std::string &type) {
  return "plc_value_of<" + type + ">()";
}

/// A string literal of C++.
static std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (unsigned char c : text) {
    char code[8];
    snprintf(code, sizeof code, "\\%03o", c);
    result += c < 32 || c > 126 || c == '"' || c == '\\' || c == '?'
                  ? std::string(code)
                  : std::string(1, char(c));
  }
  return result + "\"";
}

/// All that an argument may be.
static std::vector<Operand> operandsOf(const Argument &argument,
                                       const std::vector<std::string> &classes,
                                       bool isNarrow) {
  const char *integer = isNarrow ? "int" : "long";
  const char *real = isNarrow ? "float" : "double";
  auto type = [](const std::string &name) { return Operand{valueOf(name), ""}; };
  const Operand text = type("::std::string"),
                procedure = type("::plc::cxx::Procedure");
  std::vector<Operand> all;
  switch (argument.kind) {
  case Argument::Integer:
    return {type(integer)};
  case Argument::Real:
    return {type(real)};
  case Argument::Boolean:
    return {type("bool")};
  case Argument::Character:
    return {type("char")};
  case Argument::Text:
    return {text, {quoted(argument.text), quoted(argument.text)}};
  case Argument::Nil:
    return {type("decltype(nullptr)")};
  case Argument::Procedure:
    return {procedure};
  case Argument::Complex:
    return {type("::std::complex<double>")};
  case Argument::Other: // a list or vector
    for (const char *element : {"long", "double", "::std::string"})
      all.push_back(type("::std::vector<" + std::string(element) + "> &&"));
    for (const std::string &name : classes)
      if (llvm::StringRef(name).starts_with("std::vector<"))
        all.push_back(type("::" + name + " &&"));
    return all;
  case Argument::Box:
    return {};
  case Argument::Unknown:
    all = {type(integer), type(real), type("bool"), text, procedure};
    [[fallthrough]];
  case Argument::Object:
    if (argument.kind == Argument::Object) {
      llvm::SmallVector<llvm::StringRef, 2> types;
      llvm::StringRef(argument.type).split(types, '\n');
      for (llvm::StringRef name : types)
        all.push_back({valueOf("::" + name.str() + " &"), ""});
      return all;
    }
    for (const std::string &name : classes)
      all.push_back({valueOf("::" + name + " &"), ""});
    return all;
  }
  return all;
}

/// The index of the template's parameter that a type is, with any reference to it;
/// -1 if it is another type.
static int parameterOf(QualType type) {
  type = type.getNonReferenceType().getUnqualifiedType();
  auto *parameter = type->getAs<TemplateTypeParmType>();
  return parameter ? int(parameter->getIndex()) : -1;
}

/// What a box may be passed for: references or pointers to what it may contain.
static std::vector<Operand> boxesOf(bool isPointer) {
  std::vector<Operand> all;
  for (const char *content : {"int", "long", "double", "bool", "::std::string"})
    all.push_back({valueOf(std::string(content) + (isPointer ? " *" : " &")), ""});
  return all;
}

/// What a parameter of the template takes of a box, if the argument may be one. Of a
/// number or text nothing can be changed: where that is all a parameter may be for, a box
/// stands for it.
static std::vector<Operand> boxesFor(QualType type, bool isOfPack,
                                     const Argument &argument,
                                     const std::vector<std::string> &classes,
                                     Numbers numbers) {
  bool isBox = argument.kind == Argument::Box;
  if (type.isNull() || !(isBox || argument.kind == Argument::Unknown))
    return {};
  if (auto *pack = type->getAs<PackExpansionType>())
    type = pack->getPattern();
  bool isChanged = type->isLValueReferenceType() &&
                   !type.getNonReferenceType().isConstQualified();
  bool isLate = numbers == Numbers::Boxed || numbers == Numbers::Pointed;
  if (type->isPointerType())
    return isBox || isLate ? boxesOf(/*isPointer=*/true) : std::vector<Operand>();
  if (numbers == Numbers::Pointed && isOfPack)
    return boxesOf(/*isPointer=*/true);
  if (parameterOf(type) < 0 || !type->isReferenceType() ||
      !(isChanged || (type->isRValueReferenceType() && (isBox || isLate))))
    return {};
  std::vector<Operand> all = boxesOf(/*isPointer=*/false);
  if (!isBox)
    for (const std::string &name : classes)
      all.push_back({valueOf("::" + name + " &"), ""});
  return all;
}

bool takesCount(const FunctionTemplateDecl *declaration, size_t count) {
  const FunctionDecl *function = declaration->getTemplatedDecl();
  unsigned least = 0;
  bool isPack = false;
  for (const ParmVarDecl *parameter : function->parameters()) {
    isPack |= parameter->isParameterPack();
    least += !parameter->isParameterPack() && !parameter->hasDefaultArg();
  }
  return count >= least && (isPack || count <= function->getNumParams());
}

bool chooseTypes(const FunctionTemplateDecl *declaration,
                 const Declarations &declarations,
                 const std::vector<Argument> &arguments,
                 const std::vector<std::string> &classes, Numbers numbers,
                 std::vector<Choice> &choices) {
  constexpr size_t Most = 20000;
  const FunctionDecl *function =
      declaration ? declaration->getTemplatedDecl() : nullptr;
  std::vector<Choice> made(1);
  // The place of the argument that has the same type.
  std::map<int, size_t> sameType;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const ParmVarDecl *parameter =
        function && i < function->getNumParams() ? function->getParamDecl(i)
                                                 : nullptr;
    std::vector<Operand> operands;
    QualType type = parameter ? parameter->getType() : QualType();
    int index = parameter && !parameter->isParameterPack() ? parameterOf(type) : -1;
    // Of the arguments of a pack there is one parameter.
    bool isOfPack = function && function->getNumParams() &&
                    i + 1 >= function->getNumParams() &&
                    function->parameters().back()->isParameterPack();
    if (parameter && !isOfPack && !type->isDependentType())
      operands = {{valueOf(declarations.spell(type)), ""}};
    else
      operands =
          boxesFor(isOfPack ? function->parameters().back()->getType() : type,
                   isOfPack, arguments[i], classes, numbers);
    if (operands.empty())
      operands = operandsOf(arguments[i], classes, numbers == Numbers::Narrow);
    auto [same, isFirst] = sameType.try_emplace(index, i);
    std::vector<Choice> next;
    for (const Choice &before : made)
      for (const Operand &operand : operands) {
        if (index >= 0 && !isFirst &&
            before.operands[same->second] != operand.expression)
          continue;
        next.push_back(before);
        next.back().operands.push_back(operand.expression);
        next.back().literals.push_back(operand.literal);
        if (next.size() > Most)
          return false;
      }
    made = std::move(next);
  }
  choices.insert(choices.end(), made.begin(), made.end());
  return true;
}

std::string withoutArguments(const std::string &name) {
  if (name.empty() || name.back() != '>' || name.ends_with("->"))
    return "";
  int depth = 0;
  for (size_t i = name.size(); i-- > 0;) {
    depth += name[i] == '>' ? 1 : name[i] == '<' ? -1 : 0;
    if (depth == 0)
      return name.substr(0, i);
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Trials
//===----------------------------------------------------------------------===//

void Trials::ask(const std::string &expression) {
  if (answers.try_emplace(expression).second)
    questions.push_back(expression);
}

bool Trials::isAnswered(const std::string &expression) const {
  auto found = answers.find(expression);
  return found != answers.end() && found->second.isThere;
}

const Candidate *Trials::find(const std::string &expression) const {
  auto found = answers.find(expression);
  return found != answers.end() && found->second.candidate
             ? &*found->second.candidate
             : nullptr;
}

std::string Trials::whyNot(const std::string &expression) const {
  auto found = answers.find(expression);
  return found == answers.end() ? "" : found->second.error;
}

/// One question a line.
std::string Trials::text() const {
  std::string text;
  for (size_t i = 0; i < questions.size(); ++i)
    text += "decltype(auto) plc_trial_" + std::to_string(i) + "() { return " +
            questions[i] + "; }\n";
  return text;
}

/// The function that is called, through all that is around the call.
static const FunctionDecl *calleeOf(const Stmt *statement) {
  while (statement) {
    if (auto *call = dyn_cast<CallExpr>(statement))
      return call->getDirectCallee();
    if (auto *made = dyn_cast<CXXConstructExpr>(statement))
      return made->getConstructor();
    const Stmt *inner = nullptr;
    for (const Stmt *child : statement->children())
      if (child && !inner)
        inner = child;
    statement = inner;
  }
  return nullptr;
}

void Trials::answer(Declarations &declarations, const LineErrors &errors,
                    unsigned firstLine) {
  isDoubtful |= errors.isInBodies;
  for (size_t i = 0; i < questions.size(); ++i) {
    Answer &answer = answers[questions[i]];
    answer.candidate.reset();
    answer.isThere = true;
    auto error = errors.lines.find(firstLine + unsigned(i));
    if (error != errors.lines.end()) {
      answer.error = error->second;
      continue;
    }
    for (const NamedDecl *declaration :
         declarations.find("plc_trial_" + std::to_string(i)))
      if (auto *trial = dyn_cast<FunctionDecl>(declaration))
        if (const FunctionDecl *callee = calleeOf(trial->getBody()))
          answer.candidate = declarations.candidate(callee);
  }
  questions.clear();
}

bool Trials::askAgain() {
  questions.clear();
  for (auto &[expression, answer] : answers)
    if (isDoubtful && answer.candidate)
      questions.push_back(expression);
  isDoubtful = false;
  return !questions.empty();
}

void LineErrors::HandleDiagnostic(DiagnosticsEngine::Level level,
                                  const Diagnostic &diagnostic) {
  bool isError = level >= DiagnosticsEngine::Error;
  if (!isError && (level != DiagnosticsEngine::Note || open.empty()))
    return;
  if (isError) {
    llvm::SmallString<128> text;
    diagnostic.FormatDiagnostic(text);
    open = text.str().str();
  }
  if (!diagnostic.hasSourceManager() || !diagnostic.getLocation().isValid())
    return;
  PresumedLoc place =
      diagnostic.getSourceManager().getPresumedLoc(diagnostic.getLocation());
  if (place.isInvalid() || llvm::StringRef(place.getFilename()) != mainFile)
    return;
  isInBodies |= !isError;
  lines.try_emplace(place.getLine(), open);
  open.clear();
}

} // namespace plc::cxximport
