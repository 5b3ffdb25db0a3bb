//===- DatumWriter.cpp - constants to Lisp text ---------------------------===//

#include "ir/support/DatumText.h"

#include "stdlib/NumberSyntax.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>

namespace plc::ir {

void writeQuoted(llvm::raw_ostream &out, llvm::StringRef text) {
  out << '"';
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out << '\\' << c;
    else if (c == '\n')
      out << "\\n";
    else if (c == '\t')
      out << "\\t";
    else if (byte < 0x20 || byte == 0x7F)
      out << "\\x" << llvm::utohexstr(byte, true) << ';';
    else
      out << c;
  }
  out << '"';
}

namespace {

/// Shortest text that reads back as the same double.
void writeFlonum(llvm::raw_ostream &out, double d) {
  if (std::isnan(d)) {
    out << "+nan.0";
    return;
  }
  if (std::isinf(d)) {
    out << (d < 0 ? "-inf.0" : "+inf.0");
    return;
  }
  char buffer[40];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, d).ptr;
  llvm::StringRef text(buffer, end - buffer);
  out << text;
  if (text.find_first_of(".e") == llvm::StringRef::npos)
    out << ".0";
}

bool isBareSymbol(llvm::StringRef text) {
  if (text.empty() || text == ".")
    return false;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (!llvm::isAlnum(c) && byte < 0x80 &&
        !llvm::StringRef("!$%&*/:<=>?^_~+-.@").contains(c))
      return false;
  }
  NumberSyntax number;
  return !parseNumberSyntax(text.begin(), text.end(), 10, number);
}

void writeSymbol(llvm::raw_ostream &out, llvm::StringRef text) {
  if (isBareSymbol(text)) {
    out << text;
    return;
  }
  out << '|';
  for (char c : text) {
    if (c == '|' || c == '\\')
      out << '\\' << c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out << "\\x" << llvm::utohexstr(static_cast<unsigned char>(c), true)
          << ';';
    else
      out << c;
  }
  out << '|';
}

void writeCharacter(llvm::raw_ostream &out, uint32_t code) {
  out << "#\\";
#define CHARACTER_NAME(Name, Code)                                             \
  if (code == Code) {                                                          \
    out << Name;                                                               \
    return;                                                                    \
  }
#include "stdlib/Lexical.def"
  if (code > 0x20 && code < 0x7F)
    out << static_cast<char>(code);
  else
    out << 'x' << llvm::utohexstr(code, true);
}

class Writer {
public:
  explicit Writer(llvm::raw_ostream &out) : out(out) {}

  void write(const Datum *root) {
    findShared(root);
    emit(root);
  }

private:
  llvm::raw_ostream &out;
  /// Times met, then (for those met twice) the label, counted from 0.
  llvm::DenseMap<const Datum *, unsigned> timesMet;
  llvm::DenseMap<const Datum *, unsigned> labels;

  static bool hasIdentity(const Datum *d) {
    switch (d->kind) {
    case DatumKind::String:
    case DatumKind::Pair:
    case DatumKind::Vector:
    case DatumKind::Bytevector:
    case DatumKind::NumVector:
    case DatumKind::Map:
      return true;
    default:
      return false;
    }
  }

  void findShared(const Datum *root) {
    llvm::SmallVector<const Datum *, 32> work{root};
    while (!work.empty()) {
      const Datum *d = work.pop_back_val();
      if (!hasIdentity(d) || ++timesMet[d] > 1)
        continue;
      if (d->kind == DatumKind::Pair) {
        work.push_back(d->second);
        work.push_back(d->first);
      } else if (d->kind != DatumKind::NumVector) {
        work.append(d->elements.begin(), d->elements.end());
      }
    }
  }

  bool isShared(const Datum *d) { return timesMet.lookup(d) > 1; }

  void emit(const Datum *d) {
    if (isShared(d)) {
      auto [entry, isNew] = labels.try_emplace(d, labels.size());
      out << '#' << entry->second << (isNew ? '=' : '#');
      if (!isNew)
        return;
    }
    switch (d->kind) {
    case DatumKind::Fixnum:
      out << d->integer;
      return;
    case DatumKind::BigInteger:
      out << d->text;
      return;
    case DatumKind::Ratio:
      emit(d->first);
      out << '/';
      emit(d->second);
      return;
    case DatumKind::Flonum:
      writeFlonum(out, d->real);
      return;
    case DatumKind::Complex: {
      emit(d->first);
      std::string imaginary = datumText(d->second);
      if (imaginary[0] != '-' && imaginary[0] != '+')
        out << '+';
      out << imaginary << 'i';
      return;
    }
    case DatumKind::False:
      out << "#f";
      return;
    case DatumKind::True:
      out << "#t";
      return;
    case DatumKind::Null:
      out << "()";
      return;
    case DatumKind::Nil:
      out << "#!nil";
      return;
    case DatumKind::Undefined:
      out << "#!undefined";
      return;
    case DatumKind::Unspecified:
      out << "#!unspecified";
      return;
    case DatumKind::Eof:
      out << "#!eof";
      return;
    case DatumKind::Default:
      out << "#!default";
      return;
    case DatumKind::Character:
      writeCharacter(out, d->integer);
      return;
    case DatumKind::String:
      writeQuoted(out, d->text);
      return;
    case DatumKind::Symbol:
      writeSymbol(out, d->symbol->text());
      return;
    case DatumKind::Pair:
      emitList(d);
      return;
    case DatumKind::Vector:
      emitElements("#(", d, ")");
      return;
    case DatumKind::Bytevector:
      out << "#u8(";
      for (size_t i = 0; i < d->text.size(); ++i)
        out << (i ? " " : "") << unsigned(static_cast<uint8_t>(d->text[i]));
      out << ')';
      return;
    case DatumKind::NumVector:
      out << '#' << d->text;
      emitElements("(", d, ")");
      return;
    case DatumKind::Map:
      emitElements("{", d, "}");
      return;
    }
  }

  void emitList(const Datum *d) {
    out << '(';
    emit(d->first);
    // A shared tail is written after a dot, so that it can carry its label.
    for (d = d->second; d->kind == DatumKind::Pair && !isShared(d);
         d = d->second) {
      out << ' ';
      emit(d->first);
    }
    if (d->kind != DatumKind::Null) {
      out << " . ";
      emit(d);
    }
    out << ')';
  }

  void emitElements(const char *open, const Datum *d, const char *close) {
    out << open;
    for (size_t i = 0; i < d->elements.size(); ++i) {
      if (i)
        out << ' ';
      emit(d->elements[i]);
    }
    out << close;
  }
};

} // namespace

void writeDatum(llvm::raw_ostream &out, const Datum *datum) {
  Writer(out).write(datum);
}

std::string datumText(const Datum *datum) {
  std::string text;
  llvm::raw_string_ostream out(text);
  writeDatum(out, datum);
  return text;
}

} // namespace plc::ir
