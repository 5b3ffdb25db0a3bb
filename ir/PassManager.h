//===- PassManager.h - runs passes by name ----------------------*- C++ -*-===//
//
//   PassManager passes(options);
//   buildPipeline(passes, 2);
//   if (llvm::Error e = passes.run(module)) ...
//
//===----------------------------------------------------------------------===//
#ifndef PLC_IR_PASSMANAGER_H
#define PLC_IR_PASSMANAGER_H

#include "ir/Module.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace plc::ir {

struct PassRow {
  const char *name;
  const char *doc;
  bool (*run)(Module &);
};
llvm::ArrayRef<PassRow> passRows();
/// The row of a pass by its name, or null.
const PassRow *findPass(llvm::StringRef name);

struct PassOptions {
  /// Names of passes; "all" stands for every pass.
  std::vector<std::string> printAfter;
  /// Passes that are skipped. Mandatory ones cannot be.
  std::vector<std::string> disabled;
  /// Verify after each pass.
  bool verifyEach = false;
  /// Show locations in what printAfter prints.
  bool printLocations = false;
  /// Report the time of each pass at the end of run().
  bool time = false;
  /// Report the counters of all passes at the end of run().
  bool statistics = false;
  /// Where all of that goes.
  llvm::raw_ostream *out = nullptr; // null: llvm::errs()
};

class PassManager {
public:
  explicit PassManager(PassOptions options = {})
      : options(std::move(options)) {}

  /// Appends a pass; the name must be in Passes.def.
  void add(llvm::StringRef name);
  /// Appends the passes of a comma-separated list, which comes from the user.
  llvm::Error addList(llvm::StringRef names);

  /// Runs all in order. Fails on an unknown name in the options, or when the
  /// verifier finds the module broken (the text says after which pass).
  llvm::Error run(Module &module);

private:
  llvm::Error checkOptions() const;

  PassOptions options;
  std::vector<const PassRow *> sequence;
};

} // namespace plc::ir
#endif // PLC_IR_PASSMANAGER_H
