//===- Calls.h - the code of calls ------------------------------*- C++ -*-===//
#ifndef PLC_RUST_IMPORT_CALLS_H
#define PLC_RUST_IMPORT_CALLS_H

#include "Api.h"
#include "Convert.h"

namespace plc::rustimport {

/// A use with all its types known: of a generic function there are several.
struct Version {
  Use use;
  std::vector<std::pair<std::string, Type>> parameters;
  Type result;
  bool hasSelf = false, isAsync = false;
  /// It may work in threads that touch values of Lisp: Lisp goes on meanwhile.
  bool isReleased = false;
  std::string declaration, refusal;
  bool isOfArguments = false; ///< refused unless the types of arguments are known
  /// How it is called: "f(", or an expression where `$0` stands for the
  /// arguments.
  std::string call;
};

/// What a struct or variant is made of: the identifiers of its fields, null for those
/// that are not public.
const llvm::json::Array &fieldsOfNew(const Use &use, bool &isNamed);

/// The declarations of versions, each once; of many the first ones.
std::string declarationsOf(const std::vector<Version> &versions,
                           const std::string &separator);
/// A declaration of the name `It`, for patterns and for making one; what lifetimes it
/// has is inferred.
std::string nameIt(const Type &type);

/// Writes calls of what a crate offers.
class Calls {
public:
  explicit Calls(const Api &api);

  /// What a use may be, at least one; those that cannot be used say why.
  std::vector<Version> versions(const Use &use);
  /// Statements and the result, of the type `plc::Result<u64>`, of a call with
  /// the words `a0` and so on; "" and a refusal if it cannot be called.
  std::string body(const Version &version, std::string &refusal);
  /// The same of the first of several that suits the words.
  std::string choice(const std::vector<Version> &versions,
                     std::string &refusal);
  /// Makes a member known to a class: functions, and a statement for the start;
  /// nothing if the type has none of that name. `used` is how Lisp spells it.
  std::string member(const Type &type, const std::string &used,
                     std::map<std::string, std::string> &functions);
  /// What the class can do by traits: indexing, iteration, operators.
  std::string traits(const Type &type,
                     std::map<std::string, std::string> &functions);

  /// Statements and the result of reading or writing a field of `a0`; "" if that
  /// cannot be.
  std::string fieldCode(const Use &use, const Type &self, bool isSet);
  Type fieldType(const Use &use);

  Converter converter;
  /// What is known of the arguments of the call that is made.
  std::vector<Type> given;

private:
  /// What the generics of a function may stand for; `isOfArguments` if more may be
  /// told where the types of arguments are known.
  std::vector<Environment> environments(const Use &use, std::string &refusal,
                                        bool &isOfArguments);
  /// What a generic parameter is by the type of an argument that it is the type of;
  /// `isAsked` if there is such a parameter.
  std::vector<Type> typesGiven(const std::string &name,
                               const llvm::json::Array &bounds,
                               const llvm::json::Value &inputs, bool &isAsked);
  /// The types that meet all bounds of a generic parameter, the likeliest first.
  std::vector<Type> candidates(const llvm::json::Array &bounds,
                               const Environment &environment);
  Version version(const Use &use, Environment environment);
  Version fieldVersion(const Use &use, const Environment &environment);
  /// Whether a value of Lisp has to be Send or Sync for the call.
  bool sendsLisp(const Use &use, const Environment &environment);
  std::string operators(const Type &type);
  /// What the generics of an implementation may stand for where a value meets this
  /// argument of its trait; one of them if all are known.
  std::vector<Environment> operands(const llvm::json::Object &implementation,
                                    const llvm::json::Value &argument,
                                    const Type &self, const Environment &bound);
  std::string operation(const std::string &symbol,
                        const llvm::json::Object &implementation,
                        const Type &type, Environment bound);
  /// Statements that read or write what an index tells; "" if there is none.
  std::string indexing(const Type &type, bool isSet);
  /// The type of a crate that the methods and fields of this one are those of, by
  /// `Deref`; else the type.
  Type pointeeOf(const Type &type, bool &isChanged);
  /// What an implementation says that a name is: `Output`.
  Type associated(const llvm::json::Object &implementation, const Type &type,
                  const char *name);

  const Api &api;
};

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_CALLS_H
