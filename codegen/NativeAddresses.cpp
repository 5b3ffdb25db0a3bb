//===- NativeAddresses.cpp - pointers that need no object -----------------===//
//
// What a native function returns and only native functions get is an address in
// a register, also around a loop:
//
//   (let loop ((p (c:first list))) (when p (c:visit p) (loop (c:next p))))
//
// Lisp may ask it for nil, which is NULL. All else (to return it, to store it,
// to give it to a procedure) needs an object, from its birth: what is kept with
// a pointer or given back is noted there. Such a value keeps nothing alive, as
// it came from C.
//
//===----------------------------------------------------------------------===//

#include "codegen/FunctionLowering.h"

#include "ir/NativeSignature.h"

namespace plc::codegen {

using namespace ir;

static bool isNil(const Value *value) {
  const Op *op = value->op();
  return op && op->opcode() == Opcode::Const &&
         op->datum->kind == DatumKind::Nil;
}

namespace {

/// Finds them: all that may be, less what turns out to be needed as an object.
class AddressSearch {
public:
  AddressSearch(const Block *entry, llvm::ArrayRef<const Block *> blocks)
      : entry(entry), blocks(blocks) {}

  llvm::DenseMap<const Value *, std::string> run() {
    findResults();
    if (names.empty())
      return std::move(names);
    findIncoming();
    spread();
    llvm::SmallVector<const Value *, 8> wrong;
    do {
      wrong.clear();
      for (auto &[value, name] : names)
        if (!isAddress(value, name))
          wrong.push_back(value);
      for (const Value *value : wrong)
        names.erase(value);
    } while (!wrong.empty());
    return std::move(names);
  }

private:
  void findResults() {
    for (const Block *block : blocks)
      for (const Op *op : *block) {
        // A variable's address is no call.
        if (op->opcode() != Opcode::NativeCall ||
            llvm::StringRef(op->native->symbol).starts_with("&"))
          continue;
        auto signature = parseNativeSignature(op->native->signature);
        assert(signature && "verified");
        if (signature->result.kind == NativeType::Pointer)
          names[op->result()] = signature->result.name;
      }
  }

  /// What is passed to the arguments of blocks.
  void findIncoming() {
    for (const Block *block : blocks) {
      const Op *last = block->terminator();
      for (unsigned i = 0; i < last->successors().size(); ++i)
        for (auto [argument, parameter] :
             llvm::zip_equal(last->successorArguments(i),
                             last->successors()[i].block->arguments()))
          incoming[parameter].push_back(argument);
    }
  }

  void spread() {
    for (bool changed = true; changed;) {
      changed = false;
      for (auto &[parameter, arguments] : incoming) {
        // The parameters of a procedure are objects.
        if (parameter->block() == entry || names.contains(parameter))
          continue;
        for (const Value *argument : arguments)
          if (auto known = names.find(argument); known != names.end()) {
            std::string name = known->second; // the table may grow
            names[parameter] = std::move(name);
            changed = true;
            break;
          }
      }
    }
  }

  bool isNamed(const Value *value, llvm::StringRef name) const {
    auto known = names.find(value);
    return known != names.end() && known->second == name;
  }

  bool isAddress(const Value *value, llvm::StringRef name) const {
    if (value->isArgument())
      for (const Value *argument : incoming.find(value)->second)
        if (!isNamed(argument, name) && !isNil(argument))
          return false;
    return llvm::all_of(value->users(), [&](const Op *user) {
      return takesAddress(user, value, name);
    });
  }

  bool takesAddress(const Op *user, const Value *value,
                    llvm::StringRef name) const {
    switch (user->opcode()) {
    case Opcode::Truthy:
      return true;
    case Opcode::Eq:
      return isNil(user->operand(user->operand(0) == value ? 1 : 0));
    case Opcode::NativeCall: {
      auto signature = parseNativeSignature(user->native->signature);
      for (unsigned i = 0; i < user->operandCount(); ++i)
        if (user->operand(i) == value &&
            (i >= signature->parameters.size() ||
             !fits(signature->parameters[i], name)))
          return false;
      return true;
    }
    case Opcode::Jump:
    case Opcode::Branch:
      for (unsigned i = 0; i < user->successors().size(); ++i)
        for (auto [argument, parameter] :
             llvm::zip_equal(user->successorArguments(i),
                             user->successors()[i].block->arguments()))
          if (argument == value && !isNamed(parameter, name))
            return false;
      return true;
    default:
      return false;
    }
  }

  /// True if a pointer to `name` is passed as it is.
  static bool fits(const NativeType &type, llvm::StringRef name) {
    return type.kind == NativeType::Pointer &&
           (type.name == name || type.name == "void" || name == "void");
  }

  const Block *entry;
  llvm::ArrayRef<const Block *> blocks;
  llvm::DenseMap<const Value *, std::string> names; ///< of what they point to
  llvm::DenseMap<const Value *, llvm::SmallVector<const Value *, 2>> incoming;
};

} // namespace

void FunctionLowering::findAddresses() {
  addressTypes = AddressSearch(source.entry(), sequence).run();
}

void FunctionLowering::setAddress(const Value *value, llvm::Value *address) {
  addresses[value] = address;
  // For tests: nil, or something else.
  values[value] = b.CreateSelect(
      b.CreateIsNull(address), word(PLC_NIL),
      b.CreateShl(b.CreatePtrToInt(address, types.word), word(3)));
}

llvm::Value *FunctionLowering::addressOf(const Value *value) {
  if (isNil(value))
    return llvm::ConstantPointerNull::get(types.pointer);
  llvm::Value *known = addresses.lookup(value);
  assert(known && "used before it was lowered");
  return known;
}

} // namespace plc::codegen
