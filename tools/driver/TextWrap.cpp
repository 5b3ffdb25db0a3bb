//===- TextWrap.cpp - lines of a terminal ---------------------------------===//

#include "tools/driver/TextWrap.h"

using namespace llvm;

void plc::driver::printWrapped(raw_ostream &out, StringRef text, size_t indent,
                               size_t width) {
  size_t column = 0;
  while (!text.empty()) {
    auto [word, rest] = text.split(' ');
    if (column && column + 1 + word.size() > width) {
      out << '\n';
      column = 0;
    }
    if (column) {
      out << ' ';
      ++column;
    } else {
      out.indent(unsigned(indent));
      column = indent;
    }
    out << word;
    column += word.size();
    text = rest;
  }
  out << '\n';
}
