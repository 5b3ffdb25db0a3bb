//===- Build.cpp - plc build: source to executable ------------------------===//
//
// Libraries of the user are compiled once and kept in the cache: the object
// (.plco) beside the interface (.plci) that the frontend reads next time. Those
// of the standard library are members of libplcstd.a.
//
//===----------------------------------------------------------------------===//

#include "codegen/EmitObject.h"
#include "codegen/Link.h"
#include "codegen/Optimize.h"
#include "frontend/Expander.h"
#include "ir/Text.h"
#include "tools/driver/Compiler.h"
#include "tools/driver/NativeLinks.h"
#include "tools/driver/ProgramHost.h"
#include "tools/driver/Progress.h"
#include "tools/driver/SystemFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <set>

using namespace llvm;

namespace plc::driver {

/// Where a build goes: `-o`, or beside the source with another extension.
static std::string outputPath(const Options &options, StringRef extension) {
  if (!options.output.empty())
    return options.output;
  SmallString<128> path(options.file == "-" ? StringRef("program")
                                            : StringRef(options.file));
  sys::path::replace_extension(path, extension);
  if (path == options.file)
    path += ".out";
  return std::string(path);
}

static constexpr StringLiteral kModuleExtension = "abi3.so";

/// "m" of "folder/m.abi3.so", as Python imports it.
static std::string moduleName(const Options &options) {
  std::string path = outputPath(options, kModuleExtension);
  return sys::path::filename(path).split('.').first.str();
}

/// Whether `import` can be followed by it.
static bool isPythonName(StringRef name) {
  static const StringSet<> keywords = {
      "False", "None",   "True",     "and",    "as",     "assert", "async",
      "await", "break",  "class",    "continue", "def",  "del",    "elif",
      "else",  "except", "finally",  "for",    "from",   "global", "if",
      "import", "in",    "is",       "lambda", "nonlocal", "not",  "or",
      "pass",  "raise",  "return",   "try",    "while",  "with",   "yield"};
  return !name.empty() && !isDigit(name.front()) &&
         all_of(name, [](char c) { return isAlnum(c) || c == '_'; }) &&
         !keywords.contains(name);
}

/// The comment that a file begins with.
static std::string leadingComment(StringRef text) {
  std::string result;
  if (text.starts_with("#!"))
    text = text.split('\n').second;
  while (text.starts_with(";")) {
    auto [line, rest] = text.split('\n');
    line = line.ltrim(';');
    line.consume_front(" ");
    result += line.rtrim().str() + "\n";
    text = rest;
  }
  return StringRef(result).trim().str();
}

namespace {

class Builder {
public:
  explicit Builder(Compiler &compiler)
      : compiler(compiler), options(compiler.options) {}

  void run();

private:
  using Write = function_ref<void(raw_pwrite_stream &)>;

  bool emit(const frontend::Unit &unit);
  std::string outputPath(StringRef extension) const {
    return driver::outputPath(options, extension);
  }
  /// The text of the file that is built.
  StringRef source() const { return compiler.session.sources.fileText(0); }
  std::string keep(ArrayRef<char> object, StringRef name);
  bool libraryObject(const frontend::Library &library);
  bool writeInterface(const frontend::Library &library);
  ProgramHost hostOf(const frontend::Unit &program,
                     ArrayRef<std::string> programObjects,
                     std::vector<std::string> ownUnits);
  void link(const frontend::Unit &program);
  void buildLibraries();

