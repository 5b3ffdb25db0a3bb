//===- Syntax.h - forms with locations --------------------------*- C++ -*-===//
//
// What the Reader makes and the Expander consumes: immutable trees in the
// session's arena. A list is an array of elements with an optional improper
// tail; `(a . (b c))` is normalised to `(a b c)`, so tail is never a list.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_SYNTAX_H
#define PLC_FRONTEND_SYNTAX_H

#include "ir/support/Datum.h"
#include "ir/support/Location.h"

namespace plc::frontend {

/// Hygiene: an identifier inserted by a macro (Expander.h owns its meaning).
struct Alias;

enum class SyntaxKind : uint8_t {
  Identifier, // name, alias
  Constant,   // datum: number, string, character, boolean, bytevector, ...
  List,       // elements, tail; brackets
  Vector,     // #( ... ): elements
  Map,        // { ... }: elements, keys and values in turn
  LabelDefinition, // #n=x: label, definition, elements[0]
  LabelReference,  // #n#: label, definition
  Object,     // a value of the running program that is no datum: object
  Error       // where the reader recovered; already diagnosed
};

/// How a list was written.
enum class Brackets : uint8_t { Round, Square };

struct Syntax {
  SyntaxKind kind;
  Brackets brackets = Brackets::Round;
  ir::Location location;
  uint32_t label = 0;
  /// The LabelDefinition that was read: a macro may copy, move or drop it.
  const Syntax *definition = nullptr;
  /// The value of the running program that this was made of (Session.h), 0 for
  /// text.
  uint64_t object = 0;
  /// An Object that is a list or vector with itself inside, or too deep.
  bool isUnending = false;
  ir::Symbol name = nullptr;
  const Alias *alias = nullptr;
  const ir::Datum *datum = nullptr;
  llvm::ArrayRef<const Syntax *> elements;
  const Syntax *tail = nullptr;

  Syntax(SyntaxKind kind, ir::Location location)
      : kind(kind), location(location) {}

  bool isIdentifier() const { return kind == SyntaxKind::Identifier; }
  bool isList() const { return kind == SyntaxKind::List; }
  bool isProperList() const { return isList() && !tail; }
  bool isNull() const { return isProperList() && elements.empty(); }
  size_t size() const { return elements.size(); }
  const Syntax *operator[](size_t i) const { return elements[i]; }
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_SYNTAX_H
