//===- Api.h - the public names of a crate ----------------------*- C++ -*-===//
#ifndef PLC_RUST_IMPORT_API_H
#define PLC_RUST_IMPORT_API_H

#include "Types.h"

#include "plc/native.h"

#include <functional>
#include <list>
#include <optional>
#include <unordered_map>

namespace plc::rustimport {

/// The shims call other crates "plc_1_0_2_of_regex".
inline constexpr char kOtherCrate[] = "plc_";

/// A package that cargo has built for a crate.
struct Package {
  std::string id;       ///< as cargo tells it, with source and version
  std::string library;  ///< "serde_json"
  std::string manifest; ///< its Cargo.toml
  std::string file;     ///< "libserde_json-c6b1...", which tells features too
};

/// A function or method, or a constant, where its types are known.
struct Use {
  const llvm::json::Object *item = nullptr; ///< nullptr: there is none
  std::string callee;                       ///< as the shims spell it
  std::string owner;       ///< of a member: the type in `callee`
  std::string path;        ///< as the user knows it
  Environment environment; ///< `Self`, generics of the impl
  const llvm::json::Object *implementation = nullptr;
  std::vector<Type> arguments; ///< for its generics, named in full
  std::string refusal;
  bool isField = false, isConstant = false, isVariable = false;
  /// Of an enum: the fields of a variant, in a pattern.
  const llvm::json::Object *variant = nullptr;
};

/// What rustdoc tells, with the names under which all can be used. Of other crates it is
/// read when a name or a type of theirs is used, so that much of this grows.
struct Api {
  std::string name;   ///< of the library
  std::string folder; ///< of its sources
  std::vector<Package> packages;
  /// What rustdoc tells of one of them; else why it does not.
  std::function<std::string(const Package &, llvm::json::Object &)> read;
  /// Public items by "inner:f".
  mutable std::map<std::string, const llvm::json::Object *> items;
  mutable std::map<std::string, bool> modules;
  mutable std::map<std::string, std::string>
      foreign; ///< items of other crates: why not

  /// Finds the public names; false if there is no crate in it.
  bool index(llvm::json::Object json);
  /// Reads the crates that give out this name; of all names without one.
  void need(const std::string &name) const;
  void needAll() const;
  /// Reads the crate of an item, unless it is the standard library.
  void need(const llvm::json::Value *id) const;
  /// Whether code speaks of a package as `::root::...`, by its root.
  std::vector<std::pair<std::string, const Package *>> roots() const;

