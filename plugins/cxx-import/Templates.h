//===- Templates.h - calls whose types clang deduces ------------*- C++ -*-===//
//
// Which function a call means whose template arguments are deduced, only clang
// knows. It is asked with an expression for each choice of types that arguments may
// have: of those that it takes it says the function.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CXX_IMPORT_TEMPLATES_H
#define PLC_CXX_IMPORT_TEMPLATES_H

#include "Declarations.h"

#include "clang/Basic/Diagnostic.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace plc::cxximport {

/// A choice of types for the arguments of a call.
struct Choice {
  std::vector<std::string> operands; ///< expressions of these types
  std::vector<std::string> literals; ///< see Candidate
  size_t countLiterals() const;
};

/// What numbers are while types are deduced. Where nothing takes what they usually are,
/// they may be what a library of graphics has, or the content of boxes that is changed,
/// by reference or by pointers among parameters of any type.
enum class Numbers { Usual, Narrow, Boxed, Pointed };

/// Choices for a function template, or for an object that can be called (null).
/// \param classes  all whose instances an argument may be, as they are spelled
/// \returns false if there are too many
bool chooseTypes(const clang::FunctionTemplateDecl *declaration,
                 const Declarations &declarations,
                 const std::vector<native::Argument> &arguments,
                 const std::vector<std::string> &classes, Numbers numbers,
                 std::vector<Choice> &choices);

/// True if so many arguments may be passed.
bool takesCount(const clang::FunctionTemplateDecl *declaration, size_t count);

/// The name without the template arguments at its end: "std::max<int>"; "" if it has
/// none.
std::string withoutArguments(const std::string &name);

/// The errors of a unit by the line of the main file that they are about.
class LineErrors final : public clang::DiagnosticConsumer {
public:
  explicit LineErrors(std::string mainFile) : mainFile(std::move(mainFile)) {}
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                        const clang::Diagnostic &diagnostic) override;
  std::map<unsigned, std::string> lines;
  bool isInBodies = false; ///< some were of code of headers

private:
  std::string mainFile, open;
};

/// Expressions that were tried.
class Trials {
public:
  /// Remembers an expression that is not known yet.
  void ask(const std::string &expression);
  bool hasQuestions() const { return !questions.empty(); }
  /// The text of what is to be parsed for that, after the headers.
  std::string text() const;
  /// What the unit made of it; the first expression stands in that line.
  void answer(Declarations &declarations, const LineErrors &errors,
              unsigned firstLine);
  /// Asks for all that was taken, if some of it may be wrong: what is wrong in the
  /// body of a function clang tells once, though several expressions use it.
  bool askAgain();
  bool isAnswered(const std::string &expression) const;
  /// Null if clang does not take it.
  const Candidate *find(const std::string &expression) const;
  /// Why not.
  std::string whyNot(const std::string &expression) const;

private:
  std::vector<std::string> questions;
  struct Answer {
    std::optional<Candidate> candidate;
    std::string error;
    bool isThere = false;
  };
  std::map<std::string, Answer> answers;
  bool isDoubtful = false;
};

} // namespace plc::cxximport
#endif // PLC_CXX_IMPORT_TEMPLATES_H
