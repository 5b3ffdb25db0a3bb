//===- Native.h - modules of native declarations ----------------*- C++ -*-===//
//
// An ecosystem whose modules are declarations (headers) is read when compiling:
// its members are known, their calls are checked and compiled directly. Who
// reads them is the driver's business; here is what the expander sees.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_NATIVE_H
#define PLC_FRONTEND_NATIVE_H

#include "ir/support/Datum.h"
#include "plc/native.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <memory>
#include <optional>
#include <vector>

namespace plc::frontend {

/// Reads modules of native declarations, each once.
class NativeImporter {
public:
  virtual ~NativeImporter() = default;
  /// True if modules of that ecosystem are declarations.
  virtual bool serves(llvm::StringRef ecosystem) = 0;
  /// The module, which lives as long as the importer; null, and `error`, if it
  /// cannot be had.
  virtual const native::Module *import(llvm::StringRef ecosystem,
                                       const native::ImportOptions &options,
                                       native::ImportError &error) = 0;
};

/// What a name of a module is.
struct NativeMember {
  enum Kind : uint8_t { Function, Constant, Global, Type, Refusal } kind;
  size_t index; ///< in the module's list of that kind
};

/// What a result has to be for a call to have succeeded (NativeChecks.h).
struct NativeCheck {
  enum Policy : uint8_t {
    Zero,
    NonZero,
    NonNegative,
    NonNull,
    Errno,       ///< not negative or not NULL; errno says what is wrong
    ErrorNumber, ///< zero; else it is a number as in errno
    OneOf        ///< of `values`
  } policy;
  using Integer = __int128; ///< signed or unsigned, of 64 bits
  std::vector<Integer> values;
  /// Functions of the same module whose text says what is wrong: each is called
  /// with what the next one returns.
  std::vector<const native::Function *> message;
};

/// What an import of a module binds a name to.
struct NativeSpace {
  std::string name;      ///< as bound
  std::string ecosystem; ///< ":from"
  const native::Module *module = nullptr;
  const ir::Datum *options = nullptr; ///< keyword value ..., as written
  native::ImportOptions importOptions;
  llvm::StringMap<NativeMember> members;
  llvm::StringMap<NativeCheck> checks; ///< by function
  std::vector<std::pair<native::TypeId, NativeCheck>> typeChecks;
  bool isNullError = false; ///< `:null error`
  /// Where names of a Source are looked for, before the outermost one.
  std::vector<std::string> namespaces;
  /// `:blocking`: functions that may wait for other threads; all of them.
  llvm::StringSet<> blocking;
  bool isBlocking = false;
  /// `:transient`: functions that use procedures until they return only.
  llvm::StringSet<> transient;
  bool isTransient = false;

  /// As written, or with `_` for `-`; nothing if there is none.
  std::optional<NativeMember> find(llvm::StringRef member) const;
  /// All names, sorted; those of the module itself, not of what it uses.
  std::vector<llvm::StringRef> names() const;
  std::vector<llvm::StringRef> ownNames() const;
  const native::Type &type(native::TypeId id) const {
    return module->types[id];
  }
};

/// Fills in the members of a module.
void indexMembers(NativeSpace &space);

/// What is known of a constant, type or variable: declaration, comment, place.
std::string nativeDocumentation(const NativeSpace &space,
                                const NativeMember &member);

/// The text of a type in a signature.
std::string nativeTypeText(const native::Module &module, native::TypeId id);
/// The text of a function's signature.
std::string nativeSignature(const native::Module &module, native::TypeId id);
/// "int compress2(Bytef *dest, ...)", as the language would declare it.
std::string nativeDeclaration(const native::Module &module,
                              const native::Function &function);
std::string nativeTypeSpelling(const native::Module &module,
                               native::TypeId id);
/// What a call takes, or why `datum` cannot be that: "" if it may fit.
std::string nativeMisfit(const native::Module &module, native::TypeId id,
                         const ir::Datum *datum);

/// The name as the source knows it: in one of the namespaces or the outermost.
std::string sourceName(const NativeSpace &space, native::Source &source,
                       llvm::StringRef name, native::Source::Found &found);

} // namespace plc::frontend
#endif // PLC_FRONTEND_NATIVE_H
