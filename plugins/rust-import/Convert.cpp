//===- Convert.cpp - Rust that converts values ----------------------------===//

#include "Convert.h"

#include "Api.h"

#include "Process.h"

#include "llvm/ADT/StringSwitch.h"

#include <cstring>

using namespace llvm;
using plc::cimport::hashBytes;
using plc::cimport::hexText;

namespace plc::rustimport {

static const std::string kIn = "::plc::private::";

std::string withStatic(std::string text) {
  for (size_t at; (at = text.find("'_")) != std::string::npos;)
    text.replace(at, 2, "'static");
  for (size_t at = 0; (at = text.find('&', at)) != std::string::npos; ++at)
    if (at + 1 < text.size() && text[at + 1] != '\'')
      text.insert(at + 1, "'static ");
  return text;
}

std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result + "\"";
}

static bool isNumeric(const Type &type) {
  return type.isPlain() && !type.scalar.empty() && type.scalar != "b" &&
         type.scalar != "v";
}

/// All parts can be named, so that the type itself can.
static std::string orInferred(const Type &type) {
  return type.text.empty() ? "_" : type.text;
}

void Converter::use(const Type &type) {
  if (type.kind == Type::Object && type.text != "_")
    objects.try_emplace(type.text, type);
}

/// "a::B<i64>" for "::a::B<i64>", without lifetimes.
static std::string publicName(std::string text) {
  const Type lisp = lispType();
  for (size_t at; (at = text.find(lisp.text)) != std::string::npos;)
    text.replace(at, lisp.text.size(), lisp.shown);
  const std::string other = std::string("::") + kOtherCrate;
  for (size_t at = 0; (at = text.find(other, at)) != std::string::npos; at += 2)
    if (size_t end = text.find("_of_", at); end != std::string::npos)
      text.erase(at + 2, end + 4 - at - 2);
  for (const char *mark : {"<'_>", "'_, ", "::std::"})
    for (size_t at; (at = text.find(mark)) != std::string::npos;)
      text.replace(at, strlen(mark), mark[0] == ':' ? "std::" : "");
  for (size_t at = 0; (at = text.find("::", at)) != std::string::npos;)
    if (at == 0 || !(isalnum(text[at - 1]) || text[at - 1] == '_'))
      text.erase(at, 2);
    else
      at += 2;
  return text;
}

std::string Converter::classOf(const Type &type) {
  std::string text = withStatic(type.text);
  std::string name = "class_" + hexText(hashBytes(text));
  use(type);
  helpers.try_emplace(name, "fn " + name + "() -> &'static " + kIn +
                                "Class { ::plc::class!(" + kIn + "Probe::<" +
                                text + ">::default(), " +
                                quoted(publicName(type.text)) + ") }\n");
  return name + "()";
}

/// The function that names a variant, or makes the one that a symbol names.
std::string Converter::symbols(const Type &type, bool isGiven) {
  std::string name =
      (isGiven ? "name_" : "variant_") + hexText(hashBytes(type.text));
  std::string rows;
  for (const std::string &variant : variants(api, type)) {
    std::string full = type.text + "::" + spelled(variant);
    rows += isGiven ? full + " => " + quoted(variant) + ", "
                    : "(" + quoted(variant) + ", (|| " + full +
                          ") as fn() -> " + type.text + "), ";
  }
  helpers.try_emplace(
      name, isGiven ? "fn " + name + "(it: &" + type.text + ") -> " + kIn +
                          "Symbol { " + kIn + "Symbol(match it { " + rows +
                          "_ => \"?\" }) }\n"
                    : "unsafe fn " + name +
                          "(lisp: &::plc::Lisp, word: u64) -> "
                          "::plc::Result<" +
                          type.text + "> { Ok(" + kIn +
                          "variant(lisp, word, &[" + rows + "])?()) }\n");
  return name;
}

