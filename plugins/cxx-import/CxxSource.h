//===- CxxSource.h - a header as the compiler asks about it -----*- C++ -*-===//
#ifndef PLC_CXX_IMPORT_CXXSOURCE_H
#define PLC_CXX_IMPORT_CXXSOURCE_H

#include "CommandLine.h"
#include "Declarations.h"
#include "Process.h"
#include "Templates.h"

#include "plc/shims.h"

#include <map>
#include <memory>
#include <set>

namespace plc::cxximport {

using cimport::CommandLine;
using cimport::hashBytes;
using cimport::hexText;
using native::Argument;
using native::Call;
using native::ImportError;
using native::ImportOptions;
using native::MemberUse;
using native::Module;
using native::Source;

/// What is parsed: first nothing but the headers, then text that follows them.
inline constexpr char kHeadFile[] = "/plc-headers.cpp",
                      kMainFile[] = "/plc-import.cpp";

/// Parses text; null if clang fails.
std::unique_ptr<clang::ASTUnit> parseHead(const CommandLine &command,
                                          const std::string &text,
                                          ImportError &error);

/// Why a class template is made by name only.
inline constexpr char kWhichClass[] =
    "nothing tells which class of this template is made: name it in full, as in "
    "`vector<int>`";

class CxxSource final : public Source {
public:
  CxxSource(const ImportOptions &options, const CommandLine &command,
            const Module &imported, std::unique_ptr<clang::ASTUnit> first,
            uint64_t key)
      : options(options), command(command), imported(imported),
        head(cimport::includeLine(options)), prefix("plc_shim_" + hexText(key) + "_") {
    use(std::move(first));
  }

  std::string language() override { return "c++"; }
  Found find(const std::string &name) override;
  std::vector<std::string> names() override;
  std::vector<Declared> declared() override; // Report.cpp
  // Names.cpp
  std::vector<std::string> namesIn(const std::string &scope) override;
  std::vector<std::string> memberNotes(const std::string &member) override;
  std::optional<Call> call(const std::string &name,
                           const std::vector<Argument> &arguments,
                           ImportError &error) override;
  std::vector<uint32_t> arities(const std::string &name) override;
  std::optional<Call> value(const std::string &name,
                            ImportError &error) override;
  std::optional<Call> assign(const std::string &name,
                             ImportError &error) override;
  std::optional<Call> code(const std::string &text, const std::string &type,
                           std::vector<std::string> &variables,
                           ImportError &error) override;
  std::optional<Call> derive(const std::string &name,
                             const std::vector<std::string> &bases,
                             const std::vector<Method> &methods,
                             ImportError &error) override;
  void useMember(const std::string &name) override { members.insert(name); }
  void useMethod(const std::string &name,
                 const std::vector<Argument> &arguments) override;
  void useOperator(const std::string &sign,
                   const std::vector<Argument> &arguments) override;
  std::optional<Call> member(const std::string &type, const std::string &name,
                             MemberUse use,
                             const std::vector<Argument> &arguments) override;
  const Module *finish(std::string &start, ImportError &error) override;
  void keep() override { isSession = true; }
  void leaveOpen() override { isOpen = true; }
  // Joining.cpp
  std::vector<std::string> requests() override;
  std::vector<std::string> knowledge() override;
  void join(const std::vector<std::string> &requests,
            const std::vector<std::string> &knowledge) override;

private:
  // Reading.cpp
  void use(std::unique_ptr<clang::ASTUnit> next);
  std::unique_ptr<clang::ASTUnit> read(const std::string &text,
                                       clang::DiagnosticConsumer &errors,
                                       const std::vector<std::string> &more = {});
  std::unique_ptr<clang::ASTUnit> read(const std::string &text,
                                       ImportError &error);

  std::string unitText() const;
  void includeFor(const std::string &type);
  std::vector<const clang::NamedDecl *> lookUp(const std::string &name);
  void describe(const clang::NamedDecl *declaration, Found &found);
  void findInTemplate(const std::string &name, Found &found);
  std::string symbol(const std::string &what);
  Call directCall(const Candidate &candidate, const std::string &name,
                  size_t arity, const std::string &signature);
  Call dynamicCall(const std::vector<Candidate> &candidates,
                   const std::string &name, size_t arity);
  std::string tableRow(const Candidate &candidate, const std::string &callee,
                       size_t arity);
  std::string tableCall(const std::string &id, const std::string &name,
                        const std::string &table, size_t arity,
                        bool isOpenCall = false);
  static std::string signatureOf(size_t arity);

