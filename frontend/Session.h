//===- Session.h - one run of the compiler ----------------------*- C++ -*-===//
//
// A Session owns what every stage of the frontend shares: the sources, the
// names and arena memory, the diagnostics, the libraries met so far and the
// units expanded. Syntax, core nodes and interfaces live as long as it, or as
// long as the form that is evaluated (FormMemory.h).
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_SESSION_H
#define PLC_FRONTEND_SESSION_H

#include "frontend/Core.h"
#include "frontend/Syntax.h"
#include "ir/support/Diagnostics.h"
#include "ir/support/Interner.h"
#include "ir/support/Location.h"

#include "llvm/ADT/Twine.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plc::frontend {

class LibraryManager;
class NativeImporter;
class PackageProvider;

/// What the driver decides.
struct SessionOptions {
  /// Folders searched for libraries, in order: the program's own, -I,
  /// PLC_LIBRARY_PATH. Empty when the standard library itself is built: then
  /// no interface files are read.
  std::vector<std::string> libraryPath;
  /// The installed standard library (scheme/base.sld, ...), searched first.
  std::string standardLibrary;
  /// Where valid `.plci` files of standard libraries lie; empty: none.
  std::string standardInterfaces;
  /// Where `.plci` files of other libraries lie; empty: none.
  std::string cacheDirectory;
  /// Enters every content hash, for example "-O2".
  std::string optionsKey;
  /// Features beyond those of every plc.
  std::vector<std::string> features;
  /// Texts that stand for files, by path: what a program was built from.
  std::map<std::string, std::string> files;
};

/// Values of the running program inside forms that are no text: eval's.
class ObjectTable {
public:
  virtual ~ObjectTable() = default;
  /// A cell that holds the value of Syntax::object; null if it is no longer
  /// known and the syntax itself has to do.
  virtual Global *cellOf(uint64_t object) = 0;
  /// A cell of this name that never has a value.
  virtual Global *unboundCell(ir::Symbol name) = 0;
};

class Session {
public:
  explicit Session(SessionOptions options = {});
  ~Session();
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  ir::SourceManager sources;
  ir::Interner interner;
  ir::DiagnosticEngine diagnostics{sources};
  ir::DatumFactory data{interner};
  SessionOptions options;
  /// Set where programs are evaluated.
  ObjectTable *objects = nullptr;
  /// Reads declarations of native code; null: there are none.
  NativeImporter *natives = nullptr;
  /// Installs packages; null: imports need what is there when the program runs.
  PackageProvider *packages = nullptr;
  /// Forms evaluated so far: each is a unit with a name of its own.
  unsigned evaluatedForms = 0;

  LibraryManager &libraries() { return *manager; }

  /// The form that is evaluated has made something that lives on: a binding,
  /// a library, a macro.
  void keepForm() { ++keptForms; }

  Unit *makeUnit(std::string name);
  Global *makeGlobal();

  /// Reads a file from disk into the source manager; `-` is stdin. Nothing
  /// when it cannot be read.
  std::optional<uint32_t> openFile(llvm::StringRef path);
  /// The path of a file by the name that locations show.
  std::string placeOf(llvm::StringRef name) const;
  bool fileExists(llvm::StringRef path) const;

private:
  friend class FormMemory;
  unsigned keptForms = 0;
  bool isFormOpen = false;
  /// What a form is made in; and those of forms that were kept.
  llvm::BumpPtrAllocator formArena;
  std::vector<llvm::BumpPtrAllocator> keptArenas;
  std::deque<Unit> units;
  std::deque<Global> globals;
  std::unique_ptr<LibraryManager> manager;
};

/// All forms of a file; syntax errors are diagnosed.
llvm::ArrayRef<const Syntax *> readForms(Session &session, uint32_t file,
                                         bool foldCase = false);

} // namespace plc::frontend
#endif // PLC_FRONTEND_SESSION_H
