//===- Explain.cpp - the long form of a diagnostic ------------------------===//

#include "tools/driver/TextWrap.h"
#include "tools/plc/Front.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace plc::front {
namespace {

struct Row {
  const char *code, *severity, *text, *explanation;
};
[[maybe_unused]] constexpr const char *Error = "error", *Warning = "warning";
constexpr Row rows[] = {
#define DIAGNOSTIC(Id, Code, Level, Text, Label, Explanation)                  \
  {Code, Level, Text, Explanation},
#include "ir/support/Diagnostics.def"
};

/// {0} and its like stand for names; show them as such.
std::string withoutArguments(StringRef text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '{' && i + 2 < text.size() && isDigit(text[i + 1]) &&
        text[i + 2] == '}') {
      result += "...";
      i += 2;
    } else {
      result += text[i];
    }
  return result;
}

void writeJson(const Row &row) {
  json::OStream out(outs());
  out.object([&] {
    out.attribute("version", 1);
    out.attribute("code", row.code);
    out.attribute("severity", row.severity);
    out.attribute("text", withoutArguments(row.text));
    out.attribute("explanation", row.explanation);
  });
  outs() << '\n';
}

} // namespace

int runExplain(const driver::Options &options) {
  if (options.file.empty()) {
    for (const Row &row : rows)
      if (options.json)
        writeJson(row);
      else
        outs() << row.code << "  " << withoutArguments(row.text) << '\n';
    return 0;
  }
  StringRef wanted = options.file;
  const Row *nearest = nullptr;
  unsigned best = 3;
  for (const Row &row : rows) {
    if (wanted.equals_insensitive(row.code)) {
      if (options.json) {
        writeJson(row);
      } else {
        outs() << row.severity << '[' << row.code
               << "]: " << withoutArguments(row.text) << "\n\n";
        driver::printWrapped(outs(), row.explanation, 0);
      }
      return 0;
    }
    unsigned distance = wanted.upper().length()
                            ? StringRef(wanted.upper())
                                  .edit_distance(row.code, true, best)
                            : best;
    if (distance < best) {
      best = distance;
      nearest = &row;
    }
  }
  errs() << "error: no diagnostic has the code `" << wanted << "`\n";
  if (nearest)
    errs() << "help: the nearest one is `" << nearest->code << "`\n";
  else
    errs() << "help: `plc explain` lists all of them\n";
  return 2;
}

} // namespace plc::front
