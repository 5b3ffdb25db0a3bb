//===- TextTest.cpp - characters, strings, printing, reading, ports --------===//
#include "test/unit/PrimitiveEval.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace {
struct Case {
  const char *text, *expected;
};
template <size_t N> void check(const Case (&cases)[N]) {
  for (const Case &c : cases)
    EXPECT_EQ(evalPrimitives(c.text), c.expected) << c.text;
}
/// A datum that prints as it reads.
void same(const char *text) {
  EXPECT_EQ(evalPrimitives("'" + std::string(text)), text);
}
} // namespace

TEST(Text, PrintedAsRead) {
  for (const char *text :
       {"()", "(1 2 3)", "(1 . 2)", "(1 2 . 3)", "((1) (2 (3)))", "#(1 #(2) ())",
        "#u8(0 255)", "#f64(1.5 -0.0 +inf.0)", "#s16(-32768 32767)",
        "#u64(18446744073709551615)", "#t", "#f", "#\\a", "#\\space", "#\\x0",
        "\"a\\\\b\\\"c\"", "\"\\n\\t\\a\"", "abc", "|a b|", "||", "|1|",
        "|+i|", "|.|", "...", "+", "-", "a.b", ":key", "|a\\|b|", "|#foo|",
        "#", "|A\\nB|", "λ", "\"λ→😀\"", "#\\λ", "#\\x200b", "(quote a)",
        "#0=(1 . #0#)", "#0=(a #1=(b #0# . #1#))", "#0=#(1 #0#)",
        "(|.| a b)", "{a 1 \"b\" (2)}", "#0={a #0#}", "1+", "-1/2", "1.0e+100",
        "|\\x0;|", "|a;b|", "|(|", "%0", "|a,b|"})
    if (std::string(text) == "#\\x0")
      EXPECT_EQ(evalPrimitives(text), "#\\null");
    else
      same(text);
}

TEST(Text, Sharing) {
  check({
      {"(let1 x '(1) (list x x))", "((1) (1))"},
      {"(let1 p (open-output-string) (let1 x '(1) (write-shared (list x x) p))"
       " (get-output-string p))",
       "\"(#0=(1) #0#)\""},
      {"'(#1=(a) #1# #1#)", "((a) (a) (a))"},
      {"'#0=(#1=(#0# #1#) 2)", "#0=(#1=(#0# #1#) 2)"},
      {"(let1 p (open-output-string) (display '#0=(\"s\" #\\a . #0#) p)"
       " (get-output-string p))",
       "\"#0=(s a . #0#)\""},
  });
}

TEST(Text, ReadSyntax) {
  check({
      {"'(a;comment\n b #| block #| nested |# |# c #;(skip this) d)",
       "(a b c d)"},
      {"'[1 2]", "#(1 2)"},
      {"''a", "(quote a)"},
      {"'`(a ,b ,@c)", "(quasiquote (a (unquote b) (unquote-splicing c)))"},
      {"#true", "#t"},
      {"#FALSE", "#f"},
      {"'#!fold-case ABC", "abc"},
      {"'(#!fold-case STRASSE #!no-fold-case Abc)", "(strasse Abc)"},
      {"'#!fold-case |ABC|", "ABC"},
      {"#\\newline", "#\\newline"},
      {"#\\altmode", "#\\escape"},
      {"#\\x", "#\\x"},
      {"#\\x3bb", "#\\λ"},
      {"'(#\\( #\\) #\\;)", "(#\\( #\\) #\\;)"},
      {"\"a\\\n   b\"", "\"ab\""},
      {"\"a\\x41;b\"", "\"aAb\""},
      {"\"a\r\nb\"", "\"a\\nb\""},
      {"'abc|def|", "abc"},
      {"'(a.b . c)", "(a.b . c)"},
      {"'(1 .5)", "(1 0.5)"},
      {"'#d1/2", "1/2"},
      {"'(#;a)", "()"},
      {"'(a #;b . #;c d)", "(a . d)"},
      {"#!/usr/bin/plc\n5", "5"},
      {"'(#\\(a)", "(#\\( a)"},
      {"'[. a]", "#(|.| a)"},
      {"'#\"a\\{{(b {1 2})}\\n{c}\"",
       "(%interpolate \"a{\" (b {1 2}) \"\\n\" c)"},
      {"'#\"\"", "(%interpolate)"},
      {"\"a\\\r  b\rc\"", "\"ab\\nc\""},
      {"'#xAB", "171"},
  });
}

