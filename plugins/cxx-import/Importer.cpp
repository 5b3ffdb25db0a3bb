//===- Importer.cpp - reads a C++ header ----------------------------------===//
//
// plc-cxx-import.so: reads a header with Clang and answers what the compiler asks
// about its names (native::Source). For what is used it writes shims: functions of
// C++ that take and return Lisp values or scalars, and let no exception out.
//
//===----------------------------------------------------------------------===//

#include "Answers.h"
#include "CxxSource.h"
#include "Libraries.h"
#include "Shims.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Basic/Version.h"
#include "clang/Sema/Sema.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace plc::native;
using namespace plc::cimport;
using clang::dyn_cast;
using clang::isa;

namespace plc::cxximport {

/// The headers, and the types that were named in full.
std::string CxxSource::unitText() const {
  std::string text = includeLine(options);
  for (auto &[spelling, other] : instances)
    if (!other.empty())
      text += "using " + other + " = " + spelling + ";\n";
  return text;
}

/// The header of what the library declares, "" of most.
static std::string standardHeader(llvm::StringRef name) {
  static constexpr const char *others[][2] = {
      {"multimap", "map"},          {"multiset", "set"},
      {"pair", "utility"},          {"unique_ptr", "memory"},
      {"shared_ptr", "memory"},     {"make_unique", "memory"},
      {"make_shared", "memory"},    {"function", "functional"},
      {"priority_queue", "queue"},  {"unordered_multimap", "unordered_map"},
      {"unordered_multiset", "unordered_set"}};
  for (auto [known, header] : others)
    if (name == known)
      return header;
  for (const char *header :
       {"any", "array", "atomic", "bitset", "complex", "deque", "forward_list", "list",
        "map", "optional", "queue", "set", "span", "stack", "string", "string_view",
        "thread", "tuple", "unordered_map", "unordered_set", "valarray", "variant",
        "vector"})
    if (name == header)
      return header;
  return "";
}

/// The headers of parts of the library that a type names and no header has declared.
void CxxSource::includeFor(const std::string &type) {
  constexpr llvm::StringRef space = "std::";
  for (size_t at = 0; (at = type.find(space, at)) != std::string::npos;) {
    at += space.size();
    size_t end = at;
    while (end < type.size() && (isalnum(type[end]) || type[end] == '_'))
      ++end;
    std::string name = type.substr(at, end - at), header = standardHeader(name);
    // `std::string` may be declared and have no definition.
    if (!header.empty() &&
        std::find(options.others.begin(), options.others.end(), header) ==
            options.others.end())
      options.others.push_back(header);
  }
}

/// What a name means; a template with its arguments is made by Clang, as a type
/// with a name of its own.
std::vector<const clang::NamedDecl *>
CxxSource::lookUp(const std::string &name) {
  // "vector<int>", not a member of one, and not "operator<".
  size_t open = name.find('<');
  if (open == std::string::npos || name.rfind("operator", open) != name.npos)
    return current->find(name);
  // "max<int>", a function's.
  if (std::string base = withoutArguments(name); !base.empty()) {
    std::vector<const clang::NamedDecl *> found = lookUp(base);
    std::erase_if(found, [](auto *declaration) {
      return !isa<clang::FunctionTemplateDecl>(declaration);
    });
    if (!found.empty()) {
      includeFor(name); // for the unit that is asked about the call
      return found;
    }
  }
  size_t end = name.rfind('>');
  std::string type = name.substr(0, end + 1), rest = name.substr(end + 1);
  auto [known, isNew] = instances.try_emplace(type, "");
  if (isNew) {
    std::string alias = "plc_type_" + std::to_string(instances.size());
    includeFor(type);
    std::string text = unitText();
    // Complete, with its members.
    text += "using " + alias + " = " + type + ";\nstatic_assert(sizeof(" +
            alias + "));\n";
    ImportError error;
    std::unique_ptr<clang::ASTUnit> next = read(text, error);
    if (next && error.message.empty()) {
      known->second = alias;
      use(std::move(next));
    }
  }
  if (known->second.empty())
    return {};
  return current->find(known->second + rest);
}

/// One symbol for each text.
std::string CxxSource::symbol(const std::string &what) {
  std::string name;
  for (char c : what)
    name += isalnum(c) ? c : '_';
  return prefix + name.substr(0, 60) + "_" + hexText(hashBytes(what));
}

/// Adds what is known of a declaration.
void CxxSource::describe(const clang::NamedDecl *declaration, Found &found) {
  found.declaration += (found.declaration.empty() ? "" : "\n") +
                       current->declarationOf(declaration);
  if (found.doc.empty())
    found.doc = current->documentationOf(declaration);
  if (!found.origin.line)
    found.origin = current->originOf(declaration);
}

/// A member of a template without arguments can be told, no more.
void CxxSource::findInTemplate(const std::string &name, Found &found) {
  size_t colons = name.rfind("::");
  if (colons == name.npos)
    return;
  std::string member = name.substr(colons + 2);
  for (const clang::NamedDecl *declaration : lookUp(name.substr(0, colons))) {
    auto *pattern = dyn_cast<clang::ClassTemplateDecl>(declaration);
    if (!pattern)
      continue;
    for (const clang::Decl *each : pattern->getTemplatedDecl()->decls()) {
      auto *named = dyn_cast<clang::NamedDecl>(each);
      bool isMade = member == pattern->getName() &&
                    isa<clang::CXXConstructorDecl>(each->getAsFunction()
                                                       ? each->getAsFunction()
                                                       : each);
      if (!named || named->getAccess() != clang::AS_public || named->isImplicit() ||
          !isa<clang::FunctionDecl, clang::FunctionTemplateDecl, clang::FieldDecl,
               clang::VarDecl>(named) ||
          (!isMade && named->getNameAsString() != member))
        continue;
      found.kind = Found::Refused;
      found.reason = "the arguments of its template are not named, as in `" +
                     pattern->getNameAsString() + "<int>`";
      describe(named, found);
    }
  }
}

Source::Found CxxSource::find(const std::string &name) {
  Found found;
  std::string full = cxxName(name);
  std::string reason;
  for (const clang::NamedDecl *declaration : lookUp(full)) {
    Found::Kind kind = Found::Refused;
    if (isa<clang::FunctionDecl, clang::FunctionTemplateDecl>(declaration))
      kind = Found::Functions;
    else if (current->classOf(declaration))
      kind = Found::Class;
    else if (isa<clang::NamespaceDecl, clang::NamespaceAliasDecl>(declaration))
      kind = Found::Space;
    else if (isa<clang::VarDecl, clang::EnumConstantDecl>(declaration))
      kind = Found::Value;
    else if (isa<clang::ClassTemplateDecl, clang::TypeAliasTemplateDecl>(
                 declaration))
      kind = Found::Functions; // clang deduces which class is made
    else if (isa<clang::EnumDecl>(declaration))
      reason = "it is a type of numbers, whose values are named";
    else
      reason = "it is neither a function nor a variable";
    if (kind == Found::Refused && found.kind != Found::Nothing)
      continue;
    found.kind = kind;
    // Within its class, its name is that of what makes it.
    auto *record = dyn_cast<clang::CXXRecordDecl>(declaration);
    if (record && record->isInjectedClassName())
      for (const clang::CXXConstructorDecl *made :
           llvm::cast<clang::CXXRecordDecl>(record->getDeclContext())->ctors())
        if (made->getAccess() == clang::AS_public && !made->isImplicit())
          describe(made, found);
    if (!record || !record->isInjectedClassName() || found.declaration.empty())
      describe(declaration, found);
  }
  if (found.kind == Found::Refused)
    found.reason = reason;
  if (found.kind == Found::Nothing)
    findInTemplate(full, found);
  return found;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static std::string list(const std::vector<Candidate> &candidates) {
  std::string text;
  for (const Candidate &candidate : candidates)
    text += (text.empty() ? "" : "\n") + candidate.declaration +
            (candidate.refusal.empty() ? "" : " (" + candidate.refusal + ")");
  return text;
}

/// Whether no template of a constructor can make more of these arguments: they are
/// literals that suit another one, or an object of the class.
bool CxxSource::isMadeWithout(const clang::CXXRecordDecl *record,
                              const std::vector<Candidate> &possible,
                              const std::vector<Argument> &arguments) {
  if (arguments.size() == 1 &&
      ((!current->takesAnything(record) &&
        current->convertsTo(record, arguments[0])) ||
       (arguments[0].kind == Argument::Object &&
        arguments[0].type == current->spell(record))))
    return true;
  bool isKnown = std::all_of(arguments.begin(), arguments.end(), [](auto &a) {
    return a.kind != Argument::Unknown && a.kind != Argument::Object &&
           a.kind != Argument::Box;
  });
  return isKnown && std::any_of(possible.begin(), possible.end(), [&](auto &c) {
           auto *constructor =
               llvm::cast_or_null<clang::CXXConstructorDecl>(c.function);
           // What is an instance first may suit a template better as it is.
           bool isOfInstance = std::any_of(
               c.types.begin(), c.types.begin() + long(arguments.size()),
               [&](clang::QualType type) {
                 return current->classOf(type) == record;
               });
           // It may want an object that no number or text becomes.
           for (size_t i = 0; i < arguments.size(); ++i)
             if (const clang::CXXRecordDecl *other = current->classOf(c.types[i]);
                 other && !other->isInStdNamespace() &&
                 (arguments[i].kind == Argument::Integer ||
                  arguments[i].kind == Argument::Real ||
                  arguments[i].kind == Argument::Text) &&
                 !current->convertsTo(other, arguments[i]))
               return false;
           return !constructor || !isOfInstance;
         });
}

std::optional<Call> CxxSource::call(const std::string &name,
                                    const std::vector<Argument> &arguments,
                                    ImportError &error) {
  std::vector<Candidate> all;
  Templates templates;
  std::string made;
  for (const clang::NamedDecl *declaration : lookUp(cxxName(name))) {
    auto *method = dyn_cast<clang::CXXMethodDecl>(declaration);
    if (method && !method->isStatic() &&
        !isa<clang::CXXConstructorDecl>(method)) {
      all.push_back(current->qualified(method));
      useClass(method->getParent());
    } else if (auto *function = dyn_cast<clang::FunctionDecl>(declaration)) {
      all.push_back(current->candidate(function));
    } else if (auto *pattern =
                   dyn_cast<clang::FunctionTemplateDecl>(declaration)) {
      if (takesCount(pattern, arguments.size()))
        templates.push_back(pattern);
    } else if (auto *object = dyn_cast<clang::VarDecl>(declaration)) {
      if (current->isCallable(object))
        templates.push_back(nullptr);
    } else if (auto *record = current->classOf(declaration)) {
      if (record->isAbstract()) {
        error.message = "it is abstract: there are only instances of classes "
                        "below it";
        return std::nullopt;
      }
      clang::CXXRecordDecl *own = const_cast<clang::CXXRecordDecl *>(record);
      if (unit->hasSema())
        unit->getSema().ForceDeclarationOfImplicitMembers(own);
      for (const clang::CXXConstructorDecl *constructor : record->ctors())
        all.push_back(current->candidate(constructor));
      if (std::optional<Candidate> fields = current->aggregate(record))
        all.push_back(*fields);
      made = current->spell(record);
      if (!isMadeWithout(record, possibleOf(all, arguments), arguments))
        for (const clang::FunctionTemplateDecl *constructor :
             current->constructorTemplates(record))
          if (takesCount(constructor, arguments.size()))
            templates.push_back(constructor);
    } else if (isa<clang::ClassTemplateDecl, clang::TypeAliasTemplateDecl>(
                   declaration)) {
      if (arguments.empty()) {
        error.message = kWhichClass;
        return std::nullopt;
      }
      templates.push_back(nullptr);
    }
  }
  if (!templates.empty()) {
    Call call = templateCall(name, templates, all, arguments);
    call.type = made;
    return call;
  }
  return choose(all, name, arguments, error);
}

/// Those that may take such arguments.
std::vector<Candidate>
CxxSource::possibleOf(const std::vector<Candidate> &all,
                      const std::vector<Argument> &arguments) {
  std::vector<Candidate> possible;
  for (const Candidate &candidate : all) {
    bool isPossible = arguments.size() >= candidate.least &&
                      arguments.size() <= candidate.most &&
                      candidate.refusal.empty();
    for (size_t i = candidate.objects; i < arguments.size() && isPossible; ++i)
      isPossible = current->mayTake(
          candidate.types[i], arguments[i]);
    if (isPossible)
      possible.push_back(candidate);
  }
  return possible;
}

void CxxSource::useTypes(const Candidate &candidate) {
  if (candidate.function)
    useType(candidate.function->getReturnType());
  for (clang::QualType type : candidate.types)
    useType(type);
  if (candidate.made)
    useClass(candidate.made);
}

/// The call of one of several candidates.
std::optional<Call> CxxSource::choose(const std::vector<Candidate> &all,
                                      const std::string &name,
                                      const std::vector<Argument> &arguments,
                                      ImportError &error) {
  size_t arity = arguments.size();
  bool takesCount = std::any_of(all.begin(), all.end(), [&](auto &candidate) {
    return arity >= candidate.least && arity <= candidate.most;
  });
  std::vector<Candidate> possible = possibleOf(all, arguments);
  if (possible.empty()) {
    error.message = all.empty()     ? "it is no function"
                    : !takesCount   ? "nothing of that name takes " +
                                        std::to_string(arity) +
                                        (arity == 1 ? " argument" : " arguments")
                    : all.size() == 1 && !all[0].refusal.empty()
                        ? all[0].refusal
                    : all.size() == 1 && llvm::any_of(all[0].types, [&](auto type) {
                        return current->isBoxed(type);
                      })
                        ? "what a reference changes is passed in a box: `(box 0)`"
                        : "nothing of that name takes these arguments";
    error.hint = list(all);
    return std::nullopt;
  }
  for (const Candidate &candidate : possible)
    useTypes(candidate);
  if (possible.size() == 1 && !possible[0].made && !possible[0].objects) {
    if (std::string signature = scalarSignature(possible[0], arity, "");
        !signature.empty())
      return directCall(possible[0], name, arity, signature);
  }
  Call call = dynamicCall(possible, name, arity);
  call.type = resultClass(possible);
  return call;
}

/// The class of what each of them returns or makes, several one a line: those of
/// methods for objects that are const or not. "" if some return no object.
std::string CxxSource::resultClass(const std::vector<Candidate> &possible) {
  std::set<std::string> types;
  for (const Candidate &candidate : possible) {
    std::string one =
        candidate.made ? current->spell(candidate.made)
                       : resultClassOf(candidate.function->getReturnType());
    if (one.empty())
      return "";
    types.insert(one);
  }
  return llvm::join(types, "\n");
}

/// The class of objects that results of this type become, "" if they are none.
std::string CxxSource::resultClassOf(clang::QualType type) {
  const clang::CXXRecordDecl *record = current->resultClass(type);
  return record && !current->isValue(record) ? current->spell(record) : "";
}

/// The text of a signature with this first parameter, "" if a shim has to convert.
std::string CxxSource::scalarSignature(const Candidate &candidate, size_t arity,
                                       const std::string &first) {
  std::string result = current->scalarText(candidate.function->getReturnType());
  std::string parameters = first;
  for (size_t i = 0; i < arity; ++i) {
    std::string text =
        current->scalarText(candidate.types[i]);
    if (text.empty())
      return "";
    parameters += (parameters.empty() ? "" : ",") + text;
  }
  return result.empty() ? "" : result + "(" + parameters + ")";
}

/// What is done without touching Lisp.
static std::string blockingCall(const std::string &call) {
  return "plc::cxx::blocking([&]() -> decltype(auto) { return " + call + "; })";
}

/// Scalars in and out.
Call CxxSource::directCall(const Candidate &candidate, const std::string &name,
                           size_t arity, const std::string &signature) {
  bool isBlocking = mayBlock(candidate.function);
  if (!candidate.mayThrow && arity == candidate.most && !isBlocking)
    if (std::string known = current->symbolOf(candidate.function);
        !known.empty()) {
      // The library of the shims tells whether there is such a function.
      wanted.try_emplace(known, "static void *volatile plc_" +
                                    hexText(hashBytes(known)) +
                                    " __attribute__((used)) = (void *)(" +
                                    current->spell(current->context.getPointerType(
                                        candidate.function->getType())) +
                                    ")&::" +
                                    current->qualifiedName(
                                        candidate.function) +
                                    ";\n");
      return {known, name, signature};
    }
  std::string what = candidate.declaration + "/" + std::to_string(arity);
  std::string id = symbol("s" + what);
  std::string result = current->spell(candidate.function->getReturnType());
  std::string parameters, arguments;
  for (size_t i = 0; i < arity; ++i) {
    std::string x = "a" + std::to_string(i);
    parameters += (i ? ", " : "") + candidate.parameters[i] + " " + x;
    arguments += (i ? ", " : "") + x;
  }
  std::string body =
      "::" + current->qualifiedName(candidate.function) + "(" + arguments + ")";
  body = "return " + (isBlocking ? blockingCall(body) : body) + ";";
  if (candidate.mayThrow)
    body = "try { " + body + " } catch (...) { plc::cxx::failed(); } return " +
           (result == "void" ? "" : "{}") + ";";
  wanted.try_emplace(id, "PLC_SHIM " + result + " " + id + "(" + parameters +
                             ") noexcept { " + body + " }\n");
  return {id, name, signature};
}

/// Whether an object results, which may refer to text that was passed.
bool CxxSource::mayKeepText(const Candidate &candidate) {
  if (candidate.made)
    return true;
  clang::QualType result = candidate.function->getReturnType();
  // What is const may be an argument, of which there is a copy then.
  bool isConst = result->isLValueReferenceType() &&
                 result->getPointeeType().isConstQualified();
  return (isConst ? result->getPointeeType() : result)->isRecordType() &&
         !resultClassOf(result).empty();
}

/// The type of text that an object which results may refer to, "" if it is none. A
/// string only a constructor keeps by reference.
std::string CxxSource::lastingText(const Candidate &candidate, size_t index) {
  // The field of an aggregate has no type in its spelling.
  std::string spelling = index < candidate.types.size()
                             ? current->spell(candidate.types[index])
                             : candidate.parameters[index];
  llvm::StringRef type = spelling;
  if (type == "const char *" || textType(type) == "std::string_view")
    return type.str();
  if (candidate.made && candidate.function && type.consume_front("const ") &&
      type.consume_back(" &"))
    return textType(type) == "std::string" ? "std::string" : "";
  return "";
}

/// What clang says against the code of a library's class template for this instance. To
/// have it said by the compiler of the shims would cost a round of that.
std::string CxxSource::errorIn(const Candidate &candidate) {
  auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(candidate.function);
  if (!method || method->isInStdNamespace() || method->getPrimaryTemplate() ||
      method->isVirtual())
    return "";
  std::string error = current->errorIn(method, /*isDeep=*/candidate.made != nullptr);
  return error.empty() ? "" : "clang: " + error;
}

/// One row of a table of overloads; `before` and `after` are around the arguments.
std::string CxxSource::overload(const Candidate &candidate, size_t arity,
                                const std::string &before,
                                const std::string &after,
                                const std::string &flags) {
  if (std::string reason = errorIn(candidate); !reason.empty())
    return refusedRow(candidate.declaration, std::to_string(arity), reason);
  // What the result may refer to lives until that is converted.
  std::string types, arguments, made;
  bool isKept = mayKeepText(candidate);
  for (size_t i = 0; i < arity; ++i) {
    const std::string &type = candidate.parameters[i];
    std::string x = "x" + std::to_string(i);
    if (i < candidate.literals.size() && !candidate.literals[i].empty()) {
      types += std::string(i ? ", " : "") + "plc::cxx::Literal<" +
               candidate.literals[i] + ">";
      arguments += (i ? ", " : "") + candidate.literals[i];
      continue;
    }
    types += (i ? ", " : "") + type;
    if (i >= candidate.objects)
      arguments += (i > candidate.objects ? ", " : "") + x + ".get()";
    std::string lasting = isKept ? lastingText(candidate, i) : "";
    made += (lasting.empty() ? "plc::cxx::Argument<" + type
                             : "plc::cxx::LastingArgument<" + lasting) +
            "> " + x + "(a[" + std::to_string(i) + "]); ";
    if (isKept)
      made += "plc::cxx::lend(owner, " + x + "); ";
  }
  std::string call = before + arguments + after;
  if (candidate.function && mayBlock(candidate.function))
    call = blockingCall(call);
  return "    {R\"plc(" + candidate.declaration + ")plc\", " +
         std::to_string(arity) + ", plc::cxx::rankAt<" + types +
         ">, [](void *self, plc::cxx::Owner owner, const plc_value *a) { " +
         made +
         (types.empty() ? std::string()
                        : "owner.isLending = plc::cxx::isLending<" + types +
                              ">; ") +
         "return plc::cxx::resultOf([&]() -> decltype(auto) { return " + call +
         "; }, owner); }, " + flags + "},\n";
}

/// Lisp values in and out, by the overload that suits them.
Call CxxSource::dynamicCall(const std::vector<Candidate> &candidates,
                            const std::string &name, size_t arity) {
  std::string table, what = name + "/" + std::to_string(arity);
  for (const Candidate &candidate : candidates) {
    what += "\n" + candidate.declaration;
    std::string callee =
        candidate.made ? ""
                       : "::" + current->qualifiedName(candidate.function);
    if (candidate.objects)
      callee = "x0.get()." + callee;
    table += tableRow(candidate, callee, arity);
  }
  std::string id = symbol("v" + what);
  wanted.try_emplace(id, tableCall(id, name, table, arity));
  return {id, name, signatureOf(arity)};
}

std::string CxxSource::tableRow(const Candidate &candidate,
                                const std::string &callee, size_t arity) {
  if (!candidate.made)
    return overload(candidate, arity, callee + "(", ")",
                    "plc::cxx::Overload::Any");
  std::string type = "::" + current->spell(candidate.made);
  bool isAggregate = !candidate.function;
  return overload(candidate, arity,
                  "plc::cxx::Made<" + type + ">{new " + type +
                      (isAggregate ? "{" : "("),
                  isAggregate ? "}}" : ")}", "plc::cxx::Overload::Any");
}

/// A shim that calls what suits of a table.
std::string CxxSource::tableCall(const std::string &id, const std::string &name,
                                 const std::string &table, size_t arity,
                                 bool isOpenCall) {
  std::string parameters, arguments;
  for (size_t i = 0; i < arity; ++i) {
    std::string x = "a" + std::to_string(i);
    parameters += (i ? ", " : "") + std::string("plc_value ") + x;
    arguments += (i ? ", " : "") + x;
  }
  return "PLC_SHIM plc_value " + id + "(" + parameters +
         ") noexcept {\n  static const plc::cxx::Overload overloads[] = {\n" +
         table + "  };\n  const plc_value args[] = {" +
         (arity ? arguments : "PLC_FALSE") +
         "};\n" +
         (isOpenCall
              // Not destroyed: objects that are may call it.
              ? "  static auto &open = *new plc::cxx::OpenCall(\"" + id + "\", \"" +
                    cxxName(name) + "\", overloads);\n  return open.run("
              : "  return plc::cxx::callBest(\"" + cxxName(name) + "\", overloads, ") +
         "args, " + std::to_string(arity) + ");\n}\n";
}

/// So many Lisp values in, one out.
std::string CxxSource::signatureOf(size_t arity) {
  std::string signature = "V(";
  for (size_t i = 0; i < arity; ++i)
    signature += i ? ",V" : "V";
  return signature + ")";
}

const Module *CxxSource::finish(std::string &start, ImportError &error) {
  std::string code = templateCode(error);
  if (!error.message.empty())
    return nullptr;
  for (auto &[id, text] : wanted)
    if (made.insert(id).second)
      code += text;
  wanted.clear();
  std::string own;
  for (auto &[id, text] : texts)
    if (made.insert(id).second)
      own += text;
  texts.clear();
  std::string known = classCode() + openCode();
  for (auto &[spelling, bases] : std::exchange(madeClasses, {})) {
    known += "  plc::cxx::addBase<" + spelling + ", plc::cxx::Derived>();\n";
    for (const clang::CXXRecordDecl *base : bases)
      known += "  plc::cxx::addBase<" + spelling + ", ::" +
               current->spell(base) + ">();\n";
  }
  if (code.empty() && known.empty() && own.empty())
    return nullptr;
  known += errorNameCode();
  // Forms of a REPL share what was parsed and compiled; one program alone need not
  // pay for that.
  std::string shared = isSession ? knownClassCode(known) : "";
  start = prefix + "start_" + hexText(hashBytes(code + known + own));
  std::string head = includeLine(options) + "#include \"plc/cxx.h\"\n" +
                     conversionHeaders();
  std::string source =
      "#define PLC_SHIM extern \"C\" __attribute__((weak, "
      "visibility(\"default\")))\n" +
      shared + conversionCode() + code + own + "#line 1 \"" + start +
      "\"\nPLC_SHIM void " + start +
      "(const void *host) {\n  plc::cxx::start(host);\n" + known + "}\n";
  auto module = std::make_unique<Module>();
  module->name = options.module;
  if (!compileShims(command, head, source, isSession, imported, *module, error))
    return nullptr;
  modules.push_back(std::move(module));
  return modules.back().get();
}

//===----------------------------------------------------------------------===//
// The import
//===----------------------------------------------------------------------===//

/// The files that were read, each once.
static void collectInputs(const clang::ASTUnit &unit, Module &module) {
  std::set<std::string> files;
  const clang::SourceManager &sources = unit.getSourceManager();
  for (auto i = sources.fileinfo_begin(); i != sources.fileinfo_end(); ++i)
    files.insert(i->first.getName().str());
  for (const std::string &file : files) {
    std::string contents;
    if (file != kHeadFile && readFile(file, contents))
      module.inputs.push_back({file, hashBytes(contents)});
  }
}

static bool import(const ImportOptions &options, Module &module,
                   ImportError &error) {
  CommandLine command;
  command.standard = "gnu++20";
  command.isCxx = true;
  if (!makeCommandLine(options, command, error))
    return false;
  uint64_t key = hashBytes(command.header);
  for (const std::string &argument : command.arguments)
    key = hashBytes(argument, key);
  for (const std::string &name : options.others)
    key = hashBytes(name, key);
  for (const std::string &name : options.blocking)
    key = hashBytes("blocking " + name, key);
  key += options.isBlocking;
  // Their own headers are a part of what answers say.
  Cache cache(options, command,
              clang::getClangFullVersion() + hexText(hashOwnHeaders()));
  auto parseAgain = [=](const Module &known, ImportError &trouble) {
    std::unique_ptr<clang::ASTUnit> unit =
        parseHead(command, includeLine(options), trouble);
    return unit ? std::make_unique<CxxSource>(options, command, known,
                                              std::move(unit), key)
                : nullptr;
  };
  if (cache.load(module)) {
    module.source = answerFromCache(cache, nullptr, module, parseAgain, {"c++"});
    return true;
  }
  std::unique_ptr<clang::ASTUnit> unit =
      parseHead(command, includeLine(options), error);
  if (!unit || !error.message.empty()) {
    error.message = "clang cannot read `" + options.module + "`: " +
                    (error.message.empty() ? "it fails" : error.message);
    error.hint = "see whether `clang++-19 -std=gnu++20 -fsyntax-only` takes it; "
                 "flags for it go into `:args`";
    return false;
  }
  module = Module();
  module.name = options.module;
  collectInputs(*unit, module);
  if (!resolveLibraries(options, command, module, error) ||
      !cache.store(module, error))
    return false;
  module.source = answerFromCache(
      cache,
      std::make_unique<CxxSource>(options, command, module, std::move(unit), key),
      module, parseAgain, {"c++"});
  return true;
}

} // namespace plc::cxximport

extern "C" __attribute__((visibility("default"))) bool
plc_native_importer(const plc::native::ImportOptions &options,
                    plc::native::Module &module,
                    plc::native::ImportError &error) {
  return plc::cxximport::import(options, module, error);
}
