//===- ReaderTest.cpp - source text to forms ------------------------------===//

#include "frontend/Reader.h"

#include "frontend/Dump.h"

#include "gtest/gtest.h"

#include <random>
#include <string>

using namespace plc;
using namespace plc::frontend;

namespace {

/// One file, read.
struct ReadResult {
  ir::SourceManager sources;
  ir::Interner interner;
  ir::DiagnosticEngine diagnostics{sources};
  llvm::ArrayRef<const Syntax *> forms;

  explicit ReadResult(std::string text) {
    uint32_t file = sources.addFile("test.lisp", std::move(text));
    forms = Reader(sources, interner, diagnostics).read(file);
  }
  /// Codes and places of the errors, in order of report.
  std::string errors() const {
    std::string result;
    for (const auto &d : diagnostics.all()) {
      ir::LineColumn at = sources.lineColumn(d->location);
      if (!result.empty())
        result += ' ';
      result += ir::diagnosticRow(d->id).code;
      result += '@' + std::to_string(at.line) + ':' +
                std::to_string(at.column);
    }
    return result;
  }
};

/// The forms as --emit=forms writes them, and the errors if there are any.
std::string read(std::string text) {
  ReadResult r(std::move(text));
  std::string result;
  llvm::raw_string_ostream out(result);
  for (const Syntax *form : r.forms)
    dumpSyntax(form, out);
  llvm::StringRef shown = llvm::StringRef(result).rtrim();
  std::string errors = r.errors();
  return shown.str() + (errors.empty() ? "" : " !" + errors);
}

std::string errors(std::string text) {
  return ReadResult(std::move(text)).errors();
}

TEST(Reader, Lists) {
  EXPECT_EQ(read("(a b)"), "(a b)");
  EXPECT_EQ(read("(a . b)"), "(a . b)");
  EXPECT_EQ(read("(a . (b . (c . ())))"), "(a b c)");
  EXPECT_EQ(read("(a . (b . c))"), "(a b . c)");
  EXPECT_EQ(read("(a . 'b)"), "(a quote b)");
  EXPECT_EQ(read("(a . (. b))"), "(a |.| b)");
  EXPECT_EQ(read("(a . #(b))"), "(a . #(b))");
  EXPECT_EQ(read("(a . [b])"), "(a . [b])");
  EXPECT_EQ(read("(. a b)"), "(|.| a b)");
  EXPECT_EQ(read("(. a . b)"), "(|.| a . b)");
  EXPECT_EQ(read("(.)"), "(|.|)");
  EXPECT_EQ(read("[a [b] {c d}]"), "[a [b] {c d}]");
  EXPECT_EQ(read("(a #;b #|c|# ; d\n e)"), "(a e)");
  EXPECT_EQ(read("(a . #;b c)"), "(a . c)");
  EXPECT_EQ(read("(a #;. b)"), "(a b) !E0111@1:6");
}

TEST(Reader, Quotes) {
  EXPECT_EQ(read("'a `(b ,c ,@d)"), "'a\n`(b ,c ,@d)");
  EXPECT_EQ(read("(quote a)"), "'a");
  ReadResult r("  'abc");
  ASSERT_EQ(r.forms.size(), 1u);
  const ir::Span &whole = r.sources.span(r.forms[0]->location);
  EXPECT_EQ(whole.begin, 2u);
  EXPECT_EQ(whole.end, 6u);
  const ir::Span &mark = r.sources.span((*r.forms[0])[0]->location);
  EXPECT_EQ(mark.begin, 2u);
  EXPECT_EQ(mark.end, 3u);
}

TEST(Reader, Identifiers) {
  EXPECT_EQ(read("|a b| |a\\x41;\\n| ||"), "|a b|\n|aA\\n|\n||");
  EXPECT_EQ(read("... -> 1+ +. # %0 :key a.b ns:x"),
            "...\n->\n1+\n+.\n#\n%0\n:key\na.b\nns:x");
  EXPECT_EQ(read("Abc #!fold-case Abc |Abc| #!no-fold-case Abc"),
            "Abc\nabc\nAbc\nAbc");
  EXPECT_EQ(read("#!fold-case Σ #\\SPACE"), "σ\n#\\space");
}

TEST(Reader, Numbers) {
  EXPECT_EQ(read("42 -7 +5 007"), "42\n-7\n5\n7");
  EXPECT_EQ(read("1152921504606846975 1152921504606846976"),
            "1152921504606846975\n1152921504606846976");
  EXPECT_EQ(read("123456789012345678901234567890"),
            "123456789012345678901234567890");
  EXPECT_EQ(read("#xFF #b-101 #o17 #x-1p"),
            "255\n-5\n15\n#<error> !E0110@1:18");
  EXPECT_EQ(read("#xFFFFFFFFFFFFFFFFFFFF"), "1208925819614629174706175");
  EXPECT_EQ(read("4/6 -4/2 1/0 #x1/F"), "2/3\n-2\n1/0\n1/15");
  EXPECT_EQ(read("1.5 .5 -1e3 1e400 -1e-400 1e21"),
            "1.5\n0.5\n-1000.0\n+inf.0\n-0.0\n1e+21");
  EXPECT_EQ(read("+inf.0 -INF.0 +nan.0"), "+inf.0\n-inf.0\n+nan.0");
  EXPECT_EQ(read("#e1.5 #e1e3 #i1/3 #i-0 #e-.25"),
            "3/2\n1000\n0.3333333333333333\n-0.0\n-1/4");
  EXPECT_EQ(read("#e1e30"), "1" + std::string(30, '0'));
  EXPECT_EQ(read("1+2i +i -1.5i 1+2.0i 1+0i 1@0"),
            "1+2i\n+1i\n0.0-1.5i\n1.0+2.0i\n1\n1");
  EXPECT_EQ(read("#e1e999999999"), "#<error> !E0110@1:1");
  EXPECT_EQ(read("#e+inf.0"), "#<error> !E0110@1:1");
  // Rounded once, also where the double is subnormal.
  EXPECT_EQ(read("#i1/3000000000000000000000000000000000"),
            "3.3333333333333334e-34");
}

TEST(Reader, Characters) {
  EXPECT_EQ(read("#\\a #\\space #\\( #\\x #\\x41 #\\nul #\\λ #\\ "),
            "#\\a\n#\\space\n#\\(\n#\\x\n#\\A\n#\\null\n#\\λ\n#\\space");
  EXPECT_EQ(errors("#\\spcae #\\xZZ #\\x110000"),
            "E0108@1:1 E0108@1:9 E0108@1:15");
}

TEST(Reader, Strings) {
  EXPECT_EQ(read("\"a\\n\\t\\\"\\\\ \\x3bb;\""), "\"a\\n\\t\\\"\\\\ λ\"");
  EXPECT_EQ(read("\"a \\  \n   b\""), "\"a b\"");
  EXPECT_EQ(read("\"a\r\nb\""), "\"a\\nb\"");
  EXPECT_EQ(read("\"\\xD800;\""), "\"\\xd800;\"");
  EXPECT_EQ(errors("\"\\q \\x41 \\x110000; ok\""),
            "E0107@1:2 E0107@1:5 E0107@1:10");
}

TEST(Reader, Interpolation) {
  EXPECT_EQ(read("#\"a {(f \"x\")} b {y}\""),
            "(%interpolate \"a \" (f \"x\") \" b \" y)");
  EXPECT_EQ(read("#\"\""), "(%interpolate)");
  EXPECT_EQ(read("#\"\\{a\\} {#\"{b}\"}\""),
            "(%interpolate \"{a} \" (%interpolate b))");
  EXPECT_EQ(errors("#\"{} {a b} {(f}\""), "E0101@1:13 E0119@1:3 E0119@1:6");
}

TEST(Reader, Compounds) {
  EXPECT_EQ(read("#(1 a) {a 1} {}"), "#(1 a)\n{a 1}\n{}");
  EXPECT_EQ(read("#u8(0 255) #f64(1 1/2) #s8(-128)"),
            "#u8(0 255)\n#f64(1.0 0.5)\n#s8(-128)");
  EXPECT_EQ(read("#f32(0.1)"), "#f32(0.10000000149011612)");
  EXPECT_EQ(read("#u64(18446744073709551615)"), "#u64(18446744073709551615)");
  EXPECT_EQ(errors("#u8(256 -1 1.0 a) #q7(1) {a}"),
            "E0115@1:5 E0115@1:9 E0115@1:12 E0115@1:16 E0109@1:19 E0116@1:27");
  EXPECT_EQ(read("#0=(a . #0#)"), "#0=(a . #0#)");
  EXPECT_EQ(errors("#1# #0=a (#2=b #2=c) #3=#3#"),
            "E0113@1:1 E0113@1:25");
  // A comment defines no labels, but may use its own.
  EXPECT_EQ(errors("(#;(#0=a #0#) #0#) (#0=a #;#0=b #0#) #;#1=a #1#"),
            "E0113@1:15 E0113@1:45");
}

TEST(Reader, FirstLine) {
  EXPECT_EQ(read("#!/usr/bin/env plc\na"), "a");
  EXPECT_EQ(read("\xEF\xBB\xBF" "a"), "a");
  EXPECT_EQ(errors("a #!fold"), "E0120@1:3");
}

TEST(ReaderErrors, EachWithItsPlace) {
  EXPECT_EQ(errors("(a"), "E0101@1:1");
  EXPECT_EQ(errors("a)"), "E0102@1:2");
  EXPECT_EQ(errors("(a]"), "E0103@1:3");
  EXPECT_EQ(errors("(\"a)\n"), "E0104@1:2");
  EXPECT_EQ(errors("a #| b #| |# c"), "E0105@1:3");
  EXPECT_EQ(errors("a |b"), "E0106@1:3");
  EXPECT_EQ(errors("(a . ) (a . b c) . (a . b . c)"),
            "E0111@1:4 E0111@1:11 E0111@1:18 E0111@1:27");
  EXPECT_EQ(errors("(a ') #;"), "E0112@1:4 E0112@1:7");
  EXPECT_EQ(errors("a \xFF\xFE b"), "E0117@1:3");
  EXPECT_EQ(errors("\"\xE9\""), "E0117@1:2");
  // Comments of old files are often in Latin-1.
  EXPECT_EQ(errors("; \xE9t\xE9\n#| \xFC |# x"), "");
  EXPECT_EQ(errors(std::string("a \x00 b", 5)), "E0118@1:3");
}

TEST(ReaderErrors, IndentationTellsWhereABracketIsMissing) {
  // The bindings lack their bracket.
  EXPECT_EQ(errors("(define (f x)\n"
                   "  (let ((y 1)\n"
                   "    (+ x y)))\n"
                   "(define z 1)\n"),
            "E0101@2:8");
  // The whole definition does; the next one is not part of it.
  EXPECT_EQ(read("(define (f x)\n  (g x)\n\n(define z 1)"),
            "(define (f x) (g x))\n(define z 1) !E0101@1:1");
  // One bracket too many ends the definition too early.
  EXPECT_EQ(read("(define (f x)\n  (g x))\n  (h x))\n"),
            "(define (f x) (g x) (h x)) !E0102@2:8");
  // So does an inner form.
  EXPECT_EQ(errors("(define (f x)\n  (if x\n      (g x))\n      (h x)))\n"),
            "E0102@3:12");
  // The last line has one too many.
  EXPECT_EQ(errors("(define (f x)\n  (g x)))\n(h)\n"), "E0102@2:9");
}

TEST(ReaderErrors, KindsOfBrackets) {
  EXPECT_EQ(read("(let ([x 1)) x)"), "(let ([x 1]) x) !E0103@1:11");
  EXPECT_EQ(read("(let ([x 1) x)"), "(let ([x 1]) x) !E0101@1:7");
  EXPECT_EQ(read("(f [a b)\n(g)"), "(f [a b])\n(g) !E0101@1:4");
}

TEST(ReaderErrors, AMissingQuoteDoesNotTurnTheFileInsideOut) {
  EXPECT_EQ(read("(define a \"one)\n(define b \"2\")\n(define c \"3\")\n"),
            "(define a #<error>)\n(define b \"2\")\n(define c \"3\") "
            "!E0104@1:11");
  // A string that holds a form is not blamed.
  EXPECT_EQ(errors("(define doc \"like\n(this)\n\")\n"
                   "(define b \"two)\n(define c \"three\")\n"),
            "E0104@4:11");
}

TEST(ReaderErrors, SevenErrorsAreSevenDiagnostics) {
  EXPECT_EQ(errors("(define (area r)\n"
                   "  (* 3.14 (* r r))\n"
                   "(define (greet name)\n"
                   "  (display \"hello, \\q\")\n"
                   "  (display name)))\n"
                   "(define origin #(0 0 #\\spcae))\n"
                   "(define table [1 2 3))\n"
                   "(define two '(1 . 2 3))\n"
                   "(define greeting \"good morning)\n"
                   "(display (area 2))\n"),
            "E0104@9:18 E0101@1:1 E0102@5:18 E0103@7:21 E0107@4:20 "
            "E0108@6:22 E0111@8:17");
}

TEST(Reader, Depth) {
  constexpr size_t kDepth = 100000;
  std::string open(kDepth, '('), close(kDepth, ')');
  EXPECT_EQ(errors(std::string(1000000, '(') + std::string(1000000, ')')), "");
  EXPECT_EQ(errors(std::string(kDepth, '\'') + "a"), "");
  EXPECT_NE(errors(std::string(70000, '(')), "");
  EXPECT_NE(errors(std::string(70000, ')')), "");
  std::string dotted;
  for (int i = 0; i < 100000; ++i)
    dotted += "(a . ";
  ReadResult r(dotted + "()" + std::string(100000, ')'));
  ASSERT_EQ(r.forms.size(), 1u);
  EXPECT_EQ(r.forms[0]->size(), 100000u);
  // Writing is not recursive either.
  std::string text;
  llvm::raw_string_ostream out(text);
  dumpSyntax(ReadResult(open + close).forms[0], out);
  EXPECT_GE(text.size(), 2 * kDepth);
}

TEST(Reader, Completeness) {
  for (const char *text :
       {"", "a", "(a)", "(a))", "; c", "\"a\"", "#\"{a}\"", "a ]", "#\\("})
    EXPECT_TRUE(isComplete(text)) << text;
  for (const char *text : {"(", "(a", "\"a", "#\"{a", "#\"{a}", "'", "#;",
                           "#| a", "(a . ", "[1", "{", "|a", "#1=", "(\"a)\""})
    EXPECT_FALSE(isComplete(text)) << text;
}

TEST(Reader, WhatIsWrittenReadsBack) {
  std::string source =
      "(define (f x) (let ((y 1.5) (z '(a . b))) `(x ,y ,@z #(1 \"s\\n\" #\\a)"
      " #u8(1 2) {a 1 b 2} [x y z] |odd name| (. a b) #0=(q . #0#))))\n"
      "(if (this-is-a-long-predicate? with some operands)\n (then a b c d e f)"
      " (else and-another-long-name \"a rather long string in a form\"))";
  std::string once = read(source);
  EXPECT_EQ(read(once), once);
  llvm::SmallVector<llvm::StringRef, 0> lines;
  llvm::StringRef(once).split(lines, '\n');
  for (llvm::StringRef line : lines)
    EXPECT_LE(line.size(), 80u);
}

/// Every location lies within the file, whatever the text.
void checkSpans(const ReadResult &r, size_t size) {
  llvm::SmallVector<const Syntax *, 0> pending(r.forms.begin(), r.forms.end());
  auto check = [&](ir::Location location) {
    ASSERT_TRUE(location.isKnown());
    const ir::Span &s = r.sources.span(location);
    ASSERT_LE(s.begin, s.end);
    ASSERT_LE(s.end, size);
  };
  while (!pending.empty()) {
    const Syntax *s = pending.pop_back_val();
    check(s->location);
    pending.append(s->elements.begin(), s->elements.end());
    if (s->tail)
      pending.push_back(s->tail);
  }
  for (const auto &d : r.diagnostics.all()) {
    check(d->location);
    for (const auto &l : d->secondary)
      check(l.location);
    for (const auto &e : d->edits)
      check(e.location);
  }
  std::string text;
  llvm::raw_string_ostream out(text);
  ir::renderDiagnostics(r.diagnostics, {}, out);
  ir::RenderOptions json;
  json.format = ir::RenderOptions::Format::Json;
  ir::renderDiagnostics(r.diagnostics, json, out);
}

TEST(Reader, SurvivesAnyText) {
  const std::string good =
      "(define (f x)\n  (let ([y \"a\\n\"] (z #\"b {x} c\"))\n    `(,x ,@y . "
      "#u8(1 2))))\n#| c #| d |# |# '(1 . 2) {a #\\b} #;(e) #0=(|f g| #0#)\n"
      "λ #x1F 1/2 #!fold-case\n";
  const std::string characters = "()[]{}\"'`,@;|#\\ \n.ab1=:\xCE\xBB\xFF";
  std::mt19937 random(20240607); // the same every time
  auto below = [&](size_t n) { return random() % n; };
  for (int round = 0; round < 600; ++round) {
    std::string text;
    if (round % 3 == 0) {
      for (size_t i = below(400); i-- > 0;)
        text += static_cast<char>(below(256));
    } else if (round % 3 == 1) {
      for (size_t i = below(400); i-- > 0;)
        text += characters[below(characters.size())];
    } else {
      text = good + good;
      for (size_t i = 1 + below(8); i-- > 0;) {
        size_t at = below(text.size());
        switch (below(3)) {
        case 0:
          text.erase(at, 1 + below(3));
          break;
        case 1:
          text.insert(at, 1, characters[below(characters.size())]);
          break;
        default:
          text[at] = characters[below(characters.size())];
        }
      }
    }
    size_t size = text.size();
    isComplete(text);
    ReadResult r(text);
    checkSpans(r, size);
    if (HasFatalFailure())
      FAIL() << "round " << round;
  }
}

} // namespace
