//===- ObjectReferences.cpp - what the code of an object needs ------------===//

#include "tools/driver/ObjectReferences.h"

#include "llvm/Object/ELFObjectFile.h"

using namespace llvm;

namespace plc::driver {

/// The value, or nothing where the object is malformed.
template <typename T> static std::optional<T> valueOf(Expected<T> value) {
  if (value)
    return *value;
  consumeError(value.takeError());
  return std::nullopt;
}

ObjectReferences::ObjectReferences(StringRef bytes) {
  auto parsed =
      object::ObjectFile::createObjectFile(MemoryBufferRef(bytes, "object"));
  if (!parsed) {
    consumeError(parsed.takeError());
    return;
  }
  const object::ObjectFile &object = **parsed;
  auto isUndefined = [](const object::SymbolRef &symbol) {
    auto flags = valueOf(symbol.getFlags());
    return flags && (*flags & object::SymbolRef::SF_Undefined);
  };
  auto placeOf = [&](const object::SymbolRef &symbol)
      -> std::optional<uint64_t> {
    auto section = valueOf(symbol.getSection());
    if (!section || *section == object.section_end())
      return std::nullopt;
    return (*section)->getIndex();
  };
  for (const object::SymbolRef &symbol : object.symbols()) {
    auto name = valueOf(symbol.getName());
    if (!name || name->empty())
      continue;
    if (isUndefined(symbol)) {
      if (*name != "_GLOBAL_OFFSET_TABLE_")
        missing.push_back(name->str());
    } else if (auto place = placeOf(symbol)) {
      sectionOf[*name] = *place;
      own.push_back(name->str());
    }
  }
  for (const object::SectionRef &relocations : object.sections()) {
    auto section = valueOf(relocations.getRelocatedSection());
    // Unwinding data refer to all code and are needed by none.
    if (!section || *section == object.section_end() ||
        (!(*section)->isText() && !(*section)->isData()))
      continue;
    if (auto name = valueOf((*section)->getName()); name && *name == ".eh_frame")
      continue;
    Section &from = sections[(*section)->getIndex()];
    for (const object::RelocationRef &relocation : relocations.relocations()) {
      auto symbol = relocation.getSymbol();
      if (symbol == object.symbol_end())
        continue;
      if (isUndefined(*symbol)) {
        if (auto name = valueOf(symbol->getName()))
          from.undefined.insert(name->str());
      } else if (auto place = placeOf(*symbol)) {
        from.sections.insert(*place);
      }
    }
  }
}

std::set<std::string> ObjectReferences::undefinedFrom(StringRef symbol) const {
  std::set<std::string> result;
  auto start = sectionOf.find(symbol);
  if (start == sectionOf.end())
    return result;
  std::vector<uint64_t> work{start->second};
  std::set<uint64_t> seen{start->second};
  while (!work.empty()) {
    auto found = sections.find(work.back());
    work.pop_back();
    if (found == sections.end())
      continue;
    result.insert(found->second.undefined.begin(),
                  found->second.undefined.end());
    for (uint64_t next : found->second.sections)
      if (seen.insert(next).second)
        work.push_back(next);
  }
  return result;
}

} // namespace plc::driver