TEST(Text, ReadErrors) {
  struct {
    const char *text, *message;
  } cases[] = {
      {"(a b", "read: 1:1: the input ends inside this list"},
      {"'(a\n (b #(c", "read: 2:5: the input ends inside this vector"},
      {")", "read: 1:1: unexpected `)`"},
      {"(a ]", "read: 1:4: expected `)`, found `]`"},
      {"[a )", "read: 1:4: expected `]`, found `)`"},
      {"#(a ]", "read: 1:5: expected `)`, found `]`"},
      {"(a . )", "read: 1:6: expected a datum after `.`"},
      {"(a . b c)", "read: 1:8: expected `)` after the tail of a list"},
      {"'(')", "read: 1:4: expected a datum before `)`"},
      {"#<foo>", "read: 1:1: unknown syntax `#<foo>`"},
      {"\"abc", "read: 1:1: the input ends inside this string"},
      {"\"\\q\"", "read: 1:1: unknown escape in this string"},
      {"\"\\x41\"",
       "read: 1:1: expected hexadecimal digits and `;` after `\\x`"},
      {"#\\foo", "read: 1:1: unknown character name `foo`"},
      {"#| x", "read: 1:1: the input ends inside this block comment"},
      {"#0=#0#", "read: 1:4: a datum label stands for itself"},
      {"#0=#1=#0#", "read: 1:7: a datum label stands for itself"},
      {"(a #0=#1=#2=#0#)", "read: 1:13: a datum label stands for itself"},
      {"#1#", "read: 1:1: the datum label #1# was not defined before"},
      {"{a}", "read: 1:3: a map needs a value for each key"},
      {"#s8(200)", "read: 1:8: element 0 does not fit a vector of s8"},
      {".", "read: 1:1: unexpected `.`"},
      {"#!foo", "read: 1:1: unknown directive `#!foo`"},
      {"#\"a{b c}\"",
       "read: 1:8: expected one datum between `{` and `}` of a string"},
      {"#\"a{b", "read: 1:1: the input ends inside this interpolated string"},
  };
  for (auto &c : cases)
    EXPECT_EQ(evalPrimitives(c.text, true),
              std::string("!read-error ") + c.message)
        << c.text;
}

// Cycles in data of every size: the search has several stages.
TEST(Text, LargeCycles) {
  for (int length : {10, 30000, 100000}) {
    std::string tail;
    for (int i = 0; i < length; ++i)
      tail += "(" + std::to_string(i) + ") ";
    same(("#0=(" + tail + ". #0#)").c_str());
    same(("(" + tail + "#0=(a . #0#))").c_str());
    same(("#(" + tail + "1)").c_str());
  }
}

// Depth is bounded by memory, not by the C stack.
TEST(Text, DeepNesting) {
  std::string deep(300000, '(');
  deep += std::string(300000, ')');
  EXPECT_EQ(evalPrimitives("'" + deep), deep);
  std::string vectors;
  for (int i = 0; i < 100000; ++i)
    vectors += "#(";
  vectors += std::string(100000, ')');
  EXPECT_EQ(evalPrimitives("'" + vectors), vectors);
  std::string quotes(100000, '\'');
  EXPECT_EQ(evalPrimitives(quotes + "a").size(), 99999u * 8 + 1);
}

TEST(Text, PrintedOthers) {
  check({
      {"(list (%unspecified) (eof-object))", "(#<unspecified> #<eof>)"},
      {"car", "#<procedure car>"},
      {"(box '(1))", "#<box (1)>"},
      {"(%make-record (%make-record-type 'point '#(x y) '#(#t #t)) 1 \"a\")",
       "#<point x: 1 y: \"a\">"},
      {"(%make-record (%make-record-type '<point> '#(x) '#(#t)) 1)",
       "#<point x: 1>"},
      {"(make-condition 'odd \"message\" '(1 \"a\"))",
       "#<condition odd: message (1 \"a\")>"},
      {"(open-input-string \"\")", "#<input-port string>"},
      {"(%current-output-port)", "#<output-port stdout>"},
      {"(%make-hash-table 'eq)", "#<hash-table 0>"},
      {"(make-promise 1)", "#<promise>"},
  });
}

