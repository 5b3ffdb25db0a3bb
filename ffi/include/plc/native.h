//===- native.h - declarations of native code -------------------*- C++ -*-===//
//
// What a header declares, in the form that the compiler needs: types, functions,
// constants and globals of one module of native code. An importer (a library
// that reads headers of one language) makes a Module; frontend, codegen and
// runtime read it. Data only, no LLVM, no Clang.
//
// The text of a signature, which is all that a call needs when it runs:
//
//   signature := type '(' [type {',' type}] [',...' | '...'] ')' ['!']
//                '!': a call may block; other threads may run Lisp meanwhile
//   type      := scalar            a row of plc/native_types.def
//              | 's'               const char *, NUL-terminated text
//              | 'p<' NAME '>'     pointer to the type NAME
//              | 'k<' NAME '>'     pointer to const
//              | 'e' scalar '<' NAME '>'   enum of that width
//              | 'F<' signature '>'        pointer to a function
//              | 'R<' NAME '>'     record by value; the native function takes its
//                                  address instead (see Function::isShim); as the
//                                  result: the address of the room for it, first
//              | 'V'               a Lisp value as it is (plc/value.h): a shim
//                                  converts it (plc/shims.h)
//   NAME      := the type as its language spells it ("struct stat", "z_stream",
//                "void", "char *"), in which '<', '>' and '\' follow a '\'
//
//===----------------------------------------------------------------------===//
#ifndef PLC_NATIVE_H
#define PLC_NATIVE_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace plc::native {

/// A place in Module::types.
using TypeId = uint32_t;

enum class TypeKind : uint8_t {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class) Id,
#include "plc/native_types.def"
  Pointer,
  Function, ///< what a pointer to a function points to
  Record,   ///< struct or union
  Enum,
  Array
};

struct Field {
  std::string name; ///< "" for an anonymous record, whose fields count as ours
  TypeId type;
  uint64_t bitOffset;
  uint32_t bitWidth; ///< of a bit-field, else 0
  std::string doc;
};

struct Parameter {
  std::string name; ///< "" if the declaration has none
  TypeId type;
};

struct EnumMember {
  std::string name;
  int64_t value; ///< of an unsigned 64-bit enum: the same bits
};

struct Type {
  TypeKind kind = TypeKind::Void;
  /// As the language spells it, without qualifiers: unique in the module.
  std::string name;
  uint64_t size = 0;  ///< in bytes; 0 if it is incomplete or a function
  uint64_t align = 0; ///< in bytes
  TypeId element = 0; ///< of Pointer, Array; of Enum its integer type
  bool isConst = false;    ///< Pointer: to const
  bool isComplete = false; ///< Record, Enum, Array: its size is known
  bool isUnion = false;
  uint64_t count = 0; ///< Array
  std::vector<Field> fields;
  std::vector<EnumMember> members;
  TypeId result = 0; ///< Function
  std::vector<Parameter> parameters;
  bool isVariadic = false;
};

/// Where something is declared.
struct Origin {
  std::string file;
  unsigned line = 0, column = 0; ///< from 1; 0 unknown
  /// Declared by what was imported itself; else by something that it uses, which
  /// is there for those who ask by name and is not listed.
  bool isOwn = true;
};

struct Function {
  std::string name;
  std::string symbol; ///< to link with
  TypeId type;        ///< of kind Function
  /// `symbol` is a function of Module::shims: for `static inline` functions,
  /// macros, and functions that take or return records by value. It takes the
  /// address of each such record, and the address for such a result as its first
  /// argument.
  bool isShim = false;
  bool neverReturns = false;
  /// Parameters (from 0, sorted) for which NULL is an error.
  std::vector<uint32_t> nonNull;
  std::string doc;
  Origin origin;
};

struct Constant {
  std::string name;
  std::variant<int64_t, uint64_t, double, std::string> value;
  /// Of a pointer, whose address is `value` (uint64_t).
  std::optional<TypeId> type;
  std::string doc;
  Origin origin;
};

struct Global {
  std::string name, symbol;
  TypeId type;
  bool isConst = false;
  /// `symbol` is a function of Module::shims, `void *(void)`, that returns the
  /// address: for thread-local and static variables and macros such as `errno`.
  bool isShim = false;
  std::string doc;
  Origin origin;
};

/// A name for a type: a typedef ("z_stream"), or a tag ("tm" for "struct tm";
/// where an ordinary name is the same, "struct_stat").
struct TypeName {
  std::string name;
  TypeId type;
  std::string doc;
  Origin origin;
};

/// A declaration that cannot be imported: using it is an error that says why.
struct Refusal {
  std::string name, reason;
  Origin origin;
  /// A macro that is no value at all: a keyword, an attribute, a piece of a
  /// declaration. Not a gap.
  bool isSyntax = false;
};

