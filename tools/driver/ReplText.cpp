//===- ReplText.cpp - highlighting in the REPL ----------------------------===//

#include "frontend/Highlight.h"
#include "frontend/Tokens.h"
#include "tools/driver/Repl.h"
#include "tools/line-editor/line_editor.h"

using namespace llvm;

namespace plc::driver {

/// The style of a name of highlights.scm: that of its longest known beginning.
static int styleOf(StringRef name) {
  struct Row {
    StringLiteral name;
    int style;
  };
  static constexpr Row rows[] = {
      {"boolean", PLC_STYLE_CONSTANT},
      {"character", PLC_STYLE_CONSTANT},
      {"comment", PLC_STYLE_COMMENT},
      {"error", PLC_STYLE_ERROR},
      {"function.macro", PLC_STYLE_DEFINED},
      {"function", PLC_STYLE_DEFINED},
      {"function.call", PLC_STYLE_PLAIN},
      {"keyword", PLC_STYLE_KEYWORD},
      {"label", PLC_STYLE_CONSTANT},
      {"number", PLC_STYLE_NUMBER},
      {"punctuation", PLC_STYLE_BRACKET},
      {"string", PLC_STYLE_STRING},
      {"string.special", PLC_STYLE_CONSTANT},
      {"type", PLC_STYLE_DEFINED},
  };
  for (;;) {
    for (const Row &row : rows)
      if (name == row.name)
        return row.style;
    size_t dot = name.rfind('.');
    if (dot == StringRef::npos)
      return PLC_STYLE_PLAIN;
    name = name.take_front(dot);
  }
}

void highlight(StringRef text, size_t cursor,
               function_ref<void(size_t, size_t, int)> add) {
  std::vector<int> styles(text.size(), PLC_STYLE_PLAIN);
  auto paint = [&](size_t begin, size_t end, int style) {
    std::fill(styles.begin() + begin, styles.begin() + end, style);
  };
  // Commands are no Lisp.
  if (!text.starts_with(","))
    frontend::highlight(text, [&](size_t begin, size_t end, StringRef name) {
      paint(begin, end, styleOf(name));
    });
  // The bracket before or at the cursor and its partner.
  std::vector<frontend::Token> tokens = frontend::tokenize(text), open;
  for (const frontend::Token &token : tokens) {
    if (isOpening(token.kind)) {
      open.push_back(token);
    } else if (isClosing(token.kind) && !open.empty()) {
      frontend::Token partner = open.back();
      open.pop_back();
      if (token.end == cursor || partner.begin == cursor) {
        paint(partner.begin, partner.end, PLC_STYLE_MATCH);
        paint(token.begin, token.end, PLC_STYLE_MATCH);
      }
    }
  }
  for (size_t begin = 0, end; begin < text.size(); begin = end) {
    for (end = begin + 1; end < text.size() && styles[end] == styles[begin];)
      ++end;
    add(begin, end, styles[begin]);
  }
}

} // namespace plc::driver
