//===- ReplText.cpp - highlighting and completion -------------------------===//

#include "frontend/Tokens.h"
#include "tools/driver/Repl.h"
#include "tools/line-editor/line_editor.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace plc::driver {

static bool isKeyword(StringRef name) {
  static constexpr StringLiteral keywords[] = {
#define CORE_FORM(Id, Name, Library, Form, Doc) Name,
#include "frontend/CoreForms.def"
  };
  return is_contained(keywords, name);
}

static int styleOf(const frontend::Token &token, StringRef text) {
  using frontend::TokenKind;
  switch (token.kind) {
  case TokenKind::StringStart:
  case TokenKind::InterpolatedStringStart:
  case TokenKind::StringContent:
  case TokenKind::Escape:
  case TokenKind::StringEnd:
    return PLC_STYLE_STRING;
  case TokenKind::Number:
    return PLC_STYLE_NUMBER;
  case TokenKind::Boolean:
  case TokenKind::Character:
    return PLC_STYLE_CONSTANT;
  case TokenKind::Identifier:
    return isKeyword(text) ? PLC_STYLE_KEYWORD : PLC_STYLE_PLAIN;
  case TokenKind::UnterminatedBar:
  case TokenKind::HashName:
  case TokenKind::Stray:
    return PLC_STYLE_ERROR;
  case TokenKind::UnterminatedComment:
  case TokenKind::DatumComment:
  case TokenKind::Directive:
  case TokenKind::Shebang:
    return PLC_STYLE_COMMENT;
  default:
    return isOpening(token.kind) || isClosing(token.kind) ? PLC_STYLE_BRACKET
                                                          : PLC_STYLE_PLAIN;
  }
}

void highlight(StringRef text, size_t cursor,
               function_ref<void(size_t, size_t, int)> add) {
  std::vector<frontend::Token> tokens = frontend::tokenize(text);
  // The bracket before the cursor and its partner.
  std::vector<size_t> open;
  size_t match[2] = {SIZE_MAX, SIZE_MAX};
  for (size_t i = 0; i != tokens.size(); ++i) {
    if (isOpening(tokens[i].kind)) {
      open.push_back(i);
    } else if (isClosing(tokens[i].kind) && !open.empty()) {
      size_t partner = open.back();
      open.pop_back();
      if (tokens[i].end == cursor || tokens[partner].begin == cursor) {
        match[0] = partner;
        match[1] = i;
      }
    }
  }
  size_t done = 0;
  for (size_t i = 0; i != tokens.size(); ++i) {
    const frontend::Token &token = tokens[i];
    // What lies between tokens is blanks and comments.
    if (done < token.begin)
      add(done, token.begin, PLC_STYLE_COMMENT);
    done = token.end;
    int style = i == match[0] || i == match[1]
                    ? int(PLC_STYLE_MATCH)
                    : styleOf(token, text.slice(token.begin, token.end));
    add(token.begin, token.end, style);
  }
  if (done < text.size())
    add(done, text.size(), PLC_STYLE_COMMENT);
}

/// Files whose names begin with `prefix`.
static void completePath(StringRef prefix, size_t start,
                         function_ref<void(StringRef, size_t)> add) {
  StringRef folder = sys::path::parent_path(prefix);
  StringRef begin = prefix.ends_with("/") ? "" : sys::path::filename(prefix);
  std::vector<std::string> found;
  std::error_code error;
  for (sys::fs::directory_iterator i(folder.empty() ? "." : folder, error),
       end;
       !error && i != end; i.increment(error)) {
    StringRef name = sys::path::filename(i->path());
    if (!name.starts_with(begin))
      continue;
    bool isFolder = sys::fs::is_directory(i->path());
    found.push_back(
        (prefix.drop_back(begin.size()) + name + (isFolder ? "/" : "")).str());
  }
  llvm::sort(found);
  for (const std::string &path : found)
    add(path, start);
}

void completeWord(Evaluator &evaluator, StringRef text, size_t cursor,
                  function_ref<void(StringRef, size_t)> add) {
  StringRef before = text.take_front(cursor);
  // Inside a string: an odd number of quotes that are not escaped.
  size_t quote = StringRef::npos;
  for (size_t i = 0; i < before.size(); ++i)
    if (before[i] == '\\')
      ++i;
    else if (before[i] == '"')
      quote = quote == StringRef::npos ? i : StringRef::npos;
  if (quote != StringRef::npos)
    return completePath(before.drop_front(quote + 1), quote + 1, add);
  if (before.starts_with(",load ") || before.starts_with(",cd ")) {
    size_t start = before.find(' ') + 1;
    return completePath(before.drop_front(start), start, add);
  }
  size_t start = before.find_last_of(" \t\n()[]{}'`,\";");
  start = start == StringRef::npos ? 0 : start + 1;
  StringRef prefix = before.drop_front(start);
  if (prefix.empty())
    return;
  for (const std::string &name : evaluator.names())
    if (StringRef(name).starts_with(prefix))
      add(name, start);
}

} // namespace plc::driver
