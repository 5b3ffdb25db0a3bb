//===- Code.cpp - C++ in programs -----------------------------------------===//

#include "Code.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

using llvm::StringRef;

namespace plc::cxximport {

static bool isWord(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

namespace {

class CodeReader {
public:
  CodeReader(StringRef rest, Code &code, native::ImportError &error)
      : rest(rest), code(code), error(error) {}

  bool read() {
    while (!rest.empty())
      if (!readOne())
        return false;
    StringRef text = StringRef(code.text).trim();
    if (text.empty())
      return fail("there is no code", "");
    for (StringRef word : {"if", "for", "while", "do", "switch", "return",
                           "throw", "try", "auto", "const", "using"})
      if (text.starts_with(word) &&
          (text.size() == word.size() || !isWord(text[word.size()])))
        code.isExpression = code.isExpression && word == "throw";
    code.isExpression &= !text.starts_with("{");
    return true;
  }

private:
  bool fail(const std::string &message, const std::string &hint) {
    error.message = message;
    error.hint = hint;
    return false;
  }
  void take(size_t count) {
    code.text += rest.take_front(count);
    rest = rest.drop_front(count);
  }

  bool readOne() {
    if (rest.starts_with("//")) {
      take(std::min(rest.find('\n'), rest.size()));
    } else if (rest.starts_with("/*")) {
      size_t end = rest.find("*/", 2);
      take(end == StringRef::npos ? rest.size() : end + 2);
    } else if (rest.starts_with("R\"")) {
      takeRaw();
    } else if (rest[0] == '"' || (rest[0] == '\'' && !isInNumber())) {
      takeLiteral();
    } else if (rest[0] == '$') {
      return readVariable();
    } else if (isWord(rest[0])) {
      takeName();
    } else {
      depth += StringRef("([{").contains(rest[0]);
      depth -= StringRef(")]}").contains(rest[0]);
      if (rest[0] == ';' && depth == 0)
        code.isExpression = false;
      take(1);
    }
    return true;
  }

  /// 1'000
  bool isInNumber() const {
    size_t at = code.text.size();
    while (at > 0 && (isWord(code.text[at - 1]) || code.text[at - 1] == '\''))
      --at;
    return at < code.text.size() &&
           isdigit(static_cast<unsigned char>(code.text[at]));
  }

  void takeLiteral() {
    size_t end = 1;
    while (end < rest.size() && rest[end] != rest[0])
      end += rest[end] == '\\' ? 2 : 1;
    take(std::min(end + 1, rest.size()));
  }
  void takeRaw() {
    std::string mark = ")" + rest.drop_front(2).split('(').first.str() + "\"";
    size_t end = rest.find(mark);
    take(end == StringRef::npos ? rest.size() : end + mark.size());
  }

  /// "a::b<c>::d" with what it needs to be a type, or a member.
  void takeName() {
    size_t end = 0;
    auto word = [&] {
      while (end < rest.size() && isWord(rest[end]))
        ++end;
    };
    word();
    while (rest.substr(end).starts_with("::") && end + 2 < rest.size() &&
           isWord(rest[end + 2])) {
      end += 2;
      word();
    }
    StringRef before = StringRef(code.text).rtrim();
    bool isMember = before.ends_with(".") || before.ends_with("->");
    std::string name = rest.take_front(end).str();
    (isMember ? code.members : code.names).push_back(name);
    // With the arguments of a template, if there is an end to them.
    if (!isMember && rest.substr(end).starts_with("<")) {
      int open = 0;
      for (size_t i = end; i < rest.size(); ++i) {
        char c = rest[i];
        open += c == '<';
        open -= c == '>';
        if (!isWord(c) && !StringRef("<>:, *&").contains(c))
          break;
        if (open == 0) {
          code.names.push_back(rest.take_front(i + 1).str());
          break;
        }
      }
    }
    take(end);
  }

  bool readVariable() {
    StringRef all = rest;
    rest = rest.drop_front();
    Code::Variable variable;
    if (rest.starts_with("{")) {
      size_t end = rest.find('}');
      if (end == StringRef::npos)
        return fail("`${` has no `}`", "");
      variable.name = rest.slice(1, end).trim().str();
      rest = rest.drop_front(end + 1);
    } else if (rest.starts_with("(")) {
      int open = 0;
      size_t end = 0;
      do
        open += rest[end] == '(' ? 1 : rest[end] == ')' ? -1 : 0;
      while (open > 0 && ++end < rest.size());
      if (end == rest.size())
        return fail("`$(` has no `)`", "");
      StringRef inner = rest.slice(1, end).trim();
      size_t space = inner.find_last_of(" \t\n&*>");
      if (space == StringRef::npos)
        return fail("`" + all.take_front(end + 2).str() +
                        "` has no type and name",
                    "`$(int x)` is the variable x as an int, `${x}` as what its "
                    "place needs");
      variable.type = inner.take_front(space + 1).trim().str();
      variable.name = inner.drop_front(space + 1).str();
      code.names.push_back(variable.type);
      rest = rest.drop_front(end + 1);
    } else {
      size_t end = 0;
      while (end < rest.size() && isWord(rest[end]))
        ++end;
      variable.name = rest.take_front(end).str();
      rest = rest.drop_front(end);
    }
    if (variable.name.empty())
      return fail("`$` has no name after it", "");
    auto known = llvm::find_if(code.variables, [&](const auto &other) {
      return other.name == variable.name && other.type == variable.type;
    });
    size_t index = size_t(known - code.variables.begin());
    if (index == code.variables.size())
      code.variables.push_back(variable);
    code.text += "plc_" + std::to_string(index);
    return true;
  }

  StringRef rest;
  Code &code;
  native::ImportError &error;
  int depth = 0;
};

} // namespace

bool readCode(const std::string &text, Code &code, native::ImportError &error) {
  return CodeReader(text, code, error).read();
}

} // namespace plc::cxximport
