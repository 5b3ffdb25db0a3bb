//===- DocLisp.cpp - files and libraries of Lisp, for plc doc -------------===//
//
// What is exported, the expander knows; parameters and docstrings stand in the
// source, which is only read: what has errors can be described, too.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/Doc.h"

#include "frontend/Binding.h"
#include "frontend/Docstring.h"
#include "ir/Op.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace plc::frontend;

namespace plc::driver {
namespace {

/// The definitions of a file, by name.
class Definitions {
public:
  explicit Definitions(Session &session) : session(session) {}

  /// False if the file cannot be opened.
  bool read(StringRef path);
  const DocItem *find(StringRef name) const {
    auto found = items.find(name);
    return found == items.end() ? nullptr : &list[found->second];
  }
  std::vector<DocItem> list; ///< in the order of the file
  /// Outside and inside, of the libraries in the file.
  std::vector<std::pair<std::string, std::string>> exports;
  bool hasLibrary = false;

private:
  void addForm(const Syntax *form, StringRef folder);
  void addDefinition(const Syntax *form, StringRef head);
  void add(DocItem item, const Syntax *form);
  std::string textOf(const Syntax *form) const;
  std::string commentAbove(const Syntax *form) const;

  Session &session;
  StringMap<size_t> items;
};

StringRef headOf(const Syntax *form) {
  return form->isList() && form->size() && (*form)[0]->isIdentifier()
             ? (*form)[0]->name->text()
             : "";
}

/// As written, on one line.
std::string Definitions::textOf(const Syntax *form) const {
  const ir::Span &span = session.sources.span(form->location);
  StringRef text = session.sources.fileText(span.file).slice(span.begin, span.end);
  std::string result;
  for (char c : text)
    if (!llvm::isSpace(c))
      result += c;
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
  return result;
}

/// Comment lines that stand right above.
std::string Definitions::commentAbove(const Syntax *form) const {
  const ir::Span &span = session.sources.span(form->location);
  StringRef before = session.sources.fileText(span.file).take_front(span.begin);
  size_t start = before.rfind('\n');
  if (start == StringRef::npos || !before.drop_front(start).trim().empty())
    return "";
  before = before.take_front(start);
  std::vector<StringRef> lines;
  for (;;) {
    auto [rest, line] = before.rsplit('\n');
    if (!before.contains('\n')) {
      line = before;
      rest = "";
    }
    line = line.trim();
    if (!line.starts_with(";"))
      break;
    lines.push_back(line.ltrim(';').trim());
    if (rest.empty())
      break;
    before = rest;
  }
  std::string text;
  for (StringRef line : reverse(lines))
    text += (text.empty() ? "" : "\n") + line.str();
  return text;
}

void Definitions::add(DocItem item, const Syntax *form) {
  item.file = session.sources.fileName(form->location).str();
  item.line = session.sources.lineColumn(form->location).line;
  if (item.doc.empty())
    item.doc = commentAbove(form);
  if (items.try_emplace(item.name, list.size()).second)
    list.push_back(std::move(item));
}

std::string docstringTextOf(ArrayRef<const Syntax *> body) {
  const ir::Datum *docstring = docstringOf(body);
  return docstring ? cleanDocstring(docstring->text) : "";
}

void Definitions::addDefinition(const Syntax *form, StringRef head) {
  const Syntax *target = (*form)[1];
  DocItem item;
  if (head == "define-record-type") {
    const Syntax *name = target;
    while (name->isList() && name->size())
      name = (*name)[0];
    if (name->isIdentifier()) {
      item.name = name->name->text().str();
      item.kind = "record";
      item.signature = textOf(form);
      add(item, form);
    }
    for (size_t i = 2; i < form->size(); ++i) {
      const Syntax *part = (*form)[i];
      // A constructor or predicate, or a field with its procedures.
      size_t first = i < 4 ? 0 : 1;
      size_t count = !part->isList() ? 1 : first ? part->size() : 1;
      for (size_t k = first; k < count; ++k) {
        const Syntax *each = part->isList() ? (*part)[k] : part;
        if (!each->isIdentifier())
          continue;
        DocItem procedure;
        procedure.name = each->name->text().str();
        procedure.kind = "procedure";
        std::string type = name->isIdentifier() ? item.name : "record";
        procedure.signature =
            i == 2 && part->isList() ? textOf(part)
            : i == 2                 ? "(" + procedure.name + " ...)"
            : i == 3                 ? "(" + procedure.name + " object)"
            : "(" + procedure.name + " " + type + (k == 2 ? " value)" : ")");
        procedure.doc = "Of the record type " + type + ".";
        add(std::move(procedure), form);
      }
    }
    return;
  }
  if (target->isIdentifier()) {
    item.name = target->name->text().str();
    if (head == "define-syntax") {
      item.kind = "syntax";
      if (form->size() > 2 && headOf((*form)[2]) == "syntax-rules" &&
          (*form)[2]->size() > 2 && (*(*form)[2])[2]->isList() &&
          (*(*form)[2])[2]->size()) {
        std::string pattern = textOf((*(*(*form)[2])[2])[0]);
        if (StringRef(pattern).starts_with("(_"))
          pattern = "(" + item.name + pattern.substr(2);
        item.signature = pattern;
      }
    } else {
      item.kind = "variable";
      const Syntax *value = form->size() > 2 ? (*form)[2] : nullptr;
      if (value && headOf(value) == "lambda" && value->size() > 2) {
        item.kind = "procedure";
        std::string formals = textOf((*value)[1]);
        item.signature =
            "(" + item.name +
            (formals == "()"                         ? ")"
             : StringRef(formals).starts_with("(") ? " " + formals.substr(1)
                                                     : " . " + formals + ")");
        item.doc = docstringTextOf(value->elements.drop_front(2));
      } else if (value && headOf(value) == "case-lambda") {
        item.kind = "procedure";
        for (const Syntax *clause : value->elements.drop_front()) {
          if (!clause->isList() || !clause->size())
            continue;
          std::string formals = textOf((*clause)[0]);
          item.signature +=
              (item.signature.empty() ? "(" : "\n(") + item.name +
              (formals == "()"                         ? ")"
               : StringRef(formals).starts_with("(") ? " " + formals.substr(1)
                                                       : " . " + formals + ")");
        }
      }
    }
    add(std::move(item), form);
    return;
  }
  const Syntax *name = target;
  while (name->isList() && name->size())
    name = (*name)[0];
  if (!name->isIdentifier())
    return;
  item.name = name->name->text().str();
  item.kind = head == "define-syntax" ? "syntax" : "procedure";
  item.signature = textOf(target);
  item.doc = docstringTextOf(form->elements.drop_front(2));
  add(std::move(item), form);
}

void Definitions::addForm(const Syntax *form, StringRef folder) {
  StringRef head = headOf(form);
  if (head == "define-library") {
    hasLibrary = true;
    for (const Syntax *part : form->elements.drop_front())
      addForm(part, folder);
  } else if (head == "begin" || head == "cond-expand" || head == "else") {
    for (const Syntax *part : form->elements.drop_front())
      addForm(part, folder);
  } else if (head == "export") {
    for (const Syntax *part : form->elements.drop_front())
      if (part->isIdentifier())
        exports.push_back({part->name->text().str(), part->name->text().str()});
      else if (headOf(part) == "rename" && part->size() == 3 &&
               (*part)[1]->isIdentifier() && (*part)[2]->isIdentifier())
        exports.push_back(
            {(*part)[2]->name->text().str(), (*part)[1]->name->text().str()});
  } else if (head == "include" || head == "include-ci" ||
             head == "include-library-declarations") {
    for (const Syntax *part : form->elements.drop_front())
      if (part->kind == SyntaxKind::Constant &&
          part->datum->kind == ir::DatumKind::String) {
        SmallString<128> path(folder);
        sys::path::append(path, part->datum->text);
        read(path);
      }
  } else if (head.starts_with("def") && form->size() > 1) {
    addDefinition(form, head);
  } else if (form->isList() && form->size() && (*form)[0]->isList()) {
    // A clause of cond-expand.
    for (const Syntax *part : form->elements.drop_front())
      addForm(part, folder);
  }
}

bool Definitions::read(StringRef path) {
  std::optional<uint32_t> file = session.openFile(path);
  if (!file)
    return false;
  for (const Syntax *form : readForms(session, *file))
    addForm(form, sys::path::parent_path(path));
  return true;
}

/// Describes what libraries export; reads each source once.
class Exports {
public:
  explicit Exports(Session &session) : session(session) {}
  DocItem describe(ir::Symbol name, const Binding *binding,
                   const Library *library);

private:
  Definitions &definitionsOf(const Library &library) {
    std::unique_ptr<Definitions> &slot = read[library.name];
    if (!slot) {
      slot = std::make_unique<Definitions>(session);
      if (!library.file.empty())
        slot->read(library.file);
    }
    return *slot;
  }
  Session &session;
  StringMap<std::unique_ptr<Definitions>> read;
};

DocItem Exports::describe(ir::Symbol name, const Binding *binding,
                          const Library *library) {
  DocItem item;
  item.name = name->text().str();
  StringRef inside = item.name;
  switch (binding->kind) {
  case BindingKind::Core: {
    struct Form {
      const char *shape, *doc;
    };
    static constexpr Form forms[] = {
#define CORE_FORM(Id, Name, Library, Shape, Doc) {Shape, Doc},
#include "frontend/CoreForms.def"
    };
    const Form &form = forms[size_t(binding->core)];
    item.kind = "syntax";
    item.signature = form.shape;
    item.doc = form.doc;
    return item;
  }
  case BindingKind::Primitive: {
    const ir::PrimitiveRow &row = ir::primitiveRow(binding->primitive);
    item.kind = "procedure";
    item.signature = item.name + " : " + row.type;
    item.doc = row.doc;
    return item;
  }
  case BindingKind::Macro:
    item.kind = "syntax";
    inside = binding->macro->name->text();
    if (binding->macro->library)
      library = binding->macro->library;
    break;
  case BindingKind::Global:
    item.kind = "variable";
    inside = binding->global->name->text();
    if (binding->library)
      library = binding->library;
    break;
  case BindingKind::Constant:
    item.kind = "constant";
    break;
  case BindingKind::Local:
  case BindingKind::Member:
  case BindingKind::NativeSpace:
    item.kind = "foreign";
    break;
  }
  if (library)
    if (const DocItem *found = definitionsOf(*library).find(inside)) {
      std::string outside = item.name;
      item = *found;
      item.name = outside;
    }
  return item;
}

bool describeFile(Compiler &compiler, DocPage &page) {
  const Options &options = compiler.options;
  Definitions definitions(compiler.session);
  if (sys::fs::is_directory(options.file)) {
    compiler.session.diagnostics.report(ir::Diag::InputIsFolder, {},
                                        {options.file});
    return false;
  }
  if (!definitions.read(options.file)) {
    compiler.session.diagnostics.report(ir::Diag::CannotReadFile, {},
                                        {options.file});
    return false;
  }
  page.title = options.file;
  if (!definitions.hasLibrary) {
    page.items = std::move(definitions.list);
    return true;
  }
  for (auto &[outside, inside] : definitions.exports) {
    DocItem item;
    if (const DocItem *found = definitions.find(inside))
      item = *found;
    else
      item.kind = "imported";
    item.name = outside;
    page.items.push_back(std::move(item));
  }
  return true;
}

bool describeLibrary(Compiler &compiler, DocPage &page) {
  Session &session = compiler.session;
  // As the reader would give it: one space between parts.
  std::string name;
  for (char c : compiler.options.file)
    if (c != ' ' || (!name.empty() && name.back() != ' ' && name.back() != '('))
      name += c;
  // What the user has written stands where a diagnostic can show it.
  uint32_t argument = session.sources.addFile("<library>", name);
  Library *library = session.libraries().load(
      name, session.sources.add(argument, 0, uint32_t(name.size())));
  if (!library)
    return false;
  page.title = name;
  page.import = "(import " + name + ")";
  Exports exports(session);
  for (auto &[symbol, binding] : library->exports)
    page.items.push_back(exports.describe(symbol, binding, library));
  sort(page.items, [](const DocItem &a, const DocItem &b) {
    return a.name < b.name;
  });
  return true;
}

/// "(srfi 1)" for srfi/1.sld below the standard library.
std::vector<std::string> standardLibraries(StringRef folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (sys::fs::recursive_directory_iterator i(folder, error), end;
       !error && i != end; i.increment(error)) {
    StringRef path = i->path();
    if (!path.consume_back(".sld") || !path.consume_front(folder))
      continue;
    std::string name = "(";
    for (char c : path.ltrim('/'))
      name += c == '/' ? ' ' : c;
    names.push_back(name + ")");
  }
  sort(names);
  return names;
}

bool describeName(Compiler &compiler, DocPage &page) {
  Session &session = compiler.session;
  LibraryManager &libraries = session.libraries();
  const std::string &word = compiler.options.file;
  ir::Symbol symbol = session.interner.intern(word);
  page.title = word;
  page.isOneName = true;
  Exports exports(session);
  if (Binding *binding = libraries.standardBinding(symbol)) {
    std::string library = libraries.standardLibraryOf(symbol);
    if (binding->kind == BindingKind::Primitive && library == "(plc core)")
      library = "(plc primitives)";
    page.import = "(import " + library + ")";
    page.items.push_back(
        exports.describe(symbol, binding, libraries.find(library)));
    return true;
  }
  std::vector<std::string> names;
  for (const std::string &name :
       standardLibraries(session.options.standardLibrary)) {
    Library *library = libraries.load(name, {});
    if (!library)
      continue;
    if (Binding *binding = library->exports.lookup(symbol)) {
      page.import += (page.import.empty() ? "" : " or ") +
                     ("(import " + name + ")");
      if (page.items.empty())
        page.items.push_back(exports.describe(symbol, binding, library));
    }
    for (auto &[other, binding] : library->exports)
      names.push_back(other->text().str());
  }
  if (!page.items.empty())
    return true;
  for (auto &[other, binding] : libraries.allStandardBindings())
    names.push_back(other->text().str());
  sort(names);
  std::vector<StringRef> candidates(names.begin(), names.end());
  StringRef nearest = ir::nearestName(word, candidates);
  errs() << "error: no standard library has anything called `" << word << "`\n";
  errs() << "help: "
         << (nearest.empty()
                 ? "a module of another language needs `--from LANGUAGE`"
                 : ("is `" + nearest + "` meant?").str())
         << '\n';
  return false;
}

} // namespace

bool gatherLisp(Compiler &compiler, DocPage &page) {
  StringRef word = compiler.options.file;
  if (word.starts_with("("))
    return describeLibrary(compiler, page);
  StringRef extension = sys::path::extension(word);
  if (word == "-" || extension == ".lisp" || extension == ".scm" ||
      extension == ".sld" || extension == ".ss" ||
      sys::fs::is_regular_file(word))
    return describeFile(compiler, page);
  return describeName(compiler, page);
}

} // namespace plc::driver
