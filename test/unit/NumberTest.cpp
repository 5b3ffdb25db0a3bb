//===- NumberTest.cpp - the numeric tower ----------------------------------===//
#include "test/unit/PrimitiveEval.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

namespace {
struct Case {
  const char *text, *expected;
};
template <size_t N> void check(const Case (&cases)[N]) {
  for (const Case &c : cases)
    EXPECT_EQ(evalPrimitives(c.text), c.expected) << c.text;
}
} // namespace

// Made by number_vectors.py.
TEST(Numbers, ResultsOfPython) {
  check({
#include "test/unit/NumberVectors.inc"
  });
}

TEST(Numbers, FixnumOverflow) {
  check({
      {"(+ 1152921504606846975 1)", "1152921504606846976"},
      {"(- -1152921504606846976 1)", "-1152921504606846977"},
      {"(- -1152921504606846976)", "1152921504606846976"},
      {"(+ 1152921504606846976 -1)", "1152921504606846975"},
      {"(fixnum? (+ 1152921504606846976 -1))", "#t"},
      {"(fixnum? 1152921504606846976)", "#f"},
      {"(fixnum? -1152921504606846976)", "#t"},
      {"(* 1152921504606846975 1152921504606846975)",
       "1329227995784915870597964051066650625"},
      {"(* -1152921504606846976 -1)", "1152921504606846976"},
      {"(quotient -1152921504606846976 -1)", "1152921504606846976"},
      {"(abs -1152921504606846976)", "1152921504606846976"},
      {"(* 18446744073709551616 0)", "0"},
      {"(- 18446744073709551616 18446744073709551616)", "0"},
      {"(- 18446744073709551617 18446744073709551616)", "1"},
      {"(+)", "0"},
      {"(*)", "1"},
      {"(- 5)", "-5"},
      {"(/ 4)", "1/4"},
      {"(+ 'a 1)", "!wrong-type"},
      {"(+ 'a)", "!wrong-type"},
      {"(- \"1\")", "!wrong-type"},
  });
}

TEST(Numbers, Division) {
  check({
      {"(floor/ 5 2)", "2 1"},
      {"(floor/ -5 2)", "-3 1"},
      {"(floor/ 5 -2)", "-3 -1"},
      {"(floor/ -5 -2)", "2 -1"},
      {"(truncate/ -5 2)", "-2 -1"},
      {"(truncate/ 5 -2)", "-2 1"},
      {"(truncate/ -5.0 2)", "-2.0 -1.0"},
      {"(floor/ -5.0 2)", "-3.0 1.0"},
      {"(modulo -13 4)", "3"},
      {"(remainder -13 4)", "-1"},
      {"(modulo 13 -4)", "-3"},
      {"(modulo -13 4.0)", "3.0"},
      {"(modulo 100000000000000000000 -7)", "-5"},
      {"(floor-quotient -100000000000000000000 7)", "-14285714285714285715"},
      {"(quotient 100000000000000000000 -10000000000)", "-10000000000"},
      {"(remainder 5 100000000000000000000)", "5"},
      {"(modulo -5 100000000000000000000)", "99999999999999999995"},
      {"(quotient 1 0)", "!divide-by-zero"},
      {"(modulo 10000000000000000000000 0)", "!divide-by-zero"},
      {"(quotient 1.0 0.0)", "!divide-by-zero"},
      {"(quotient 1.5 2)", "!wrong-type"},
      {"(/ 6 4)", "3/2"},
      {"(/ 6 -4)", "-3/2"},
      {"(/ -6 -3)", "2"},
      {"(/ 1 0)", "!divide-by-zero"},
      {"(/ 1.0 0)", "+inf.0"},
      {"(/ 0 0.0)", "+nan.0"},
      {"(/ 1 3.0)", "0.3333333333333333"},
      {"(+ 1/3 2/3)", "1"},
      {"(+ 1/2 1/3)", "5/6"},
      {"(- 1/2 1/2)", "0"},
      {"(* 2/3 3/4)", "1/2"},
      {"(/ 2/3 4/9)", "3/2"},
      {"(gcd 32 -36)", "4"},
      {"(gcd)", "0"},
      {"(gcd 0 -5)", "5"},
      {"(lcm 32 -36)", "288"},
      {"(lcm 32.0 -36)", "288.0"},
      {"(lcm 0 5)", "0"},
      {"(gcd 123456789012345678901234567890 987654321098765432109876543210)",
       "9000000000900000000090"},
      {"(gcd 340282366920938463463374607431768211456 "
       "79228162514264337593543950336)",
       "79228162514264337593543950336"},
  });
}

