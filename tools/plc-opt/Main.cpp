//===- Main.cpp - plc-opt: IR to passes to IR -----------------------------===//
//
// Reads the textual IR, verifies it, runs passes, verifies and prints. The tool
// behind the tests of test/ir and the way to replay one moment of a
// compilation.
//
//===----------------------------------------------------------------------===//

#include "ir/PassManager.h"
#include "ir/Pipeline.h"
#include "ir/Text.h"
#include "ir/Verifier.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace plc::ir;

namespace {

constexpr const char kUsage[] = R"(usage: plc-opt [options] [FILE]

Reads IR from FILE (or `-`, standard input) and prints it after the passes.

  --pass=A,B         run these passes, in order
  --pipeline=N       run the passes of -ON (0 to 2)
  --disable=A,B      skip passes
  --import=FILE      a library whose procedures the module may take in: IR for
                     export-procedures (may be repeated)
  --exports          print what interfaces would tell of the module's procedures
  --print-after=A,B  print the module after these passes (`all`: after each)
  --print-locs       show locations
  --no-verify        do not verify the input and after each pass
  --verify-only      verify, print nothing
  --time             time of each pass
  --stats            counters of the passes
  --list-passes      names of all passes
  -o FILE            where the result goes
)";

struct Options {
  std::string input = "-";
  std::string output = "-";
  std::string passes;
  int pipeline = -1;
  bool verify = true;
  bool verifyOnly = false;
  bool printExports = false;
  std::vector<std::string> imports;
  PassOptions pass;
};

/// What export-procedures says of the libraries given.
class ImportedLibraries : public ProcedureSource {
public:
  void add(std::vector<ExportedProcedure> rows) {
    for (ExportedProcedure &row : rows)
      known[row.symbol] = std::move(row);
  }
  const ExportedProcedure *find(llvm::StringRef symbol) override {
    auto found = known.find(symbol);
    return found == known.end() ? nullptr : &found->second;
  }

private:
  llvm::StringMap<ExportedProcedure> known;
};

void printExports(const Module &module, llvm::raw_ostream &out) {
  for (const ExportedProcedure &row : module.exports) {
    out << "; export " << row.symbol;
    if (row.returnsOne)
      out << " returns-one";
    if (row.neverReturns)
      out << " never-returns";
    if (row.isSmall)
      out << " small";
    if (row.calledParameters)
      out << " calls " << row.calledParameters;
    out << '\n' << row.text;
  }
}

int fail(const llvm::Twine &message) {
  llvm::errs() << "plc-opt: " << message << '\n';
  return 1;
}

void appendList(std::vector<std::string> &list, llvm::StringRef names) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  names.split(parts, ',', -1, false);
  for (llvm::StringRef name : parts)
    list.push_back(name.str());
}

/// The exit status when there is nothing to run.
std::optional<int> parseArguments(int argc, char **argv, Options &options) {
  bool hasInput = false;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef arg = argv[i];
    if (arg.consume_front("--pass=")) {
      options.passes += (options.passes.empty() ? "" : ",") + arg.str();
    } else if (arg.consume_front("--pipeline=")) {
      if (arg.getAsInteger(10, options.pipeline) || options.pipeline < 0 ||
          options.pipeline > 2)
        return fail("--pipeline takes 0, 1 or 2");
    } else if (arg.consume_front("--disable=")) {
      appendList(options.pass.disabled, arg);
    } else if (arg.consume_front("--print-after=")) {
      appendList(options.pass.printAfter, arg);
    } else if (arg.consume_front("--import=")) {
      options.imports.push_back(arg.str());
    } else if (arg == "--exports") {
      options.printExports = true;
    } else if (arg == "--print-locs") {
      options.pass.printLocations = true;
    } else if (arg == "--no-verify") {
      options.verify = false;
    } else if (arg == "--verify-only") {
      options.verifyOnly = true;
    } else if (arg == "--time") {
      options.pass.time = true;
    } else if (arg == "--stats") {
      options.pass.statistics = true;
    } else if (arg == "--list-passes") {
      for (const PassRow &row : passRows())
        llvm::outs() << row.name << '\n';
      return 0;
    } else if (arg == "--help" || arg == "-h") {
      llvm::outs() << kUsage;
      return 0;
    } else if (arg == "-o" && i + 1 < argc) {
      options.output = argv[++i];
    } else if (arg.starts_with("-") && arg != "-") {
      return fail("unknown option `" + arg + "`; see plc-opt --help");
    } else if (hasInput) {
      return fail("more than one input");
    } else {
      options.input = arg.str();
      hasInput = true;
    }
  }
  options.pass.verifyEach = options.verify;
  return std::nullopt;
}

/// Null after a message.
std::unique_ptr<Module> read(const std::string &path, const Options &options,
                             SourceManager &sources, Interner &interner) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer) {
    fail(path + ": " + buffer.getError().message());
    return nullptr;
  }
  auto module = parseModule((*buffer)->getBuffer(),
                            path == "-" ? "<stdin>" : path, sources, interner);
  if (!module) {
    llvm::errs() << llvm::toString(module.takeError()) << '\n';
    return nullptr;
  }
  if (options.verify)
    if (llvm::Error error = verify(**module)) {
      fail(path + ": " + llvm::toString(std::move(error)));
      return nullptr;
    }
  return std::move(*module);
}

int run(const Options &options) {
  SourceManager sources;
  Interner interner;
  std::unique_ptr<Module> module =
      read(options.input, options, sources, interner);
  if (!module)
    return 1;
  if (options.verifyOnly)
    return 0;
  ImportedLibraries libraries;
  for (const std::string &path : options.imports) {
    std::unique_ptr<Module> library = read(path, options, sources, interner);
    if (!library)
      return 1;
    findPass("export-procedures")->run(*library);
    libraries.add(std::move(library->exports));
  }
  module->procedures = &libraries;

  PassManager passes(options.pass);
  if (llvm::Error error = passes.addList(options.passes))
    return fail(llvm::toString(std::move(error)));
  if (options.pipeline >= 0)
    buildPipeline(passes, options.pipeline);
  if (llvm::Error error = passes.run(*module))
    return fail(llvm::toString(std::move(error)));

  std::error_code status;
  llvm::raw_fd_ostream out(options.output, status);
  if (status)
    return fail(options.output + ": " + status.message());
  PrintOptions printing;
  printing.locations = options.pass.printLocations;
  print(*module, out, printing);
  if (options.printExports)
    printExports(*module, out);
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  Options options;
  if (std::optional<int> status = parseArguments(argc, argv, options))
    return *status;
  return run(options);
}
