//===- RustSource.h - what a crate answers ----------------------*- C++ -*-===//
#ifndef PLC_RUST_IMPORT_RUSTSOURCE_H
#define PLC_RUST_IMPORT_RUSTSOURCE_H

#include "Calls.h"
#include "Crate.h"

#include <set>
#include <tuple>

namespace plc::rustimport {

class RustSource final : public native::Source {
public:
  explicit RustSource(Crate read) : crate(std::move(read)), calls(crate.api) {
    calls.converter.isSharing = crate.isSharing;
    crate.api.read = [this](const Package &package, llvm::json::Object &document) {
      std::string why = readPackage(crate, package, document);
      hasFailed |= !why.empty();
      return why;
    };
  }

  std::string language() override { return "rust"; }
  Found find(const std::string &name) override;
  std::vector<std::string> names() override;
  std::vector<std::string> namesIn(const std::string &scope) override;
  std::vector<std::string> memberNotes(const std::string &member) override;
  std::optional<native::Call> call(const std::string &name,
                           const std::vector<native::Argument> &arguments,
                           native::ImportError &error) override;
  std::vector<uint32_t> arities(const std::string &name) override;
  std::optional<native::Call> value(const std::string &name,
                            native::ImportError &error) override;
  std::optional<native::Call> assign(const std::string &name,
                             native::ImportError &error) override;
  void useMember(const std::string &name) override { members.insert(name); }
  std::optional<native::Call> member(const std::string &type, const std::string &name,
                             native::MemberUse use,
                             const std::vector<native::Argument> &arguments) override;
  const native::Module *finish(std::string &start, native::ImportError &error) override;
  void keep() override { kept = {wanted, made, members, madeMembers}; }
  void drop() override {
    std::tie(wanted, made, members, madeMembers) = kept;
  }
  /// Whether all packages could be read that something was looked for in.
  bool isWhole() const { return !hasFailed; }

private:
  bool build(uint64_t hash, uint64_t support, native::Module &module,
             native::ImportError &error);
  void classCode();
  std::string source(const std::string &start);
  bool dropFailing(const std::string &errors, const std::string &code,
                   native::ImportError &error);
  std::optional<native::Call> choose(const std::vector<Version> &all,
                             const std::string &name,
                             const std::vector<native::Argument> &arguments,
                             native::ImportError &error);
  std::optional<native::Call> field(const Type &self, const std::vector<Use> &uses,
                            bool isSet);
  std::string methodCode(const Type &self, const std::string &expression);
  std::vector<Version> versionsOf(const std::string &name);
  void setGiven(const std::vector<native::Argument> &arguments);
  std::string classOf(const std::vector<Version> &versions);

  Crate crate;
  Calls calls;
  /// Classes of objects that calls result in, as Call::type names them.
  std::map<std::string, Type> known;
  /// Shims to be made, and all that were, by symbol.
  std::map<std::string, std::string> wanted;
  std::set<std::string> made;
  /// Names of members that the program uses; what was made: "type.member".
  std::set<std::string> members, madeMembers;
  /// The same when the program was last whole.
  std::tuple<std::map<std::string, std::string>, std::set<std::string>,
             std::set<std::string>, std::set<std::string>>
      kept;
  bool hasFailed = false;
  /// Of the module that is being made: functions of members, and what makes
  /// them known, by the function.
  std::map<std::string, std::string> memberFunctions;
  std::vector<std::string> startCode;
  std::vector<std::unique_ptr<native::Module>> modules;
};

/// Of all but the calls: the crate, the crate `plc`, and Rust itself.
uint64_t supportHash(const Crate &crate);
/// The base, beside the shared libraries of calls, which look for it there.
std::string baseFile(const Crate &crate, uint64_t support);

} // namespace plc::rustimport
#endif // PLC_RUST_IMPORT_RUSTSOURCE_H