/// What went wrong, where in the header if that is known.
struct ImportError {
  std::string message, hint;
  Origin origin;
  std::string symbol; ///< of the call that it is about, if that is known
};

/// What is known of an argument when a call is compiled.
struct Argument {
  enum Kind : uint8_t {
    Unknown,
    Integer,
    Real, ///< no exact integer
    Complex,
    Boolean,
    Character,
    Text,
    Nil,
    Procedure,
    Object, ///< an instance of `type`, or nil
    Box,    ///< whatever it contains
    Other   ///< a literal that is none of these
  } kind = Unknown;
  int64_t value = 0;    ///< of Integer
  bool isLarge = false; ///< Integer: it does not fit into `value`
  std::string type;     ///< of Object: Call::type
  std::string text;     ///< of Text, in UTF-8
};

/// How a call is made.
struct Call {
  std::string symbol;    ///< to link with
  std::string name;      ///< for messages
  std::string signature; ///< its text
  /// The class of what results, or which that refers to, as the source spells it;
  /// several that are possible, one a line; "" if nothing is known.
  std::string type = {};
};

/// What is done with a member of an object.
enum class MemberUse : uint8_t { Call, Get, Set };

struct Module;

/// The declarations of a language whose functions need code of that language to
/// be called: classes, overloads, templates. There may be far too many to make
/// all of it, so this is asked for what a program uses.
class Source {
public:
  virtual ~Source() = default;
  /// Its language, as conditions name it.
  virtual std::string language() = 0;

  /// What a name is: "f", "inner:f", "vector<int>".
  struct Found {
    enum Kind : uint8_t { Nothing, Functions, Class, Value, Space, Refused } kind =
        Nothing;
    std::string declaration; ///< one a line
    std::string doc;
    std::string reason; ///< Refused
    Origin origin;
    /// For `doc`.
    std::string text() const {
      return declaration + (doc.empty() ? "" : "\n" + doc) +
             (origin.line == 0 ? ""
                               : "\ndeclared in " + origin.file + ":" +
                                     std::to_string(origin.line)) +
             (reason.empty() ? "" : "\nnot for programs: " + reason);
    }
  };
  virtual Found find(const std::string &name) = 0;
  /// Names of the module itself, sorted.
  virtual std::vector<std::string> names() = 0;
  /// For completion: what may stand behind `scope` and a colon, "" for the module.
  virtual std::vector<std::string> namesIn(const std::string &scope) {
    std::vector<std::string> result;
    std::string prefix = scope.empty() ? "" : scope + ":";
    for (const std::string &name : names())
      if (name.starts_with(prefix))
        result.push_back(name.substr(prefix.size()));
    return result;
  }
  /// Of each class that has such a member: its name, as objects tell it, and behind a
  /// line break what is known of the member.
  virtual std::vector<std::string> memberNotes(const std::string &member) {
    std::vector<std::string> result;
    for (const std::string &name : names()) {
      if (!name.ends_with(":" + member))
        continue;
      Found found = find(name);
      result.push_back(name.substr(0, name.size() - member.size() - 1) + "\n" +
                       found.text());
    }
    return result;
  }

  /// A public function, method or constructor.
  struct Declared {
    std::string name;
    std::string reason; ///< why it cannot be called; "" if it can
    Origin origin;
    bool isTemplate = false; ///< a call tells whether it has arguments for it
  };
  /// All of the module and of what belongs to it, for reports.
  virtual std::vector<Declared> declared() { return {}; }

  /// The call of a function, or the making of an instance of a class; nothing,
  /// and `error`, if no overload takes such arguments, or several as well.
  virtual std::optional<Call> call(const std::string &name,
                                   const std::vector<Argument> &arguments,
                                   ImportError &error) = 0;
  /// Of a function or class that is used as a value: with how many arguments it may be
  /// called, of these the least ones, in order. Empty for other names.
  static constexpr unsigned MostOfValue = 8;
  virtual std::vector<uint32_t> arities(const std::string &name) {
    (void)name;
    return {};
  }
  /// The value of a constant or variable: a call without arguments.
  virtual std::optional<Call> value(const std::string &name,
                                    ImportError &error) = 0;
  /// `name = value`: a call with one argument.
  virtual std::optional<Call> assign(const std::string &name,
                                     ImportError &error) = 0;
  /// The value of code of the language itself, an expression or the body of a
  /// function, in which names of Lisp variables stand: a call with their values, in
  /// the order of `variables`.
  /// \param type  of the result, "" for what the code has
  virtual std::optional<Call> code(const std::string &text,
                                   const std::string &type,
                                   std::vector<std::string> &variables,
                                   ImportError &error) {
    (void)text, (void)type, (void)variables;
    error.message = "this language has no code in programs";
    return std::nullopt;
  }
  /// A method that Lisp defines, with its parameters but for the object.
  struct Method {
    std::string name;
    unsigned count;
    bool isVariadic; ///< or more
  };
  /// The making of an instance of a class that is derived from `bases`: a call with
  /// a vector of procedures, of `methods`, and a vector of arguments of the first
  /// base's constructor.
  virtual std::optional<Call> derive(const std::string &name,
                                     const std::vector<std::string> &bases,
                                     const std::vector<Method> &methods,
                                     ImportError &error) {
    (void)name, (void)bases, (void)methods;
    error.message = "this language has no classes that Lisp derives";
    return std::nullopt;
  }
  /// Code that the program uses refers to a member of that name of some object.
  virtual void useMember(const std::string &name) = 0;
  /// The same of an instance of a class (Call::type): a call, whose first argument
  /// it is, before `arguments`. Nothing if only the object can tell.
  virtual std::optional<Call> member(const std::string &type,
                                     const std::string &name, MemberUse use,
                                     const std::vector<Argument> &arguments) {
    (void)type, (void)name, (void)use, (void)arguments;
    return std::nullopt;
  }
  /// Such a member is called, of an object whose class is not known or has no such
  /// member.
  virtual void useMethod(const std::string &name,
                         const std::vector<Argument> &arguments) {
    (void)arguments;
    useMember(name);
  }

