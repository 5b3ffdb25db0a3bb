//===- NativeImports.cpp - reads modules of native code -------------------===//

#include "tools/driver/NativeImports.h"

#include "ffi/Plugins.h"

using namespace llvm;

namespace plc::driver {

bool NativeImports::serves(StringRef ecosystem) {
  return !ffi::importerOf(ecosystem.str()).empty();
}

static std::string keyOf(StringRef ecosystem,
                         const native::ImportOptions &options) {
  std::string key = ecosystem.str() + "\n" + options.module;
  key += options.isBlocking ? "\nblocking" : "\n";
  key += options.isSharing ? "\nshare" : "\n";
  for (const auto *list :
       {&options.link, &options.packages, &options.arguments, &options.folders,
        &options.blocking, &options.others}) {
    key += "\n";
    for (const std::string &item : *list)
      key += item + "\t";
  }
  for (const native::MacroTypes &macro : options.macros) {
    key += "\n" + macro.name + "\t" + macro.result;
    for (const std::string &type : macro.parameters)
      key += "\t" + type;
  }
  return key;
}

const native::Module *
NativeImports::import(StringRef ecosystem, const native::ImportOptions &options,
                      native::ImportError &error) {
  std::unique_ptr<native::Module> &slot = modules[keyOf(ecosystem, options)];
  if (slot)
    return slot.get();
  std::string name = ffi::importerOf(ecosystem.str());
  native::ImporterFn *&importer = importers[name];
  if (!importer) {
    std::string problem;
    importer = reinterpret_cast<native::ImporterFn *>(
        ffi::openFunction(name, "plc_native_importer", folder, problem));
    if (!importer) {
      error.message = problem;
      error.hint = "`plc doctor` says what has to be installed to import from \"" +
                   ecosystem.str() + "\"";
      return nullptr;
    }
  }
  auto module = std::make_unique<native::Module>();
  module->name = options.module;
  if (!importer(options, *module, error))
    return nullptr;
  slot = std::move(module);
  return slot.get();
}

} // namespace plc::driver
