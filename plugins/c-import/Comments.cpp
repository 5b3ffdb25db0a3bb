//===- Comments.cpp - documentation comments ------------------------------===//

#include "Comments.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace plc::cimport {

static std::string_view trimmed(std::string_view text) {
  size_t start = text.find_first_not_of(" \t\r");
  if (start == text.npos)
    return "";
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

std::string cleanComment(const std::string &comment) {
  std::vector<std::string> lines;
  std::string_view rest = comment;
  while (!rest.empty()) {
    size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == rest.npos ? "" : rest.substr(end + 1);
    std::string_view text = trimmed(line);
    bool isBlockStart = text.starts_with("/*");
    if (isBlockStart || text.starts_with("//")) {
      text.remove_prefix(2);
      while (!text.empty() && (text[0] == '/' || text[0] == '!' ||
                               (isBlockStart && text[0] == '*')) &&
             text != "*/" && text != "/")
        text.remove_prefix(1);
      if (text.starts_with("<"))
        text.remove_prefix(1);
    } else if (text.starts_with("*") && !text.starts_with("*/")) {
      text.remove_prefix(1);
    } else if (!text.starts_with("*/")) {
      // Without a star: the indentation may mean something, at most the line
      // is cut at its right.
      text = line;
      text = text.substr(0, text.find_last_not_of(" \t\r") + 1);
    }
    if (text.ends_with("*/")) {
      text.remove_suffix(2);
      while (text.ends_with("*"))
        text.remove_suffix(1);
    }
    if (text == "/")
      text = "";
    lines.emplace_back(text.substr(0, text.find_last_not_of(" \t\r") + 1));
  }
  // One common indentation goes.
  size_t indentation = std::string::npos;
  for (const std::string &line : lines)
    if (size_t first = line.find_first_not_of(" \t"); first != line.npos)
      indentation = std::min(indentation, first);
  std::string result;
  for (const std::string &line : lines) {
    std::string text =
        line.size() > indentation ? line.substr(indentation) : "";
    if (result.empty() && text.empty())
      continue;
    result += (result.empty() ? "" : "\n") + text;
  }
  result.erase(result.find_last_not_of("\n") + 1);
  return result;
}

std::string documentation(CXCursor declaration) {
  return cleanComment(text(clang_Cursor_getRawCommentText(declaration)));
}

} // namespace plc::cimport
