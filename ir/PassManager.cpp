//===- PassManager.cpp - runs passes by name ------------------------------===//

#include "ir/PassManager.h"

#include "ir/Text.h"
#include "ir/Verifier.h"
#include "ir/passes/Passes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Support/Format.h"

#include <chrono>

namespace plc::ir {

namespace {
constexpr PassRow rows[] = {
#define PASS(Id, Name, Doc) {Name, Doc, run##Id},
#include "ir/Passes.def"
};

bool isMandatory(llvm::StringRef doc) { return doc.contains("Mandatory."); }

llvm::Error unknownPass(llvm::StringRef name) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "unknown pass `" + name + "`");
}
} // namespace

llvm::ArrayRef<PassRow> passRows() { return rows; }

const PassRow *findPass(llvm::StringRef name) {
  for (const PassRow &row : rows)
    if (name == row.name)
      return &row;
  return nullptr;
}

void PassManager::add(llvm::StringRef name) {
  const PassRow *row = findPass(name);
  assert(row && "no such pass");
  sequence.push_back(row);
}

llvm::Error PassManager::addList(llvm::StringRef names) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  names.split(parts, ',', -1, false);
  for (llvm::StringRef name : parts) {
    const PassRow *row = findPass(name.trim());
    if (!row)
      return unknownPass(name.trim());
    sequence.push_back(row);
  }
  return llvm::Error::success();
}

llvm::Error PassManager::checkOptions() const {
  for (const std::string &name : options.printAfter)
    if (name != "all" && !findPass(name))
      return unknownPass(name);
  for (const std::string &name : options.disabled) {
    const PassRow *row = findPass(name);
    if (!row)
      return unknownPass(name);
    if (isMandatory(row->doc))
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "pass `" + llvm::Twine(name) +
                                         "` is mandatory, it cannot be "
                                         "disabled");
  }
  return llvm::Error::success();
}

llvm::Error PassManager::run(Module &module) {
  if (llvm::Error error = checkOptions())
    return error;
  llvm::raw_ostream &out = options.out ? *options.out : llvm::errs();
  if (options.statistics)
    llvm::EnableStatistics(/*DoPrintOnExit=*/false);
  PrintOptions printing;
  printing.locations = options.printLocations;
  using Clock = std::chrono::steady_clock;
  std::vector<std::chrono::duration<double, std::milli>> times;

  for (const PassRow *row : sequence) {
    if (llvm::is_contained(options.disabled, row->name)) {
      times.emplace_back();
      continue;
    }
    auto start = Clock::now();
    row->run(module);
    times.push_back(Clock::now() - start);
    if (llvm::is_contained(options.printAfter, row->name) ||
        llvm::is_contained(options.printAfter, "all")) {
      out << "; after " << row->name << '\n';
      print(module, out, printing);
    }
    if (options.verifyEach)
      if (llvm::Error error = verify(module))
        return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                       "after pass `" + llvm::Twine(row->name) +
                                           "`: " +
                                           llvm::toString(std::move(error)));
  }
  if (options.time)
    for (size_t i = 0; i < sequence.size(); ++i)
      out << llvm::format("%9.3f ms  ", times[i].count()) << sequence[i]->name
          << '\n';
  if (options.statistics)
    llvm::PrintStatistics(out);
  return llvm::Error::success();
}

} // namespace plc::ir
