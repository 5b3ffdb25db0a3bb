//===- Interface.cpp - libraries as interface files -----------------------===//
//
// A `.plci` file is one S-expression, and the IR of procedures behind it:
//
//   (plc-interface 7 (abi "...") (name "(a b)") (hash "...")
//    (includes "file" ...)            what the source includes, as opened
//    (imports import-set ...)         as written
//    (libraries "(c d)" ...)          what they name, in order
//    (needs-init #t) (references #t) (units "(c d)" ...)
//    (globals (name symbol kind min max assigned simple namespace
//              returns-one never-returns small called-parameters
//              offset size) ...)      from returns-one on for procedures only
//    (natives (name "ecosystem" "module" "folder" (option ...)) ...)
//    (native-links ("shims" "library" ("flag" ...) ("library" ...)) ...)
//    (native-inputs "file" ...)       headers read
//    (foreign-members ("name" count) ...)    ForeignUses: of other languages,
//    (foreign-operators "sign" ...)          what its code uses and knows
//    (foreign-known ("ecosystem" (requests "..." ...) (knowledge "..." ...)) ...)
//    (members (name namespace member) ...)
//    (macros (name file begin end) ...)   file 0: the source, then includes
//    (exports (outside inside) ...)
//    (code size "hash"))
//   module @"(a b)" stage(canonical) ...
//
// Offsets count from the line behind the S-expression; the IR of a procedure
// (ir/Module.h, ExportedProcedure) is read when a unit that is compiled at -O2
// calls it.
//
// It is valid when its hash equals that of the source as it is now, of the
// files included, of headers, of the interfaces imported and of the options.
// Macros are compiled from the source text when first used, in the library's own
// scope, so that they may refer to what it does not export.
//
//===----------------------------------------------------------------------===//

#include "frontend/FormExpander.h"
#include "frontend/Native.h"

#include "ir/support/DatumText.h"
#include "stdlib/Context.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace plc::ir;

namespace plc::frontend {

namespace {

constexpr int64_t kInterfaceVersion = 9;

/// A datum as if it had been read from source, without places.
const Syntax *toSyntax(const Datum *d, llvm::BumpPtrAllocator &arena) {
  if (d->kind == DatumKind::Symbol) {
    auto *id = new (arena) Syntax(SyntaxKind::Identifier, {});
    id->name = d->symbol;
    return id;
  }
  if (d->kind == DatumKind::Pair || d->kind == DatumKind::Null) {
    auto *list = new (arena) Syntax(SyntaxKind::List, {});
    llvm::SmallVector<const Syntax *, 8> elements;
    for (; d->kind == DatumKind::Pair; d = d->second)
      elements.push_back(toSyntax(d->first, arena));
    list->elements = llvm::ArrayRef<const Syntax *>(elements).copy(arena);
    return list;
  }
  auto *constant = new (arena) Syntax(SyntaxKind::Constant, {});
  constant->datum = d;
  return constant;
}

bool hashFile(llvm::BLAKE3 &hasher, llvm::StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer)
    return false;
  llvm::StringRef text = (*buffer)->getBuffer();
  hasher.update(std::to_string(text.size()) + ":");
  hasher.update(text);
  return true;
}

std::string finalHash(llvm::BLAKE3 &hasher) {
  auto bytes = hasher.final<16>();
  return llvm::toHex(llvm::ArrayRef<uint8_t>(bytes.data(), bytes.size()),
                     /*LowerCase=*/true);
}

std::string hashText(llvm::StringRef text) {
  return llvm::utohexstr(llvm::xxh3_64bits(text), /*LowerCase=*/true);
}

/// Walks the elements of a list datum.
llvm::SmallVector<const Datum *, 8> elementsOf(const Datum *list) {
  llvm::SmallVector<const Datum *, 8> result;
  for (; list->kind == DatumKind::Pair; list = list->second)
    result.push_back(list->first);
  return result;
}

} // namespace

bool LibraryManager::hashSources(llvm::StringRef file, bool isStandard,
                                 llvm::ArrayRef<std::string> included,
                                 llvm::ArrayRef<std::string> nativeInputs,
                                 llvm::ArrayRef<Library *> imports,
                                 std::string &hash) const {
  llvm::BLAKE3 hasher;
  hasher.update(PLC_ABI "\n");
  // Standard libraries are built once, for all options.
  if (!isStandard)
    hasher.update(session.options.optionsKey + "\n");
  if (!hashFile(hasher, file))
    return false;
  for (const std::string &name : included)
    if (!hashFile(hasher, session.placeOf(name)))
      return false;
  for (const std::string &name : nativeInputs)
    if (!hashFile(hasher, name))
      return false;
  for (const Library *library : imports)
    hasher.update(library->name + "=" + library->contentHash + "\n");
  hash = finalHash(hasher);
  return true;
}

