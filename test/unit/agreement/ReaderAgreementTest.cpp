//===- ReaderAgreementTest.cpp - two readers, one language ----------------===//
//
// The compiler reads with the Tree-sitter grammar, programs with the streaming
// reader of the runtime. Both are fed the same data: what one rejects the other
// must reject, and what both read must be the same.
//
//===----------------------------------------------------------------------===//

#include "frontend/Dump.h"
#include "frontend/Reader.h"
#include "test/unit/PrimitiveEval.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include "gtest/gtest.h"

#include <random>
#include <string>

using namespace plc;

namespace {

/// What the compiler reads, in normal form; "!" after an error.
std::string readByCompiler(const std::string &text) {
  ir::SourceManager sources;
  ir::Interner interner;
  ir::DiagnosticEngine diagnostics(sources);
  uint32_t file = sources.addFile("data", text);
  auto forms = frontend::Reader(sources, interner, diagnostics).read(file);
  if (diagnostics.errorCount())
    return "!";
  std::string result;
  llvm::raw_string_ostream out(result);
  for (const frontend::Syntax *form : forms)
    frontend::dumpSyntax(form, out);
  return result;
}

/// What the runtime reads, as it writes it, put into the same normal form.
std::string readByRuntime(const std::string &text) {
  std::string written = evalPrimitives("(quote " + text + ")");
  return written[0] == '!' ? "!" : readByCompiler(written);
}

/// The text in a list, so that any number of data is one.
void expectAgreement(const std::string &text) {
  std::string list = "(" + text + "\n)";
  EXPECT_EQ(readByCompiler(list), readByRuntime(list)) << text;
}

// Tokens that lie near the borders of the syntax. No brackets: `[a]` is a form
// of its own to the compiler and a vector to `read`.
const char *const tokens[] = {
    // Identifiers
    "a", "Foo", "...", "..", "+", "-", "1+", "-1+", "+a", "->x", "a.b", ".a",
    "%0", "#", "|a b|", "||", "|a\\x41;|", "|.|", "|\xCE\xBB|", "\xC3\x80z",
    ":key", "a:b", ":", "::", "a'b", "--1", "1.2.3", "1/2/3", "1+2", "1i", "+.",
    "-.", "..5", "1e", "1e+", "e1", "i", "1d2", "#12", "#foo", "#q8(1)",
    // Booleans and characters
    "#t", "#T", "#TRUE", "#false", "#F", "#\\a", "#\\A", "#\\space", "#\\SPACE",
    "#\\x41", "#\\x", "#\\(", "#\\nul", "#\\tab", "#\\delete", "#\\newline",
    "#\\linefeed", "#\\altmode", "#\\\xCE\xBB", "#\\foo", "#\\'", "#\\\"",
    "#\\;", "#\\|", "#\\#", "#\\ ", "#\\x110000", "#\\xD800",
    // Strings
    "\"\"", "\"a\\n\"", "\"\\x3bb;\\\\ \\\"\"", "\"a\\\n  b\"", "\"\\q\"",
    "\"a  \\  \n  b\"", "\"\\x41\"", "\"a\r\nb\"",
    // Numbers
    "0", "-0", "+5", "007", "1/2", "-6/4", "0/5", "1/0", "1.", "-.5", "+.5",
    "1e10", "1E2", "1e-400", "1e400", "1e21", "1e22", "123456.789e3", "5e-324",
    "2.2250738585072011e-308", "1.7976931348623159e308", "-0.0", "#xff", "#X1F",
    "#b101", "#b12", "#d10", "#x-1/2", "#x1F/2", "#e#x10", "#x#e10", "#x1e2",
    "#e1.5", "#E1", "#i1/3", "#e1e20", "#e1.5e-3", "#e-.0", "#i-0", "#e0.0",
    "#xe", "#x+e", "1.5e3/2", "1152921504606846975", "1152921504606846976",
    "-1152921504606846976", "-1152921504606846977",
    "123456789012345678901234567890", "12345678901234567890/3", "+inf.0",
    "-INF.0", "+nan.0", "#e+inf.0", "+i", "-i", "1+i", "1+2i", "-1.5i", "+1i",
    "1@2", "1@0", "0@1", "#e1@0", "#i1@0", "#e1@2", "1e10i", "1e10@3",
    "+inf.0i", "+inf.0+nan.0i", "1.0+2i",
    // Vectors of numbers
    "#u8(1 2)", "#u8()", "#u8(256)", "#u8(-1)", "#U8(1)", "#f64(1 2.5 1/2)",
    "#s16(-1)", "#s8(128)", "#u64(18446744073709551615)", "#f32(0.1)",
    // Prefixes, dots and comments
    ".", "'", "`", ",", ",@", "#;", "#|c|#", "#||#", ";c\n", "#| #|c|# |#"};

class Generator {
public:
  explicit Generator(unsigned seed) : random(seed) {}
  size_t below(size_t n) { return random() % n; }

  std::string token() {
    if (below(4))
      return tokens[below(std::size(tokens))];
    const std::string characters = "0123456789+-.eixEI/@#abfn0123456789..";
    std::string result;
    for (size_t i = 1 + below(6); i-- > 0;)
      result += characters[below(characters.size())];
    return result;
  }

  std::string datum(unsigned depth) {
    if (depth == 0 || below(3) == 0)
      return token();
    std::string items;
    size_t count = below(4);
    for (size_t i = 0; i < count; ++i)
      items += (i ? " " : "") + datum(depth - 1);
    switch (below(6)) {
    case 0:
      return "#(" + items + ")";
    case 1:
      return "'" + datum(depth - 1);
    case 2:
      return "(" + items + (count ? " . " + datum(depth - 1) : "") + ")";
    case 3:
      return "`(" + items + " ,@" + datum(depth - 1) + ")";
    default:
      return "(" + items + ")";
    }
  }

private:
  std::mt19937 random;
};

TEST(ReaderAgreement, Tokens) {
  for (const char *token : tokens)
    expectAgreement(token);
}

TEST(ReaderAgreement, GeneratedData) {
  Generator generator(7); // the same every time
  for (int i = 0; i < 100000 && !HasFailure(); ++i)
    expectAgreement(generator.datum(generator.below(4)));
}

} // namespace
