//===- DocText.cpp - pages of plc doc as text, Markdown and JSON ----------===//

#include "tools/driver/Doc.h"

#include "tools/driver/TextWrap.h"
#include "tools/import-report/Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <map>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace llvm;

namespace plc::driver {
namespace {

/// Columns of the terminal.
size_t lineWidth() {
  winsize size = {};
  if (ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
    return size.ws_col;
  return 80;
}

/// Up to the first full stop that ends a sentence, or the end of the paragraph.
std::string firstSentence(StringRef text) {
  std::string result;
  text = text.trim();
  text = text.take_front(text.find("\n\n"));
  for (size_t i = 0; i < text.size(); ++i) {
    char c = llvm::isSpace(text[i]) ? ' ' : text[i];
    if (c != ' ' || (!result.empty() && result.back() != ' '))
      result += c;
    if (c == '.' && (i + 1 == text.size() || llvm::isSpace(text[i + 1])))
      break;
  }
  return result;
}

void writeWrapped(StringRef text, size_t indent, size_t width,
                  raw_ostream &out) {
  if (!text.empty())
    printWrapped(out, text, indent, width);
}

void writeLines(StringRef text, size_t indent, raw_ostream &out) {
  SmallVector<StringRef> lines;
  text.rtrim().split(lines, '\n');
  for (StringRef line : lines) {
    line = line.rtrim();
    if (!line.empty())
      out.indent(indent);
    out << line << '\n';
  }
}

void writeJson(const DocItem &item, const DocPage &page, raw_ostream &out) {
  json::OStream stream(out);
  auto text = [&](StringRef key, const std::string &value) {
    if (!value.empty())
      stream.attribute(key, json::fixUTF8(value));
  };
  stream.object([&] {
    stream.attribute("version", 1);
    text("name", item.name);
    text("kind", item.kind);
    text("signature", item.signature);
    text("doc", item.doc);
    text("import", page.import);
    text("file", item.file);
    if (item.line)
      stream.attribute("line", item.line);
    text("reason", item.reason);
  });
  out << '\n';
}

/// Refused things by reason, the most frequent reason first.
std::vector<std::pair<std::string, std::vector<const DocItem *>>>
refusedOf(const DocPage &page) {
  std::map<std::string, std::vector<const DocItem *>> groups;
  for (const DocItem &item : page.items)
    if (!item.reason.empty())
      groups[report::generalReason(item.reason)].push_back(&item);
  using Group = std::pair<std::string, std::vector<const DocItem *>>;
  std::vector<std::pair<std::string, std::vector<const DocItem *>>> list(
      groups.begin(), groups.end());
  llvm::sort(list, [](const Group &a, const Group &b) {
    return a.second.size() != b.second.size()
               ? a.second.size() > b.second.size()
               : a.first < b.first;
  });
  return list;
}

void writeMarkdownItem(const DocItem &item, raw_ostream &out) {
  out << "### `" << item.name << "`\n\n";
  if (!item.signature.empty())
    out << "```\n" << item.signature << "\n```\n\n";
  if (!item.reason.empty())
    out << "Cannot be bound: " << item.reason << "\n\n";
  if (!item.doc.empty()) {
    writeLines(item.doc, 0, out);
    out << '\n';
  }
}

void writeMarkdown(const DocPage &page, raw_ostream &out) {
  out << "# " << page.title << "\n\n";
  if (!page.import.empty())
    out << "```lisp\n" << page.import << "\n```\n\n";
  for (const DocItem &item : page.items)
    if (item.reason.empty())
      writeMarkdownItem(item, out);
  auto refused = refusedOf(page);
  if (!refused.empty())
    out << "## Cannot be bound\n\n";
  for (auto &[reason, items] : refused) {
    out << "- " << reason << ": ";
    interleave(items, out, [&](const DocItem *item) {
      out << '`' << item->name << '`';
    }, ", ");
    out << '\n';
  }
}

/// A name, bold on a terminal.
void writeName(const DocItem &item, bool isColored, raw_ostream &out) {
  if (isColored)
    out << "\x1b[1m";
  out << item.name;
  if (isColored)
    out << "\x1b[0m";
  out << "  " << item.kind << '\n';
}

} // namespace

void writePage(const DocPage &page, const Options &options, raw_ostream &out) {
  if (options.json) {
    for (const DocItem &item : page.items)
      writeJson(item, page, out);
    return;
  }
  if (options.markdown)
    return writeMarkdown(page, out);
  bool isColored = useColor(options.color, 1);
  size_t width = lineWidth();
  out << page.title << '\n';
  if (!page.import.empty())
    out << page.import << '\n';
  for (const DocItem &item : page.items) {
    if (!item.reason.empty())
      continue;
    out << '\n';
    writeName(item, isColored, out);
    SmallVector<StringRef> lines;
    StringRef(item.signature).split(lines, '\n', -1, false);
    for (StringRef line : lines)
      writeWrapped(line, 2, width, out);
    writeWrapped(firstSentence(item.doc), 4, width, out);
  }
  auto refused = refusedOf(page);
  if (refused.empty())
    return;
  size_t count = 0;
  for (auto &[reason, items] : refused)
    count += items.size();
  out << "\ncannot be bound: " << count << '\n';
  for (auto &[reason, items] : refused) {
    out << '\n';
    writeWrapped(std::to_string(items.size()) + "  " + reason, 2, width, out);
    std::string names;
    for (const DocItem *item : items)
      names += (names.empty() ? "" : " ") + item->name;
    writeWrapped(names, 6, width, out);
  }
}

void writeItems(const DocPage &page, ArrayRef<const DocItem *> items,
                const Options &options, raw_ostream &out) {
  bool isColored = useColor(options.color, 1);
  for (const DocItem *item : items) {
    if (options.json) {
      writeJson(*item, page, out);
      continue;
    }
    if (options.markdown) {
      writeMarkdownItem(*item, out);
      continue;
    }
    writeName(*item, isColored, out);
    if (!item->signature.empty())
      writeLines(item->signature, 2, out);
    if (!item->doc.empty())
      writeLines(item->doc, 4, out);
    if (!item->reason.empty())
      writeWrapped("cannot be bound: " + item->reason, 2, lineWidth(), out);
    if (!item->file.empty())
      out << "  declared in " << item->file << ':' << item->line << '\n';
  }
}

} // namespace plc::driver