TEST(Text, Strings) {
  check({
      {"(string-length \"a😀b\")", "3"},
      {"(string-ref \"a😀b\" 1)", "#\\😀"},
      {"(string-ref \"abc\" 3)", "!range"},
      {"(string-ref \"\" 0)", "!range"},
      {"(let1 s (make-string 3 #\\a) (string-set! s 1 #\\λ) s)", "\"aλa\""},
      {"(let1 s (string-copy \"abc\") (string-set! s 1 #\\ÿ) s)", "\"aÿc\""},
      {"(string-append \"a\" \"λ\" \"c\")", "\"aλc\""},
      {"(substring \"aλc\" 2 3)", "\"c\""},
      {"(equal? (substring \"aλc\" 2 3) \"c\")", "#t"},
      {"(= (string-hash (substring \"aλc\" 2 3)) (string-hash \"c\"))", "#t"},
      {"(eq? (string->symbol (substring \"λab\" 1 3)) 'ab)", "#t"},
      {"(substring \"abc\" 2 1)", "!range"},
      {"(string->list \"abc\" 1)", "(#\\b #\\c)"},
      {"(list->string '(#\\a #\\λ))", "\"aλ\""},
      {"(list->string '(#\\a 1))", "!wrong-type"},
      {"(string->vector \"abc\" 1 2)", "#(#\\b)"},
      {"(vector->string '#(#\\a #\\b) 1)", "\"b\""},
      {"(let1 s (string-copy \"12345\") (string-copy! s 1 s 0 3) s)",
       "\"11235\""},
      {"(let1 s (make-string 4 #\\a) (string-copy! s 1 \"xλy\" 0 2) s)",
       "\"axλa\""},
      {"(let1 s (make-string 2) (string-copy! s 1 \"ab\") s)", "!range"},
      {"(let1 s (make-string 4 #\\a) (string-fill! s #\\λ 1 3) s)",
       "\"aλλa\""},
      {"(string<? \"abc\" \"abd\" \"abe\")", "#t"},
      {"(string<? \"z\" \"λ\")", "#t"},
      {"(string=? \"a\" \"a\" 1)", "!wrong-type"},
      {"(string-ci=? \"Straße\" \"STRASSE\")", "#t"},
      {"(string-ci<? \"abc\" \"ABD\")", "#t"},
      {"(string-upcase \"straße\")", "\"STRASSE\""},
      {"(string-downcase \"ΧΑΟΣΣ ΧΑΟΣ Σ\")", "\"χαοσς χαος σ\""},
      {"(string-foldcase \"ΧΑΟΣ\")", "\"χαοσ\""},
      {"(string-search-forward \"lo\" \"hello lo\" 4)", "6"},
      {"(string-search-forward \"λ\" \"hello\" 0)", "#f"},
      {"(string-search-forward \"\" \"abc\" 1)", "1"},
      {"(symbol->string 'abc)", "\"abc\""},
      {"(string-set! (symbol->string 'abc) 0 #\\x)", "!immutable-literal"},
      {"(eq? (generate-symbol) (generate-symbol))", "#f"},
      {"(keyword? ':a)", "#t"},
      {"(make-string -1)", "!wrong-type"},
  });
}