TEST(Numbers, ExactAgainstInexact) {
  check({
      {"(= 9007199254740993 9007199254740992.0)", "#f"},
      {"(< 9007199254740992.0 9007199254740993)", "#t"},
      {"(= 1/3 (/ 1.0 3.0))", "#f"},
      {"(< (/ 1.0 3.0) 1/3)", "#t"},
      {"(= 1 1.0)", "#t"},
      {"(< 1 +inf.0)", "#t"},
      {"(< -inf.0 -100000000000000000000000)", "#t"},
      {"(= +nan.0 +nan.0)", "#f"},
      {"(< 1 +nan.0)", "#f"},
      {"(>= +nan.0 1)", "#f"},
      {"(eqv? +nan.0 +nan.0)", "#t"},
      {"(eqv? 0.0 -0.0)", "#f"},
      {"(= 0.0 -0.0)", "#t"},
      {"(eqv? 100000000000000000000 100000000000000000000)", "#t"},
      {"(eqv? 2 2.0)", "#f"},
      {"(eqv? 1e300 1e300)", "#t"},
      {"(eqv? 1/2 1/2)", "#t"},
      {"(eqv? 1+2i 1+2i)", "#t"},
      {"(= 1 2 'a)", "!wrong-type"},
      {"(< 1 3 2)", "#f"},
      {"(< 1+i 2)", "!wrong-type"},
      {"(max 1 2.0 3)", "3.0"},
      {"(max 1 2 3)", "3"},
      {"(min 1 1/2)", "1/2"},
      {"(max 1 +nan.0 2)", "+nan.0"},
      {"(max 100000000000000000000 1.0)", "100000000000000000000.0"},
  });
}

TEST(Numbers, FlonumWithExact) {
  check({
      {"(* 0 1.5)", "0.0"},
      {"(+ 0 1.5)", "1.5"},
      {"(expt 2.0 0)", "1.0"},
      {"(- 0.0)", "-0.0"},
      {"(- 0 0.0)", "0.0"},
      {"(+ 1/2 0.5)", "1.0"},
      {"(exact 1e18)", "1000000000000000000"},
      {"(exact 1e23)", "99999999999999991611392"},
      {"(exact 0.1)", "3602879701896397/36028797018963968"},
      {"(exact -2.5)", "-5/2"},
      {"(= (exact 5e-324) (expt 1/2 1074))", "#t"},
      {"(exact +inf.0)", "!wrong-type"},
      {"(inexact 1/3)", "0.3333333333333333"},
      {"(inexact 100000000000000000000000)", "1.0e+23"},
      {"(inexact 9007199254740993)", "9007199254740992.0"},
      {"(inexact 9007199254740995)", "9007199254740996.0"},
      {"(inexact (expt 10 400))", "+inf.0"},
      {"(inexact (/ (expt 10 400) (+ (expt 10 399) 1)))", "10.0"},
      {"(inexact (/ 1 (expt 10 400)))", "0.0"},
      {"(inexact (expt 1/2 1074))", "5.0e-324"},
      {"(inexact (expt 1/2 1075))", "0.0"},
      {"(inexact (* 3 (expt 1/2 1075)))", "1.0e-323"},
      {"(inexact -7/2)", "-3.5"},
  });
}

TEST(Numbers, Rounding) {
  check({
      {"(round 7/2)", "4"},
      {"(round 5/2)", "2"},
      {"(round -7/2)", "-4"},
      {"(round -5/2)", "-2"},
      {"(round 2.5)", "2.0"},
      {"(round -0.4)", "-0.0"},
      {"(floor -7/2)", "-4"},
      {"(ceiling -7/2)", "-3"},
      {"(truncate -7/2)", "-3"},
      {"(floor -4.3)", "-5.0"},
      {"(ceiling 7/3)", "3"},
      {"(numerator 6/4)", "3"},
      {"(denominator 0.5)", "2.0"},
      {"(denominator 3)", "1"},
      {"(floor 1+i)", "!wrong-type"},
  });
}

