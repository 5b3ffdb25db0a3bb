//===- Highlight.cpp - what to colour, from the queries -------------------===//

#include "frontend/Highlight.h"

#include "frontend/Tokens.h"

#include "llvm/ADT/STLExtras.h"

#include "tree_sitter/api.h"

#include <cassert>
#include <memory>
#include <string>
#include <tuple>

extern "C" const TSLanguage *tree_sitter_plc(void);

namespace plc::frontend {
namespace {

constexpr llvm::StringLiteral queryText =
#include "frontend/highlights.inc"
    ;

/// #eq? and #any-of?: a capture's text is one of some words.
struct Predicate {
  uint32_t capture;
  llvm::SmallVector<llvm::StringRef, 4> words;
};

struct Query {
  TSQuery *query;
  std::vector<llvm::SmallVector<Predicate, 1>> predicates; // by pattern
  std::vector<llvm::StringRef> names;                      // by capture

  Query() {
    uint32_t errorOffset;
    TSQueryError error;
    query = ts_query_new(tree_sitter_plc(), queryText.data(), queryText.size(),
                         &errorOffset, &error);
    assert(query && "highlights.scm does not fit the grammar");
    uint32_t length;
    for (uint32_t i = 0; i < ts_query_capture_count(query); ++i) {
      const char *name = ts_query_capture_name_for_id(query, i, &length);
      names.push_back({name, length});
    }
    for (uint32_t i = 0; i < ts_query_pattern_count(query); ++i)
      addPredicates(i);
  }

  void addPredicates(uint32_t pattern) {
    uint32_t count, length;
    const TSQueryPredicateStep *steps =
        ts_query_predicates_for_pattern(query, pattern, &count);
    predicates.emplace_back();
    for (uint32_t i = 0; i < count; ++i) {
      // The operator, the capture, the words, an end.
      assert(steps[i].type == TSQueryPredicateStepTypeString);
      assert(steps[i + 1].type == TSQueryPredicateStepTypeCapture);
      Predicate predicate{steps[i + 1].value_id, {}};
      for (i += 2; steps[i].type == TSQueryPredicateStepTypeString; ++i) {
        const char *word =
            ts_query_string_value_for_id(query, steps[i].value_id, &length);
        predicate.words.push_back({word, length});
      }
      predicates.back().push_back(std::move(predicate));
    }
  }

  bool holds(const TSQueryMatch &match, llvm::StringRef text) const {
    return llvm::all_of(predicates[match.pattern_index], [&](auto &predicate) {
      for (uint16_t i = 0; i < match.capture_count; ++i)
        if (match.captures[i].index == predicate.capture)
          return llvm::is_contained(
              predicate.words,
              text.slice(ts_node_start_byte(match.captures[i].node),
                         ts_node_end_byte(match.captures[i].node)));
      return false;
    });
  }
};

struct Piece {
  size_t begin, end;
  uint16_t pattern;
  llvm::StringRef name;
};

/// What is missing at the end of a text.
std::string missingEnd(llvm::StringRef text) {
  TokenizedText tokenized = tokenizeWithRecovery(text);
  std::string closing;
  std::vector<TokenKind> open;
  for (const Token &token : tokenized.tokens)
    if (isOpening(token.kind))
      open.push_back(token.kind);
    else if (isClosing(token.kind) && !open.empty())
      open.pop_back();
  if (!tokenized.unterminated.empty())
    closing = "\"";
  for (TokenKind kind : llvm::reverse(open))
    closing += bracketText(closingOf(kind));
  return closing;
}

} // namespace

void highlight(
    llvm::StringRef text,
    llvm::function_ref<void(size_t, size_t, llvm::StringRef)> add) {
  static const Query query;
  std::string full = text.str() + missingEnd(text);
  std::unique_ptr<TSParser, decltype(&ts_parser_delete)> parser(
      ts_parser_new(), ts_parser_delete);
  ts_parser_set_language(parser.get(), tree_sitter_plc());
  std::unique_ptr<TSTree, decltype(&ts_tree_delete)> tree(
      ts_parser_parse_string(parser.get(), nullptr, full.data(), full.size()),
      ts_tree_delete);
  std::unique_ptr<TSQueryCursor, decltype(&ts_query_cursor_delete)> cursor(
      ts_query_cursor_new(), ts_query_cursor_delete);
  ts_query_cursor_exec(cursor.get(), query.query,
                       ts_tree_root_node(tree.get()));
  std::vector<Piece> pieces;
  TSQueryMatch match;
  while (ts_query_cursor_next_match(cursor.get(), &match)) {
    if (!query.holds(match, full))
      continue;
    for (uint16_t i = 0; i < match.capture_count; ++i) {
      llvm::StringRef name = query.names[match.captures[i].index];
      size_t begin = ts_node_start_byte(match.captures[i].node);
      size_t end = std::min<size_t>(ts_node_end_byte(match.captures[i].node),
                                    text.size());
      if (begin < end && !name.starts_with("_"))
        pieces.push_back({begin, end, match.pattern_index, name});
    }
  }
  // What lies inside comes later; on the same node the last pattern wins.
  auto key = [](const Piece &p) {
    return std::tuple(p.begin - p.end, p.pattern, p.begin);
  };
  llvm::sort(pieces, [&](const Piece &a, const Piece &b) {
    return key(a) < key(b);
  });
  for (const Piece &piece : pieces)
    add(piece.begin, piece.end, piece.name);
}

} // namespace plc::frontend