void LibraryManager::computeHash(Library &library) {
  if (library.isInProgram ||
      !hashSources(library.file, library.isStandard, library.includedFiles,
                   library.nativeInputs, library.imports, library.contentHash))
    library.isUncacheable = true;
}

std::string LibraryManager::interfacePath(const Library &library) const {
  if (library.isBuiltin || library.isInProgram || library.isUncacheable)
    return "";
  return interfacePath(library.name, library.file, library.isStandard);
}

std::string LibraryManager::interfacePath(llvm::StringRef name,
                                          llvm::StringRef file,
                                          bool isStandard) const {
  llvm::StringRef folder = isStandard ? session.options.standardInterfaces
                                      : session.options.cacheDirectory;
  if (folder.empty())
    return "";
  std::string base;
  for (char c : name.drop_front().drop_back())
    base += c == ' ' ? '.' : c;
  llvm::SmallString<128> path(folder);
  if (!isStandard) {
    // Libraries of one name in different projects and for different options
    // do not replace one another.
    llvm::SmallString<128> absolute(file);
    (void)llvm::sys::fs::make_absolute(absolute);
    llvm::BLAKE3 hasher;
    hasher.update(absolute);
    hasher.update(session.options.optionsKey);
    base += "-" + finalHash(hasher).substr(0, 12);
  }
  llvm::sys::path::append(path, base + ".plci");
  return std::string(path);
}