TEST(Numbers, RootsAndPowers) {
  check({
      {"(sqrt 16)", "4"},
      {"(sqrt 1/4)", "1/2"},
      {"(sqrt 2)", "1.4142135623730951"},
      {"(sqrt -4)", "+2i"},
      {"(sqrt -2.0)", "0.0+1.4142135623730951i"},
      {"(sqrt 3+4i)", "2+i"},
      {"(sqrt 100000000000000000000000000000000000000000)",
       "316227766016837940000.0"},
      {"(= (sqrt (expt 10 600)) (expt 10 300))", "#t"},
      {"(sqrt (+ 1 (expt 10 600)))", "1.0e+300"},
      {"(exact-integer-sqrt 17)", "4 1"},
      {"(exact-integer-sqrt 0)", "0 0"},
      {"(exact-integer-sqrt 1000000000000000000000000000000)",
       "1000000000000000 0"},
      {"(exact-integer-sqrt -1)", "!wrong-type"},
      {"(expt 2 100)", "1267650600228229401496703205376"},
      {"(expt -3 3)", "-27"},
      {"(expt 2 -2)", "1/4"},
      {"(expt 2/3 -3)", "27/8"},
      {"(expt 0 0)", "1"},
      {"(expt 0 5)", "0"},
      {"(expt 0 -1)", "!divide-by-zero"},
      {"(expt 0.0 0)", "1.0"},
      {"(expt 4 1/2)", "2"},
      {"(expt 2 0.5)", "1.4142135623730951"},
      {"(expt 2.0 3)", "8.0"},
      {"(expt +i 2)", "-1"},
      {"(expt 1+i 4)", "-4"},
      {"(expt -1 1000000000000000000000000000001)", "-1"},
      {"(expt 2 1000000000000000000000)", "!heap-exhausted"},
      {"(expt 3 100000000000)", "!heap-exhausted"},
      {"(exp 0)", "1"},
      {"(exp 1)", "2.718281828459045"},
      {"(log 1)", "0"},
      {"(log 8 2)", "3.0"},
      {"(log 1000 10)", "3.0"},
      {"(log -1)", "0.0+3.141592653589793i"},
      {"(log (expt 10 1000))", "2302.5850929940457"},
      {"(sin 0)", "0"},
      {"(asin 2)", "1.5707963267948966-1.3169578969248166i"},
      {"(acos 2)", "0.0+1.3169578969248166i"},
      {"(asin -2)", "-1.5707963267948966+1.3169578969248166i"},
      {"(atan 1 1)", "0.7853981633974483"},
      {"(atan -1 0)", "-1.5707963267948966"},
      {"(atan 0 1)", "0"},
      {"(square 5/3)", "25/9"},
  });
}

TEST(Numbers, Complex) {
  check({
      {"(+ 1+2i 3-2i)", "4"},
      {"(* +i +i)", "-1"},
      {"(/ 1+2i 3+4i)", "11/25+2/25i"},
      {"(/ 1.0+2i 3+4i)", "0.44+0.08i"},
      {"(* 2.0 1+2i)", "2.0+4.0i"},
      {"(+ 1.5 1+2i)", "2.5+2.0i"},
      {"(make-rectangular 1 0)", "1"},
      {"(make-rectangular 1 0.0)", "1.0+0.0i"},
      {"(make-polar 2 0)", "2"},
      {"(magnitude 3+4i)", "5"},
      {"(magnitude -5)", "5"},
      {"(angle -1)", "3.141592653589793"},
      {"(angle 1)", "0"},
      {"(real-part 1+2i)", "1"},
      {"(imag-part 1.5)", "0"},
      {"(zero? 0.0+0.0i)", "#t"},
      {"(exact 1.0+0.5i)", "1+1/2i"},
      {"(real? 1+0i)", "#t"},
      {"(complex? 1)", "!unbound-variable"},
      {"(nan? 1.0+nan.0i)", "#t"},
      {"(finite? 1.0+inf.0i)", "#f"},
      {"(exact? 1+2i)", "#t"},
  });
}

TEST(Numbers, Predicates) {
  check({
      {"(integer? 3.0)", "#t"},
      {"(integer? 3.5)", "#f"},
      {"(integer? +inf.0)", "#f"},
      {"(rational? +inf.0)", "#f"},
      {"(rational? 1/2)", "#t"},
      {"(real? 1+2i)", "#f"},
      {"(number? 'a)", "#f"},
      {"(exact-integer? 1.0)", "#f"},
      {"(exact-rational? 1/2)", "#t"},
      {"(odd? 100000000000000000001)", "#t"},
      {"(even? 2.0)", "#t"},
      {"(odd? 1.5)", "!wrong-type"},
      {"(negative? -100000000000000000000)", "#t"},
      {"(positive? +nan.0)", "#f"},
      {"(exact? 'a)", "!wrong-type"},
  });
}

