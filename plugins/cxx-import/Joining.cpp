//===- Joining.cpp - units that import one another ------------------------===//
//
// A call of a template that is left open gets the overloads for classes of other
// units from these: when they start, they add them to its table. What is to be
// added, and which classes there are, sources tell one another as texts.
//
//===----------------------------------------------------------------------===//

#include "CxxSource.h"

#include "clang/AST/DeclTemplate.h"

#include <algorithm>

using clang::dyn_cast;
using clang::isa;

namespace plc::cxximport {

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

/// Each part with its length before it: it may contain anything.
static void addPart(std::string &text, const std::string &part) {
  text += std::to_string(part.size()) + ":" + part;
}

static std::vector<std::string> partsOf(const std::string &text) {
  std::vector<std::string> parts;
  for (size_t at = 0; at < text.size();) {
    size_t colon = text.find(':', at);
    if (colon == std::string::npos)
      break;
    size_t bytes = size_t(atol(text.c_str() + at));
    if (bytes > text.size() - colon - 1)
      break;
    parts.push_back(text.substr(colon + 1, bytes));
    at = colon + 1 + bytes;
  }
  return parts;
}

std::vector<std::string> CxxSource::requests() {
  std::vector<std::string> texts;
  for (auto &[id, call] : openCalls) {
    if (!call.isOwn)
      continue;
    std::string text;
    addPart(text, id);
    addPart(text, call.name);
    for (const Argument &argument : call.arguments) {
      addPart(text, std::to_string(argument.kind));
      addPart(text, argument.type);
      addPart(text, argument.text);
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

/// Classes ("c"), and of which of their members there is code ("m").
std::vector<std::string> CxxSource::knowledge() {
  std::vector<std::string> texts;
  if (!isOpen)
    return texts;
  for (auto &[spelling, record] : classes)
    if (!(record->isInStdNamespace() && record->isEmpty()) && !mixins.count(spelling))
      texts.push_back("c" + spelling);
  for (const std::string &member : madeMembers)
    texts.push_back("m" + member);
  return texts;
}

//===----------------------------------------------------------------------===//
// What other units know
//===----------------------------------------------------------------------===//

/// Makes classes known by their names; those that these headers do not declare are
/// none of this source.
void CxxSource::useNamed(const std::vector<std::string> &spellings) {
  std::vector<std::string> missing;
  for (const std::string &spelling : spellings)
    if (spelling.find('<') != std::string::npos &&
        instances.try_emplace(spelling, "").second)
      missing.push_back(spelling);
  // Those that have no meaning are left out the second time.
  for (int round = 0; round < 2 && !missing.empty(); ++round) {
    std::string text = unitText();
    unsigned line = 1 + unsigned(std::count(text.begin(), text.end(), '\n'));
    for (const std::string &spelling : missing)
      text += "using plc_known_" + hexText(hashBytes(spelling)) + " = " + spelling +
              "; static_assert(sizeof(" + spelling + "));\n";
    LineErrors errors(kMainFile);
    std::unique_ptr<clang::ASTUnit> next =
        read(text, errors, {"-ferror-limit=0"});
    if (!next)
      return;
    std::vector<std::string> good;
    for (size_t i = 0; i < missing.size(); ++i)
      if (!errors.lines.count(line + unsigned(i)))
        good.push_back(missing[i]);
    if (good.size() == missing.size()) {
      for (const std::string &spelling : good)
        instances[spelling] = "plc_known_" + hexText(hashBytes(spelling));
      use(std::move(next));
    }
    missing = good.size() == missing.size() ? std::vector<std::string>() : good;
  }
  for (const std::string &spelling : spellings) {
    auto instance = instances.find(spelling);
    const std::string &name =
        instance == instances.end() ? spelling : instance->second;
    if (!name.empty())
      for (const clang::NamedDecl *declaration : current->find(name))
        if (const clang::CXXRecordDecl *record = current->classOf(declaration))
          useClass(record);
  }
}

CxxSource::Templates CxxSource::templatesOf(const std::string &name,
                                            size_t arity) {
  Templates templates;
  for (const clang::NamedDecl *declaration : lookUp(name)) {
    if (auto *pattern = dyn_cast<clang::FunctionTemplateDecl>(declaration)) {
      if (takesCount(pattern, arity))
        templates.push_back(pattern);
    } else if (auto *object = dyn_cast<clang::VarDecl>(declaration)) {
      if (current->isCallable(object))
        templates.push_back(nullptr);
    } else if (isa<clang::ClassTemplateDecl, clang::TypeAliasTemplateDecl>(
                   declaration)) {
      templates.push_back(nullptr);
    } else if (auto *record = current->classOf(declaration)) {
      for (const clang::FunctionTemplateDecl *constructor :
           current->constructorTemplates(record))
        if (takesCount(constructor, arity))
          templates.push_back(constructor);
    }
  }
  return templates;
}

void CxxSource::join(const std::vector<std::string> &requests,
                     const std::vector<std::string> &knowledge) {
  std::vector<std::string> known;
  for (const std::string &text : knowledge)
    if (text.starts_with("c"))
      known.push_back(text.substr(1));
    else
      madeMembers.insert(text.substr(1));
  useNamed(known);
  for (const std::string &text : requests) {
    std::vector<std::string> parts = partsOf(text);
    if (parts.size() < 2 || openCalls.count(parts[0]))
      continue;
    OpenCall call;
    call.isOwn = false;
    call.id = parts[0];
    call.name = parts[1];
    for (size_t i = 2; i + 2 < parts.size(); i += 3) {
      Argument argument;
      argument.kind = Argument::Kind(atoi(parts[i].c_str()));
      argument.type = parts[i + 1];
      argument.text = parts[i + 2];
      call.arguments.push_back(std::move(argument));
    }
    call.templates = templatesOf(call.name, call.arguments.size());
    openCalls.emplace(call.id, std::move(call));
  }
}

//===----------------------------------------------------------------------===//
// Open calls
//===----------------------------------------------------------------------===//

bool CxxSource::mayBeOpen(const TemplateCall &call) {
  return std::any_of(call.arguments.begin(), call.arguments.end(),
                     [](auto &a) { return a.kind == Argument::Unknown; });
}

/// Those with objects: others the call has.
std::vector<Candidate> CxxSource::askFor(const OpenCall &call) {
  std::string ignored;
  std::vector<Candidate> found = askFor(call.templates, "::" + call.name,
                                        call.arguments, true, ignored);
  std::erase_if(found, [&](const Candidate &candidate) {
    for (size_t i = 0; i < call.arguments.size(); ++i)
      if (call.arguments[i].kind == Argument::Unknown &&
          current->classOf(candidate.types[i]))
        return false;
    return true;
  });
  return found;
}

/// What adds the overloads that have not been yet.
std::string CxxSource::openCode() {
  std::string code;
  for (auto &[id, call] : openCalls) {
    std::string table;
    for (const Candidate &candidate : askFor(call)) {
      std::string row = tableRow(candidate, "::" + call.name, call.arguments.size());
      if (call.rows.insert(row).second)
        table += row;
    }
    if (!table.empty())
      code += "  {\n  static const plc::cxx::Overload more[] = {\n" + table +
              "  };\n  plc::cxx::addOverloads(\"" + id + "\", more);\n  }\n";
  }
  return code;
}

} // namespace plc::cxximport
