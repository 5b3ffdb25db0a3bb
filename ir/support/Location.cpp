//===- Location.cpp - where a piece of program text came from -------------===//

#include "ir/support/Location.h"

#include <algorithm>
#include <cassert>

namespace plc::ir {

SourceManager::SourceManager() {
  spans.emplace_back();
  sites.emplace_back();
}

/// In UTF-8.
static bool beginsCharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

uint32_t SourceManager::addFile(std::string name, std::string text) {
  auto file = std::make_unique<File>();
  file->name = std::move(name);
  file->text = std::move(text);
  file->lineStarts.push_back(0);
  uint32_t characters = 0;
  for (uint32_t i = 0; i < file->text.size(); ++i) {
    if (i % kCountedBytes == 0)
      file->charactersBefore.push_back(characters);
    characters += beginsCharacter(file->text[i]);
    if (file->text[i] == '\n')
      file->lineStarts.push_back(i + 1);
  }
  files.push_back(std::move(file));
  return files.size() - 1;
}

uint32_t
SourceManager::addPlaceholder(std::string name,
                              const std::map<unsigned, unsigned> &lines) {
  std::string text;
  unsigned next = 1;
  for (auto [line, length] : lines) {
    text.append(line - next, '\n');
    text.append(length, ' ');
    next = line;
  }
  uint32_t file = addFile(std::move(name), text + "\n");
  files[file]->isPlaceholder = true;
  return file;
}

std::optional<uint32_t> SourceManager::offsetOf(uint32_t file,
                                                LineColumn place) const {
  const File &f = *files[file];
  if (place.line == 0 || place.line > f.lineStarts.size())
    return std::nullopt;
  llvm::StringRef text = f.text;
  uint32_t offset = f.lineStarts[place.line - 1];
  for (uint32_t column = 1; column < place.column; ++column) {
    if (offset >= text.size() || text[offset] == '\n')
      return std::nullopt;
    do
      ++offset;
    while (offset < text.size() && !beginsCharacter(text[offset]));
  }
  return offset;
}

llvm::StringRef SourceManager::fileName(uint32_t file) const {
  return files[file]->name;
}

llvm::StringRef SourceManager::fileText(uint32_t file) const {
  return files[file]->text;
}

Location SourceManager::add(uint32_t file, uint32_t begin, uint32_t end) {
  assert(file < files.size() && "span of an unknown file");
  spans.push_back({file, begin, end, {}, {}});
  return {static_cast<uint32_t>(spans.size() - 1)};
}

Location SourceManager::addExpansion(Location inner, Location use,
                                     llvm::StringRef macro) {
  if (!inner.isKnown())
    return use;
  Span span = spans[inner.index];
  span.expandedFrom = use;
  span.macro = keepName(macro);
  spans.push_back(span);
  return {static_cast<uint32_t>(spans.size() - 1)};
}

llvm::StringRef SourceManager::keepName(llvm::StringRef name) {
  if (names.empty() || *names.back() != name)
    names.push_back(std::make_unique<std::string>(name));
  return *names.back();
}

uint32_t SourceManager::addInlineSite(const InlineSite &site) {
  sites.push_back(site);
  sites.back().procedure = keepName(site.procedure);
  return sites.size() - 1;
}

Location SourceManager::addInlined(Location location, uint32_t site) {
  Span span = spans[location.index];
  span.site = site;
  spans.push_back(span);
  return {static_cast<uint32_t>(spans.size() - 1)};
}

void SourceManager::release(const Mark &mark) {
  spans.resize(mark.spans);
  sites.resize(mark.sites);
  names.resize(mark.names);
}

const Span &SourceManager::span(Location location) const {
  return spans[location.index];
}

Location SourceManager::written(Location location) const {
  while (location.isKnown() && span(location).expandedFrom.isKnown())
    location = span(location).expandedFrom;
  return location;
}

LineColumn SourceManager::lineColumn(uint32_t file, uint32_t offset) const {
  const File &f = *files[file];
  auto next =
      std::upper_bound(f.lineStarts.begin(), f.lineStarts.end(), offset);
  uint32_t line = next - f.lineStarts.begin();
  return {line, 1 + f.characters(offset) - f.characters(f.lineStarts[line - 1])};
}

uint32_t SourceManager::File::characters(uint32_t offset) const {
  uint32_t end = std::min<size_t>(offset, text.size());
  uint32_t block = end / kCountedBytes;
  if (block == charactersBefore.size()) // at the very end
    block -= block > 0;
  uint32_t count = charactersBefore.empty() ? 0 : charactersBefore[block];
  for (uint32_t i = block * kCountedBytes; i < end; ++i)
    count += beginsCharacter(text[i]);
  return count;
}

LineColumn SourceManager::lineColumn(Location location) const {
  if (!location.isKnown())
    return {};
  const Span &s = span(location);
  return lineColumn(s.file, s.begin);
}

llvm::StringRef SourceManager::fileName(Location location) const {
  return location.isKnown() ? fileName(span(location).file) : "";
}

llvm::StringRef SourceManager::lineText(uint32_t file, uint32_t line) const {
  const File &f = *files[file];
  if (line == 0 || line > f.lineStarts.size())
    return "";
  llvm::StringRef rest = llvm::StringRef(f.text).drop_front(
      f.lineStarts[line - 1]);
  return rest.take_until([](char c) { return c == '\n'; }).rtrim('\r');
}

} // namespace plc::ir
