/* The tokens of the grammar that need memory: block comments nest, and what a
 * quote or a brace means depends on being in code, in a string, or in the code
 * within an interpolated string, #"... {code} ...".
 *
 * The scanner decides by its own state alone and never by which tokens the
 * parser could use. So the tokens of a file are the same whether or not it has
 * errors, and an error does not spread from brackets to strings.
 */
#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

#include <string.h>

enum Token {
  BLOCK_COMMENT,
  BAR_IDENTIFIER,
  STRING_START,
  INTERPOLATED_START,
  STRING_CONTENT,
  ESCAPE_SEQUENCE,
  STRING_END,
  INTERPOLATION_OPEN,
  INTERPOLATION_CLOSE,
  BRACE_OPEN,
  BRACE_CLOSE,
  UNTERMINATED_COMMENT,
  UNTERMINATED_BAR
};

/* What surrounds the scanner's place, innermost last. Code outside of any
 * string has no frame. The serialised state must fit in 1024 bytes; a string
 * nested deeper in interpolations than that is not recognised. */
enum FrameKind { PLAIN_STRING, INTERPOLATED_STRING, INTERPOLATED_CODE };
enum { MAX_FRAMES = 200 };

struct Frame {
  uint8_t kind;
  uint32_t open_braces; /* of INTERPOLATED_CODE: `{` of maps not yet closed */
};

struct Scanner {
  uint32_t count;
  struct Frame frames[MAX_FRAMES];
};

void *tree_sitter_plc_external_scanner_create(void) {
  struct Scanner *s = ts_malloc(sizeof *s);
  s->count = 0;
  return s;
}

void tree_sitter_plc_external_scanner_destroy(void *payload) {
  ts_free(payload);
}

unsigned tree_sitter_plc_external_scanner_serialize(void *payload,
                                                    char *buffer) {
  const struct Scanner *s = payload;
  unsigned size = 0;
  for (uint32_t i = 0; i < s->count; ++i) {
    buffer[size++] = (char)s->frames[i].kind;
    memcpy(buffer + size, &s->frames[i].open_braces, sizeof(uint32_t));
    size += sizeof(uint32_t);
  }
  return size;
}

void tree_sitter_plc_external_scanner_deserialize(void *payload,
                                                  const char *buffer,
                                                  unsigned length) {
  struct Scanner *s = payload;
  s->count = 0;
  for (unsigned at = 0; at < length; at += 1 + sizeof(uint32_t)) {
    struct Frame *f = &s->frames[s->count++];
    f->kind = (uint8_t)buffer[at];
    memcpy(&f->open_braces, buffer + at + 1, sizeof(uint32_t));
  }
}

static bool is_line_end(int32_t c) { return c == '\n' || c == '\r'; }

