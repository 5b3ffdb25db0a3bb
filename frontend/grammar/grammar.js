/**
 * @file The reader syntax of plc: R7RS 7.1 and the sugar of docs/language.md.
 * @license Apache-2.0
 *
 * Lexing is total: any text becomes tokens, so that an error never hides the
 * tokens behind it. What a token means in detail (number syntax, character
 * names, escapes) is decided by frontend/Reader.cpp. Strings, comments that
 * nest, and braces, which have another meaning inside an interpolation, come
 * from src/scanner.c.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

// The same sets as DELIMITER and WHITESPACE of stdlib/Lexical.def.
const WHITESPACE =
  "\\u0009-\\u000D\\u0020\\u0085\\u00A0\\u1680\\u2000-\\u200A" +
  "\\u2028\\u2029\\u202F\\u205F\\u3000";
const DELIMITERS = "()\\[\\]{}\";|'`,";
const atomChar = new RegExp(`[^${WHITESPACE}${DELIMITERS}]`);
const atomStart = new RegExp(`[^#.${WHITESPACE}${DELIMITERS}]`);
const hashLetter = new RegExp(`[^!\\\\0-9${WHITESPACE}${DELIMITERS}]`);
const anyChar = /.|\n/;

// A dot in front is the symbol `.`, the operator of foreign access.
const elements = ($) => {
  const forms = seq(repeat1($.form), optional(seq(".", $.form)));
  return optional(
    choice(forms, seq(alias(".", $.identifier), optional(forms))),
  );
};

export default grammar({
  name: "plc",

  externals: ($) => [
    $.block_comment,
    $.bar_identifier,
    // Named, not "{" and the like, since the Reader must tell them apart also
    // where error recovery has skipped them.
    $.string_start,
    $.interpolated_string_start,
    $.string_content,
    $.escape_sequence,
    $.string_end,
    $.interpolation_start,
    $.interpolation_end,
    $.map_start,
    $.map_end,
    // No rule has these: a `#|` without its `|#`, up to the end of the file,
    // and a `|` that no other follows.
    $.unterminated_comment,
    $.unterminated_bar,
  ],

  extras: ($) => [
    new RegExp(`[${WHITESPACE}]`),
    $.comment,
    $.block_comment,
    $.datum_comment,
    $.directive,
  ],

  supertypes: ($) => [$.form],

  rules: {
    source_file: ($) => seq(optional($.shebang), repeat($.form)),

    shebang: (_) => token(/#![ \/][^\n]*/),
    comment: (_) => token(/;[^\n\r]*/),
    datum_comment: ($) => seq("#;", $.form),
    directive: (_) => token(seq("#!", repeat(atomChar))),

    form: ($) =>
      choice(
        $.boolean,
        $.character,
        $.number,
        $.keyword,
        $.identifier,
        $.bar_identifier,
        $.hash_name,
        $.string,
        $.interpolated_string,
        $.list,
        $.bracket_list,
        $.vector,
        $.number_vector,
        $.map,
        $.quote,
        $.quasiquote,
        $.unquote,
        $.unquote_splicing,
        $.label_definition,
        $.label_reference,
      ),

    // Tokens. Where two match the same text, the earlier rule wins.
    boolean: (_) =>
      token(choice(/#[tTfF]/, /#[tT][rR][uU][eE]/, /#[fF][aA][lL][sS][eE]/)),
    character: (_) =>
      token(seq("#\\", choice(anyChar, seq(atomChar, repeat(atomChar))))),
    number: (_) =>
      token(
        choice(
          seq(/[+-]?\.?[0-9]/, repeat(atomChar)),
          seq(/#[bBoOdDxXeEiI]/, repeat1(atomChar)),
          /[+-]([iI][nN][fF]|[nN][aA][nN])\.0[iI]?/,
          seq(/[+-]([iI][nN][fF]|[nN][aA][nN])\.0[+@-]/, repeat1(atomChar)),
          /[+-][iI]/,
        ),
      ),
    keyword: (_) => token(seq(":", repeat1(atomChar))),
    identifier: (_) =>
      token(
        choice(
          seq(atomStart, repeat(atomChar)),
          seq(".", repeat1(atomChar)),
          "#",
        ),
      ),
    // No datum starts like this; the Reader says so.
    hash_name: (_) =>
      token(choice(seq("#", hashLetter, repeat(atomChar)), /#[0-9]+/, "#\\")),

    string: ($) =>
      seq(
        $.string_start,
        repeat(choice($.string_content, $.escape_sequence)),
        $.string_end,
      ),
    interpolated_string: ($) =>
      seq(
        $.interpolated_string_start,
        repeat(choice($.string_content, $.escape_sequence, $.interpolation)),
        $.string_end,
      ),
    interpolation: ($) =>
      seq($.interpolation_start, $.form, $.interpolation_end),

    list: ($) => seq("(", elements($), ")"),
    bracket_list: ($) => seq("[", elements($), "]"),
    vector: ($) => seq("#(", repeat($.form), ")"),
    number_vector: ($) => seq($.number_vector_start, repeat($.form), ")"),
    number_vector_start: (_) => token(/#[a-zA-Z]+[0-9]+\(/),
    map: ($) =>
      seq(
        $.map_start,
        repeat(seq(field("key", $.form), field("value", $.form))),
        $.map_end,
      ),

    quote: ($) => seq("'", $.form),
    quasiquote: ($) => seq("`", $.form),
    unquote: ($) => seq(",", $.form),
    unquote_splicing: ($) => seq(",@", $.form),

    label_definition: ($) => seq($.label, $.form),
    label: (_) => token(/#[0-9]+=/),
    label_reference: (_) => token(/#[0-9]+#/),
  },
});
