//===- Macro.cpp - macros as they are written -----------------------------===//

#include "Macro.h"

#include <algorithm>

namespace plc::cimport {

static Macro readMacro(Importing &importing, CXCursor cursor) {
  Macro macro;
  macro.name = spelling(cursor);
  macro.origin = importing.origin(cursor);
  macro.isFunction = clang_Cursor_isMacroFunctionLike(cursor) != 0;
  CXTranslationUnit unit = importing.unit.unit;
  CXToken *tokens = nullptr;
  unsigned count = 0;
  clang_tokenize(unit, clang_getCursorExtent(cursor), &tokens, &count);
  std::vector<std::string> words;
  for (unsigned i = 1; i < count; ++i)
    if (clang_getTokenKind(tokens[i]) != CXToken_Comment)
      words.push_back(text(clang_getTokenSpelling(unit, tokens[i])));
  clang_disposeTokens(unit, tokens, count);
  size_t start = 0;
  if (macro.isFunction) {
    for (start = 1; start < words.size() && words[start] != ")"; ++start)
      if (words[start] == "...")
        macro.isVariadic = true;
      else if (words[start] != ",")
        macro.parameters.push_back(words[start]);
    ++start;
  }
  if (start < words.size())
    macro.body.assign(words.begin() + start, words.end());
  return macro;
}

MacroTable::MacroTable(Importing &importing) {
  eachChild(
      clang_getTranslationUnitCursor(importing.unit.unit),
      [&](CXCursor cursor) {
        if (clang_getCursorKind(cursor) != CXCursor_MacroDefinition ||
            clang_Cursor_isMacroBuiltin(cursor))
          return;
        Macro macro = readMacro(importing, cursor);
        // The compiler's own and the command line's have no file.
        if (macro.origin.file.empty())
          return;
        auto [found, isNew] = places.try_emplace(macro.name, macros.size());
        if (isNew)
          macros.push_back(std::move(macro));
        else
          macros[found->second] = std::move(macro);
      });
}

void MacroTable::flatten(const std::vector<std::string> &body,
                         std::vector<std::string> &stack,
                         std::vector<std::string> &result) const {
  constexpr size_t kMost = 4000;
  for (const std::string &token : body) {
    if (result.size() > kMost)
      return;
    auto found = places.find(token);
    if (found == places.end() ||
        std::find(stack.begin(), stack.end(), token) != stack.end()) {
      result.push_back(token);
      continue;
    }
    stack.push_back(token);
    flatten(macros[found->second].body, stack, result);
    stack.pop_back();
  }
}

std::vector<std::string> MacroTable::flatten(const Macro &macro) const {
  std::vector<std::string> stack = {macro.name}, result;
  flatten(macro.body, stack, result);
  return result;
}

bool isStatement(const std::vector<std::string> &tokens) {
  return !tokens.empty() && (tokens[0] == "do" || tokens[0] == "{" ||
                             tokens[0] == "if" || tokens[0] == "while" ||
                             tokens[0] == "for");
}

std::string shapeError(const std::vector<std::string> &tokens) {
  if (tokens.empty())
    return "it is empty";
  static const char *const kDeclaring[] = {
      "extern",  "static",   "typedef",       "inline",     "__inline",
      "__inline__", "const", "volatile",      "restrict",   "__restrict",
      "register", "auto",    "__attribute__", "__attribute", "__declspec",
      "_Pragma", "__extension__", "_Noreturn", "_Alignas",  "_Thread_local",
      "__thread", "return",  "goto",          "break",      "continue",
      "case",    "default",  "else",          "switch",     "asm",
      "__asm__", "__asm", "_Static_assert"};
  for (const char *word : kDeclaring)
    // `__extension__` may begin an expression, too.
    if (tokens[0] == word &&
        !(tokens[0] == "__extension__" && tokens.size() > 1))
      return "it is a piece of a declaration or statement";
  std::string open;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string &token = tokens[i];
    if (token == "(" || token == "[" || token == "{") {
      open += token;
    } else if (token == ")" || token == "]" || token == "}") {
      char matching = token == ")" ? '(' : token == "]" ? '[' : '{';
      if (open.empty() || open.back() != matching)
        return "its brackets do not match";
      open.pop_back();
    } else if (token == "#" || token == "##") {
      return "it makes new tokens (`" + token + "`)";
    } else if (token == ";" && open.empty() && i + 1 < tokens.size()) {
      return "it is more than one statement";
    } else if (token == "return") {
      return "it returns from the function that uses it";
    } else if (token == "extern" || token == "typedef") {
      return "it declares something";
    }
  }
  if (!open.empty())
    return "its brackets do not match";
  if (tokens[0] == "{")
    return "it is an initialiser or a block";
  return "";
}

} // namespace plc::cimport