std::string Converter::isSymbol(const Type &type, const std::string &word) {
  return symbols(type, false) + "(lisp, " + word + ").is_ok()";
}

//===----------------------------------------------------------------------===//
// From Lisp
//===----------------------------------------------------------------------===//

/// An expression of the type `plc::Result` of the type; `place` counts the
/// argument.
std::string Converter::takeWord(const Type &type, const std::string &word,
                                const std::string &place,
                                std::string &refusal) {
  auto argument = [&](const std::string &what) {
    return kIn + "argument::<" + what + ">(lisp, " + word + ", " + place + ")";
  };
  auto at = [&](const std::string &what) {
    return what + ".map_err(|error| error.of_argument(" + place + "))";
  };
  auto refuse = [&](const std::string &why) {
    if (refusal.empty())
      refusal = why;
    return std::string("unreachable!()");
  };
  if (!type.refusal.empty())
    return refuse(type.refusal);
  switch (type.kind) {
  case Type::Plain:
    if (type.text == "()")
      return "::plc::Result::Ok(())";
    return argument(type.text);
  case Type::Path:
    return argument("::std::string::String") + ".map(" + type.text + "::from)";
  case Type::Cow:
    return argument("::std::string::String") +
           ".map(::std::borrow::Cow::Owned)";
  case Type::Duration:
    return argument("f64") + ".and_then(|it| Ok(" + type.text +
           "::try_from_secs_f64(it)?))";
  case Type::Symbols:
    return at(symbols(type, false) + "(lisp, " + word + ")");
  case Type::Bytes:
    return argument("::std::vec::Vec<u8>") + ".map(::std::io::Cursor::new)";
  case Type::Object:
    use(type);
    if (type.isDyn)
      return refuse("a `" + type.shown + "` is taken by reference or in a Box");
    return at(kIn + (type.isCopy ? "copied" : "take") + "::<" +
              orInferred(type) + ">(" + word + ")");
  case Type::Inferred:
    if (StringRef(type.shown).starts_with("impl") || type.shown == "fn" ||
        StringRef(type.shown).contains("pointer"))
      return refuse("`" + type.shown + "` cannot be made of a value of Lisp");
    return at(kIn + "take::<_>(" + word + ")");
  case Type::Box:
    if (type.parts[0].kind == Type::Object) {
      use(type.parts[0]);
      return at(kIn + "take_box::<" + orInferred(type.parts[0]) + ">(" + word +
                ")") +
             ".map(|it| it.0)";
    }
    if (type.parts[0].kind == Type::Text)
      return argument("::std::string::String") +
             ".map(|it| it.into_boxed_str())";
    if (type.parts[0].kind == Type::Slice)
      return kIn + "elements(lisp, " + word + ", |word| " +
             takeWord(type.parts[0].parts[0], "word", place, refusal) +
             ").map(|it| it.into_boxed_slice())";
    return takeWord(type.parts[0], word, place, refusal) +
           ".map(::std::boxed::Box::new)";
  case Type::Option:
    return kIn + "optional(" + word + ", |word| " +
           takeWord(type.parts[0], "word", place, refusal) + ")";
  case Type::Iterator:
    if (type.isConcrete)
      return refuse("`" + type.shown + "` cannot be made of a value of Lisp");
    return at(kIn + "elements(lisp, " + word + ", |word| " +
              takeWord(type.parts[0], "word", place, refusal) + ")") +
           ".map(|it| it.into_iter())";
  case Type::Sequence: {
    std::string items =
        at(kIn + "elements(lisp, " + word + ", |word| " +
           takeWord(type.parts[0], "word", place, refusal) + ")");
    if (type.parts[0].isPlain())
      items = argument("::std::vec::Vec<" + type.parts[0].text + ">");
    if (type.text[0] == '[')
      return items + ".and_then(|it| " + kIn + "array(it, " + place + "))";
    return StringRef(type.text).starts_with("::std::vec::Vec")
               ? items
               : items + ".map(|it| it.into_iter().collect::<" + type.text +
                     ">())";
  }
  case Type::Map:
    return at(kIn + "entries(lisp, " + word + ", |word| " +
              takeWord(type.parts[0], "word", place, refusal) + ", |word| " +
              takeWord(type.parts[1], "word", place, refusal) + ")") +
           ".map(|it| it.into_iter().collect::<" + type.text + ">())";
  case Type::Tuple: {
    std::string parts;
    for (size_t i = 0; i < type.parts.size(); ++i)
      parts += takeWord(type.parts[i], "words[" + std::to_string(i) + "]",
                        place, refusal) +
               "?, ";
    return at(kIn + "parts::<" + std::to_string(type.parts.size()) +
              ">(lisp, " + word + ")") +
           ".and_then(|words| Ok((" + parts + ")))";
  }
  case Type::Reference:
    return refuse("it holds references (`" + type.shown + "`)");
  case Type::Result:
    return refuse("a Result cannot be given");
  case Type::Future:
    return refuse("a future cannot be given");
  case Type::Ordering:
    return argument("i64") + ".map(|it| it.cmp(&0))";
  case Type::Closure:
  case Type::Text:
  case Type::Slice:
  case Type::Constant:
    break;
  }
  return refuse("`" + type.shown + "` cannot be given so");
}

