//===- Convert.h - Rust that converts values --------------------*- C++ -*-===//
//
// Pieces of shims: how an argument is taken from a word of Lisp and how a
// result is given. What is used of the crate `plc` stands in its `private`.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUST_IMPORT_CONVERT_H
#define PLC_RUST_IMPORT_CONVERT_H

#include "Types.h"

namespace plc::rustimport {

/// How a call takes an argument, from the word `aN`.
struct Taken {
  std::string setup; ///< statements
  std::string value; ///< what is passed
  std::string check; ///< whether the word suits it: an expression
  std::string ties;  ///< statements that add to `from` what a result borrows
  std::string kept;  ///< a variable that the result may borrow from, or ""
  std::string after; ///< statements that follow the call
  std::string refusal;
};

/// What a call wants of its arguments.
struct Taking {
  unsigned place = 0;   ///< of the argument, counted from 0
  int shownPlace = 0;   ///< as conditions count it; below 0: `self`
  bool isKept = false;  ///< the result may borrow from it
  bool isLater = false; ///< used when the call has returned
};

class Converter {
public:
  Taken take(const Type &type, const Taking &taking);
  /// An expression that `ToLisp` takes; `ties` is known there.
  std::string give(const Type &type, const std::string &value,
                   unsigned depth = 0);
  /// The class of an object, an expression.
  std::string classOf(const Type &type);

  /// Lisp gets the memory of a `Vec` of numbers itself.
  bool isSharing = false;
  /// Functions that the code uses, by name.
  std::map<std::string, std::string> helpers;
  /// Types of objects that there may be, by spelling.
  std::map<std::string, Type> objects;

private:
  std::string takeWord(const Type &type, const std::string &word,
                       const std::string &place, std::string &refusal);
  std::string closure(const Type &type, const std::string &procedure,
                      std::string &refusal);
  std::string symbols(const Type &type, bool isGiven);
  /// Whether a word names a variant.
  std::string isSymbol(const Type &type, const std::string &word);
  Taken takeReference(const Type &type, const Taking &taking);
  void use(const Type &type);

public:
  /// Of an enum of names only: its variants.
  std::vector<std::string> (*variants)(const void *api,
                                       const Type &type) = nullptr;
  const void *api = nullptr;
};

/// Spelled where no lifetime can be inferred.
std::string withStatic(std::string text);
/// "x" as a Rust literal.
std::string quoted(const std::string &text);

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_CONVERT_H