/* WHITESPACE of stdlib/Lexical.def. */
static bool is_whitespace(int32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == ' ' || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool is_blank(int32_t c) { return is_whitespace(c) && !is_line_end(c); }

static bool is_hex(int32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
         (c >= 'A' && c <= 'F');
}

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static bool accept(TSLexer *lexer, enum Token token) {
  lexer->mark_end(lexer);
  lexer->result_symbol = token;
  return true;
}

static bool push(struct Scanner *s, enum FrameKind kind) {
  if (s->count == MAX_FRAMES)
    return false;
  s->frames[s->count].kind = kind;
  s->frames[s->count++].open_braces = 0;
  return true;
}

/* After `#|`. */
static bool scan_comment(TSLexer *lexer) {
  uint32_t depth = 1;
  while (!lexer->eof(lexer)) {
    int32_t c = lexer->lookahead;
    advance(lexer);
    if (c == '|' && lexer->lookahead == '#') {
      advance(lexer);
      if (--depth == 0)
        return accept(lexer, BLOCK_COMMENT);
    } else if (c == '#' && lexer->lookahead == '|') {
      advance(lexer);
      ++depth;
    }
  }
  return accept(lexer, UNTERMINATED_COMMENT);
}

/* At the bar that opens an identifier. */
static bool scan_bar_identifier(TSLexer *lexer) {
  advance(lexer);
  lexer->mark_end(lexer);
  lexer->result_symbol = UNTERMINATED_BAR;
  while (!lexer->eof(lexer)) {
    int32_t c = lexer->lookahead;
    advance(lexer);
    if (c == '|')
      return accept(lexer, BAR_IDENTIFIER);
    if (c == '\\' && !lexer->eof(lexer))
      advance(lexer);
  }
  return true;
}

/* At a backslash in a string. */
static bool scan_escape(TSLexer *lexer) {
  advance(lexer);
  lexer->mark_end(lexer);
  lexer->result_symbol = ESCAPE_SEQUENCE;
  if (lexer->eof(lexer))
    return true;
  int32_t c = lexer->lookahead;
  if (is_whitespace(c)) {
    /* \ blanks newline blanks, or only the backslash and one character. */
    if (!is_line_end(c)) {
      advance(lexer);
      lexer->mark_end(lexer);
      while (is_blank(lexer->lookahead))
        advance(lexer);
      if (!is_line_end(lexer->lookahead))
        return true;
    }
    bool is_return = lexer->lookahead == '\r';
    advance(lexer);
    if (is_return && lexer->lookahead == '\n')
      advance(lexer);
    while (is_blank(lexer->lookahead))
      advance(lexer);
    lexer->mark_end(lexer);
    return true;
  }
  advance(lexer);
  if (c == 'x' || c == 'X') {
    lexer->mark_end(lexer);
    while (is_hex(lexer->lookahead))
      advance(lexer);
    if (lexer->lookahead == ';')
      advance(lexer);
  }
  lexer->mark_end(lexer);
  return true;
}

static bool scan_string(struct Scanner *s, TSLexer *lexer) {
  bool interpolated = s->frames[s->count - 1].kind == INTERPOLATED_STRING;
  if (lexer->eof(lexer))
    return false;
  if (lexer->lookahead == '"') {
    advance(lexer);
    --s->count;
    return accept(lexer, STRING_END);
  }
  if (lexer->lookahead == '\\')
    return scan_escape(lexer);
  if (interpolated && lexer->lookahead == '{' && push(s, INTERPOLATED_CODE)) {
    advance(lexer);
    return accept(lexer, INTERPOLATION_OPEN);
  }
  do
    advance(lexer);
  while (!lexer->eof(lexer) && lexer->lookahead != '"' &&
         lexer->lookahead != '\\' &&
         !(interpolated && lexer->lookahead == '{'));
  return accept(lexer, STRING_CONTENT);
}

static bool scan_code(struct Scanner *s, TSLexer *lexer) {
  while (is_whitespace(lexer->lookahead))
    lexer->advance(lexer, true);
  /* Not null if this code stands within an interpolation. */
  struct Frame *frame = s->count ? &s->frames[s->count - 1] : NULL;
  switch (lexer->lookahead) {
  case '"':
    if (!push(s, PLAIN_STRING))
      return false;
    advance(lexer);
    return accept(lexer, STRING_START);
  case '|':
    return scan_bar_identifier(lexer);
  case '{':
    advance(lexer);
    if (frame)
      ++frame->open_braces;
    return accept(lexer, BRACE_OPEN);
  case '}':
    advance(lexer);
    if (frame && frame->open_braces == 0) {
      --s->count;
      return accept(lexer, INTERPOLATION_CLOSE);
    }
    if (frame)
      --frame->open_braces;
    return accept(lexer, BRACE_CLOSE);
  case '#':
    advance(lexer);
    if (lexer->lookahead == '|') {
      advance(lexer);
      return scan_comment(lexer);
    }
    if (lexer->lookahead == '"' && push(s, INTERPOLATED_STRING)) {
      advance(lexer);
      return accept(lexer, INTERPOLATED_START);
    }
    return false;
  default:
    return false;
  }
}

bool tree_sitter_plc_external_scanner_scan(void *payload, TSLexer *lexer,
                                           const bool *valid_symbols) {
  (void)valid_symbols;
  struct Scanner *s = payload;
  if (s->count && s->frames[s->count - 1].kind != INTERPOLATED_CODE)
    return scan_string(s, lexer);
  return scan_code(s, lexer);
}