std::string Converter::closure(const Type &type, const std::string &procedure,
                               std::string &refusal) {
  std::string names, given, ties;
  for (size_t i = 0; i + 1 < type.parts.size(); ++i) {
    if (type.parts[i].kind != Type::Plain)
      ties = "let ties = lent.ties(); ";
    std::string name = "p" + std::to_string(i);
    names += (i ? ", " : "") + name;
    given +=
        "::plc::ToLisp::to_lisp(" + give(type.parts[i], name) + ", lisp)?, ";
  }
  std::string code = "move |" + names + "| " + kIn + "call(&" + procedure +
                     ", |lisp, lent| { " + ties + "Ok([" + given +
                     "]) }, |lisp, word| unsafe { " +
                     takeWord(type.parts.back(), "word", "0", refusal) + " })";
  if (type.text == "&" || type.text == "&mut")
    return type.text + " " + code;
  if (StringRef(type.text).starts_with("::std::boxed::Box"))
    return "::std::boxed::Box::new(" + code + ")";
  return code;
}

static std::string borrowed(const std::string &name, const Type &target,
                            bool isMutable, const std::string &word,
                            const std::string &error) {
  return kIn + (isMutable ? "borrow_mut" : "borrow") + "::<" +
         orInferred(target) + ">(" + word + ")" + error;
}

/// Why the content of a box cannot be changed by a call, or "".
static std::string changeRefusal(const Type &target, const Taking &taking) {
  std::string what = "it changes a `" + target.shown + "`";
  if (target.kind == Type::Text || target.kind == Type::Slice)
    return what + ": values of Lisp are copied";
  if (taking.isKept)
    return what + " that the result may borrow from: values of Lisp are copied";
  if (taking.isLater)
    return what + " after the call: values of Lisp are copied";
  return "";
}