  const llvm::json::Object *item(const llvm::json::Value *id) const;
  /// As the shims spell it: "::crate::inner::f"; "" if it has no public name.
  std::string pathOf(int64_t id) const;
  /// Whether it is defined in another crate.
  bool isOfOther(int64_t id) const;
  /// The same as users know it: "inner::f".
  std::string shownPathOf(int64_t id) const;
  /// "core::clone::Clone", of an item of any crate; "" if it is not known.
  std::string fullPath(int64_t id) const;
  /// A function, constant, variable, constructor or method by its full name.
  std::vector<Use> uses(const std::string &name) const;
  /// A type by its name, "Stack<i64>" too.
  std::optional<Type> type(const std::string &name) const;
  /// The members of that name of a type: methods, functions, constants, fields.
  std::vector<Use> members(const Type &type, const std::string &name) const;
  /// What `Self` and the generics of a type of this crate stand for, as far as it tells.
  Environment environmentOf(const Type &type) const;
  /// All names of them.
  std::set<std::string> memberNames(const Type &type) const;
  /// The implementation of a trait of std, by the last part of its name; of the
  /// type itself or, `byReference`, of references to it.
  const llvm::json::Object *implementation(const Type &type,
                                           const std::string &trait,
                                           bool byReference = false,
                                           const std::vector<Type> *arguments =
                                               nullptr) const;
  /// The implementation that has an associated type of that name.
  const llvm::json::Object *implementationOf(const Type &type,
                                             const std::string &associated) const;
  /// Whether a type of this crate has the trait, also by an implementation for all
  /// types that meet something.
  bool hasTrait(const Type &type, const llvm::json::Object &trait) const;
  bool hasTrait(const Type &type, const std::string &name,
                unsigned depth = 0) const;
  /// The types that implement a trait of this crate, with these arguments.
  /// All implementations of a trait that a type of a crate has, also those by reference,
  /// of other instances and for all types.
  const std::vector<const llvm::json::Object *> &
  implementationsOf(const Type &type, const std::string &trait) const;
  std::vector<Type> implementors(const llvm::json::Object &trait,
                                 const std::vector<Type> &arguments,
                                 unsigned depth = 0) const;
  /// The implementation of a trait of a crate for a type of whatever kind.
  const llvm::json::Object *implementationIn(const llvm::json::Object &trait,
                                             const Type &type,
                                             unsigned depth = 0) const;
  /// Whether a trait has no methods and is one of all types that meet something, of
  /// which nothing is kept.
  bool isMarker(const std::string &trait) const { return markers.count(trait); }
  /// All types of the crate without generics.
  std::vector<Type> allTypes() const;
  native::Origin originOf(const llvm::json::Object &item) const;

private:
  /// Where names are looked for: below what they are spelled, and whether users write them.
  struct Walk {
    std::string root;
    bool isOwn = false;
  };
  /// `pub use` of what is in a crate that has not been read.
  struct Pending {
    std::string name, path;
    int64_t id;
    bool isAll; ///< `*`
    Walk walk;
  };
  /// An item of any crate: "core::clone::Clone", and where it is defined.
  struct Known {
    std::string path, package;
  };

  mutable std::list<llvm::json::Object> documents;
  mutable std::unordered_map<int64_t, const llvm::json::Object *> byId;
  mutable std::unordered_map<int64_t, std::string> paths;
  mutable std::unordered_map<int64_t, Known> known;
  mutable std::unordered_map<std::string, int64_t> ids; ///< by package, path and kind
  mutable std::multimap<std::string, Pending> pending;  ///< by package
  mutable std::set<std::string> isRead;
  /// The implementations of a trait by the last part of its name, by type and name.
  mutable std::unordered_map<
      const llvm::json::Object *,
      std::unordered_map<std::string, std::vector<const llvm::json::Object *>>>
      byTrait;
  /// Traits of whose implementations for all that meets something is not told.
  mutable std::set<std::string> markers;

  bool isMet(const llvm::json::Object &implementation,
             const Environment &bound, unsigned depth) const;
  const llvm::json::Object *add(llvm::json::Object document,
                                const std::string &package) const;
  std::string packageOf(const llvm::json::Object *crate) const;
  bool readPackage(const std::string &id) const;
  void visit(const llvm::json::Object &item, std::string name, std::string path,
             unsigned depth, const Walk &walk) const;
  void visitMembers(const llvm::json::Object &module, const std::string &name,
                    const std::string &path, unsigned depth,
                    const Walk &walk) const;
  void postpone(const llvm::json::Object &use, const std::string &name,
                const std::string &path, const Walk &walk) const;
};

/// What an item is: { "struct", what rustdoc tells of it }.
std::pair<std::string, const llvm::json::Object *>
kindOf(const llvm::json::Object &item);
/// A method that a trait of std provides, and in the environment what its types are;
/// nullptr if that is not known.
const llvm::json::Object *providedMethod(const std::string &trait,
                                         const std::string &name,
                                         Environment &environment);
/// A name as code of Rust spells it: "r#type".
std::string spelled(const std::string &name);
int64_t idOf(const llvm::json::Object &item);
std::string textOf(const llvm::json::Object &object, llvm::StringRef key);
/// "a::b::C" without all before the last part.
std::string lastPart(const std::string &path);
const llvm::json::Array &arrayOf(const llvm::json::Object &object,
                                 llvm::StringRef key);
/// Whether a type `found`, with names of generics in it, can be `type`; binds
/// them.
bool unify(const llvm::json::Value &found, const Type &type, TypeReader &reader,
           Environment &bound);

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_API_H
