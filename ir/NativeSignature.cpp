//===- NativeSignature.cpp - signatures of native functions ---------------===//

#include "ir/NativeSignature.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace plc::ir {
namespace {

struct ScalarRow {
  llvm::StringRef spelling;
  unsigned bytes;
  NativeClass kind;
};
constexpr ScalarRow scalars[] = {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  {Spelling, Bytes, NativeClass::Class},
#include "plc/native_types.def"
};

class SignatureParser {
public:
  explicit SignatureParser(llvm::StringRef text) : rest(text) {}

  std::optional<NativeSignature> run() {
    NativeSignature signature;
    if (!type(signature.result) || !rest.consume_front("("))
      return std::nullopt;
    while (!rest.consume_front(")")) {
      if (rest.consume_front("...")) {
        signature.isVariadic = true;
        if (!rest.consume_front(")"))
          return std::nullopt;
        break;
      }
      NativeType parameter;
      if (!type(parameter) || parameter.isVoid())
        return std::nullopt;
      signature.parameters.push_back(std::move(parameter));
      if (rest.consume_front(",")) {
        if (rest.starts_with(")"))
          return std::nullopt;
      } else if (!rest.starts_with(")")) {
        return std::nullopt;
      }
    }
    signature.isBlocking = rest.consume_front("!");
    if (!rest.empty())
      return std::nullopt;
    return signature;
  }

private:
  llvm::StringRef rest;

  /// `<text>`, in which `<`, `>` and `\` follow a `\`.
  bool name(std::string &result) {
    if (!rest.consume_front("<"))
      return false;
    while (!rest.empty()) {
      char c = rest.front();
      rest = rest.drop_front();
      if (c == '>')
        return !result.empty();
      if (c == '\\') {
        if (rest.empty())
          return false;
        c = rest.front();
        rest = rest.drop_front();
      }
      result += c;
    }
    return false;
  }

  /// A signature up to the `>` that ends it, as it is written.
  bool nested(std::string &result) {
    if (!rest.consume_front("<"))
      return false;
    unsigned depth = 1;
    for (size_t i = 0; i < rest.size(); ++i) {
      if (rest[i] == '\\')
        ++i;
      else if (rest[i] == '<')
        ++depth;
      else if (rest[i] == '>' && --depth == 0) {
        result = rest.take_front(i).str();
        rest = rest.drop_front(i + 1);
        return parseNativeSignature(result).has_value();
      }
    }
    return false;
  }

  bool scalar(NativeScalar &result) {
    llvm::StringRef word = rest.take_while(llvm::isAlnum);
    for (size_t i = 0; i < std::size(scalars); ++i)
      if (scalars[i].spelling == word) {
        result = NativeScalar(i);
        rest = rest.drop_front(word.size());
        return true;
      }
    return false;
  }

  bool type(NativeType &result) {
    if (scalar(result.scalar))
      return true;
    if (rest.empty())
      return false;
    char letter = rest.front();
    rest = rest.drop_front();
    switch (letter) {
    case 's':
      result.kind = NativeType::Text;
      return true;
    case 'p':
    case 'k':
      result.kind = NativeType::Pointer;
      result.isConst = letter == 'k';
      return name(result.name);
    case 'e':
      result.kind = NativeType::Enum;
      return scalar(result.scalar) && result.isInteger() && name(result.name);
    case 'F':
      result.kind = NativeType::Function;
      return nested(result.name);
    case 'R':
      result.kind = NativeType::Record;
      return name(result.name);
    case 'V':
      result.kind = NativeType::Lisp;
      return true;
    default:
      return false;
    }
  }
};

} // namespace

NativeClass NativeType::scalarClass() const {
  return scalars[size_t(scalar)].kind;
}
unsigned NativeType::bytes() const { return scalars[size_t(scalar)].bytes; }

std::optional<NativeSignature> parseNativeSignature(llvm::StringRef text) {
  return SignatureParser(text).run();
}

std::string nativeTypeText(const NativeType &type) {
  auto quoted = [&] {
    std::string text = "<";
    for (char c : type.name) {
      if (c == '<' || c == '>' || c == '\\')
        text += '\\';
      text += c;
    }
    return text + ">";
  };
  std::string scalar = scalars[size_t(type.scalar)].spelling.str();
  switch (type.kind) {
  case NativeType::Scalar:
    return scalar;
  case NativeType::Text:
    return "s";
  case NativeType::Pointer:
    return (type.isConst ? "k" : "p") + quoted();
  case NativeType::Enum:
    return "e" + scalar + quoted();
  case NativeType::Function:
    return "F<" + type.name + ">";
  case NativeType::Record:
    return "R" + quoted();
  case NativeType::Lisp:
    return "V";
  }
  llvm_unreachable("kind of native type");
}

Type nativeResultType(const NativeType &type) {
  if (type.kind != NativeType::Scalar && type.kind != NativeType::Enum)
    return Type::Any;
  switch (type.scalarClass()) {
  case NativeClass::Void:
    return Type::Unspecified;
  case NativeClass::Bool:
    return Type::Boolean;
  case NativeClass::Signed:
  case NativeClass::Unsigned:
    return type.bytes() <= 4 ? Type::Fixnum : Type::Real;
  case NativeClass::Float:
    return Type::Flonum;
  case NativeClass::Complex:
    return Type::Number;
  }
  llvm_unreachable("class of scalar");
}

} // namespace plc::ir