Taken Converter::takeReference(const Type &type, const Taking &taking) {
  Taken taken;
  const Type &target = type.parts[0];
  std::string place = std::to_string(std::max(taking.shownPlace, 0));
  std::string x = "x" + std::to_string(taking.place);
  std::string a = "a" + std::to_string(taking.place);
  std::string error =
      taking.shownPlace < 0
          ? ""
          : ".map_err(|error| error.of_argument(" + place + "))";
  // What is made for the call, and may have to live as long as the result.
  auto own = [&](const std::string &expression, const std::string &passed,
                 const std::string &passedKept, const std::string &check) {
    if (taking.isKept) {
      taken.setup = "let " + x + " = " + kIn + "keep(" + expression + "?);\n";
      taken.kept = x;
      taken.value = passedKept;
    } else {
      taken.setup = "let " + x + " = " + expression + "?;\n";
      taken.value = passed;
    }
    taken.check = check;
  };
  auto argument = [&](const std::string &what) {
    return kIn + "argument::<" + what + ">(lisp, " + a + ", " + place + ")";
  };
  auto fits = [&](const std::string &what) {
    return kIn + "fits::<" + what + ">(lisp, " + a + ")";
  };
  const std::string string = "::std::string::String";
  bool isNumbers = target.kind == Type::Slice && isNumeric(target.parts[0]);
  if (type.isMutable && target.kind != Type::Object &&
      target.kind != Type::Inferred && !isNumbers) {
    // The content of a box, which is read before the call and written after it.
    taken.refusal = changeRefusal(target, taking);
    taken.setup = "let c" + x + " = " + kIn + "content(" + a + ")" + error +
                  "?;\nlet mut " + x + " = " +
                  takeWord(target, "c" + x, place, taken.refusal) + "?;\n";
    taken.value = "&mut " + x;
    taken.check = kIn + "content(" + a + ").is_ok()";
    taken.after = kIn + "set_content(lisp, " + a + ", " + give(target, x) +
                  ")?;\n";
    return taken;
  }
  switch (target.kind) {
  case Type::Text:
    if (type.isStatic) {
      taken.setup = "let " + x + " = " + kIn + "forever(" + argument(string) + "?);\n";
      taken.value = x;
      taken.check = fits(string);
      return taken;
    }
    own(argument(string), "&*" + x, "&**" + x, fits(string));
    return taken;
  case Type::Path:
    own(argument(string) + ".map(::std::path::PathBuf::from)",
        StringRef(target.shown).starts_with("Os") ? x + ".as_os_str()"
                                                  : "&" + x,
        StringRef(target.shown).starts_with("Os") ? x + ".as_os_str()"
                                                  : "&*" + x,
        fits(string));
    return taken;
  case Type::Plain:
    own(argument(target.text), "&" + x, "&*" + x, fits(target.text));
    return taken;
  case Type::Slice: {
    const Type &element = target.parts[0];
    std::string vector = "::std::vec::Vec<" + element.text + ">";
    if (isNumbers && type.isMutable) {
      if (taking.isLater)
        taken.refusal = "it changes a `" + target.shown + "` later";
      taken.setup = "let " + x + " = " + kIn + "numbers_mut::<" + element.text +
                    ">(lisp, " + a + ")" + error + "?;\n";
      taken.value = x;
      taken.check = fits(vector);
      return taken;
    }
    if (isNumbers && !taking.isKept && !taking.isLater) {
      taken.setup = "let " + x + " = " + kIn + "numbers::<" + element.text +
                    ">(lisp, " + a + ")" + error + "?;\n";
      taken.value = "&*" + x;
      taken.check = fits(vector);
      return taken;
    }
    if (element.isPlain()) {
      own(argument(vector), "&*" + x, "&**" + x, fits(vector));
      return taken;
    }
    std::string list = kIn + "elements(lisp, " + a + ", |word| ";
    if (element.kind == Type::Reference && !element.isMutable &&
        (element.parts[0].kind == Type::Object ||
         element.parts[0].kind == Type::Text)) {
      bool isText = element.parts[0].kind == Type::Text;
      use(element.parts[0]);
      taken.setup =
          "let " + x + " = " +
          (isText ? argument("::std::vec::Vec<" + string + ">")
                  : list + borrowed(x, element.parts[0], false, "word", "") +
                        ")" + error) +
          "?;\nlet y" + x + ": ::std::vec::Vec<_> = " + x +
          ".iter().map(|it| &**it).collect();\n";
      taken.value = "&y" + x;
      if (!isText)
        taken.ties = "from.extend(" + x + ".iter().map(|it| it.tie()));\n";
      if (taking.isKept && isText)
        taken.refusal = "its result borrows from `" + type.shown + "`";
      return taken;
    }
    if (element.kind == Type::Object) {
      use(element);
      if (!element.isClone && !element.isCopy) {
        taken.refusal =
            "it takes a slice of `" + element.shown +
            "`, which is not Clone: objects of Lisp do not lie in a row";
        return taken;
      }
      own(list + kIn + "cloned::<" + orInferred(element) + ">(word))" + error,
          "&*" + x, "&**" + x, "true");
      return taken;
    }
    std::string refusal;
    std::string items =
        list + takeWord(element, "word", place, refusal) + ")" + error;
    taken.refusal = refusal;
    own(items, "&*" + x, "&**" + x, "true");
    return taken;
  }
  case Type::Object:
  case Type::Inferred:
    if (target.kind == Type::Inferred &&
        StringRef(target.shown).starts_with("impl")) {
      taken.refusal =
          "`" + target.shown + "` cannot be made of a value of Lisp";
      return taken;
    }
    use(target);
    taken.setup = "let " + std::string(type.isMutable ? "mut " : "") + x +
                  " = " + borrowed(x, target, type.isMutable, a, error) +
                  "?;\n";
    taken.value = (type.isMutable ? "&mut *" : "&*") + x;
    taken.check = target.text == "_"
                      ? "true"
                      : kIn + "is::<" + target.text + ">(" + a + ")";
    taken.ties = "from.push(" + x + ".tie());\n";
    return taken;
  default:
    break;
  }
  std::string refusal;
  std::string made = takeWord(target, a, place, refusal);
  taken.refusal = refusal;
  own(made, "&" + x, "&*" + x,
      target.kind == Type::Symbols ? isSymbol(target, a) : "true");
  return taken;
}

