//===- NativeChecks.cpp - what results of native code must be -------------===//
//
// Policies are checked against the types of the module when it is imported, so
// that a call which fails finds everything that it needs for its message.
//
//===----------------------------------------------------------------------===//

#include "frontend/NativeChecks.h"

#include "frontend/FormExpander.h"
#include "frontend/Session.h"

#include "llvm/ADT/StringExtras.h"

using namespace plc::ir;
using plc::native::TypeId;
using plc::native::TypeKind;

namespace plc::frontend {

//===----------------------------------------------------------------------===//
// Policies
//===----------------------------------------------------------------------===//

namespace {
struct PolicyRow {
  llvm::StringRef name;
  NativeCheck::Policy policy;
  bool takesInteger, takesPointer, takesBool; ///< results of such types
};
} // namespace

static constexpr PolicyRow kPolicies[] = {
    {"zero", NativeCheck::Zero, true, false, false},
    {"non-zero", NativeCheck::NonZero, true, false, true},
    {"non-negative", NativeCheck::NonNegative, true, false, false},
    {"non-null", NativeCheck::NonNull, false, true, false},
    {"errno", NativeCheck::Errno, true, true, false},
    {"error-number", NativeCheck::ErrorNumber, true, false, false},
};

static constexpr PolicyRow kOneOf = {"a list of results", NativeCheck::OneOf,
                                     true, false, false};

static const PolicyRow &policyRow(const WrittenCheck &check) {
  if (check.policy.empty())
    return kOneOf;
  return *llvm::find_if(kPolicies, [&](const PolicyRow &row) {
    return row.name == check.policy;
  });
}

static std::optional<std::string> wordOf(const Datum *d) {
  if (d->kind == DatumKind::String)
    return d->text.str();
  if (d->kind == DatumKind::Symbol)
    return d->symbol->text().str();
  if (d->kind == DatumKind::Fixnum)
    return std::to_string(d->integer);
  if (d->kind == DatumKind::BigInteger)
    return d->text.str();
  return std::nullopt;
}

/// A proper list of words that is not empty.
static std::optional<std::vector<std::string>> wordsOf(const Datum *list) {
  std::vector<std::string> words;
  for (; list->kind == DatumKind::Pair; list = list->second) {
    std::optional<std::string> word = wordOf(list->first);
    if (!word)
      return std::nullopt;
    words.push_back(*word);
  }
  if (list->kind != DatumKind::Null || words.empty())
    return std::nullopt;
  return words;
}

std::string readCheck(const Datum *entry, WrittenCheck &check) {
  constexpr char form[] =
      "no list of `(name policy [message])` after `:check`";
  llvm::SmallVector<const Datum *, 3> parts;
  for (; entry->kind == DatumKind::Pair; entry = entry->second)
    parts.push_back(entry->first);
  if (entry->kind != DatumKind::Null || parts.size() < 2 || parts.size() > 3)
    return form;
  check.name = wordOf(parts[0]).value_or("");
  if (check.name.empty())
    return form;
  if (auto values = wordsOf(parts[1])) {
    check.values = *values;
  } else {
    check.policy = wordOf(parts[1]).value_or("");
    auto isIt = [&](const PolicyRow &row) { return row.name == check.policy; };
    if (llvm::none_of(kPolicies, isIt)) {
      std::string text = "`" + check.policy + "`, which is none of the policies";
      for (const PolicyRow &row : kPolicies)
        text += (&row == kPolicies ? " " : ", ") + row.name.str();
      return text + " and `(result ...)`";
    }
  }
  if (parts.size() == 3) {
    if (auto chain = wordsOf(parts[2]))
      check.message = *chain;
    else if (auto word = wordOf(parts[2]))
      check.message = {*word};
    else
      return form;
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Resolution
//===----------------------------------------------------------------------===//

static const native::Type &resultOf(const native::Module &module,
                                    const native::Function &function) {
  return module.types[module.types[function.type].result];
}

/// The class of the type's scalar (native_types.def); "" for other types.
static llvm::StringRef scalarClass(const native::Type &type) {
  switch (type.kind) {
#define NATIVE_SCALAR(Id, Spelling, CType, Bytes, Class)                       \
  case TypeKind::Id:                                                           \
    return #Class;
#include "plc/native_types.def"
  default:
    return "";
  }
}

static bool isInteger(const native::Type &type) {
  llvm::StringRef name = scalarClass(type);
  return name == "Signed" || name == "Unsigned" || type.kind == TypeKind::Enum;
}

static bool isText(const native::Module &module, const native::Type &type) {
  return type.kind == TypeKind::Pointer &&
         module.types[type.element].name == "char";
}

namespace {
/// Checks the entries of one import.
class Resolver {
public:
  Resolver(Session &session, NativeSpace &space, Location location)
      : session(session), space(space), module(*space.module),
        location(location) {}

  void resolve(const WrittenCheck &written) {
    const PolicyRow &row = policyRow(written);
    NativeCheck check{row.policy, {}, {}};
    for (const std::string &name : written.values)
      if (!addValue(name, check))
        return;
    for (const std::string &name : written.message)
      if (!addMessage(name, check))
        return;
    std::optional<NativeMember> member = space.find(written.name);
    if (member && member->kind == NativeMember::Function) {
      const native::Function &function = module.functions[member->index];
      if (suits(row, resultOf(module, function), written.name) &&
          hasMessage(function, check))
        space.checks[function.name] = std::move(check);
      return;
    }
    std::optional<TypeId> type = typeNamed(written.name, member);
    if (!type) {
      report(written.name);
      return;
    }
    // Another name of `int` would stand for all functions that return one.
    const native::Type &found = module.types[*type];
    if (found.kind != TypeKind::Enum && found.name != written.name) {
      bad("`" + written.name + "` in `:check`, which is another name of `" +
          found.name + "`: that is what can be named");
      return;
    }
    if (!suits(row, found, written.name))
      return;
    for (const native::Function &function : module.functions)
      if (module.types[function.type].result == *type &&
          !isMessage(function, check) && !hasMessage(function, check))
        return;
    space.typeChecks.push_back({*type, std::move(check)});
  }

private:
  void bad(const llvm::Twine &what) {
    session.diagnostics.report(Diag::BadForeignImport, location, {what.str()});
  }

  void report(llvm::StringRef name) {
    auto report = session.diagnostics.report(Diag::NoNativeMember, location,
                                             {space.name, name});
    std::string nearest = nearestName(name, space.names()).str();
    if (!nearest.empty())
      report.help("is `" + nearest + "` meant?");
  }

  bool addValue(llvm::StringRef name, NativeCheck &check) {
    int64_t number;
    uint64_t large;
    if (!name.getAsInteger(10, number)) {
      check.values.push_back(number);
      return true;
    }
    if (!name.getAsInteger(10, large)) {
      check.values.push_back(large);
      return true;
    }
    std::optional<NativeMember> member = space.find(name);
    if (!member) {
      report(name);
      return false;
    }
    if (member->kind == NativeMember::Constant) {
      const native::Constant &constant = module.constants[member->index];
      if (auto *value = std::get_if<int64_t>(&constant.value)) {
        check.values.push_back(*value);
        return true;
      }
      auto *value = std::get_if<uint64_t>(&constant.value);
      if (value && !constant.type) {
        check.values.push_back(*value);
        return true;
      }
    }
    bad("`" + name + "` in `:check`, which is no integer of 64 bits");
    return false;
  }

  bool addMessage(llvm::StringRef name, NativeCheck &check) {
    std::optional<NativeMember> member = space.find(name);
    if (!member || member->kind != NativeMember::Function) {
      report(name);
      return false;
    }
    const native::Function &function = module.functions[member->index];
    const native::Type &type = module.types[function.type];
    bool suits = !type.isVariadic && type.parameters.size() < 2;
    if (check.message.empty())
      suits &= isText(module, module.types[type.result]);
    else
      suits &= module.types[check.message.back()->type].parameters.size() == 1 &&
               module.types[check.message.back()->type].parameters[0].type ==
                   type.result;
    if (!suits) {
      bad("`" + name + "` in `:check`, which does not make a text of one value");
      return false;
    }
    check.message.push_back(&function);
    return true;
  }

  static bool isMessage(const native::Function &function,
                        const NativeCheck &check) {
    return llvm::is_contained(check.message, &function);
  }

  bool hasMessage(const native::Function &function, const NativeCheck &check) {
    if (check.message.empty() || messageArgument(module, function, check))
      return true;
    bad("`" + check.message.back()->name +
        "` in `:check`, which takes neither the result of `" + function.name +
        "` nor one of its arguments");
    return false;
  }

  std::optional<TypeId> typeNamed(llvm::StringRef name,
                                  std::optional<NativeMember> member) {
    if (member && member->kind == NativeMember::Type)
      return module.typeNames[member->index].type;
    for (TypeId id = 0; id < module.types.size(); ++id)
      if (module.types[id].name == name)
        return id;
    return std::nullopt;
  }

  bool suits(const PolicyRow &row, const native::Type &result,
             llvm::StringRef name) {
    bool isBelowZero = row.policy == NativeCheck::NonNegative ||
                       row.policy == NativeCheck::Errno;
    bool neverFails = isBelowZero && scalarClass(result) == "Unsigned";
    if ((row.takesInteger && isInteger(result) && !neverFails) ||
        (row.takesPointer && result.kind == TypeKind::Pointer) ||
        (row.takesBool && result.kind == TypeKind::Bool))
      return true;
    bad("`" + name + "` with " + row.name +
        " in `:check`, which results of the type `" + result.name +
        "` do not have");
    return false;
  }

  Session &session;
  NativeSpace &space;
  const native::Module &module;
  Location location;
};
} // namespace

void resolveChecks(Session &session, NativeSpace &space,
                   llvm::ArrayRef<WrittenCheck> written, Location location) {
  Resolver resolver(session, space, location);
  for (const WrittenCheck &check : written)
    resolver.resolve(check);
}

const NativeCheck *checkOf(const NativeSpace &space,
                           const native::Function &function) {
  if (auto found = space.checks.find(function.name); found != space.checks.end())
    return &found->second;
  TypeId result = space.module->types[function.type].result;
  for (auto &[type, check] : space.typeChecks)
    if (type == result && !llvm::is_contained(check.message, &function))
      return &check;
  static const NativeCheck notNull{NativeCheck::NonNull, {}, {}};
  return space.isNullError && space.type(result).kind == TypeKind::Pointer
             ? &notNull
             : nullptr;
}

std::optional<size_t> messageArgument(const native::Module &module,
                                      const native::Function &function,
                                      const NativeCheck &check) {
  const native::Type &message = module.types[check.message.back()->type];
  if (message.parameters.empty())
    return kNothing;
  const native::Type &type = module.types[function.type];
  TypeId wanted = message.parameters[0].type;
  if (module.types[wanted].kind == TypeKind::Pointer)
    for (size_t i = 0; i < type.parameters.size(); ++i)
      if (type.parameters[i].type == wanted)
        return i;
  if (wanted == type.result || (isInteger(module.types[wanted]) &&
                                isInteger(resultOf(module, function))))
    return kResult;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// Whether a result is fine.
Node *FormExpander::nativeSuccess(const NativeCheck &check,
                                  const native::Type &type, Variable *result,
                                  Location location) {
  auto value = [&] { return reference(result, location); };
  auto number = [&](int64_t n) {
    return constant(session.data.integer64(n), location);
  };
  auto isNot = [&](Node *test) {
    return ifNode(test, constant(session.data.boolean(false), location),
                  constant(session.data.boolean(true), location), location);
  };
  NativeCheck::Policy policy = check.policy;
  if (policy == NativeCheck::Errno)
    policy = type.kind == TypeKind::Pointer ? NativeCheck::NonNull
                                            : NativeCheck::NonNegative;
  switch (policy) {
  case NativeCheck::Zero:
  case NativeCheck::ErrorNumber:
    return callPrimitive("eqv?", {value(), number(0)}, location);
  case NativeCheck::NonZero:
    if (type.kind == TypeKind::Bool)
      return value();
    return isNot(callPrimitive("eqv?", {value(), number(0)}, location));
  case NativeCheck::NonNegative:
    return callPrimitive(">=", {value(), number(0)}, location);
  case NativeCheck::NonNull:
    return isNot(callPrimitive(
        "eq?", {value(), constant(session.data.make(DatumKind::Nil), location)},
        location));
  case NativeCheck::OneOf: {
    Node *test = constant(session.data.boolean(false), location);
    for (NativeCheck::Integer n : llvm::reverse(check.values)) {
      Node *allowed =
          n > INT64_MAX
              ? constant(session.data.unsigned64(uint64_t(n)), location)
              : number(int64_t(n));
      test = ifNode(callPrimitive("eqv?", {value(), allowed}, location),
                    constant(session.data.boolean(true), location), test,
                    location);
    }
    return test;
  }
  case NativeCheck::Errno:
    break;
  }
  llvm_unreachable("errno is one of the others");
}

/// (let ((result call)) (if fine result (raise ...)))
Node *FormExpander::checkedNativeCall(const NativeSpace &space,
                                      const native::Function &function,
                                      const NativeCheck &check,
                                      llvm::ArrayRef<const Syntax *> args,
                                      Scope *scope, Location location) {
  const native::Module &module = *space.module;
  Scope *inner = libraries.makeScope(scope);
  llvm::SmallVector<const Syntax *, 8> passed(args.begin(), args.end());
  // An argument that the message needs is computed once.
  size_t source = kNothing;
  if (!check.message.empty())
    source = *messageArgument(module, function, check);
  Variable *handle = nullptr;
  Node *handleValue = nullptr;
  const Syntax *known = nullptr;
  if (source < args.size()) {
    handleValue = expand(args[source], scope);
    known = freshIdentifier("handle", location);
    handle = bindVariable(known, inner);
    passed[source] = known;
  }
  Node *call = rawNativeCall(space, function, passed, inner, location);
  const Syntax *resultName = freshIdentifier("result", location);
  Variable *result = bindVariable(resultName, inner);
  if (source == kResult)
    known = resultName;

  Node *text = constant(session.data.boolean(false), location);
  // From the inside out: each result is bound for the next.
  llvm::SmallVector<std::pair<Variable *, Node *>, 2> steps;
  Variable *number = result; // what the condition tells
  if (check.policy == NativeCheck::Errno) {
    const Syntax *name = freshIdentifier("errno", location);
    number = bindVariable(name, inner);
    // A message of an integer is that of the error: the result tells none.
    if (source == kResult && isInteger(resultOf(module, function)))
      known = name;
    steps.push_back({number, callPrimitive("native-errno", {}, location)});
  }
  if (check.policy == NativeCheck::Errno ||
      check.policy == NativeCheck::ErrorNumber)
    text = reference(number, location);
  for (const native::Function *message : llvm::reverse(check.message)) {
    llvm::SmallVector<const Syntax *, 1> messageArgs;
    if (known)
      messageArgs.push_back(known);
    text = rawNativeCall(space, *message, messageArgs, inner, location);
    if (message == check.message.front())
      break;
    known = freshIdentifier("step", location);
    steps.push_back({bindVariable(known, inner), text});
  }
  Node *failure = callPrimitive(
      "%native-failure",
      {constant(session.data.string(function.name), location),
       reference(number, location), text},
      location);
  for (auto &[variable, step] : llvm::reverse(steps))
    failure = let({variable}, {step}, failure, location);
  Node *body = let({result}, {call},
                   ifNode(nativeSuccess(check, resultOf(module, function),
                                        result, location),
                          reference(result, location), failure, location),
                   location);
  return handle ? let({handle}, {handleValue}, body, location) : body;
}

} // namespace plc::frontend
