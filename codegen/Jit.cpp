//===- Jit.cpp - code in this process -------------------------------------===//

#include "codegen/Jit.h"

#include "codegen/Codegen.h"
#include "codegen/EmitObject.h"
#include "codegen/JitMemory.h"
#include "codegen/JitObjects.h"
#include "codegen/Optimize.h"

#include "llvm/ExecutionEngine/Orc/DebugObjectManagerPlugin.h"
#include "llvm/ExecutionEngine/Orc/EPCDebugObjectRegistrar.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/ExecutionEngine/Orc/TargetProcess/JITLoaderGDB.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"

// Of gdb's interface, in LLVM.
extern "C" {
extern jit_descriptor __jit_debug_descriptor;
void __jit_debug_register_code();
}

namespace plc::codegen {
namespace {

namespace orc = llvm::orc;

/// Answers from the host's table of names.
class AnchorGenerator final : public orc::DefinitionGenerator {
public:
  explicit AnchorGenerator(llvm::ArrayRef<AnchorSymbol> anchors) {
    for (const AnchorSymbol &anchor : anchors)
      addresses[anchor.name] = anchor.address;
  }

  llvm::Error tryToGenerate(orc::LookupState &, orc::LookupKind,
                            orc::JITDylib &dylib, orc::JITDylibLookupFlags,
                            const orc::SymbolLookupSet &wanted) override {
    orc::SymbolMap found;
    for (const auto &[name, flags] : wanted)
      if (auto known = addresses.find(*name); known != addresses.end())
        found[name] = {orc::ExecutorAddr::fromPtr(known->second),
                       llvm::JITSymbolFlags::Exported};
    if (found.empty())
      return llvm::Error::success();
    return dylib.define(orc::absoluteSymbols(std::move(found)));
  }

private:
  llvm::StringMap<void *> addresses;
};

} // namespace

Jit::Jit() = default;
Jit::~Jit() = default;

llvm::Expected<std::unique_ptr<Jit>>
Jit::create(llvm::ArrayRef<AnchorSymbol> anchors) {
  std::unique_ptr<Jit> result(new Jit);
  result->objects = std::make_shared<JitObjects>();

  // Everything happens in the calling thread: it holds the Lisp world.
  auto control = orc::SelfExecutorProcessControl::Create(
      nullptr, std::make_unique<orc::InPlaceTaskDispatcher>());
  if (!control)
    return control.takeError();
  auto jit =
      orc::LLJITBuilder()
          .setExecutorProcessControl(std::move(*control))
          .setDataLayout(createTargetMachine(0)->createDataLayout())
          .setLinkProcessSymbolsByDefault(false)
          .setPlatformSetUp(orc::setUpInactivePlatform)
          .setObjectLinkingLayerCreator(
              [&](orc::ExecutionSession &session, const llvm::Triple &)
                  -> llvm::Expected<std::unique_ptr<orc::ObjectLayer>> {
                auto layer = std::make_unique<orc::ObjectLinkingLayer>(
                    session, std::make_unique<JitMemory>());
                layer->addPlugin(result->objects->createPlugin());
                auto registrar = std::make_unique<orc::EPCDebugObjectRegistrar>(
                    session, orc::ExecutorAddr::fromPtr(
                                 &llvm_orc_registerJITLoaderGDBWrapper));
                using DebugPlugin = orc::DebugObjectManagerPlugin;
                layer->addPlugin(std::make_shared<DebugPlugin>(
                    session, std::move(registrar),
                    /*RequireDebugSections=*/false, /*AutoRegisterCode=*/true));
                return layer;
              })
          .create();
  if (!jit)
    return jit.takeError();
  result->jit = std::move(*jit);
  orc::JITDylib &dylib = result->jit->getMainJITDylib();
  dylib.addGenerator(std::make_unique<AnchorGenerator>(anchors));
  // What LLVM itself calls: memcpy and the like.
  auto process = orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      result->jit->getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  dylib.addGenerator(std::move(*process));
  return result;
}

llvm::Error Jit::addObject(ObjectBytes object, llvm::StringRef name) {
  return addObject(std::move(object), name,
                   *jit->getMainJITDylib().getDefaultResourceTracker());
}

llvm::Error Jit::addObject(ObjectBytes object, llvm::StringRef name,
                           orc::ResourceTracker &tracker) {
  return jit->addObjectFile(
      &tracker, std::make_unique<llvm::SmallVectorMemoryBuffer>(
                   std::move(object), name, /*RequiresNullTerminator=*/false));
}

/// An object of a unit, and what debuggers know of it.
struct JitUnitObject {
  std::shared_ptr<JitObjects::Object> object;
  jit_code_entry *announced = nullptr;
};

JitUnit::JitUnit() = default;
JitUnit::JitUnit(JitUnit &&) = default;
JitUnit &JitUnit::operator=(JitUnit &&) = default;
JitUnit::~JitUnit() = default;

llvm::Expected<JitUnit> Jit::addObjects(std::vector<ObjectBytes> bytesOf,
                                        llvm::StringRef unitName) {
  orc::ResourceTrackerSP own = jit->getMainJITDylib().createResourceTracker();
  objects->recent.clear();
  jit_code_entry *announcedBefore = __jit_debug_descriptor.first_entry;
  unsigned number = 0;
  for (ObjectBytes &bytes : bytesOf) {
    // Names of objects are unique.
    std::string name = unitName.str();
    if (number++)
      name += "#" + std::to_string(number);
    if (llvm::Error error = addObject(std::move(bytes), name, *own))
      return llvm::joinErrors(std::move(error), own->remove());
  }
  auto address = lookup(unitSymbol(unitName));
  if (!address) {
    // Nothing of a module that cannot be linked stays behind.
    return llvm::joinErrors(address.takeError(), own->remove());
  }
  JitUnit result;
  result.unit = static_cast<const plc_unit *>(*address);
  result.tracker = std::move(own);
  for (std::shared_ptr<JitObjects::Object> &object : objects->recent) {
    result.memory.insert(result.memory.end(), object->memory.begin(),
                         object->memory.end());
    result.objects.push_back({std::move(object)});
  }
  objects->recent.clear();
  // New entries are put in front of the older ones.
  jit_code_entry *entry = __jit_debug_descriptor.first_entry;
  for (JitUnitObject &object : result.objects) {
    if (entry == announcedBefore)
      break;
    object.announced = entry;
    entry = entry->next_entry;
  }
  return result;
}

/// Tells debuggers that code is gone, which the LLVM of today does not.
static void withdraw(jit_code_entry *entry) {
  jit_descriptor &all = __jit_debug_descriptor;
  (entry->prev_entry ? entry->prev_entry->next_entry : all.first_entry) =
      entry->next_entry;
  if (entry->next_entry)
    entry->next_entry->prev_entry = entry->prev_entry;
  all.relevant_entry = entry;
  all.action_flag = JIT_UNREGISTER_FN;
  __jit_debug_register_code();
  all.relevant_entry = nullptr;
  delete entry;
}

llvm::Error Jit::remove(JitUnit &unit) {
  for (JitUnitObject &object : unit.objects) {
    if (object.announced)
      withdraw(object.announced);
    objects->forget(*object.object);
  }
  unit.objects.clear();
  return unit.tracker->remove();
}

llvm::Expected<void *> Jit::lookup(llvm::StringRef symbol) {
  auto address = jit->lookup(symbol);
  if (!address)
    return address.takeError();
  return address->toPtr<void *>();
}

llvm::Error Jit::define(llvm::StringRef symbol, void *address) {
  return jit->getMainJITDylib().define(
      orc::absoluteSymbols({{jit->mangleAndIntern(symbol),
                             {orc::ExecutorAddr::fromPtr(address),
                              llvm::JITSymbolFlags::Exported}}}));
}

llvm::Error Jit::undefine(llvm::StringRef symbol) {
  return jit->getMainJITDylib().remove({jit->mangleAndIntern(symbol)});
}

llvm::SmallVector<CodePlace, 4> Jit::symbolize(uint64_t address) {
  return objects->symbolize(address);
}

bool Jit::isCode(uint64_t address) const { return objects->find(address); }

} // namespace plc::codegen