  std::optional<Call> choose(const std::vector<Candidate> &all,
                             const std::string &name,
                             const std::vector<Argument> &arguments,
                             ImportError &error);
  bool isMadeWithout(const clang::CXXRecordDecl *record,
                     const std::vector<Candidate> &possible,
                     const std::vector<Argument> &arguments);
  std::vector<Candidate> possibleOf(const std::vector<Candidate> &all,
                                    const std::vector<Argument> &arguments);
  bool mayBlock(const clang::FunctionDecl *function);
  void useType(clang::QualType type);
  void useTypes(const Candidate &candidate);
  void useName(const std::string &name);
  void useClass(const clang::CXXRecordDecl *record, bool isBase = false);
  void usePartsOf(const clang::CXXRecordDecl *record);
  bool mayKeepText(const Candidate &candidate);
  std::string lastingText(const Candidate &candidate, size_t index);
  std::string errorIn(const Candidate &candidate);
  std::string overload(const Candidate &candidate, size_t arity,
                       const std::string &before, const std::string &after,
                       const std::string &flags);
  /// Makes the names known by which programs may know exceptions (ErrorNames.cpp).
  std::string errorNameCode();
  std::string memberCode(const clang::CXXRecordDecl *record,
                         const std::string &name);
  std::string callSetRows(const clang::CXXRecordDecl *record);
  std::string methodRow(const clang::CXXRecordDecl *record,
                        const std::vector<const clang::NamedDecl *> &found,
                        const Candidate &candidate, size_t arity,
                        const std::string &behind = {});
  std::optional<Call>
  callKnown(const clang::CXXRecordDecl *record, const std::string &name,
            const std::vector<const clang::NamedDecl *> &found,
            const std::vector<Argument> &arguments);
  Call useField(const clang::CXXRecordDecl *record,
                const clang::ValueDecl *field, bool isSet);
  std::string readField(const clang::ValueDecl *field, const std::string &object);
  std::string assignField(const clang::CXXRecordDecl *record,
                          const clang::ValueDecl *field,
                          const std::string &object, const std::string &value);
  std::string resultClass(const std::vector<Candidate> &possible);
  std::string scalarSignature(const Candidate &candidate, size_t arity,
                              const std::string &first);
  std::string resultClassOf(clang::QualType type);
  /// The class of what is of this type, "" if there is none.
  std::string classNameOf(clang::QualType type) {
    const clang::CXXRecordDecl *record = current->classOf(type);
    return record ? current->spell(record) : "";
  }
  std::string classCode();
  std::string knownClassCode(std::string &starting);

  // Operators.cpp
  std::string operatorRow(const Candidate &found, const std::string &sign,
                          const std::string &record, const std::string &other,
                          bool isLeft, bool isConst);
  bool isWritten(const clang::CXXRecordDecl *record);
  std::string operatorCode(const std::string &sign, bool isOfLibrary);

  // TemplateCalls.cpp
  using Templates = std::vector<const clang::FunctionTemplateDecl *>;
  struct TemplateCall {
    std::string id, name;          ///< the name as C++ has it
    Templates templates;           ///< null: an object that can be called
    std::vector<Candidate> others; ///< functions of the same name
    std::vector<Argument> arguments;
  };
  /// A call that other classes may suit, with the overloads it has.
  struct OpenCall : TemplateCall {
    std::set<std::string> rows;
    bool isOwn = true;
  };
  static bool mayBeOpen(const TemplateCall &call);
  Templates templatesOf(const std::string &name, size_t arity);
  void useNamed(const std::vector<std::string> &spellings);
  std::vector<Candidate> askFor(const OpenCall &call);
  std::string openCode();
  Call templateCall(const std::string &name, Templates templates,
                    const std::vector<Candidate> &others,
                    const std::vector<Argument> &arguments);
  std::vector<Candidate> askFor(const Templates &templates,
                                const std::string &callee,
                                const std::vector<Argument> &arguments,
                                bool mayBeLiteral, std::string &whyNot);
  std::vector<Candidate> askFor(const Templates &templates,
                                const std::string &callee,
                                const std::vector<Argument> &arguments,
                                const std::vector<std::string> &names,
                                Numbers numbers, bool mayBeLiteral,
                                bool &isAnswered, std::string &whyNot);
  void useResult(const Candidate &candidate);
  void tryAll();
  void useProcedureArguments();
  std::string memberTemplateRows(const clang::CXXRecordDecl *owner,
                                 const std::string &self,
                                 const std::string &name,
                                 const Templates &templates,
                                 const std::vector<const clang::NamedDecl *> &found);
  std::string templateCode(ImportError &error);
  std::string conversionCode();
  std::string conversionHeaders();

  ImportOptions options;
  CommandLine command;
  Module imported; ///< what it is linked with
  /// The text of the first unit, and the files that others read instead: what clang has
  /// saved of it, and that text, where what was saved begins. None until they are needed.
  std::string head;
  std::vector<std::pair<std::string, std::string>> savedHead;
  /// The unit that is asked, and those of before, to whose declarations there are
  /// pointers.
  clang::ASTUnit *unit = nullptr;
  std::vector<std::unique_ptr<clang::ASTUnit>> units;
  std::unique_ptr<Declarations> current;
  /// Types that were named in full, "vector<int>" with the namespace, and the
  /// names that they have in the unit; "" if there is no such type.
  std::map<std::string, std::string> instances;
  std::string prefix;
  /// Shims to be made, and all that were, by symbol.
  std::map<std::string, std::string> wanted;
  /// Texts of programs, which have lines of their own, and stand at the end.
  std::map<std::string, std::string> texts;
  std::set<std::string> made;
  /// Classes of which there may be instances, by spelling, and names of members
  /// that the program uses, or may without naming them; what was made of them:
  /// "class.member", "class:base".
  std::map<std::string, const clang::CXXRecordDecl *> classes;
  /// Computations and what they result in, where no type of theirs says that.
  std::map<std::string, std::string> finished;
  /// Those that are nothing but bases of others (Classes.cpp).
  std::set<std::string> mixins;
  std::set<std::string> members = {PLC_SHIM_CALL}, madeMembers, named;
  /// Classes that Lisp derives, and their bases.
  std::map<std::string, std::vector<const clang::CXXRecordDecl *>> madeClasses;
  std::vector<std::unique_ptr<Module>> modules;
  bool isSession = false; ///< from the second form of a REPL on
  std::set<std::string> recorded; ///< classes whose operations a form has made
  std::vector<TemplateCall> templateCalls;
  bool isOpen = false; ///< calls are left open
  std::map<std::string, OpenCall> openCalls; ///< by id
  /// Arguments of calls of members, by name and what is known of them.
  std::map<std::string, std::map<std::string, std::vector<Argument>>> methodUses;
  /// Operators that the program uses, and whether with objects that may be the
  /// library's.
  std::map<std::string, bool> operators;
  Trials trials;
};

} // namespace plc::cxximport
#endif // PLC_CXX_IMPORT_CXXSOURCE_H