std::string LibraryManager::interfaceText(const Library &library) const {
  std::string text, code;
  llvm::raw_string_ostream out(text);
  auto strings = [&](const char *head, auto &&list) {
    out << " (" << head;
    for (const auto &item : list) {
      out << ' ';
      writeQuoted(out, item);
    }
    out << ")\n";
  };
  auto symbol = [&](Symbol name) {
    Datum datum(DatumKind::Symbol);
    datum.symbol = name;
    writeDatum(out, &datum);
  };
  std::vector<std::string> imports;
  for (const Library *import : library.imports)
    imports.push_back(import->name);
  out << "(plc-interface " << kInterfaceVersion << "\n (abi ";
  writeQuoted(out, PLC_ABI);
  out << ")\n (name ";
  writeQuoted(out, library.name);
  out << ")\n (hash ";
  writeQuoted(out, library.contentHash);
  out << ")\n";
  strings("includes", library.includedFiles);
  out << " (imports";
  for (const Datum *set : library.importSets) {
    out << ' ';
    writeDatum(out, set);
  }
  out << ")\n";
  strings("libraries", imports);
  out << " (needs-init " << (library.needsInit ? "#t" : "#f") << ")\n";
  out << " (references " << (library.hasReferences ? "#t" : "#f") << ")\n";
  out << " (evaluates " << (library.needsEvaluator ? "#t" : "#f") << ")\n";
  strings("units", library.unitImports);
  out << " (globals";
  for (const Global *global : library.globals) {
    out << "\n  (";
    symbol(global->name);
    out << ' ';
    writeQuoted(out, global->symbol);
    out << (global->kind == GlobalKind::Procedure ? " procedure " : " cell ")
        << global->minArgs << ' ' << global->maxArgs
        << (global->isAssigned ? " #t" : " #f")
        << (global->isSimpleProcedure ? " #t" : " #f")
        << (global->isNamespace ? " #t" : " #f");
    if (const ExportedProcedure *known = global->exported) {
      out << (known->returnsOne ? " #t" : " #f")
          << (known->neverReturns ? " #t" : " #f")
          << (known->isSmall ? " #t " : " #f ") << known->calledParameters
          << ' ' << code.size() << ' ' << known->text.size();
      code += known->text;
    }
    out << ')';
  }
  out << ")\n (natives";
  for (const Scope::Entry &entry : library.scope.entries) {
    const NativeSpace *native = entry.binding->native;
    if (entry.binding->kind != BindingKind::NativeSpace || !native)
      continue;
    out << "\n  (";
    symbol(static_cast<Symbol>(entry.key));
    for (const std::string &text :
         {native->ecosystem, native->importOptions.module,
          native->importOptions.folders.front()}) {
      out << ' ';
      writeQuoted(out, text);
    }
    out << ' ';
    writeDatum(out, native->options);
    out << ')';
  }
  out << ")\n (native-links";
  for (const NativeLink &link : library.nativeLinks) {
    out << "\n  (";
    writeQuoted(out, link.shims);
    out << ' ';
    writeQuoted(out, link.shimLibrary);
    for (const auto *list : {&link.flags, &link.libraries}) {
      out << " (";
      for (const std::string &item : *list) {
        out << ' ';
        writeQuoted(out, item);
      }
      out << ')';
    }
    out << ')';
  }
  out << ")\n";
  strings("native-inputs", library.nativeInputs);
  const ForeignUses &uses = library.foreignUses;
  out << " (foreign-members";
  for (auto &[name, count] : uses.members) {
    out << " (";
    writeQuoted(out, name);
    out << ' ' << count << ')';
  }
  out << ")\n";
  strings("foreign-operators", uses.operators);
  out << " (foreign-known";
  for (auto &[ecosystem, known] : uses.ecosystems) {
    out << "\n  (";
    writeQuoted(out, ecosystem);
    out << "\n  ";
    strings("requests", known.requests);
    out << "  ";
    strings("knowledge", known.knowledge);
    out << ')';
  }
  out << ")\n (members";
  for (const Scope::Entry &entry : library.scope.entries) {
    if (entry.binding->kind != BindingKind::Member)
      continue;
    out << "\n  (";
    symbol(static_cast<Symbol>(entry.key));
    out << ' ';
    const Binding *space = entry.binding->space;
    symbol(space->kind == BindingKind::NativeSpace ? space->member
                                                   : space->global->name);
    out << ' ';
    symbol(entry.binding->member);
    out << ')';
  }
  out << ")\n (macros";
  for (const Scope::Entry &entry : library.scope.entries) {
    if (entry.binding->kind != BindingKind::Macro)
      continue;
    const Macro *macro = entry.binding->macro;
    size_t file = 0;
    if (macro->library == &library && !macro->spec) {
      file = macro->sourceFile;
    } else {
      llvm::StringRef name = session.sources.fileName(macro->sourceFile);
      for (size_t i = 0; i < library.includedFiles.size(); ++i)
        if (library.includedFiles[i] == name)
          file = i + 1;
    }
    out << "\n  (";
    symbol(macro->name);
    out << ' ' << file << ' ' << macro->begin << ' ' << macro->end << ')';
  }
  out << ")\n (exports";
  for (auto &[outside, inside] : library.exportNames) {
    out << "\n  (";
    symbol(outside);
    out << ' ';
    symbol(inside);
    out << ')';
  }
  out << ")\n (code " << code.size() << ' ';
  out.flush();
  std::string sum = hashText(text + code);
  writeQuoted(out, sum);
  out << "))\n" << code;
  return text;
}

/// The hash at the end of the S-expression is that of all before it and of the
/// code behind it.
static bool isWhole(llvm::StringRef text, llvm::StringRef code,
                    llvm::StringRef hash) {
  llvm::StringRef header = text.drop_back(code.size());
  std::string end = ("\"" + hash + "\"))\n").str();
  return header.consume_back(end) && hashText((header + code).str()) == hash;
}

