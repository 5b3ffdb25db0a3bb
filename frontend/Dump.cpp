//===- Dump.cpp - forms as text: --emit=forms -----------------------------===//
//
// A form that fits in the rest of the line is written there. Otherwise its
// operator and, if it fits, its first operand share a line, and the others
// follow on lines of their own. The stack is explicit: forms nest deeply.
//
//===----------------------------------------------------------------------===//

#include "frontend/Dump.h"

#include "frontend/Literal.h"

#include "stdlib/NumberSyntax.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Unicode.h"

#include <charconv>
#include <cmath>

namespace plc::frontend {
namespace {

using ir::Datum;
using ir::DatumKind;

constexpr unsigned kWidth = 80;
/// Deeper nesting is not indented any further.
constexpr unsigned kMaxIndent = 40;

bool isWhitespace(uint32_t c) {
#define WHITESPACE(First, Last)                                                \
  if (c >= First && c <= Last)                                                 \
    return true;
#include "stdlib/Lexical.def"
  return false;
}

bool isDelimiter(uint32_t c) {
#define DELIMITER(Char)                                                        \
  if (c == Char)                                                               \
    return true;
#include "stdlib/Lexical.def"
  return isWhitespace(c);
}

/// Text between quotes or bars, with escapes where needed.
void writeQuoted(std::string &out, llvm::StringRef text, char quote) {
  out += quote;
  while (!text.empty()) {
    auto [c, length] = decodeUtf8(text);
    bool isSurrogate = c >= 0xD800 && c <= 0xDFFF;
    if (c == uint32_t(quote) || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (isSurrogate || !llvm::sys::unicode::isPrintable(c)) {
      out += "\\x" + llvm::utohexstr(c, true) + ";";
    } else {
      out += text.take_front(length);
    }
    text = text.drop_front(std::min<size_t>(length, text.size()));
  }
  out += quote;
}

void writeIdentifier(std::string &out, llvm::StringRef name) {
  NumberSyntax n;
  bool needsBars = name.empty() || name == "." ||
                   (name[0] == '#' && name != "#") ||
                   parseNumberSyntax(name.begin(), name.end(), 10, n);
  for (llvm::StringRef rest = name; !rest.empty() && !needsBars;) {
    auto [c, length] = decodeUtf8(rest);
    needsBars = isDelimiter(c) || !llvm::sys::unicode::isPrintable(c);
    rest = rest.drop_front(std::min<size_t>(length, rest.size()));
  }
  if (needsBars)
    writeQuoted(out, name, '|');
  else
    out += name;
}

void writeCharacter(std::string &out, uint32_t c) {
  out += "#\\";
#define CHARACTER_NAME(Name, Code)                                             \
  if (c == Code) {                                                             \
    out += Name;                                                               \
    return;                                                                    \
  }
#include "stdlib/Lexical.def"
  if (!llvm::sys::unicode::isPrintable(c) || isWhitespace(c))
    out += "x" + llvm::utohexstr(c, true);
  else
    appendUtf8(out, c);
}

void writeFlonum(std::string &out, double d) {
  if (!std::isfinite(d)) {
    out += std::isnan(d) ? "+nan.0" : d > 0 ? "+inf.0" : "-inf.0";
    return;
  }
  char buffer[32];
  llvm::StringRef digits(
      buffer, std::to_chars(buffer, buffer + sizeof buffer, d).ptr - buffer);
  out += digits;
  if (digits.find_first_of(".e") == llvm::StringRef::npos)
    out += ".0";
}

/// Constants that one token, or #u8(...), stands for.
void writeConstant(std::string &out, const Datum *d) {
  switch (d->kind) {
  case DatumKind::Fixnum:
    out += llvm::itostr(d->integer);
    return;
  case DatumKind::BigInteger:
    out += d->text;
    return;
  case DatumKind::Ratio:
    writeConstant(out, d->first);
    out += '/';
    writeConstant(out, d->second);
    return;
  case DatumKind::Flonum:
    writeFlonum(out, d->real);
    return;
  case DatumKind::Complex: {
    if (!(d->first->kind == DatumKind::Fixnum && d->first->integer == 0))
      writeConstant(out, d->first);
    std::string imaginary;
    writeConstant(imaginary, d->second);
    if (imaginary[0] != '-' && imaginary[0] != '+')
      out += '+';
    out += imaginary + "i";
    return;
  }
  case DatumKind::False:
    out += "#f";
    return;
  case DatumKind::True:
    out += "#t";
    return;
  case DatumKind::Null:
    out += "()";
    return;
  case DatumKind::Character:
    writeCharacter(out, d->integer);
    return;
  case DatumKind::String:
    writeQuoted(out, d->text, '"');
    return;
  case DatumKind::Symbol:
    writeIdentifier(out, d->symbol->text());
    return;
  case DatumKind::Bytevector:
    out += "#u8(";
    for (size_t i = 0; i < d->text.size(); ++i)
      out += (i ? " " : "") + llvm::utostr((unsigned char)d->text[i]);
    out += ')';
    return;
  case DatumKind::NumVector:
    out += "#" + d->text.str() + "(";
    for (size_t i = 0; i < d->elements.size(); ++i) {
      if (i)
        out += ' ';
      writeConstant(out, d->elements[i]);
    }
    out += ')';
    return;
  case DatumKind::Nil:
    out += "nil";
    return;
  case DatumKind::Undefined:
    out += "undefined";
    return;
  case DatumKind::Unspecified:
  case DatumKind::Eof:
  case DatumKind::Default:
  case DatumKind::Pair:
  case DatumKind::Vector:
  case DatumKind::Map:
    // The Reader makes none of them; they have no notation of one token.
    out += "#<datum>";
    return;
  }
}

/// 'x for (quote x) and so on, or empty.
llvm::StringRef prefixOf(const Syntax *form) {
  if (!form->isProperList() || form->size() != 2 ||
      form->brackets != Brackets::Round || !(*form)[0]->isIdentifier())
    return "";
  llvm::StringRef name = (*form)[0]->name->text();
  return name == "quote"              ? "'"
         : name == "quasiquote"       ? "`"
         : name == "unquote"          ? ","
         : name == "unquote-splicing" ? ",@"
                                      : "";
}

llvm::StringRef opening(const Syntax *form) {
  return form->kind == SyntaxKind::Vector        ? "#("
         : form->kind == SyntaxKind::Map         ? "{"
         : form->brackets == Brackets::Square ? "["
                                                 : "(";
}

llvm::StringRef closing(const Syntax *form) {
  return form->kind == SyntaxKind::Map ? "}"
         : form->kind == SyntaxKind::List &&
                 form->brackets == Brackets::Square
             ? "]"
             : ")";
}

/// Appends the form in one line unless it takes more than `limit` bytes. Each
/// level takes a byte, so the recursion is no deeper than that.
bool writeFlat(std::string &out, const Syntax *form, size_t limit) {
  switch (form->kind) {
  case SyntaxKind::Identifier:
    writeIdentifier(out, form->name->text());
    break;
  case SyntaxKind::Constant:
    writeConstant(out, form->datum);
    break;
  case SyntaxKind::LabelReference:
    out += "#" + llvm::utostr(form->label) + "#";
    break;
  case SyntaxKind::Object:
    out += "#<object>";
    break;
  case SyntaxKind::Error:
    out += "#<error>";
    break;
  case SyntaxKind::LabelDefinition:
    out += "#" + llvm::utostr(form->label) + "=";
    return out.size() <= limit && writeFlat(out, form->elements[0], limit);
  case SyntaxKind::List:
    if (llvm::StringRef prefix = prefixOf(form); !prefix.empty()) {
      out += prefix;
      return out.size() <= limit && writeFlat(out, (*form)[1], limit);
    }
    [[fallthrough]];
  case SyntaxKind::Vector:
  case SyntaxKind::Map:
    out += opening(form);
    for (size_t i = 0; i < form->size(); ++i) {
      if (i)
        out += ' ';
      if (out.size() > limit || !writeFlat(out, (*form)[i], limit))
        return false;
    }
    if (form->tail) {
      out += " . ";
      if (out.size() > limit || !writeFlat(out, form->tail, limit))
        return false;
    }
    out += closing(form);
    break;
  }
  return out.size() <= limit;
}

class FormPrinter {
public:
  explicit FormPrinter(llvm::raw_ostream &out) : out(out) {}
  void print(const Syntax *form);

private:
  struct Item {
    const Syntax *form; // or null: text, on a new line if indent >= 0
    int indent;
    llvm::StringRef text;
    unsigned closers; // brackets that follow the form directly
  };
  void put(llvm::StringRef text) {
    out << text;
    column += text.size();
  }
  void printForm(const Syntax *form, unsigned closers);
  void breakForm(const Syntax *form, unsigned closers);

  llvm::raw_ostream &out;
  unsigned column = 0;
  llvm::SmallVector<Item, 0> items; // what is still to be written, last first
};

void FormPrinter::printForm(const Syntax *form, unsigned closers) {
  std::string flat;
  unsigned room = column + closers < kWidth ? kWidth - column - closers : 1;
  if (writeFlat(flat, form, room))
    return put(flat);
  switch (form->kind) {
  case SyntaxKind::Identifier:
  case SyntaxKind::Constant:
  case SyntaxKind::LabelReference:
  case SyntaxKind::Object:
  case SyntaxKind::Error:
    flat.clear();
    writeFlat(flat, form, SIZE_MAX);
    return put(flat);
  case SyntaxKind::LabelDefinition:
    put("#" + llvm::utostr(form->label) + "=");
    items.push_back({form->elements[0], -1, "", closers});
    return;
  case SyntaxKind::List:
    if (llvm::StringRef prefix = prefixOf(form); !prefix.empty()) {
      put(prefix);
      items.push_back({(*form)[1], -1, "", closers});
      return;
    }
    [[fallthrough]];
  case SyntaxKind::Vector:
  case SyntaxKind::Map:
    return breakForm(form, closers);
  }
}

void FormPrinter::breakForm(const Syntax *form, unsigned closers) {
  unsigned start = std::min(column, kMaxIndent);
  put(opening(form));
  size_t count = form->size();
  bool isCall = form->kind == SyntaxKind::List && count > 1 &&
                (*form)[0]->isIdentifier();
  int indent = isCall ? start + 2 : std::min(column, kMaxIndent);
  // How many elements share the first line.
  size_t first = 1;
  if (isCall) {
    std::string flat;
    unsigned room = column < kWidth ? kWidth - column : 1;
    if (writeFlat(flat, (*form)[0], room)) {
      flat += ' ';
      if (writeFlat(flat, (*form)[1], room - (count == 2 ? closers + 1 : 0)))
        first = 2;
    }
  }
  // Pushed last first.
  items.push_back({nullptr, -1, closing(form), 0});
  if (form->tail) {
    items.push_back({form->tail, -1, "", closers + 1});
    items.push_back({nullptr, indent, ". ", 0});
  }
  for (size_t i = count; i-- > 0;) {
    bool isLast = i + 1 == count && !form->tail;
    items.push_back({(*form)[i], -1, "", isLast ? closers + 1 : 0});
    bool isMapValue = form->kind == SyntaxKind::Map && i % 2;
    if (i >= first && !isMapValue)
      items.push_back({nullptr, indent, "", 0});
    else if (i > 0)
      items.push_back({nullptr, -1, " ", 0});
  }
}

void FormPrinter::print(const Syntax *form) {
  items.push_back({form, -1, "", 0});
  while (!items.empty()) {
    Item item = items.pop_back_val();
    if (item.form) {
      printForm(item.form, item.closers);
      continue;
    }
    if (item.indent >= 0) {
      out << '\n';
      out.indent(item.indent);
      column = item.indent;
    }
    put(item.text);
  }
  out << '\n';
  column = 0;
}

} // namespace

void dumpSyntax(const Syntax *form, llvm::raw_ostream &out) {
  FormPrinter(out).print(form);
}

} // namespace plc::frontend