TEST(Text, Characters) {
  check({
      {"(char-upcase #\\ß)", "#\\ß"},
      {"(char-upcase #\\ǆ)", "#\\Ǆ"},
      {"(char-downcase #\\İ)", "#\\i"},
      {"(char-foldcase #\\Σ)", "#\\σ"},
      {"(char-foldcase #\\ς)", "#\\σ"},
      {"(char-upcase #\\ᾳ)", "#\\ᾼ"},
      {"(char-alphabetic? #\\λ)", "#t"},
      {"(char-alphabetic? #\\1)", "#f"},
      {"(char-numeric? #\\٣)", "#t"},
      {"(digit-value #\\٣)", "3"},
      {"(digit-value #\\a)", "#f"},
      {"(digit-value #\\²)", "#f"},
      {"(char-whitespace? #\\x00a0)", "#t"},
      {"(char-whitespace? #\\x200b)", "#f"},
      {"(char-upper-case? #\\Σ)", "#t"},
      {"(char-lower-case? #\\ª)", "#t"},
      {"(char<? #\\a #\\b #\\c)", "#t"},
      {"(char-ci=? #\\a #\\A)", "#t"},
      {"(integer->char 1114112)", "!wrong-type"},
      {"(char->integer #\\x10ffff)", "1114111"},
  });
}

TEST(Text, Bytevectors) {
  check({
      {"(utf8->string (bytevector 65 206 187))", "\"Aλ\""},
      {"(utf8->string (bytevector 65 206))", "!encoding-error"},
      {"(utf8->string (bytevector 237 160 128))", "!encoding-error"},
      {"(utf8->string (bytevector 192 128))", "!encoding-error"},
      {"(utf8->string (bytevector 244 144 128 128))", "!encoding-error"},
      {"(string->utf8 \"Aλ😀\")", "#u8(65 206 187 240 159 152 128)"},
      {"(string->utf8 \"abc\" 1 2)", "#u8(98)"},
      {"(string->utf8 (string (integer->char 55296)))", "!encoding-error"},
      {"(bytevector-append (bytevector 1) (bytevector 2 3))", "#u8(1 2 3)"},
      {"(let1 b (bytevector 1 2 3 4 5) (bytevector-copy! b 1 b 0 3) b)",
       "#u8(1 1 2 3 5)"},
      {"(bytevector 256)", "!wrong-type"},
      {"(bytevector-u8-ref (bytevector) 0)", "!range"},
      {"(make-u8vector 2 7)", "#u8(7 7)"},
      {"(s8vector-ref (s8vector -128 127) 0)", "-128"},
      {"(s8vector 128)", "!wrong-type"},
      {"(u64vector-ref (u64vector 18446744073709551615) 0)",
       "18446744073709551615"},
      {"(u64vector -1)", "!wrong-type"},
      {"(u64vector 18446744073709551616)", "!wrong-type"},
      {"(s64vector -9223372036854775808)", "#s64(-9223372036854775808)"},
      {"(s64vector 9223372036854775808)", "!wrong-type"},
      {"(f32vector-ref (f32vector 0.1) 0)", "0.10000000149011612"},
      {"(let1 v (make-f64vector 2 1/2) (f64vector-set! v 0 3) v)",
       "#f64(3.0 0.5)"},
      {"(f64vector-set! (f64vector) 0 1.0)", "!range"},
      {"(f64vector-ref (f32vector 1.0) 0)", "!wrong-type"},
      {"(f64vector 'a)", "!wrong-type"},
      {"(f64vector? (f64vector))", "#t"},
  });
}

