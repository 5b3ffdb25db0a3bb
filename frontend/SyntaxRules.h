//===- SyntaxRules.h - compiled syntax-rules --------------------*- C++ -*-===//
//
// R7RS 4.3.2: patterns and templates are compiled once, where the macro is
// defined; that is also where mistakes in them are diagnosed.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_FRONTEND_SYNTAXRULES_H
#define PLC_FRONTEND_SYNTAXRULES_H

#include "frontend/Binding.h"
#include "frontend/Session.h"

namespace plc::frontend {

class LibraryManager;

class SyntaxRules {
public:
  struct Pattern;
  struct Template;

  /// `spec` is a (syntax-rules ...) form, evaluated in `scope`. Null after an
  /// error, which has been reported.
  static const SyntaxRules *compile(Session &session, const Syntax *spec,
                                    Scope *scope);

  /// Expands a use; null when no rule matches, which has been reported.
  const Syntax *expand(Session &session, const Macro &macro, const Syntax *use,
                       Scope *useScope) const;

  struct Rule {
    const Pattern *pattern;
    const Template *result;
    unsigned slotCount;
    /// Slots behind those that the pattern fills: copies of these.
    llvm::ArrayRef<unsigned> copies;
    const Syntax *source;
    /// Identifiers that the template inserts, one alias each an expansion.
    llvm::ArrayRef<const Syntax *> inserted;
  };

private:
  SyntaxRules(llvm::ArrayRef<Rule> rules, Scope *scope)
      : rules(rules), scope(scope) {}
  llvm::ArrayRef<Rule> rules;
  Scope *scope;
};

} // namespace plc::frontend
#endif // PLC_FRONTEND_SYNTAXRULES_H
