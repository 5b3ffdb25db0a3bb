//===- Types.h - types of Rust as rustdoc tells of them ---------*- C++ -*-===//
#ifndef PLC_RUST_IMPORT_TYPES_H
#define PLC_RUST_IMPORT_TYPES_H

#include "llvm/Support/JSON.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace plc::rustimport {

struct Api;

/// What the shims do with a type.
struct Type {
  enum Kind : uint8_t {
    Plain,    ///< converted by the crate `plc`, both ways
    Text,     ///< `str`
    Path,     ///< `Path`, `PathBuf`, `OsStr`, `OsString`
    Slice,    ///< `[T]`
    Sequence, ///< what is made of a Vec of its elements
    Map,      ///< a map of two types that not both are plain
    Option,
    Result,
    Tuple,
    Reference,
    Box,
    Object,   ///< an object that Lisp refers to
    Symbols,  ///< an enum of names only
    Closure,  ///< Fn, FnMut, FnOnce: parts are the parameters, then the result
    Iterator, ///< parts: its items
    Future,   ///< parts: its result
    Duration,
    Ordering,
    Bytes,    ///< what is read from
    Cow,      ///< `Cow<str>`
    Constant, ///< an argument of a generic type that is none
    Inferred, ///< only the compiler of Rust knows
  } kind = Inferred;
  std::string text =
      "_";             ///< as the shims spell it, "_" if it has no public name
  std::string shown;   ///< as the user knows it
  std::string scalar;  ///< in a signature (plc/native.h), "" if it is none
  std::string refusal; ///< why it is none, "" if it is one
  std::vector<Type> parts;
  const llvm::json::Object *item = nullptr; ///< Object, Symbols: of this crate
  bool isMutable = false;                   ///< Reference
  bool isStatic = false;                    ///< Reference: for ever
  bool isDyn = false;                       ///< Object: a trait
  bool isOpen = false; ///< Object: it has generics that are not known
  bool isSend = false; ///< Closure
  bool isConcrete = false; ///< Iterator: one type, which is not made of others
  bool isCopy = false, isClone = false; ///< Object
  /// Its lifetimes: "" stands for one that is not named. Without 'static.
  std::set<std::string> lifetimes;

  bool isPlain() const { return kind == Plain; }
};

/// What names of types stand for: `Self` and those of generics.
using Environment = std::map<std::string, Type>;

/// Reads types where these names are known.
class TypeReader {
public:
  TypeReader(const Api &api, Environment environment)
      : environment(std::move(environment)), api(api) {}

  Type read(const llvm::json::Value &type);
  /// The type that is taken for a parameter of a generic type, which may be any
  /// that meets these bounds; kind Inferred if no one is as good as all others.
  Type ofBounds(const llvm::json::Array &bounds, const std::string &name);
  /// What an alias with these arguments stands for.
  Type readAlias(const llvm::json::Object &alias, const std::vector<Type> &parts);
  const llvm::json::Object *itemOf(const llvm::json::Value *id) const;

  Environment environment;
  /// Where `Self::Item` is looked for.
  const llvm::json::Object *implementation = nullptr;
  /// Of the function, for `I::Item`.
  const llvm::json::Object *generics = nullptr;

private:
  Type readPath(const llvm::json::Object &path);
  Type readConstant(const llvm::json::Object &constant);
  Type readAssociated(const llvm::json::Object &path);
  Type readDyn(const llvm::json::Object &dyn);
  Type closure(const llvm::json::Object &trait);

  const Api &api;
  unsigned depth = 0;
  bool isQuiet = false; ///< other crates are not read
  bool isAliased = false; ///< the next path is, nor are they for its arguments
};

/// The types and constants of an argument list: those of `Vec<i64>` are { i64 }.
std::vector<const llvm::json::Value *>
typeArguments(const llvm::json::Object *args);

Type refusedType(std::string shown, std::string reason);
Type primitiveType(const std::string &name);
/// An argument of a generic type that is a constant; of a name nothing is known.
Type constantType(const std::string &text, bool isLiteral);
/// Any value of Lisp, for a generic parameter.
Type lispType();
/// Whether a value of Lisp, of whatever type, meets all bounds.
bool isMetByLisp(const llvm::json::Array &bounds);
/// A type of the standard library by its path.
Type standardType(const std::string &path, std::vector<Type> parts,
                  std::set<std::string> lifetimes);
/// An iterator of the standard library.
std::optional<Type> standardIterator(const std::string &path,
                                     const std::vector<Type> &parts,
                                     const std::set<std::string> &lifetimes);
/// The public name of an item of the standard library, "" if it is not known:
/// rustdoc tells where it is defined.
std::string standardName(const std::string &path);
/// An item of the crate with these arguments.
Type itemType(const Api &api, const llvm::json::Object &item,
              std::vector<Type> parts, std::set<std::string> lifetimes);

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_TYPES_H