TEST(Ports, Memory) {
  check({
      {"(let1 p (open-input-string \"aλ\n\") (list (read-char p) (peek-char p) "
       "(read-char p) (read-char p) (read-char p)))",
       "(#\\a #\\λ #\\λ #\\newline #<eof>)"},
      {"(let1 p (open-input-string \"one\r\ntwo\n\nλx\") (list (read-line p) "
       "(read-line p) (read-line p) (read-line p) (read-line p)))",
       "(\"one\" \"two\" \"\" \"λx\" #<eof>)"},
      {"(let1 p (open-input-string \"a\rb\r\") (list (read-line p) "
       "(read-line p) (read-line p)))",
       "(\"a\" \"b\" #<eof>)"},
      {"(let1 p (open-input-string \"abcdef\") (list (read-string 4 p) "
       "(read-string 4 p) (read-string 4 p) (read-string 0 p)))",
       "(\"abcd\" \"ef\" #<eof> \"\")"},
      {"(let1 p (open-output-string) (write 'a p) (write-string \"λbc\" p 0 2) "
       "(newline p) (write-char #\\x p) (get-output-string p))",
       "\"aλb\\nx\""},
      {"(let1 p (open-input-string (string (integer->char 55296))) "
       "(read-char p))",
       "#\\xd800"},
      {"(let1 p (open-output-string) (write-char (integer->char 56000) p) "
       "(char->integer (string-ref (get-output-string p) 0)))",
       "56000"},
      {"(let1 p (open-input-bytevector (bytevector 1 2 3 4)) (list (read-u8 p) "
       "(peek-u8 p) (read-bytevector 2 p) (read-bytevector 5 p) (read-u8 p)))",
       "(1 2 #u8(2 3) #u8(4) #<eof>)"},
      {"(let1 p (open-input-bytevector (bytevector 1 2 3)) (let1 b "
       "(make-bytevector 5 9) (read-bytevector! b p 1 3) b))",
       "#u8(9 1 2 9 9)"},
      {"(let1 p (open-output-bytevector) (write-u8 1 p) (write-bytevector "
       "(bytevector 2 3 4) p 1) (get-output-bytevector p))",
       "#u8(1 3 4)"},
      {"(let1 p (open-input-string \"(a . b) #;c 12\") (list (read p) (read p) "
       "(read p)))",
       "((a . b) 12 #<eof>)"},
      {"(let1 p (open-input-string \"a\") (close-port p) (read-char p))",
       "!closed-port"},
      {"(read-char (open-input-bytevector (bytevector)))", "!wrong-type"},
      {"(write-u8 1 (open-output-string))", "!wrong-type"},
      {"(input-port-open? (open-input-string \"\"))", "#t"},
      {"(textual-port? (open-output-bytevector))", "#f"},
  });
}

TEST(Ports, Files) {
  char name[] = "/tmp/plc-text-test-XXXXXX";
  int fd = mkstemp(name);
  ASSERT_GE(fd, 0);
  close(fd);
  std::string file = "\"" + std::string(name) + "\"";
  EXPECT_EQ(evalPrimitives("(let1 p (open-output-file " + file +
                           ") (write-string \"λ line\n\" p) (write '(1 \"x\") "
                           "p) (close-port p) (output-port-open? p))"),
            "#f");
  EXPECT_EQ(evalPrimitives("(let1 p (open-input-file " + file +
                           ") (list (read-line p) (read p) (read p)))"),
            "(\"λ line\" (1 \"x\") #<eof>)");
  // Characters of several bytes across the ends of the buffer.
  EXPECT_EQ(evalPrimitives("(let1 p (open-output-file " + file +
                           ") (write-string \"x\" p) (write-string "
                           "(make-string 20000 #\\😀) p) (close-port p))"),
            "#<unspecified>");
  EXPECT_EQ(evalPrimitives("(let1 p (open-input-file " + file +
                           ") (read-char p) (string=? (read-line p) "
                           "(make-string 20000 #\\😀)))"),
            "#t");
  EXPECT_EQ(evalPrimitives("(let1 p (open-binary-output-file " + file +
                           ") (write-bytevector (bytevector 97 10 255 98) p) "
                           "(close-port p))"),
            "#<unspecified>");
  EXPECT_EQ(evalPrimitives("(let1 p (open-input-file " + file +
                               ") (read-char p) (read-char p) (read-char p))",
                           true),
            "!encoding-error invalid UTF-8 in the input: byte 0xFF at 2:1");
  EXPECT_EQ(evalPrimitives("(let1 p (open-binary-input-file " + file +
                           ") (read-bytevector 100 p))"),
            "#u8(97 10 255 98)");
  EXPECT_EQ(evalPrimitives("(write-char (integer->char 55296) "
                           "(open-output-file " + file + "))"),
            "!encoding-error");
  EXPECT_EQ(evalPrimitives("(file-exists? " + file + ")"), "#t");
  EXPECT_EQ(evalPrimitives("(delete-file " + file + ")"), "#<unspecified>");
  EXPECT_EQ(evalPrimitives("(file-exists? " + file + ")"), "#f");
  EXPECT_EQ(evalPrimitives("(delete-file " + file + ")"), "!file-error");
  EXPECT_EQ(evalPrimitives("(open-input-file \"/nonexistent/λ\")", true),
            "!file-error open-input-file: cannot open `/nonexistent/λ`: No such file or "
            "directory");
}
