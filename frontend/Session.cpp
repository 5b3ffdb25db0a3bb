//===- Session.cpp - one run of the compiler ------------------------------===//

#include "frontend/Session.h"

#include "frontend/LibraryManager.h"
#include "frontend/Reader.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

namespace plc::frontend {

Session::Session(SessionOptions sessionOptions)
    : options(std::move(sessionOptions)),
      manager(std::make_unique<LibraryManager>(*this)) {}

Session::~Session() = default;

Unit *Session::makeUnit(std::string name) {
  Unit &unit = units.emplace_back();
  unit.name = std::move(name);
  return &unit;
}

Global *Session::makeGlobal() { return &globals.emplace_back(); }

/// Files of the standard library are known by a name that does not tell where it
/// is installed: the same bytes in any folder.
static constexpr llvm::StringLiteral kStandardFolder = "<stdlib>";

std::string Session::placeOf(llvm::StringRef name) const {
  if (name.consume_front(kStandardFolder))
    return (options.standardLibrary + name).str();
  return name.str();
}

std::optional<uint32_t> Session::openFile(llvm::StringRef path) {
  if (auto known = options.files.find(path.str()); known != options.files.end())
    return sources.addFile(known->first, known->second);
  auto buffer =
      llvm::MemoryBuffer::getFileOrSTDIN(placeOf(path), /*IsText=*/true);
  if (!buffer)
    return std::nullopt;
  std::string name = path == "-" ? "<stdin>" : path.str();
  if (!options.standardLibrary.empty() &&
      path.consume_front(options.standardLibrary) && path.starts_with("/"))
    name = (kStandardFolder + path).str();
  return sources.addFile(name, (*buffer)->getBuffer().str());
}

bool Session::fileExists(llvm::StringRef path) const {
  return options.files.count(path.str()) ||
         llvm::sys::fs::exists(placeOf(path));
}

llvm::ArrayRef<const Syntax *> readForms(Session &session, uint32_t file,
                                         bool foldCase) {
  // The directive holds to the end of the file.
  if (foldCase)
    file = session.sources.addFile(
        session.sources.fileName(file).str(),
        ("#!fold-case " + session.sources.fileText(file)).str());
  return Reader(session.sources, session.interner, session.diagnostics)
      .read(file);
}

} // namespace plc::frontend
