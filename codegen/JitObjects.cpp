//===- JitObjects.cpp - which code address came from where ----------------===//

#include "codegen/JitObjects.h"

#include "llvm/DebugInfo/DIContext.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/Object/ObjectFile.h"

namespace plc::codegen {
namespace {

/// Where the sections of an object were loaded, for the DWARF reader.
class LoadedSections final : public llvm::LoadedObjectInfo {
public:
  explicit LoadedSections(const llvm::StringMap<uint64_t> &addresses)
      : addresses(addresses) {}
  uint64_t getSectionLoadAddress(
      const llvm::object::SectionRef &section) const override {
    llvm::Expected<llvm::StringRef> name = section.getName();
    if (name)
      return addresses.lookup(*name);
    llvm::consumeError(name.takeError());
    return 0;
  }
  std::unique_ptr<llvm::LoadedObjectInfo> clone() const override {
    return std::make_unique<LoadedSections>(addresses);
  }

private:
  const llvm::StringMap<uint64_t> &addresses;
};

class Recorder final : public llvm::orc::ObjectLinkingLayer::Plugin {
public:
  explicit Recorder(JitObjects &objects) : objects(objects) {}

  void notifyMaterializing(llvm::orc::MaterializationResponsibility &,
                           llvm::jitlink::LinkGraph &graph,
                           llvm::jitlink::JITLinkContext &,
                           llvm::MemoryBufferRef input) override {
    auto object = std::make_shared<JitObjects::Object>();
    object->bytes = llvm::MemoryBuffer::getMemBufferCopy(
        input.getBuffer(), input.getBufferIdentifier());
    pending[&graph] = std::move(object);
  }

  void modifyPassConfig(llvm::orc::MaterializationResponsibility &,
                        llvm::jitlink::LinkGraph &,
                        llvm::jitlink::PassConfiguration &config) override {
    config.PostAllocationPasses.push_back(
        [this](llvm::jitlink::LinkGraph &graph) {
          record(graph);
          return llvm::Error::success();
        });
  }

  llvm::Error
  notifyFailed(llvm::orc::MaterializationResponsibility &) override {
    return llvm::Error::success();
  }
  llvm::Error notifyRemovingResources(llvm::orc::JITDylib &,
                                      llvm::orc::ResourceKey key) override {
    // Whoever removes the code says so: Jit::remove.
    return llvm::Error::success();
  }
  void notifyTransferringResources(llvm::orc::JITDylib &,
                                   llvm::orc::ResourceKey,
                                   llvm::orc::ResourceKey) override {}

private:
  void record(llvm::jitlink::LinkGraph &graph) {
    auto found = pending.find(&graph);
    if (found == pending.end())
      return;
    std::shared_ptr<JitObjects::Object> object = found->second;
    pending.erase(found);
    for (llvm::jitlink::Section &section : graph.sections()) {
      llvm::jitlink::SectionRange range(section);
      if (range.empty())
        continue;
      uint64_t start = range.getStart().getValue();
      object->sectionAddresses[section.getName()] = start;
      if (section.getMemLifetime() != llvm::orc::MemLifetime::NoAlloc)
        object->memory.push_back({start, start + range.getSize()});
      if (static_cast<unsigned>(section.getMemProt()) &
          static_cast<unsigned>(llvm::orc::MemProt::Exec))
        objects.ranges[start] = {start + range.getSize(),
                                 section.getName().str(), object};
    }
    objects.recent.push_back(std::move(object));
  }

  JitObjects &objects;
  std::map<llvm::jitlink::LinkGraph *, std::shared_ptr<JitObjects::Object>>
      pending;
};

} // namespace

JitObjects::JitObjects() = default;
JitObjects::~JitObjects() = default;
JitObjects::Object::~Object() = default;

std::shared_ptr<llvm::orc::ObjectLinkingLayer::Plugin>
JitObjects::createPlugin() {
  return std::make_shared<Recorder>(*this);
}

void JitObjects::forget(const Object &object) {
  for (const AddressRange &memory : object.memory)
    if (auto found = ranges.find(memory.start); found != ranges.end())
      ranges.erase(found);
}

const JitObjects::Range *JitObjects::find(uint64_t address) const {
  auto after = ranges.upper_bound(address);
  if (after == ranges.begin())
    return nullptr;
  const Range &range = std::prev(after)->second;
  return address < range.end ? &range : nullptr;
}

llvm::SmallVector<CodePlace, 4> JitObjects::symbolize(uint64_t address) {
  const Range *found = find(address);
  if (!found)
    return {};
  const Range &range = *found;
  Object &object = *range.object;
  if (!object.debug) {
    auto file = llvm::object::ObjectFile::createObjectFile(
        object.bytes->getMemBufferRef());
    if (!file) {
      llvm::consumeError(file.takeError());
      return {};
    }
    object.file = std::move(*file);
    LoadedSections sections(object.sectionAddresses);
    object.debug = llvm::DWARFContext::create(
        *object.file, llvm::DWARFContext::ProcessDebugRelocations::Process,
        &sections);
  }
  uint64_t index = llvm::object::SectionedAddress::UndefSection;
  for (const llvm::object::SectionRef &section : object.file->sections())
    if (llvm::Expected<llvm::StringRef> name = section.getName()) {
      if (*name == range.section)
        index = section.getIndex();
    } else {
      llvm::consumeError(name.takeError());
    }
  llvm::DIInliningInfo frames = object.debug->getInliningInfoForAddress(
      {address, index},
      {llvm::DILineInfoSpecifier::FileLineInfoKind::RawValue,
       llvm::DILineInfoSpecifier::FunctionNameKind::ShortName});
  llvm::SmallVector<CodePlace, 4> places;
  for (unsigned i = 0; i < frames.getNumberOfFrames(); ++i) {
    const llvm::DILineInfo &frame = frames.getFrame(i);
    // A tail call ended the procedure (DebugInfo.h).
    if (i && !frame.Column)
      continue;
    CodePlace &place = places.emplace_back();
    if (frame.FunctionName != llvm::DILineInfo::BadString)
      place.function = frame.FunctionName;
    if (frame.FileName != llvm::DILineInfo::BadString)
      place.file = frame.FileName;
    place.line = frame.Line;
    place.column = frame.Column;
  }
  return places;
}

} // namespace plc::codegen