  /// An operator of two operands ("+", "==") of which objects may be some.
  virtual void useOperator(const std::string &sign,
                           const std::vector<Argument> &arguments) {
    (void)sign, (void)arguments;
  }

  /// The shims for all that was asked for since the last time: Module::shims and
  /// what they are linked with; null and no error if there are none. `start`
  /// receives what is to be called first, with the address of a plc_shim_host.
  /// The module lives as long as this.
  virtual const Module *finish(std::string &start, ImportError &error) = 0;

  /// \{ Units that import one another. Calls that suit none of what is known may find
  /// it in units that import this one; what these have to make then, and what is
  /// known already, as texts for sources of the language: told by `finish`.
  virtual void leaveOpen() {}
  virtual std::vector<std::string> requests() { return {}; }
  virtual std::vector<std::string> knowledge() { return {}; }
  virtual void join(const std::vector<std::string> &requests,
                    const std::vector<std::string> &knowledge) {
    (void)requests, (void)knowledge;
  }
  /// \}

  /// \{ In a session with many units: all that was asked for so far is part of the
  /// program from now on; or was not asked for since `keep`, for the unit is not
  /// used.
  virtual void keep() {}
  virtual void drop() {}
  /// \}
};

struct Module {
  std::string name; ///< as imported: "zlib.h"
  std::vector<Type> types;
  std::vector<Function> functions;
  std::vector<Constant> constants; ///< macros and members of enums
  std::vector<Global> globals;
  std::vector<TypeName> typeNames;
  std::vector<Refusal> refusals;
  /// Object file (position-independent) with the shims, "" if there are none.
  std::string shims;
  /// The same as a shared library, for code in memory. Functions in it may need
  /// symbols that no library has: they are looked for when they are called.
  std::string shimLibrary;
  /// Code in memory takes the shared library and not the object: it is loaded as
  /// its language wants it (exceptions, thread-local data, initialisers).
  bool isLoaded = false;
  /// Of a language whose declarations are asked for; the lists above are empty.
  std::shared_ptr<Source> source;
  /// What the linker gets: "-lz", "-L/usr/lib/x".
  std::vector<std::string> linkFlags;
  /// The shared libraries of linkFlags, for code in memory: paths or sonames.
  std::vector<std::string> libraries;
  /// All files that were read, with their hashes, for caches.
  std::vector<std::pair<std::string, uint64_t>> inputs;
};

/// The types of a macro with parameters, in the language's own spelling, where
/// the importer cannot know them: `:macros ((NAME (type ...) -> type) ...)`.
struct MacroTypes {
  std::string name;
  std::vector<std::string> parameters;
  std::string result;
};

/// Options of an import form.
struct ImportOptions {
  std::string module;                 ///< header; "" for none
  std::vector<std::string> others;    ///< :headers, which are read after it
  std::vector<std::string> link;      ///< :link "z" or a list
  std::vector<std::string> packages;  ///< :pkg-config
  std::vector<std::string> arguments; ///< :args, for the compiler ("-DX=1")
  std::vector<std::string> folders;   ///< where headers are looked for first
  std::vector<MacroTypes> macros;
  /// :blocking, of a module that is a Source: functions and classes, by the names
  /// that the program gives them, or all.
  std::vector<std::string> blocking;
  bool isBlocking = false;
  /// :share, of Rust: vectors of numbers that calls give are not copied.
  bool isSharing = false;
};

/// A library that reads headers exports this as plc_native_importer.
/// \returns false and fills in `error` if there is no such header, it cannot be
/// parsed, or a library of `link` or package of `packages` is missing
using ImporterFn = bool(const ImportOptions &options, Module &module,
                        ImportError &error);

} // namespace plc::native
#endif // PLC_NATIVE_H