Taken Converter::take(const Type &type, const Taking &taking) {
  Taken taken;
  std::string place = std::to_string(std::max(taking.shownPlace, 0));
  std::string x = "x" + std::to_string(taking.place);
  std::string a = "a" + std::to_string(taking.place);
  if (!type.refusal.empty()) {
    taken.refusal = type.refusal;
    return taken;
  }
  if (type.kind == Type::Reference)
    return takeReference(type, taking);
  if (type.kind == Type::Closure) {
    taken.setup = "let " + x + " = " + kIn + "procedure(lisp, " + a + ", " +
                  place + ")?;\n";
    taken.check = kIn + "is_procedure(" + a + ")";
    taken.value = closure(type, x, taken.refusal);
    return taken;
  }
  if (type.kind == Type::Option && type.parts[0].kind == Type::Reference) {
    const Type &target = type.parts[0].parts[0];
    bool isMutable = type.parts[0].isMutable;
    taken.check = "true";
    if (target.kind == Type::Object) {
      use(target);
      taken.setup = "let mut " + x + " = " + kIn + "optional(" + a +
                    ", |word| " + borrowed(x, target, isMutable, "word", "") +
                    ").map_err(|error| error.of_argument(" + place + "))?;\n";
      taken.value = x + (isMutable ? ".as_deref_mut()" : ".as_deref()");
      // Its type may be known by the call only.
      taken.ties = "from.extend(" + x + ".iter().map(" + kIn +
                   (isMutable ? "Unique" : "Shared") + "::tie));\n";
      return taken;
    }
    std::string owned =
        target.kind == Type::Text || target.kind == Type::Path
            ? "::std::string::String"
        : target.kind == Type::Slice && target.parts[0].isPlain()
            ? "::std::vec::Vec<" + target.parts[0].text + ">"
        : target.isPlain() ? target.text
                           : "";
    if (target.kind == Type::Text && type.parts[0].isStatic) {
      std::string option = "::std::option::Option<" + owned + ">";
      taken.setup = "let " + x + " = " + kIn + "argument::<" + option +
                    ">(lisp, " + a + ", " + place + ")?.map(" + kIn +
                    "forever);\n";
      taken.value = x;
      taken.check = kIn + "fits::<" + option + ">(lisp, " + a + ")";
      return taken;
    }
    if (!isMutable && !owned.empty()) {
      std::string option = "::std::option::Option<" + owned + ">";
      taken.setup = "let " + x + " = " +
                    (taking.isKept ? kIn + "keep(" : std::string("(")) + kIn +
                    "argument::<" + option + ">(lisp, " + a + ", " + place +
                    ")?);\n";
      if (taking.isKept)
        taken.kept = x;
      std::string self = taking.isKept ? "(*" + x + ")" : x;
      taken.value = target.kind == Type::Path
                        ? self + ".as_ref().map(" + target.text + "::new)"
                    : target.isPlain() ? self + ".as_ref()"
                                       : self + ".as_deref()";
      taken.check = kIn + "fits::<" + option + ">(lisp, " + a + ")";
      return taken;
    }
    std::string error = ".map_err(|error| error.of_argument(" + place + "))";
    if (isMutable && target.kind == Type::Slice &&
        isNumeric(target.parts[0])) {
      if (taking.isLater)
        taken.refusal = "it changes a `" + target.shown + "` later";
      std::string memory = kIn + "optional(" + a + ", |word| " + kIn +
                           "numbers_mut::<" + target.parts[0].text +
                           ">(lisp, word))";
      taken.setup = "let " + x + " = " + memory + error + "?;\n";
      taken.value = x;
      taken.check = memory + ".is_ok()";
      return taken;
    }
    if (isMutable && target.kind != Type::Inferred) {
      // As without Option; nil is no box, and nothing is written.
      taken.refusal = changeRefusal(target, taking);
      taken.setup = "let mut " + x + " = " + kIn + "optional(" + a +
                    ", |word| " + kIn + "content(word)" + error +
                    ".and_then(|word| " +
                    takeWord(target, "word", place, taken.refusal) + "))?;\n";
      taken.value = x + ".as_mut()";
      taken.check = kIn + "optional(" + a + ", |word| " + kIn +
                    "content(word)).is_ok()";
      taken.after = "if let Some(" + x + ") = " + x + " { " + kIn +
                    "set_content(lisp, " + a + ", " + give(target, x) +
                    ")?; }\n";
      return taken;
    }
  }
  if ((type.kind == Type::Sequence || type.kind == Type::Iterator) &&
      type.parts[0].kind == Type::Reference && !type.parts[0].isMutable &&
      !type.isConcrete) {
    // Of `&str` or `&T`: as of a slice of these.
    Type slice;
    slice.kind = Type::Slice;
    slice.parts = {type.parts[0]};
    slice.shown = type.shown;
    Type reference;
    reference.kind = Type::Reference;
    reference.parts = {slice};
    reference.shown = type.shown;
    if (type.parts[0].parts[0].kind == Type::Object ||
        type.parts[0].parts[0].kind == Type::Text) {
      taken = takeReference(reference, taking);
      taken.value = "y" + x + ".iter().copied()" +
                    (type.kind == Type::Iterator ? "" : ".collect()");
      return taken;
    }
  }
  taken.setup = "let " + std::string(type.kind == Type::Bytes ? "mut " : "") +
                x + " = " + takeWord(type, a, place, taken.refusal) + "?;\n";
  taken.value = (type.kind == Type::Bytes || type.kind == Type::Iterator) &&
                        type.text[0] == '&'
                    ? type.text + " " + x
                    : x;
  taken.check = type.isPlain()
                    ? kIn + "fits::<" + type.text + ">(lisp, " + a + ")"
                : type.kind == Type::Object && type.text != "_"
                    ? kIn + "is::<" + type.text + ">(" + a + ")"
                : type.kind == Type::Path || type.kind == Type::Cow
                    ? kIn + "fits::<::std::string::String>(lisp, " + a + ")"
                : type.kind == Type::Symbols
                    ? isSymbol(type, a)
                    : "true";
  if (type.kind == Type::Object && !type.lifetimes.empty())
    taken.ties = "from.extend(" + kIn + "ties_of(" + a + "));\n";
  return taken;
}