Library *LibraryManager::loadInterface(llvm::StringRef name,
                                       llvm::StringRef file, bool isStandard) {
  // Without a library path the standard library itself is being built.
  if (session.options.libraryPath.empty())
    return nullptr;
  std::string path = interfacePath(name, file, isStandard);
  if (path.empty())
    return nullptr;
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return nullptr;
  llvm::StringRef text = (*buffer)->getBuffer();
  std::string message;
  const Datum *root = readDatum(text, session.data, message);
  if (!root || root->kind != DatumKind::Pair)
    return nullptr;
  llvm::StringMap<llvm::SmallVector<const Datum *, 8>> parts;
  for (const Datum *part : elementsOf(root))
    if (part->kind == DatumKind::Pair && part->first->kind == DatumKind::Symbol)
      parts[part->first->symbol->text()] = elementsOf(part->second);
  auto first = [&](const char *key) -> llvm::StringRef {
    auto &list = parts[key];
    return list.empty() ? "" : list[0]->text;
  };
  auto version = elementsOf(root);
  if (version.size() < 2 || version[1]->kind != DatumKind::Fixnum ||
      version[1]->integer != kInterfaceVersion || first("abi") != PLC_ABI ||
      first("name") != name)
    return nullptr;
  llvm::StringRef code = text.drop_front(text.starts_with("\n"));
  auto &codeRow = parts["code"];
  // Those of the standard library are installed with plc and not looked through
  // each time.
  if (codeRow.size() != 2 || codeRow[0]->integer != int64_t(code.size()) ||
      (!isStandard && !isWhole((*buffer)->getBuffer(), code, codeRow[1]->text)))
    return nullptr;
  llvm::SmallString<128> object(path);
  llvm::sys::path::replace_extension(object, "plco");
  if (!isStandard && !llvm::sys::fs::exists(object))
    return nullptr;

  // Imports first: their hashes enter ours. A circle is diagnosed when the
  // library is expanded.
  std::string ownName = name.str();
  loadingInterfaces.push_back(ownName);
  auto pop = llvm::make_scope_exit([&] { loadingInterfaces.pop_back(); });
  std::vector<Library *> imports;
  for (const Datum *import : parts["libraries"]) {
    Library *library = load(import->text, {});
    if (!library)
      return nullptr;
    imports.push_back(library);
  }
  std::vector<std::string> included;
  for (const Datum *include : parts["includes"])
    included.push_back(include->text.str());
  std::string hash;
  std::vector<std::string> nativeInputs;
  for (const Datum *input : parts["native-inputs"])
    nativeInputs.push_back(input->text.str());
  if (!hashSources(file, isStandard, included, nativeInputs, imports, hash) ||
      hash != first("hash") || find(name))
    return nullptr;
  std::vector<NativeLink> links;
  for (const Datum *row : parts["native-links"]) {
    auto columns = elementsOf(row);
    if (columns.size() != 4)
      return nullptr;
    NativeLink link{columns[0]->text.str(), columns[1]->text.str(), {}, {}};
    for (const Datum *flag : elementsOf(columns[2]))
      link.flags.push_back(flag->text.str());
    for (const Datum *path : elementsOf(columns[3]))
      link.libraries.push_back(path->text.str());
    // Shims lie in a cache of their own.
    for (const std::string &made : {link.shims, link.shimLibrary})
      if (!made.empty() && !llvm::sys::fs::exists(made))
        return nullptr;
    links.push_back(std::move(link));
  }

  Library *library = makeLibrary(ownName);
  library->file = file.str();
  library->isStandard = isStandard;
  library->contentHash = hash;
  library->includedFiles = std::move(included);
  library->nativeInputs = std::move(nativeInputs);
  library->nativeLinks = std::move(links);
  library->needsInit = parts["needs-init"].empty() ||
                       parts["needs-init"][0]->kind == DatumKind::True;
  library->hasReferences = !parts["references"].empty() &&
                           parts["references"][0]->kind == DatumKind::True;
  library->needsEvaluator = !parts["evaluates"].empty() &&
                            parts["evaluates"][0]->kind == DatumKind::True;
  for (const Datum *unit : parts["units"])
    library->unitImports.push_back(unit->text.str());
  llvm::BumpPtrAllocator &arena = session.interner.allocator();
  for (const Datum *set : parts["imports"]) {
    Imports names;
    if (!resolveImportSet(toSyntax(set, arena), names, library->imports))
      continue;
    library->importSets.push_back(set);
    for (auto &[symbol, binding] : names)
      library->scope.imports[symbol] = binding;
  }
  library->imports = imports;
  for (const Datum *row : parts["globals"]) {
    auto columns = elementsOf(row);
    if (columns.size() != 8 && columns.size() != 14)
      continue;
    Global *global = session.makeGlobal();
    global->name = columns[0]->symbol;
    global->symbol = columns[1]->text.str();
    global->isDefined = true;
    global->kind = columns[2]->symbol->text() == "procedure"
                       ? GlobalKind::Procedure
                       : GlobalKind::Cell;
    global->minArgs = int32_t(columns[3]->integer);
    global->maxArgs = int32_t(columns[4]->integer);
    global->isAssigned = columns[5]->kind == DatumKind::True;
    global->isSimpleProcedure = columns[6]->kind == DatumKind::True;
    global->isNamespace = columns[7]->kind == DatumKind::True;
    library->globals.push_back(global);
    if (columns.size() == 14)
      global->exported = procedures.add(
          {.symbol = global->symbol,
           .returnsOne = columns[8]->kind == DatumKind::True,
           .neverReturns = columns[9]->kind == DatumKind::True,
           .isSmall = columns[10]->kind == DatumKind::True,
           .calledParameters = uint32_t(columns[11]->integer),
           .text = {}},
          code.substr(columns[12]->integer, columns[13]->integer));
    // A hidden one (its link name has a suffix) is no name of the library.
    if (!llvm::StringRef(global->symbol)
             .ends_with(":" + linkName(global->name->text())))
      continue;
    Binding *binding = makeBinding(BindingKind::Global);
    binding->global = global;
    binding->library = library;
    library->scope.bind(global->name, binding);
  }
  ForeignUses &uses = library->foreignUses;
  for (const Datum *row : parts["foreign-members"])
    if (auto columns = elementsOf(row); columns.size() == 2)
      uses.members.insert({columns[0]->text.str(), int(columns[1]->integer)});
  for (const Datum *sign : parts["foreign-operators"])
    uses.operators.insert(sign->text.str());
  for (const Datum *row : parts["foreign-known"]) {
    auto columns = elementsOf(row);
    if (columns.size() != 3)
      continue;
    ForeignUses::Known &known = uses.ecosystems[columns[0]->text.str()];
    auto read = [](const Datum *list, std::vector<std::string> &texts) {
      for (const Datum *text : elementsOf(list->second))
        texts.push_back(text->text.str());
    };
    read(columns[1], known.requests);
    read(columns[2], known.knowledge);
  }
  for (const Datum *row : parts["natives"]) {
    auto columns = elementsOf(row);
    if (columns.size() != 5)
      continue;
    Binding *space = makeBinding(BindingKind::NativeSpace);
    space->member = columns[0]->symbol;
    space->pendingImport = row->second;
    library->scope.bind(columns[0]->symbol, space);
  }
  for (const Datum *row : parts["members"]) {
    auto columns = elementsOf(row);
    const Binding *space =
        columns.size() == 3 ? library->scope.find(columns[1]->symbol) : nullptr;
    if (space)
      library->scope.bind(columns[0]->symbol,
                          makeMember(space, columns[2]->symbol, {}));
  }
  for (const Datum *row : parts["macros"]) {
    auto columns = elementsOf(row);
    if (columns.size() != 4)
      continue;
    auto *macro = new (arena) Macro(columns[0]->symbol);
    macro->scope = &library->scope;
    macro->library = library;
    macro->sourceFile = uint32_t(columns[1]->integer);
    macro->begin = uint32_t(columns[2]->integer);
    macro->end = uint32_t(columns[3]->integer);
    Binding *binding = makeBinding(BindingKind::Macro);
    binding->macro = macro;
    library->scope.bind(macro->name, binding);
  }
  for (const Datum *row : parts["exports"]) {
    auto columns = elementsOf(row);
    if (columns.size() != 2)
      continue;
    Symbol outside = columns[0]->symbol, inside = columns[1]->symbol;
    // Also those without a definition: who imports one finds no fault.
    library->exportNames.push_back({outside, inside});
    if (Binding *binding = lookup(inside, nullptr, &library->scope))
      library->exports[outside] = binding;
  }
  library->interface = std::move(*buffer);
  order.push_back(library);
  return library;
}

void LibraryManager::readMacroSource(Macro &macro) {
  const Library &library = *macro.library;
  std::string file = macro.sourceFile == 0
                         ? library.file
                         : library.includedFiles[macro.sourceFile - 1];
  auto [entry, isNew] = macroSources.try_emplace(file);
  if (isNew)
    if (std::optional<uint32_t> opened = session.openFile(file))
      entry->second = readForms(session, *opened);
  // The form with just this span lies inside the forms around it.
  llvm::ArrayRef<const Syntax *> level = entry->second;
  for (;;) {
    const Syntax *inside = nullptr;
    for (const Syntax *form : level) {
      const Span &span = session.sources.span(form->location);
      if (span.begin == macro.begin && span.end == macro.end) {
        macro.spec = form;
        macro.location = form->location;
        return;
      }
      if (span.begin <= macro.begin && macro.end <= span.end)
        inside = form;
    }
    if (!inside)
      return;
    level = inside->elements;
  }
}

} // namespace plc::frontend
