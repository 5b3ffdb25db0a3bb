//===- Tokens.cpp - the tokens of a file, from its syntax tree ------------===//
//
// Walks the tree with a cursor, never by recursion: a file may hold a million
// open brackets.
//
//===----------------------------------------------------------------------===//

#include "frontend/Tokens.h"

#include "frontend/Brackets.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include "tree_sitter/api.h"

#include <cassert>

extern "C" const TSLanguage *tree_sitter_plc(void);

namespace plc::frontend {
namespace {

constexpr uint8_t kNoToken = 0xFF; // inner nodes
constexpr uint8_t kComment = 0xFE;

/// TokenKind, kNoToken or kComment of each symbol of the grammar.
std::vector<uint8_t> makeSymbolTable() {
  const TSLanguage *language = tree_sitter_plc();
  std::vector<uint8_t> table(ts_language_symbol_count(language), kNoToken);
  auto kind = [](TokenKind k) { return static_cast<uint8_t>(k); };
  for (TSSymbol s = 0; s < table.size(); ++s)
    table[s] =
        llvm::StringSwitch<uint8_t>(ts_language_symbol_name(language, s))
            .Case("(", kind(TokenKind::ListStart))
            .Case("[", kind(TokenKind::BracketStart))
            .Case("#(", kind(TokenKind::VectorStart))
            .Case("number_vector_start", kind(TokenKind::NumberVectorStart))
            .Case("map_start", kind(TokenKind::MapStart))
            .Case(")", kind(TokenKind::ListEnd))
            .Case("]", kind(TokenKind::BracketEnd))
            .Case("map_end", kind(TokenKind::MapEnd))
            .Case("interpolation_start", kind(TokenKind::InterpolationStart))
            .Case("interpolation_end", kind(TokenKind::InterpolationEnd))
            .Case("string_start", kind(TokenKind::StringStart))
            .Case("interpolated_string_start",
                  kind(TokenKind::InterpolatedStringStart))
            .Case("string_content", kind(TokenKind::StringContent))
            .Case("escape_sequence", kind(TokenKind::Escape))
            .Case("string_end", kind(TokenKind::StringEnd))
            .Case("'", kind(TokenKind::Quote))
            .Case("`", kind(TokenKind::Quasiquote))
            .Case(",", kind(TokenKind::Unquote))
            .Case(",@", kind(TokenKind::UnquoteSplicing))
            .Case("#;", kind(TokenKind::DatumComment))
            .Case("label", kind(TokenKind::Label))
            .Case("label_reference", kind(TokenKind::LabelReference))
            .Case(".", kind(TokenKind::Dot))
            .Case("boolean", kind(TokenKind::Boolean))
            .Case("character", kind(TokenKind::Character))
            .Case("number", kind(TokenKind::Number))
            .Case("keyword", kind(TokenKind::Identifier))
            .Case("identifier", kind(TokenKind::Identifier))
            .Case("bar_identifier", kind(TokenKind::Identifier))
            .Case("unterminated_bar", kind(TokenKind::UnterminatedBar))
            .Case("hash_name", kind(TokenKind::HashName))
            .Case("directive", kind(TokenKind::Directive))
            .Case("shebang", kind(TokenKind::Shebang))
            .Case("unterminated_comment", kind(TokenKind::UnterminatedComment))
            .Case("comment", kComment)
            .Case("block_comment", kComment)
            .Default(kNoToken);
  return table;
}

bool isWhitespace(uint32_t c) {
#define WHITESPACE(First, Last)                                                \
  if (c >= First && c <= Last)                                                 \
    return true;
#include "stdlib/Lexical.def"
  return false;
}

/// The code point at text[i], and how many bytes it takes.
std::pair<uint32_t, unsigned> decode(llvm::StringRef text, size_t i) {
  unsigned char c = text[i];
  unsigned length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  uint32_t code = length == 1 ? c : c & (0xFF >> (length + 1));
  for (unsigned k = 1; k < length && i + k < text.size(); ++k)
    code = code << 6 | (text[i + k] & 0x3F);
  return {code, length};
}

/// Text between two tokens is blank, or the grammar could not lex it.
void addStray(llvm::StringRef text, uint32_t begin, uint32_t end,
              std::vector<Token> &tokens) {
  while (begin < end) {
    auto [code, length] = decode(text, begin);
    if (!isWhitespace(code))
      tokens.push_back({TokenKind::Stray, begin, begin + length});
    begin += length;
  }
}

} // namespace

/// A `#!/path` that is not first in the file was lexed as a directive and
/// more; the line is one token.
static void joinShebangLines(llvm::StringRef text, std::vector<Token> &tokens) {
  auto out = tokens.begin();
  uint32_t lineEnd = 0;
  for (const Token &t : tokens) {
    if (t.begin < lineEnd)
      continue;
    llvm::StringRef spelling = text.slice(t.begin, t.end);
    *out = t;
    if (t.kind == TokenKind::Directive &&
        (spelling.starts_with("#!/") || spelling == "#!")) {
      lineEnd = std::min(text.find_first_of("\r\n", t.begin), text.size());
      *out = {TokenKind::Shebang, t.begin, lineEnd};
    }
    ++out;
  }
  tokens.erase(out, tokens.end());
}

std::vector<Token> tokenize(llvm::StringRef text) {
  static const std::vector<uint8_t> symbols = makeSymbolTable();
  std::vector<Token> tokens;
  TSParser *parser = ts_parser_new();
  [[maybe_unused]] bool fits =
      ts_parser_set_language(parser, tree_sitter_plc());
  assert(fits && "the generated parser is of another Tree-sitter");
  TSTree *tree =
      ts_parser_parse_string(parser, nullptr, text.data(), text.size());
  TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
  uint32_t covered = 0; // all text before has its token
  for (bool more = true; more;) {
    if (ts_tree_cursor_goto_first_child(&cursor))
      continue;
    TSNode node = ts_tree_cursor_current_node(&cursor);
    TSSymbol symbol = ts_node_grammar_symbol(node);
    uint8_t kind = symbol < symbols.size() ? symbols[symbol] : kNoToken;
    uint32_t begin = ts_node_start_byte(node), end = ts_node_end_byte(node);
    // A token of no width is one that Tree-sitter made up to recover.
    if (kind != kNoToken && begin < end && begin >= covered) {
      addStray(text, covered, begin, tokens);
      if (kind != kComment)
        tokens.push_back({static_cast<TokenKind>(kind), begin, end});
      covered = end;
    }
    while (!ts_tree_cursor_goto_next_sibling(&cursor))
      if (!ts_tree_cursor_goto_parent(&cursor)) {
        more = false;
        break;
      }
  }
  addStray(text, covered, text.size(), tokens);
  ts_tree_cursor_delete(&cursor);
  ts_tree_delete(tree);
  ts_parser_delete(parser);
  joinShebangLines(text, tokens);
  return tokens;
}

namespace {

/// Index of the string token open at the end of the file, or npos.
size_t openString(llvm::ArrayRef<Token> tokens) {
  llvm::SmallVector<size_t, 4> open;
  for (size_t i = 0; i < tokens.size(); ++i)
    switch (tokens[i].kind) {
    case TokenKind::StringStart:
    case TokenKind::InterpolatedStringStart:
      open.push_back(i);
      break;
    case TokenKind::StringEnd:
      if (!open.empty())
        open.pop_back();
      break;
    default:
      break;
    }
  return open.empty() ? llvm::StringRef::npos : open.front();
}

/// Ends the string that starts at token `index` with its line: before the
/// closing brackets there, which are likelier code than text. Keeps the length.
void closeAtLineEnd(std::string &text, const Token &start) {
  size_t lineEnd = std::min(text.find('\n', start.begin), text.size());
  size_t end = lineEnd;
  while (end > start.end && llvm::isSpace(text[end - 1]))
    --end;
  while (end > start.end && llvm::StringRef(")]}").contains(text[end - 1]))
    --end;
  for (size_t i = start.begin; i < end; ++i)
    text[i] = ' ';
  // An atom marks the place; the Reader makes an error form of it. After other
  // text it would become part of that.
  if (start.begin == 0 || !llvm::isPrint(text[start.begin - 1]) ||
      llvm::StringRef(" ()[]{}\";|'`,").contains(text[start.begin - 1]))
    text[start.begin] = '?';
}

bool spansTopLevelForm(llvm::StringRef content) {
  return content.contains("\n(");
}

} // namespace

TokenizedText tokenizeWithRecovery(llvm::StringRef source) {
  constexpr size_t kMaxRepairs = 20;
  constexpr size_t kMaxCandidates = 12;
  // Each candidate costs a parse of the whole file.
  constexpr size_t kMaxWork = 16 << 20;
  size_t work = 0;
  TokenizedText result;
  result.tokens = tokenize(source);
  std::string text;
  while (result.unterminated.size() < kMaxRepairs && work <= kMaxWork) {
    size_t last = openString(result.tokens);
    if (last == llvm::StringRef::npos)
      break;
    if (text.empty())
      text = source.str();
    // The quote that is missing is not that of the last string: from where it
    // is missing on, strings and code have changed places. Candidates are the
    // strings that seem to hold the start of a top-level form; the one after
    // whose repair the brackets match best is to blame.
    llvm::SmallVector<size_t, kMaxCandidates> candidates;
    size_t start = 0;
    for (size_t i = 0; i < result.tokens.size() &&
                       candidates.size() + 1 < kMaxCandidates;
         ++i) {
      const Token &t = result.tokens[i];
      if (t.kind == TokenKind::StringStart ||
          t.kind == TokenKind::InterpolatedStringStart)
        start = i;
      else if (t.kind == TokenKind::StringContent && start != last &&
               spansTopLevelForm(llvm::StringRef(text).slice(t.begin, t.end)) &&
               (candidates.empty() || candidates.back() != start))
        candidates.push_back(start);
    }
    candidates.push_back(last);
    size_t bestCost = SIZE_MAX;
    std::string bestText;
    std::vector<Token> bestTokens;
    uint32_t bestPlace = 0;
    for (size_t candidate : llvm::reverse(candidates)) {
      if (work > kMaxWork && bestCost != SIZE_MAX)
        break;
      work += text.size();
      std::string repaired = text;
      const Token &t = result.tokens[candidate];
      closeAtLineEnd(repaired, t);
      std::vector<Token> tokens = tokenize(repaired);
      size_t cost = implausibility(repaired, tokens) * 2 +
                    (openString(tokens) != llvm::StringRef::npos);
      if (cost <= bestCost) { // the first in the file, among equals
        bestCost = cost;
        bestText = std::move(repaired);
        bestTokens = std::move(tokens);
        bestPlace = t.begin;
      }
    }
    text = std::move(bestText);
    result.tokens = std::move(bestTokens);
    result.unterminated.push_back(bestPlace);
  }
  return result;
}

} // namespace plc::frontend
