//===- DiagnosticsTest.cpp - what the user is told, as text and JSON ------===//

#include "ir/support/Diagnostics.h"

#include "llvm/Support/JSON.h"

#include "gtest/gtest.h"

#include <set>
#include <string>

using namespace plc::ir;

namespace {

struct Fixture {
  SourceManager sources;
  DiagnosticEngine engine{sources};
  uint32_t file;

  explicit Fixture(std::string text, std::string name = "sum.lisp")
      : file(sources.addFile(std::move(name), std::move(text))) {}
  /// Place of the n-th occurrence of a piece of the text.
  Location at(llvm::StringRef piece, unsigned n = 0) {
    llvm::StringRef text = sources.fileText(file);
    size_t begin = text.find(piece);
    while (n--)
      begin = text.find(piece, begin + 1);
    return sources.add(file, begin, begin + piece.size());
  }
  std::string render(RenderOptions options = {}) {
    std::string result;
    llvm::raw_string_ostream out(result);
    renderDiagnostics(engine, options, out);
    return result;
  }
};

TEST(Diagnostics, TableIsSound) {
  std::set<std::string> codes;
  std::string previous;
#define DIAGNOSTIC(Id, Code, Level, Text, Label, Explanation)                  \
  {                                                                            \
    const DiagnosticRow &row = diagnosticRow(Diag::Id);                        \
    EXPECT_EQ(findDiagnostic(row.code), &row);                                 \
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;                    \
    llvm::StringRef code(row.code), text(row.text);                            \
    EXPECT_EQ(code.size(), 5u) << row.code;                                    \
    EXPECT_EQ(code[0], row.severity == Severity::Error ? 'E' : 'W');           \
    EXPECT_FALSE(text.ends_with(".")) << row.code;                             \
    EXPECT_FALSE(llvm::StringRef(row.explanation).empty()) << row.code;        \
    EXPECT_LT(previous, row.code) << "not sorted";                             \
    previous = row.code;                                                       \
  }
#include "ir/support/Diagnostics.def"
  EXPECT_NE(findDiagnostic("e0101"), nullptr);
  EXPECT_EQ(findDiagnostic("E9999"), nullptr);
}

TEST(Diagnostics, PointsAtThePlace) {
  Fixture f("; comment\n(define (f v)\n  (+ 1\n    (g v]))\n");
  f.engine.report(Diag::MismatchedBracket, f.at("]"), {"]", ")"})
      .label(f.at("(g"), "opened here")
      .help("write `)`");
  EXPECT_EQ(f.render(), "error[E0103]: mismatched closing bracket `]`\n"
                        "  --> sum.lisp:4:9\n"
                        "   |\n"
                        " 4 |     (g v]))\n"
                        "   |     --  ^ expected `)`, found `]`\n"
                        "   |     opened here\n"
                        "   = help: write `)`\n");
}

TEST(Diagnostics, LabelsOnSeveralLines) {
  std::string text;
  for (int i = 1; i <= 12; ++i)
    text += "(line " + std::to_string(i) + ")\n";
  Fixture f(text);
  f.engine.report(Diag::UnclosedBracket, f.at("(", 9), {"("})
      .label(f.at("(", 2), "three")
      .label(f.at("(", 11), "twelve");
  EXPECT_EQ(f.render(), "error[E0101]: unclosed `(`\n"
                        "   --> sum.lisp:10:1\n"
                        "    |\n"
                        "  3 | (line 3)\n"
                        "    | - three\n"
                        "...\n"
                        " 10 | (line 10)\n"
                        "    | ^ opened here\n"
                        " 11 | (line 11)\n"
                        " 12 | (line 12)\n"
                        "    | - twelve\n");
}

TEST(Diagnostics, NamesEachExpansion) {
  Fixture f("(define-syntax m (rules (a b)))\n(outer)\n(define x (m))\n");
  Location inner = f.sources.addExpansion(f.at("(outer)"), f.at("(define x"),
                                          "outer");
  f.engine.report(Diag::UnclosedBracket,
                  f.sources.addExpansion(f.at("(a b)"), inner, "m"), {"("});
  EXPECT_EQ(f.render(), "error[E0101]: unclosed `(`\n"
                        "  --> sum.lisp:1:25\n"
                        "   |\n"
                        " 1 | (define-syntax m (rules (a b)))\n"
                        "   |                         ^^^^^ opened here\n"
                        "   = note: expanded from macro `m` at sum.lisp:2:1\n"
                        "   = note: expanded from macro `outer` at "
                        "sum.lisp:3:1\n");
}

TEST(Diagnostics, WideAndTabbedText) {
  // Columns in the head count code points; the marks stand below the text.
  Fixture f("\t(\xE6\x97\xA5\xE6\x9C\xAC \x01 bad\n");
  f.engine.report(Diag::UnmatchedBracket, f.at("bad"), {"bad"});
  EXPECT_EQ(f.render(), "error[E0102]: unmatched `bad`\n"
                        "  --> sum.lisp:1:8\n"
                        "   |\n"
                        " 1 |     (\xE6\x97\xA5\xE6\x9C\xAC \xEF\xBF\xBD bad\n"
                        "   |             ^^^ nothing is open here that this "
                        "could close\n");
}

TEST(Diagnostics, LongLinesAreClipped) {
  Fixture f(std::string(1000, 'a') + "(" + std::string(1000, 'b'));
  f.engine.report(Diag::UnclosedBracket, f.at("("), {"("});
  llvm::SmallVector<llvm::StringRef, 8> lines;
  std::string text = f.render();
  llvm::StringRef(text).split(lines, '\n');
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_TRUE(lines[3].starts_with(" 1 | ...aaa")) << text;
  EXPECT_TRUE(lines[3].ends_with("bbb...")) << text;
  EXPECT_EQ(lines[3].find('('), lines[4].find('^'));
  EXPECT_LT(lines[3].size(), 140u);
}

TEST(Diagnostics, SpanOfSeveralLinesAndOfNone) {
  Fixture f("(a\n b)");
  f.engine.report(Diag::UnclosedBracket, f.at("(a\n b)"), {"("});
  f.engine.report(Diag::UnmatchedBracket, f.sources.add(f.file, 6, 6), {")"});
  EXPECT_EQ(f.render(), "error[E0101]: unclosed `(`\n"
                        "  --> sum.lisp:1:1\n"
                        "   |\n"
                        " 1 | (a\n"
                        "   | ^^ opened here\n"
                        "\n"
                        "error[E0102]: unmatched `)`\n"
                        "  --> sum.lisp:2:4\n"
                        "   |\n"
                        " 2 |  b)\n"
                        "   |    ^ nothing is open here that this could "
                        "close\n");
}

TEST(Diagnostics, SortedCountedAndLimited) {
  Fixture f("((((((((((((((((((((((((");
  for (uint32_t i = 24; i-- > 0;) {
    f.engine.report(Diag::UnclosedBracket, f.sources.add(f.file, i, i + 1),
                    {"("});
    // The same again is dropped.
    f.engine.report(Diag::UnclosedBracket, f.sources.add(f.file, i, i + 1),
                    {"("});
  }
  EXPECT_EQ(f.engine.errorCount(), 24u);
  std::string text = f.render();
  EXPECT_NE(text.find("sum.lisp:1:20\n"), std::string::npos);
  EXPECT_EQ(text.find("sum.lisp:1:21\n"), std::string::npos);
  EXPECT_LT(text.find("sum.lisp:1:1\n"), text.find("sum.lisp:1:2\n"));
  EXPECT_TRUE(llvm::StringRef(text).ends_with(
      "\nerror: 4 more errors not shown; --error-limit=0 shows all\n"));
  RenderOptions all;
  all.errorLimit = 0;
  EXPECT_EQ(f.render(all).find("not shown"), std::string::npos);
  f.engine.clear();
  EXPECT_EQ(f.engine.errorCount(), 0u);
  EXPECT_EQ(f.render(), "");
}

TEST(Diagnostics, WithoutAPlace) {
  Fixture f("");
  f.engine.report(Diag::UnclosedBracket, {}, {"("}).note("a\nb");
  EXPECT_EQ(f.render(), "error[E0101]: unclosed `(`\n"
                        "   = note: a\n"
                        "           b\n");
}

TEST(Diagnostics, Color) {
  Fixture f("(");
  f.engine.report(Diag::UnclosedBracket, f.at("("), {"("});
  RenderOptions options;
  options.color = true;
  std::string text = f.render(options);
  EXPECT_TRUE(llvm::StringRef(text).starts_with(
      "\033[1;31merror[E0101]\033[0m\033[1m: unclosed `(`\033[0m\n"));
  EXPECT_NE(text.find("\033[1;31m^\033[0m"), std::string::npos);
}

TEST(Diagnostics, Json) {
  // A column counts UTF-16 units.
  Fixture f("\xF0\x9F\x98\x80\xC3\xA9(\n]\n");
  f.engine.report(Diag::MismatchedBracket, f.at("]"), {"]", ")"})
      .label(f.at("("), "opened here")
      .note("n")
      .help("h")
      .edit(f.at("]"), ")");
  f.engine.report(Diag::UnclosedBracket, f.at("("), {"("});
  RenderOptions options;
  options.format = RenderOptions::Format::Json;
  std::string text = f.render(options);
  auto [first, second] = llvm::StringRef(text).split('\n');
  auto one = llvm::json::parse(first), two = llvm::json::parse(second);
  ASSERT_TRUE(bool(one));
  ASSERT_TRUE(bool(two));
  EXPECT_TRUE(first.starts_with("{\"version\":1,\"file\":\"sum.lisp\","
                                "\"range\":{\"start\":{\"line\":0,"
                                "\"character\":3},\"end\":{\"line\":0,"
                                "\"character\":4}},\"severity\":1,"
                                "\"code\":\"E0101\",\"message\":"))
      << first.str();
  EXPECT_NE(second.find("\"edits\":[{\"range\":{\"start\":{\"line\":1,"
                        "\"character\":0},\"end\":{\"line\":1,\"character\":1}"
                        "},\"newText\":\")\"}]"),
            llvm::StringRef::npos)
      << second.str();
  EXPECT_NE(second.find("\"related\":[{\"file\":\"sum.lisp\",\"range\":"),
            llvm::StringRef::npos);
}

TEST(Diagnostics, NearestName) {
  llvm::StringRef names[] = {"vector-ref", "vector-set!", "list", "car", "cdr",
                             "string->number"};
  EXPECT_EQ(nearestName("vector-rfe", names), "vector-ref");
  EXPECT_EQ(nearestName("vectr-ref", names), "vector-ref");
  EXPECT_EQ(nearestName("lst", names), "list");
  EXPECT_EQ(nearestName("CAR", names), "car");
  EXPECT_EQ(nearestName("string->numbr", names), "string->number");
  EXPECT_EQ(nearestName("x", names), "");
  EXPECT_EQ(nearestName("completely-different", names), "");
  EXPECT_EQ(nearestName("car", {}), "");
}

// Columns are characters; how many come before is known at some bytes only.
TEST(Diagnostics, ColumnsOfLongLines) {
  std::string text;
  for (int line = 0; line < 3; ++line) {
    for (int i = 0; i < 500; ++i)
      text += i % 3 ? "a" : i % 2 ? "\u00e4" : "\U0001f600";
    text += '\n';
  }
  SourceManager sources;
  uint32_t file = sources.addFile("long.lisp", text);
  uint32_t line = 1, column = 0;
  for (uint32_t i = 0; i < text.size(); ++i) {
    bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    column += begins;
    LineColumn at = sources.lineColumn(file, i);
    ASSERT_EQ(at.line, line) << i;
    // Inside a character: behind its begin.
    ASSERT_EQ(at.column, column + !begins) << i;
    if (begins) {
      ASSERT_EQ(sources.offsetOf(file, at), i);
    }
    if (text[i] == '\n')
      ++line, column = 0;
  }
  EXPECT_EQ(sources.lineColumn(file, text.size()).line, 4u);
  EXPECT_EQ(sources.lineColumn(file, text.size() + 9).column, 1u);
  uint32_t empty = sources.addFile("empty.lisp", "");
  EXPECT_EQ(sources.lineColumn(empty, 0).column, 1u);
}

} // namespace
