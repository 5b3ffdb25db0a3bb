//===- GrammarCorpusTest.cpp - the grammar's corpus without its CLI -------===//
//
// Runs frontend/grammar/test/corpus/*.txt, files in the format of `tree-sitter
// test`, against the grammar that the compiler is linked with.
//
//===----------------------------------------------------------------------===//

#include "frontend/Reader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include "tree_sitter/api.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

using namespace plc;

extern "C" const TSLanguage *tree_sitter_plc(void);

namespace {

struct Case {
  std::string name, source, expected;
};

bool isRule(llvm::StringRef line, char c) {
  line = line.rtrim('\r');
  return line.size() >= 3 && line.find_first_not_of(c) == llvm::StringRef::npos;
}

/// Name between rules of `=`, source, a rule of `-`, S-expression.
std::vector<Case> parseCorpus(llvm::StringRef text) {
  std::vector<Case> cases;
  enum { Name, Source, Expected } part = Expected;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    if (part != Name && isRule(line, '=')) {
      cases.emplace_back();
      part = Name;
    } else if (part == Name) {
      if (isRule(line, '='))
        part = Source;
      else
        cases.back().name += line.str();
    } else if (part == Source && isRule(line, '-')) {
      part = Expected;
    } else if (!cases.empty()) {
      (part == Source ? cases.back().source : cases.back().expected) +=
          line.str() + "\n";
    }
  }
  return cases;
}

/// One blank between nodes, none before `)`, no field names.
std::string normalize(llvm::StringRef text) {
  std::string result;
  llvm::SmallVector<llvm::StringRef, 0> words;
  for (size_t i = 0; i < text.size();) {
    size_t end = text.find_first_of("() \n\r\t", i);
    end = std::min(std::max(end, i + 1), text.size());
    llvm::StringRef word = text.slice(i, end).trim();
    i = end;
    if (word.empty() || word.ends_with(":"))
      continue;
    if (word == "(" && !result.empty())
      result += ' ';
    else if (word != "(" && word != ")" && result.back() != '(')
      result += ' ';
    result += word;
  }
  return result;
}

TEST(GrammarCorpus, ParsesAsExpected) {
  std::vector<std::string> files;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator i(PLC_GRAMMAR_DIR "/test/corpus",
                                           error),
       end;
       i != end && !error; i.increment(error))
    files.push_back(i->path());
  ASSERT_FALSE(error) << error.message();
  ASSERT_FALSE(files.empty());
  std::sort(files.begin(), files.end());

  TSParser *parser = ts_parser_new();
  ASSERT_TRUE(ts_parser_set_language(parser, tree_sitter_plc()));
  for (const std::string &file : files) {
    auto buffer = llvm::MemoryBuffer::getFile(file);
    ASSERT_TRUE(bool(buffer)) << file;
    for (const Case &c : parseCorpus((*buffer)->getBuffer())) {
      // As the command line does: the blank line around the source is not its.
      llvm::StringRef source(c.source);
      source.consume_front("\n");
      source.consume_back("\n");
      TSTree *tree = ts_parser_parse_string(parser, nullptr, source.data(),
                                            source.size());
      char *text = ts_node_string(ts_tree_root_node(tree));
      EXPECT_EQ(normalize(text), normalize(c.expected))
          << file << ": " << c.name;
      std::free(text);
      ts_tree_delete(tree);
    }
  }
  ts_parser_delete(parser);
}

/// The grammar and the Reader agree on what is well-formed, numbers and names
/// within tokens aside.
TEST(Grammar, HasAnErrorWhereTheReaderReportsOne) {
  const char *const pieces[] = {
      "(", ")", "[", "]", "{", "}", "\"", "'", "`", ",", ",@", "#;", "#(",
      "#u8(", " ", "\n", "a", "b", "1", ".", "#\"", "|", "#\\a", ";c\n", "#|",
      "|#", "\\n", "#!fold-case "};
  std::mt19937 random(3); // the same every time
  TSParser *parser = ts_parser_new();
  ASSERT_TRUE(ts_parser_set_language(parser, tree_sitter_plc()));
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (size_t i = 1 + random() % 9; i-- > 0;)
      text += pieces[random() % std::size(pieces)];
    TSTree *tree =
        ts_parser_parse_string(parser, nullptr, text.data(), text.size());
    bool hasError = ts_node_has_error(ts_tree_root_node(tree));
    ts_tree_delete(tree);

    ir::SourceManager sources;
    ir::Interner interner;
    ir::DiagnosticEngine diagnostics(sources);
    uint32_t file = sources.addFile("test.lisp", text);
    (void)frontend::Reader(sources, interner, diagnostics).read(file);
    // The others are about the insides of one token.
    bool isReported = llvm::any_of(diagnostics.all(), [](const auto &d) {
      return d->id <= ir::Diag::UnterminatedIdentifier ||
             d->id == ir::Diag::MisplacedDot ||
             d->id == ir::Diag::MissingForm ||
             d->id == ir::Diag::MissingMapValue ||
             d->id == ir::Diag::InvalidInterpolation;
    });
    ASSERT_EQ(hasError, isReported) << text;
  }
  ts_parser_delete(parser);
}

} // namespace