TEST(Numbers, Bits) {
  check({
      {"(bitwise-and 12 10)", "8"},
      {"(bitwise-and -1 100000000000000000000)", "100000000000000000000"},
      {"(bitwise-and -18446744073709551616 18446744073709551617)",
       "18446744073709551616"},
      {"(bitwise-ior -18446744073709551616 1)", "-18446744073709551615"},
      {"(bitwise-xor -1 18446744073709551615)", "-18446744073709551616"},
      {"(bitwise-not 18446744073709551615)", "-18446744073709551616"},
      {"(bitwise-xor 340282366920938463463374607431768211456 -1)",
       "-340282366920938463463374607431768211457"},
      {"(arithmetic-shift 1 100)", "1267650600228229401496703205376"},
      {"(arithmetic-shift -1 -100)", "-1"},
      {"(arithmetic-shift -18446744073709551617 -1)", "-9223372036854775809"},
      {"(arithmetic-shift -18446744073709551616 -64)", "-1"},
      {"(arithmetic-shift 1267650600228229401496703205376 -100)", "1"},
      {"(arithmetic-shift 3 59)", "1729382256910270464"},
      {"(arithmetic-shift -1 60)", "-1152921504606846976"},
      {"(bit-count 255)", "8"},
      {"(bit-count -256)", "8"},
      {"(integer-length 255)", "8"},
      {"(integer-length -256)", "8"},
      {"(integer-length 18446744073709551616)", "65"},
      {"(bitwise-and 1.0 1)", "!wrong-type"},
  });
}

TEST(Numbers, ToText) {
  check({
      {"(number->string 255 16)", "\"ff\""},
      {"(number->string -1/3 2)", "\"-1/11\""},
      {"(number->string 1e21)", "\"1.0e+21\""},
      {"(number->string 1e20)", "\"100000000000000000000.0\""},
      {"(number->string 123.456)", "\"123.456\""},
      {"(number->string 1e-7)", "\"0.0000001\""},
      {"(number->string 1e-8)", "\"1.0e-8\""},
      {"(number->string 1.5e300)", "\"1.5e+300\""},
      {"(number->string 5e-324)", "\"5.0e-324\""},
      {"(number->string 1.7976931348623157e308)", "\"1.7976931348623157e+308\""},
      {"(number->string -0.0)", "\"-0.0\""},
      {"(number->string 0.1)", "\"0.1\""},
      {"(number->string 0.5 2)", "\"#i1/10\""},
      {"(string->number \"#i1/10\" 2)", "0.5"},
      {"(number->string 1+2i)", "\"1+2i\""},
      {"(number->string 1-i)", "\"1-i\""},
      {"(number->string -1.5-2.5i)", "\"-1.5-2.5i\""},
      {"(number->string +inf.0)", "\"+inf.0\""},
      {"(number->string 1.0+inf.0i)", "\"1.0+inf.0i\""},
      {"(number->string (expt 36 40) 36)",
       "\"10000000000000000000000000000000000000000\""},
      {"(number->string 1 1)", "!wrong-type"},
  });
}

TEST(Numbers, FromText) {
  check({
      {"(string->number \"#xFF\")", "255"},
      {"(string->number \"ff\" 16)", "255"},
      {"(string->number \"#e1.5\")", "3/2"},
      {"(string->number \"#e1.2e-3\")", "3/2500"},
      {"(string->number \"#i1/2\")", "0.5"},
      {"(string->number \"1e3\")", "1000.0"},
      {"(string->number \"#x#e10\")", "16"},
      {"(string->number \"-inf.0\")", "-inf.0"},
      {"(string->number \"+i\")", "+i"},
      {"(string->number \"-2i\")", "-2i"},
      {"(string->number \"1@0\")", "1"},
      {"(string->number \"2@3.141592653589793\")",
       "-2.0+2.4492935982947064e-16i"},
      {"(string->number \"1/0\")", "#f"},
      {"(string->number \"abc\")", "#f"},
      {"(string->number \"\")", "#f"},
      {"(string->number \"-\")", "#f"},
      {"(string->number \"1+\")", "#f"},
      {"(string->number \"1 \")", "#f"},
      {"(string->number \"\\x661;\")", "#f"},
      {"(string->number \"9007199254740993.0\")", "9007199254740992.0"},
      {"(string->number \"2.2250738585072011e-308\")",
       "2.225073858507201e-308"},
      {"(string->number \"1e400\")", "+inf.0"},
      {"(string->number \"1e-400\")", "0.0"},
      {"(string->number \"#i100000000000000000000000000000001\")", "1.0e+32"},
      {"(string->number \"000000000000000000000000000000000000017\")", "17"},
      {"(string->number \"zz\" 36)", "1295"},
      {"(string->number "
       "\"123456789012345678901234567890123456789012345678901234567890\")",
       "123456789012345678901234567890123456789012345678901234567890"},
      {"(string->number \"#e1e10000000000\")", "!heap-exhausted"},
  });
}