//===----------------------------------------------------------------------===//
// To Lisp
//===----------------------------------------------------------------------===//

static bool isVectorOfNumbers(const Type &type) {
  return StringRef(type.text).starts_with("::std::vec::Vec<") &&
         isNumeric(type.parts[0]);
}
static bool holdsVectorOfNumbers(const Type &type) {
  return isVectorOfNumbers(type) ||
         any_of(type.parts, holdsVectorOfNumbers);
}
/// What a type is that the crate `plc` would convert as a whole.
static Type::Kind kindOfWhole(const Type &type) {
  return StringSwitch<Type::Kind>(StringRef(type.text).split('<').first)
      .Case("::std::vec::Vec", Type::Sequence)
      .Case("::std::option::Option", Type::Option)
      .Cases("::std::collections::HashMap", "::std::collections::BTreeMap",
             Type::Map)
      .Default(type.text[0] == '(' ? Type::Tuple : Type::Plain);
}

std::string Converter::give(const Type &type, const std::string &value,
                            unsigned depth) {
  if (isSharing && isVectorOfNumbers(type))
    return "::plc::Shared(" + value + ")";
  if (isSharing && type.isPlain() && holdsVectorOfNumbers(type) &&
      kindOfWhole(type) != Type::Plain) {
    Type parts = type;
    parts.kind = kindOfWhole(type);
    return give(parts, value, depth);
  }
  std::string v = "v" + std::to_string(depth);
  auto each = [&](const Type &part, const std::string &name) {
    return give(part, name, depth + 1);
  };
  switch (type.kind) {
  case Type::Plain:
    if (type.text == "!")
      return "{ " + value + "; () }";
    return value;
  case Type::Text:
    return value;
  case Type::Cow:
    return "(" + value + ").into_owned()";
  case Type::Path:
    return "(" + value + ").to_string_lossy().into_owned()";
  case Type::Duration:
    return "(" + value + ").as_secs_f64()";
  case Type::Ordering:
    return "(" + value + ") as i8";
  case Type::Symbols:
    return symbols(type, true) + "(&" + value + ")";
  case Type::Object:
    if (type.text == "_")
      return "::plc::give!(" + value + ", ties)";
    return kIn + "own(" + value + ", " + classOf(type) + ", ties)";
  case Type::Box:
    if (type.parts[0].kind == Type::Object && type.parts[0].text != "_")
      return kIn + "own_box(" + value + ", " + classOf(type.parts[0]) +
             ", ties)";
    if (type.parts[0].kind == Type::Text)
      return "(" + value + ").into_string()";
    if (type.parts[0].kind == Type::Slice &&
        isNumeric(type.parts[0].parts[0]) &&
        !StringRef(type.parts[0].parts[0].text).ends_with("size"))
      return "::plc::Shared((" + value + ").into_vec())"; // as it is
    if (type.parts[0].kind == Type::Slice)
      return "(" + value + ").into_vec().into_iter().map(|" + v + "| " +
             each(type.parts[0].parts[0], v) +
             ").collect::<::std::vec::Vec<_>>()";
    if (type.parts[0].isDyn)
      return "::plc::give!(" + value + ", ties)";
    return each(type.parts[0], "(*" + value + ")");
  case Type::Option:
    return "(" + value + ").map(|" + v + "| " + each(type.parts[0], v) + ")";
  case Type::Result:
    return "match " + value + " { Ok(" + v + ") => Ok(" +
           each(type.parts[0], v) +
           "), Err(error) => Err::<_, ::plc::Error>(::plc::failure!(error)) }";
  case Type::Sequence:
    return "(" + value + ").into_iter().map(|" + v + "| " +
           each(type.parts[0], v) + ").collect::<::std::vec::Vec<_>>()";
  case Type::Map:
    return kIn + "Entries((" + value + ").into_iter().map(|(k" + v + ", " + v +
           ")| (" + each(type.parts[0], "k" + v) + ", " +
           each(type.parts[1], v) + ")).collect())";
  case Type::Tuple: {
    std::string names, given;
    for (size_t i = 0; i < type.parts.size(); ++i) {
      std::string name = "t" + std::to_string(i) + v;
      names += name + ", ";
      given += each(type.parts[i], name) + ", ";
    }
    return "{ let (" + names + ") = " + value + "; (" + given + ") }";
  }
  case Type::Iterator:
    return kIn + "own(" + kIn + "Sequence::new(" + value +
           ", { let ties = ties.clone(); move |lisp: &::plc::Lisp, " + v +
           "| { let ties = &ties; ::plc::ToLisp::to_lisp(" +
           each(type.parts[0], v) + ", lisp) } }), ::plc::class!(" + kIn +
           "Probe::<" + kIn + "Sequence>::default(), \"iterator\"), ties)";
  case Type::Reference: {
    const Type &target = type.parts[0];
    switch (target.kind) {
    case Type::Text:
      return "&*" + value;
    case Type::Plain:
      if (target.text == "::std::string::String")
        return "(" + value + ").as_str()";
      if (target.shown == "Lisp")
        return "&*" + value;
      return "::std::clone::Clone::clone(&*" + value + ")";
    case Type::Path:
    case Type::Cow:
      return target.kind == Type::Cow
                 ? "(" + value + ").to_string()"
                 : "(" + value + ").to_string_lossy().into_owned()";
    case Type::Duration:
    case Type::Ordering:
    case Type::Symbols:
      return each(target, "(*" + value + ")");
    case Type::Slice:
    case Type::Sequence: {
      Type element;
      element.kind = Type::Reference;
      element.parts = {target.parts[0]};
      if (target.parts[0].isPlain() || target.parts[0].kind == Type::Text)
        return "(" + value +
               ").iter().cloned().collect::<::std::vec::Vec<_>>()";
      return "(" + value + ").iter().map(|" + v + "| " + each(element, v) +
             ").collect::<::std::vec::Vec<_>>()";
    }
    case Type::Option: {
      Type element;
      element.kind = Type::Reference;
      element.parts = {target.parts[0]};
      return "(" + value + ").as_ref().map(|" + v + "| " + each(element, v) +
             ")";
    }
    case Type::Map: {
      Type key, entry;
      key.kind = entry.kind = Type::Reference;
      key.parts = {target.parts[0]};
      entry.parts = {target.parts[1]};
      return kIn + "Entries((" + value + ").iter().map(|(k" + v + ", " + v +
             ")| (" + each(key, "k" + v) + ", " + each(entry, v) +
             ")).collect())";
    }
    case Type::Reference:
      return each(target, "(*" + value + ")");
    case Type::Box: {
      Type inner;
      inner.kind = Type::Reference;
      inner.isMutable = type.isMutable;
      inner.parts = {target.parts[0]};
      return each(inner, std::string(type.isMutable ? "(&mut **" : "(&**") +
                             value + ")");
    }
    default:
      break;
    }
    std::string how = type.isMutable ? "part_mut(" : "part(";
    if (target.kind == Type::Object && target.text != "_")
      return kIn + how + value + ", " + classOf(target) + ", ties)";
    return "match " + value + " { it => " + kIn + how + "it, ::plc::class!(" +
           kIn + "probe_of(&*it)), ties) }";
  }
  case Type::Slice:
  case Type::Closure:
  case Type::Future:
  case Type::Bytes:
  case Type::Inferred:
  case Type::Constant:
    break;
  }
  return "::plc::give!(" + value + ", ties)";
}

} // namespace plc::rustimport
