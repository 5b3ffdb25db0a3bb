//===- TemplateCalls.cpp - functions whose types are deduced --------------===//
//
// A call of a template becomes a table of the functions that clang deduces for the
// types that the arguments may have: scalars, text, procedures, and the classes of
// which the program may have instances. These are known at the end of the unit, and
// what the functions return adds to them.
//
//===----------------------------------------------------------------------===//

#include "CxxSource.h"
#include "Shims.h"

#include "clang/AST/DeclTemplate.h"

#include <algorithm>

using clang::dyn_cast;

namespace plc::cxximport {

/// What stands for values of Lisp while clang deduces.
static constexpr char kTrialHead[] =
    "\n#include <string>\n#include <vector>\n"
    "namespace plc { namespace cxx {\n"
    "struct Result { template <class T> requires(!std::is_reference_v<T> && "
    "!std::is_pointer_v<T> && !std::is_same_v<T, char>) operator T() const; };\n"
    "struct Procedure { template <class... A> Result operator()(A &&...) const; };\n"
    "} }\n"
    "template <class T> T plc_value_of();\n";

/// Equal for arguments of which the same is known.
static std::string keyOf(const Argument &argument) {
  return std::to_string(argument.kind) + argument.type + "\"" + argument.text;
}

void CxxSource::useResult(const Candidate &candidate) {
  if (candidate.made)
    useClass(candidate.made);
  else
    useType(candidate.function->getReturnType());
}

void CxxSource::useMethod(const std::string &name,
                          const std::vector<Argument> &arguments) {
  members.insert(name);
  std::string key;
  for (const Argument &argument : arguments)
    key += keyOf(argument) + ",";
  methodUses[name].try_emplace(key, arguments);
}

Call CxxSource::templateCall(
    const std::string &name, Templates templates,
    const std::vector<Candidate> &others,
    const std::vector<Argument> &arguments) {
  size_t arity = arguments.size();
  std::string key = name + "/" + std::to_string(modules.size());
  for (const Argument &argument : arguments)
    key += "," + keyOf(argument);
  std::string id = symbol("t" + key);
  bool isKnown = std::any_of(templateCalls.begin(), templateCalls.end(),
                             [&](auto &call) { return call.id == id; });
  if (!isKnown) {
    std::vector<Candidate> possible = possibleOf(others, arguments);
    for (const Candidate &candidate : possible)
      useTypes(candidate);
    templateCalls.push_back(
        {id, cxxName(name), std::move(templates), std::move(possible),
         arguments});
  }
  return {id, name, signatureOf(arity)};
}

/// The functions that a call may mean, of those that were tried; what was not is
/// asked for.
std::vector<Candidate> CxxSource::askFor(
    const Templates &templates, const std::string &callee,
    const std::vector<Argument> &arguments, bool mayBeLiteral,
    std::string &whyNot) {
  std::vector<std::string> names;
  for (auto &[spelling, record] : classes)
    if (!(record->isInStdNamespace() && record->isEmpty()) && !mixins.count(spelling))
      names.push_back(spelling);
  std::vector<Candidate> found;
  for (Numbers numbers :
       {Numbers::Usual, Numbers::Narrow, Numbers::Boxed, Numbers::Pointed}) {
    bool isAnswered = true;
    found = askFor(templates, callee, arguments, names, numbers, mayBeLiteral,
                   isAnswered, whyNot);
    if (!found.empty() || !isAnswered || arguments.empty())
      break;
  }
  return found;
}

/// The same for one way to see numbers. `isAnswered` becomes false if clang has to be
/// asked first.
std::vector<Candidate> CxxSource::askFor(
    const Templates &templates, const std::string &callee,
    const std::vector<Argument> &arguments, const std::vector<std::string> &names,
    Numbers numbers, bool mayBeLiteral, bool &isAnswered, std::string &whyNot) {
  std::vector<Choice> choices;
  for (const clang::FunctionTemplateDecl *declaration : templates)
    if (!chooseTypes(declaration, *current, arguments, names, numbers, choices))
      whyNot = "its arguments may have too many types: name those of the "
               "template";
  bool isObject = std::find(templates.begin(), templates.end(), nullptr) !=
                  templates.end();
  std::vector<Candidate> found;
  std::set<std::string> seen;
  // Where a string will do, that is what text is.
  size_t most = mayBeLiteral ? arguments.size() : 0;
  for (size_t literals = 0; literals <= most && found.empty(); ++literals) {
    for (const Choice &choice : choices) {
      if (choice.countLiterals() != literals)
        continue;
      std::string expression = callee + "(";
      for (const std::string &operand : choice.operands)
        expression += (expression.back() == '(' ? "" : ", ") + operand;
      expression += ")";
      trials.ask(expression);
      isAnswered &= trials.isAnswered(expression);
      const Candidate *candidate = trials.find(expression);
      if (!candidate && numbers == Numbers::Usual)
        whyNot = trials.whyNot(expression);
      if (!candidate || !candidate->refusal.empty() ||
          (!isObject && !candidate->function->getPrimaryTemplate()))
        continue; // functions that are no templates are in the table anyway
      std::string key = candidate->declaration;
      for (const std::string &type : candidate->parameters)
        key += "," + type;
      if (candidate->parameters.size() < arguments.size() ||
          !seen.insert(key).second)
        continue;
      found.push_back(*candidate);
      found.back().literals = choice.literals;
    }
  }
  return found;
}

/// Has clang answer all that was asked.
void CxxSource::tryAll() {
  std::string before = unitText() + kTrialHead;
  unsigned line = 1 + unsigned(std::count(before.begin(), before.end(), '\n'));
  LineErrors errors(kMainFile);
  std::unique_ptr<clang::ASTUnit> next =
      read(before + trials.text(), errors,
           {"-ferror-limit=0", "-ftemplate-backtrace-limit=0", "-fno-spell-checking"});
  if (next)
    use(std::move(next));
  trials.answer(*current, errors, line);
  useProcedureArguments();
}

/// What code of templates passes to procedures is of classes whose members these use.
void CxxSource::useProcedureArguments() {
  for (const clang::NamedDecl *declaration : current->find("plc::cxx::Procedure"))
    if (auto *record = dyn_cast<clang::CXXRecordDecl>(declaration))
      for (const clang::NamedDecl *member : current->membersOf(record, PLC_SHIM_CALL))
        if (auto *pattern = dyn_cast<clang::FunctionTemplateDecl>(member))
          for (const clang::FunctionDecl *call : pattern->specializations())
            for (const clang::ParmVarDecl *parameter : call->parameters())
              useType(parameter->getType());
}

std::string CxxSource::memberTemplateRows(
    const clang::CXXRecordDecl *owner, const std::string &self,
    const std::string &name, const Templates &templates,
    const std::vector<const clang::NamedDecl *> &found) {
  std::string rows;
  std::set<std::string> seen;
  for (auto &[key, arguments] : methodUses[name]) {
    Templates fitting;
    for (const clang::FunctionTemplateDecl *declaration : templates)
      if (takesCount(declaration, arguments.size()))
        fitting.push_back(declaration);
    if (fitting.empty())
      continue;
    // A method that is no template takes text as a string.
    std::vector<Candidate> others;
    for (const clang::NamedDecl *declaration : found)
      if (auto *method = dyn_cast<clang::CXXMethodDecl>(declaration))
        others.push_back(current->candidate(method));
    std::string whyNot;
    for (const Candidate &candidate :
         askFor(fitting,
                "plc_value_of<::" + current->spell(owner) + " &>()." + name,
                arguments, possibleOf(others, arguments).empty(), whyNot)) {
      useType(candidate.function->getReturnType());
      auto *method = dyn_cast<clang::CXXMethodDecl>(candidate.function);
      std::string flags = method && method->isStatic()  ? "Any"
                          : method && method->isConst() ? "Const"
                                                        : "";
      std::string row =
          overload(candidate, arguments.size(), self + name + "(", ")",
                   flags.empty() ? "0" : "plc::cxx::Overload::" + flags);
      if (seen.insert(row).second)
        rows += row;
    }
  }
  return rows;
}

/// The shims of calls of templates.
std::string CxxSource::templateCode(ImportError &error) {
  // More classes are seen on the way, and with them more types of arguments.
  constexpr int Most = 8;
  std::string whyNot;
  for (int round = 0; round < Most; ++round) {
    std::set<std::string> known = madeMembers;
    classCode();
    madeMembers = std::move(known);
    for (const TemplateCall &call : templateCalls)
      for (const Candidate &candidate :
           askFor(call.templates, "::" + call.name, call.arguments,
                  call.others.empty(), whyNot))
        // Its parameters are of types that there are already.
        useResult(candidate);
    for (auto &[id, call] : openCalls)
      for (const Candidate &candidate : askFor(call))
        useResult(candidate);
    if (!trials.hasQuestions() && !trials.askAgain())
      break;
    tryAll();
  }
  std::string code;
  for (const TemplateCall &call : templateCalls) {
    std::string table;
    size_t arity = call.arguments.size();
    for (const Candidate &candidate : call.others)
      table += tableRow(candidate, "::" + call.name, arity);
    std::string reason;
    std::set<std::string> rows;
    for (const Candidate &candidate :
         askFor(call.templates, "::" + call.name, call.arguments,
                call.others.empty(), reason)) {
      std::string row = tableRow(candidate, "::" + call.name, arity);
      table += row;
      rows.insert(row);
    }
    bool isLeft = isOpen && mayBeOpen(call);
    if (isLeft)
      openCalls.emplace(call.id, OpenCall{call, rows, true});
    if (table.empty() && isLeft)
      table = refusedRow(call.name, std::to_string(arity),
                         reason.empty() ? "it takes none of what there is" : reason);
    if (table.empty()) {
      error.symbol = call.id;
      error.message = "`" + call.name +
                      "` takes none of the types that these arguments may "
                      "have" +
                      (reason.empty() ? "" : ": " + reason);
      error.hint = "arguments are integers (`long`), reals (`double`), "
                   "booleans, strings, procedures and objects of the program; "
                   "template arguments can be named: `|f<int>|`";
      return "";
    }
    code += tableCall(call.id, call.name, table, arity, isLeft);
  }
  templateCalls.clear();
  return code;
}

/// What the conversions of plc/cxx.h cannot see of the classes.
std::string CxxSource::conversionCode() {
  // All is declared before any of it is used.
  std::string code, bodies;
  std::map<std::string, std::set<std::string>> sources;
  for (auto &[spelling, record] : classes) {
    for (const clang::CXXRecordDecl *other : current->convertedClasses(record))
      sources[spelling].insert("::" + current->spell(other));
    for (const clang::CXXRecordDecl *other : current->conversionsOf(record))
      sources[current->spell(other)].insert("::" + spelling);
  }
  for (auto &[spelling, result] : finished)
    code += "template <> struct plc::cxx::Finished<::" + spelling +
            "> { using Type = ::" + result + "; };\n";
  std::string written;
  for (auto &[spelling, record] : classes) {
    if (!mixins.count(spelling) && isWritten(record))
      written += "template <> struct plc::cxx::Written<::" + spelling +
                 "> : plc::cxx::Streamed<::" + spelling + "> {};\n";
    if (record->isInStdNamespace())
      continue;
    std::string type = "::" + spelling, others;
    for (const std::string &other : sources[spelling])
      others += (others.empty() ? "" : ", ") + other;
    if (!others.empty())
      code += "template <> struct plc::cxx::MadeFrom<" + type +
              "> { using Others = plc::cxx::Types<" + others + ">; };\n";
    std::optional<Candidate> fields = current->aggregate(record);
    if (!fields)
      continue;
    code += "template <> struct plc::cxx::AggregateOf<" + type +
            "> {\n  static constexpr size_t count = " +
            std::to_string(fields->most) +
            ";\n  template <size_t I> static void set(" + type +
            " &x, plc_value v, plc::cxx::LastingText &texts);\n};\n";
    bodies += "template <size_t I> void plc::cxx::AggregateOf<" + type +
              ">::set(" + type +
              " &x, plc_value v, plc::cxx::LastingText &texts) {\n";
    size_t i = 0;
    for (const clang::FieldDecl *field : record->fields()) {
      std::string name = field->getName().str();
      bodies += "  if constexpr (I == " + std::to_string(i) + ") " +
                (field->isBitField()
                     ? "x." + name + " = plc::cxx::Argument<" +
                           fields->parameters[i] + ">(v).get();\n"
                     : "plc::cxx::setField(x." + name + ", v, \"" + name +
                           "\", texts);\n");
      ++i;
    }
    bodies += "}\n";
  }
  if (!written.empty())
    written = "#include \"plc/cxx/output.h\"\n" + written;
  return written + code + bodies;
}

/// Those for types that the headers declare.
std::string CxxSource::conversionHeaders() {
  static constexpr const char *headers[][2] = {
      {"std::any", "anys"},
      {"std::expected", "expected"},
      {"std::valarray", "valarrays"},
      {"std::filesystem::path", "paths"},
      {"std::chrono::duration", "durations"},
      {"std::complex", "complex"},
      {"std::variant", "variants"}};
  std::string text;
  for (auto [name, header] : headers)
    if (!current->find(name).empty())
      text += std::string("#include \"plc/cxx/") + header + ".h\"\n";
  return text;
}

} // namespace plc::cxximport