  Compiler &compiler;
  const Options &options;
  /// Files to link, in order, and which of them go away afterwards.
  std::vector<std::string> objects, temporaries;
  NativePlaces nativePlaces;
};

/// --emit=KIND: the text of a stage, on standard output unless -o is given.
bool Builder::emit(const frontend::Unit &unit) {
  StringRef path = options.output.empty() ? StringRef("-") : options.output;
  if (options.emit == Emit::Forms)
    return writeOutput(compiler, path, [&](raw_pwrite_stream &out) {
      frontend::dumpUnit(unit, out);
    });
  // What the libraries tell of their code is known when they are compiled.
  for (const frontend::Library *library : compiler.unitsOf(unit))
    if (library->unit && library->unit != &unit && !library->isStandard &&
        options.level > 1)
      compiler.lower(*library->unit);
  std::unique_ptr<ir::Module> module = compiler.lower(unit);
  if (options.emit == Emit::Ir)
    return writeOutput(compiler, path, [&](raw_pwrite_stream &out) {
      ir::print(*module, out);
    });
  LLVMContext context;
  std::unique_ptr<Module> translated = compiler.translate(*module, context);
  switch (options.emit) {
  case Emit::Llvm:
    return writeOutput(compiler, path, [&](raw_pwrite_stream &out) {
      translated->print(out, nullptr);
    });
  case Emit::Asm: {
    std::string text =
        codegen::emitAssembly(*translated, compiler.machine());
    return writeOutput(compiler, path,
                       [&](raw_pwrite_stream &out) { out << text; });
  }
  case Emit::Object: {
    SmallVector<char, 0> bytes =
        codegen::emitObject(*translated, compiler.machine());
    return writeOutput(compiler, outputPath("o"),
                       [&](raw_pwrite_stream &out) {
                         out << StringRef(bytes.data(), bytes.size());
                       });
  }
  case Emit::Executable:
  case Emit::PythonModule:
  case Emit::Forms:
  case Emit::Ir:
    break;
  }
  llvm_unreachable("written above");
}

/// Writes an object to a temporary file for the linker; empty on failure.
std::string Builder::keep(ArrayRef<char> object, StringRef name) {
  SmallString<128> path;
  int fd = -1;
  std::error_code error =
      sys::fs::createTemporaryFile("plc-" + name, "o", fd, path);
  if (!error) {
    raw_fd_ostream out(fd, /*shouldClose=*/true);
    out << StringRef(object.data(), object.size());
    out.flush();
    error = out.error();
    out.clear_error();
    temporaries.push_back(std::string(path));
  }
  if (error) {
    compiler.session.diagnostics.report(ir::Diag::CannotWriteFile, {},
                                        {path, error.message()});
    return "";
  }
  return std::string(path);
}

bool Builder::writeInterface(const frontend::Library &library) {
  frontend::LibraryManager &libraries = compiler.session.libraries();
  std::string path = libraries.interfacePath(library);
  if (path.empty() || library.isUncacheable)
    return false;
  // A cache that cannot be written only costs time.
  if (sys::fs::create_directories(sys::path::parent_path(path)))
    return false;
  std::string text = libraries.interfaceText(library);
  Error error = writeToOutput(path, [&](raw_ostream &out) {
    out << text;
    return Error::success();
  });
  bool isWritten = !error;
  consumeError(std::move(error));
  return isWritten;
}

/// One file for all parts of a library: an object or an archive of objects,
/// which linkers tell apart by themselves.
static SmallVector<char, 0>
libraryBytes(std::vector<codegen::ObjectBytes> parts) {
  if (parts.size() == 1)
    return std::move(parts.front());
  std::vector<NewArchiveMember> members;
  for (const codegen::ObjectBytes &part : parts) {
    std::string name = "part" + std::to_string(members.size()) + ".o";
    members.emplace_back(
        MemoryBufferRef(StringRef(part.data(), part.size()), name));
    members.back().MemberName = members.back().Buf->getBufferIdentifier();
  }
  auto archive = writeArchiveToBuffer(
      members, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU,
      /*Deterministic=*/true, /*Thin=*/false);
  if (!archive)
    report_fatal_error(archive.takeError());
  StringRef bytes = (*archive)->getBuffer();
  return SmallVector<char, 0>(bytes.begin(), bytes.end());
}

bool Builder::libraryObject(const frontend::Library &library) {
  frontend::LibraryManager &libraries = compiler.session.libraries();
  std::string interface = libraries.interfacePath(library);
  SmallString<128> cached(interface);
  if (!interface.empty())
    sys::path::replace_extension(cached, "plco");
  if (!library.unit) {
    objects.push_back(std::string(cached));
    return true;
  }
  std::unique_ptr<ir::Module> module = compiler.lower(*library.unit);
  addNativePlaces(*module, nativePlaces);
  SmallVector<char, 0> object =
      libraryBytes(compiler.compile(*module, compiler.codegenOptions()));
  if (!interface.empty() && !library.isUncacheable && !library.isInProgram &&
      !sys::fs::create_directories(sys::path::parent_path(interface))) {
    // The object first: an interface promises that its object is there.
    Error error = writeToOutput(cached, [&](raw_ostream &out) {
      out << StringRef(object.data(), object.size());
      return Error::success();
    });
    if (!error && writeInterface(library)) {
      objects.push_back(std::string(cached));
      return true;
    }
    consumeError(std::move(error));
  }
  std::string path = keep(object, "library");
  objects.push_back(path);
  return !path.empty();
}

/// What the evaluator of the program has to know: the very files that were
/// compiled, since those on disk may be others by then, or gone.
ProgramHost Builder::hostOf(const frontend::Unit &program,
                            ArrayRef<std::string> programObjects,
                            std::vector<std::string> ownUnits) {
  frontend::Session &session = compiler.session;
  ProgramHost host;
  host.objects = objects;
  host.objects.insert(host.objects.end(), programObjects.begin(),
                      programObjects.end());
  host.units = std::move(ownUnits);
  host.libraryPath = session.options.libraryPath;
  host.libraryFolder = compiler.host.library_dir;
  host.isOpen = program.needsEvaluator;
  std::set<std::string> seen;
  auto add = [&](const std::string &path, StringRef text) {
    if (seen.insert(path).second)
      host.sources.push_back({path, text.str()});
  };
  // Those that were opened, the program first; then those of libraries that
  // were in the cache.
  StringRef standard = session.options.standardLibrary;
  for (uint32_t file = 0; file < session.sources.fileCount(); ++file)
    if (!session.sources.isPlaceholder(file) &&
        !session.placeOf(session.sources.fileName(file)).starts_with(standard))
      add(session.sources.fileName(file).str(), session.sources.fileText(file));
  for (const frontend::Library *library : session.libraries().loaded()) {
    if (library->isStandard || library->isBuiltin)
      continue;
    std::vector<std::string> files = library->includedFiles;
    files.push_back(library->file);
    for (const std::string &path : files)
      if (auto buffer = MemoryBuffer::getFile(path, /*IsText=*/true))
        add(path, (*buffer)->getBuffer());
  }
  return host;
}

void Builder::link(const frontend::Unit &program) {
  std::vector<std::string> units, ownUnits;
  for (const frontend::Library *library : compiler.unitsOf(program)) {
    units.push_back(library->name);
    if (library->isStandard)
      continue;
    ownUnits.push_back(library->name);
    if (!libraryObject(*library))
      return;
  }
  units.push_back(program.name);
  std::vector<std::string> programObjects;
  std::unique_ptr<ir::Module> module = compiler.lower(program);
  addNativePlaces(*module, nativePlaces);
  for (const codegen::ObjectBytes &object :
       compiler.compile(*module, compiler.codegenOptions()))
    programObjects.push_back(keep(object, "program"));
  LLVMContext context;
  std::unique_ptr<Module> main =
      options.emit == Emit::PythonModule
          ? codegen::createPythonMain(context, units, moduleName(options),
                                      leadingComment(source()))
          : codegen::createMainModule(context, units);
  codegen::setTarget(*main, compiler.machine());
  if (std::string words = runtimeOptions(options); !words.empty()) {
    Constant *text = ConstantDataArray::getString(context, words);
    new GlobalVariable(*main, text->getType(), true,
                       GlobalValue::ExternalLinkage, text,
                       "plc_default_options");
  }
  // Dropped by the linker if the program has no foreign imports.
  Constant *plugins =
      ConstantDataArray::getString(context, compiler.host.library_dir);
  new GlobalVariable(*main, plugins->getType(), true,
                     GlobalValue::ExternalLinkage, plugins,
                     "plc_plugin_folder");
  if (compiler.needsEvaluator(program))
    addProgramHost(*main, hostOf(program, programObjects, ownUnits));
  SmallVector<char, 0> mainObject =
      codegen::emitObject(*main, compiler.machine());
  std::string mainPath = keep(mainObject, "main");
  programObjects.insert(programObjects.begin(), mainPath);
  if (is_contained(programObjects, ""))
    return;
  objects.insert(objects.begin(), programObjects.begin(), programObjects.end());

  compiler.stages.enter("link");
  bool isModule = options.emit == Emit::PythonModule;
  std::string output = outputPath(isModule ? kModuleExtension : "");
  ir::DiagnosticEngine &diagnostics = compiler.session.diagnostics;
  if (sys::fs::is_directory(output)) {
    diagnostics.report(ir::Diag::OutputIsFolder, {}, {output})
        .help("name a file in it: `-o " + output +
              (StringRef(output).ends_with("/") ? "" : "/") +
              sys::path::stem(options.file).str() + "`");
    return;
  }
  codegen::LinkOptions linkOptions;
  linkOptions.objects = objects;
  std::string folder = compiler.host.library_dir;
  linkOptions.archives = {folder + "/libplcstd.a", folder + "/libplcrt.a",
                          folder + "/libplcffi.a"};
  if (!isModule)
    linkOptions.archives.push_back(folder + "/libplcuv.a");
  linkOptions.libraries = options.nativeLibraries;
  linkOptions.libraryFolders = options.nativePath;
  addNativeLinks(program, linkOptions);
  for (const frontend::Library *library : compiler.unitsOf(program))
    addNativeLinks(*library, linkOptions);
  linkOptions.isVerbose = options.verbose;
  linkOptions.output = output;
  if (isModule)
    linkOptions.exported = "PyInit_" + moduleName(options);
  // Devices and standard output are written to, never replaced.
  sys::fs::file_status status;
  bool isSpecial = output == "-" || (!sys::fs::status(output, status) &&
                                     sys::fs::exists(status) &&
                                     !sys::fs::is_regular_file(status));
  if (isSpecial) {
    SmallVector<char, 0> nothing;
    linkOptions.output = keep(nothing, "linked");
    if (linkOptions.output.empty())
      return;
  }
  if (Error error = codegen::link(linkOptions)) {
    std::string message = toString(std::move(error));
    std::string full = std::error_code(ENOSPC, std::generic_category()).message();
    if (StringRef(message).contains(full))
      diagnostics.report(ir::Diag::CannotWriteFile, {}, {output, full});
    else if (StringRef(message).starts_with("cannot write `"))
      diagnostics.report(ir::Diag::CannotWriteFile, {},
                         {output, StringRef(message).rsplit(": ").second});
    else if (!reportMissingSymbols(compiler, message, nativePlaces,
                                   linkOptions.objects))
      diagnostics.report(ir::Diag::LinkFailed, {}, {message});
    return;
  }
  if (!isSpecial)
    return;
  if (auto program = MemoryBuffer::getFile(linkOptions.output))
    writeOutput(compiler, output, [&](raw_pwrite_stream &out) {
      out << (*program)->getBuffer();
    });
}

void Builder::buildLibraries() {
  for (frontend::Unit *unit : compiler.libraryUnits) {
    const frontend::Library *library =
        compiler.session.libraries().find(unit->name);
    if (library && !libraryObject(*library))
      return;
  }
}

void Builder::run() {
  if (options.emit == Emit::PythonModule &&
      (!isPythonName(moduleName(options)) ||
       !StringRef(outputPath(kModuleExtension)).ends_with(".so"))) {
    std::string name = moduleName(options);
    compiler.session.diagnostics
        .report(ir::Diag::NoModuleName, {},
                {sys::path::filename(outputPath(kModuleExtension))})
        .help("name it by `-o`, such as `-o " +
              (isPythonName(name) ? name : "my_module") + "." +
              kModuleExtension.str() + "`");
    return;
  }
  frontend::Unit *program = compiler.expand();
  if (compiler.hasErrors())
    return;
  if (options.emit != Emit::Executable &&
      options.emit != Emit::PythonModule) {
    if (program)
      emit(*program);
    for (frontend::Unit *unit : compiler.libraryUnits)
      if (!emit(*unit))
        return;
  } else if (program) {
    link(*program);
  } else {
    buildLibraries();
  }
  for (const std::string &path : temporaries)
    sys::fs::remove(path);
}

} // namespace

/// How to run what was built; empty if it is no program in a file.
static std::string builtProgram(const Compiler &compiler) {
  const Options &options = compiler.options;
  if (options.emit != Emit::Executable || !compiler.libraryUnits.empty())
    return "";
  std::string path = outputPath(options, "");
  if (!sys::fs::is_regular_file(path))
    return "";
  return (StringRef(path).contains('/') ? "" : "./") + path;
}

int runBuild(const Options &options, const plc_host &host) {
  Compiler compiler(options, host);
  Progress progress(options);
  runOnBigStack([&] { Builder(compiler).run(); });
  bool wasLong = progress.finish();
  int status = compiler.report();
  if (wasLong && status == 0) {
    errs() << format("done in %.1f s", progress.seconds());
    if (std::string program = builtProgram(compiler); !program.empty())
      errs() << "; run it with `" << program << '`';
    errs() << '\n';
  }
  return status;
}

} // namespace plc::driver