// Random operands of all sizes, checked by identities that involve every
// algorithm: text in and out, products, quotients, roots, shifts, gcd.
TEST(Numbers, RandomIdentities) {
  uint64_t state = 42;
  auto random = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 33;
  };
  auto number = [&](unsigned maxDigits) {
    std::string text = random() % 2 ? "-" : "";
    unsigned digits = unsigned(random() % maxDigits) + 1;
    for (unsigned i = 0; i < digits; ++i)
      text += char('0' + (i == 0 ? 1 + random() % 9 : random() % 10));
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    std::string a = number(round < 200 ? 60 : 900);
    std::string b = number(round < 200 ? 45 : 500);
    EXPECT_EQ(evalPrimitives("(+ (* (quotient " + a + " " + b + ") " + b +
                             ") (remainder " + a + " " + b + "))"),
              a);
    EXPECT_EQ(evalPrimitives("(+ (* (floor-quotient " + a + " " + b + ") " + b +
                             ") (modulo " + a + " " + b + "))"),
              a);
    EXPECT_EQ(evalPrimitives("(- (+ " + a + " " + b + ") " + b + ")"), a);
    EXPECT_EQ(evalPrimitives("(/ (* " + a + " " + b + ") " + b + ")"), a);
    EXPECT_EQ(evalPrimitives("(* (/ " + a + " " + b + ") " + b + ")"), a);
    EXPECT_EQ(evalPrimitives("(string->number (number->string " + a +
                             " 7) 7)"),
              a);
    EXPECT_EQ(evalPrimitives("(string->number (number->string " + a +
                             " 32) 32)"),
              a);
    std::string shift = std::to_string(random() % 300);
    EXPECT_EQ(evalPrimitives("(arithmetic-shift (arithmetic-shift " + a + " " +
                             shift + ") -" + shift + ")"),
              a);
    EXPECT_EQ(evalPrimitives("(= (arithmetic-shift " + a + " -" + shift +
                             ") (floor-quotient " + a + " (expt 2 " + shift +
                             ")))"),
              "#t");
    EXPECT_EQ(evalPrimitives("(+ (bitwise-and " + a + " " + b +
                             ") (bitwise-ior " + a + " " + b + "))"),
              evalPrimitives("(+ " + a + " " + b + ")"));
    EXPECT_EQ(evalPrimitives("(bitwise-xor (bitwise-xor " + a + " " + b + ") " +
                             b + ")"),
              a);
    EXPECT_EQ(evalPrimitives("(* (gcd " + a + " " + b + ") (lcm " + a + " " +
                             b + "))"),
              evalPrimitives("(abs (* " + a + " " + b + "))"));
    EXPECT_EQ(evalPrimitives("(let1 n (abs " + a + ") (sqrt (* n n)))"),
              evalPrimitives("(abs " + a + ")"));
  }
}

// Every flonum reads back as itself; #e and #i agree with exact and inexact.
TEST(Numbers, FlonumRoundTrip) {
  uint64_t state = 7;
  for (int round = 0; round < 500; ++round) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint64_t bits = state ^ (state >> 29);
    double d;
    static_assert(sizeof d == sizeof bits);
    __builtin_memcpy(&d, &bits, sizeof d);
    if (d != d || d - d != 0)
      continue;
    char text[64];
    snprintf(text, sizeof text, "%.17g", d);
    if (!strpbrk(text, ".e"))
      strcat(text, ".0");
    std::string t = text;
    EXPECT_EQ(evalPrimitives("(eqv? " + t + " (string->number (number->string " +
                             t + ")))"),
              "#t")
        << t;
    EXPECT_EQ(evalPrimitives("(eqv? " + t + " (inexact (exact " + t + ")))"),
              "#t")
        << t;
    EXPECT_EQ(evalPrimitives("(eqv? " + t + " (inexact #e" + t + "))"), "#t")
        << t;
  }
}
