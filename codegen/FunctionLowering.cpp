//===- FunctionLowering.cpp - prologue, blocks and tests ------------------===//

#include "codegen/FunctionLowering.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/InlineAsm.h"

namespace plc::codegen {

using namespace ir;

FunctionLowering::FunctionLowering(ModuleLowering &unit,
                                   const ir::Function &source,
                                   llvm::Function *target, bool isCopy)
    : unit(unit), types(unit.types), source(source), target(target),
      b(unit.module->getContext()) {
  context = target->getArg(kContextParameter);
  self = target->getArg(kSelfParameter);
  context->setName("ctx");
  self->setName("self");
  if (!isCopy)
    unit.debug.attach(target, source);
  b.SetInsertPoint(newBlock("entry"));
  unit.debug.setLocation(b, target, source.location);
}

//===----------------------------------------------------------------------===//
// Blocks and edges
//===----------------------------------------------------------------------===//

llvm::BasicBlock *FunctionLowering::newBlock(const char *name) {
  return llvm::BasicBlock::Create(b.getContext(), name, target);
}

llvm::BasicBlock *FunctionLowering::newColdBlock(const char *name) {
  coldBlocks.push_back(newBlock(name));
  return coldBlocks.back();
}

void FunctionLowering::addIncoming(Target to) {
  if (!to.irBlock)
    return;
  auto phi = to.block->phis().begin();
  for (auto [argument, parameter] :
       llvm::zip_equal(to.arguments, to.irBlock->arguments()))
    (phi++)->addIncoming(isAddress(parameter) ? addressOf(argument)
                                              : get(argument),
                         b.GetInsertBlock());
}

void FunctionLowering::jump(Target to) {
  addIncoming(to);
  b.CreateBr(to.block);
}

void FunctionLowering::branch(llvm::Value *condition, Target ifTrue,
                              Target ifFalse, Weight weight) {
  addIncoming(ifTrue);
  addIncoming(ifFalse);
  b.CreateCondBr(condition, ifTrue.block, ifFalse.block,
                 weight == Weight::None     ? nullptr
                 : weight == Weight::Likely ? unit.likely()
                                            : unit.unlikely());
}

void FunctionLowering::require(llvm::Value *condition,
                               llvm::BasicBlock *otherwise) {
  llvm::BasicBlock *next = newBlock("");
  branch(condition, {next}, {otherwise}, Weight::Likely);
  b.SetInsertPoint(next);
}

void FunctionLowering::forbid(llvm::Value *condition,
                              llvm::BasicBlock *otherwise) {
  llvm::BasicBlock *next = newBlock("");
  branch(condition, {otherwise}, {next}, Weight::Unlikely);
  b.SetInsertPoint(next);
}

Target FunctionLowering::targetOf(const Op *terminator, unsigned i) {
  const Block *block = terminator->successors()[i].block;
  return {blocks.lookup(block), block, terminator->successorArguments(i)};
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

const Datum *FunctionLowering::constantOf(const Value *value) {
  const Op *op = value->op();
  return op && op->opcode() == Opcode::Const ? op->datum : nullptr;
}

bool FunctionLowering::isConstantFixnum(const Value *value) {
  const Datum *datum = constantOf(value);
  return datum && datum->kind == DatumKind::Fixnum;
}

llvm::Value *FunctionLowering::get(const Value *value) {
  llvm::Value *known = values.lookup(value);
  assert(known && "used before it was lowered");
  return known;
}

void FunctionLowering::set(const Value *value, llvm::Value *lowered) {
  values[value] = lowered;
  if (value->name().empty())
    return;
  if (!llvm::isa<llvm::Constant>(lowered) && !lowered->hasName())
    lowered->setName(value->name());
  if (unit.debug.hasVariables())
    unit.debug.nameValue(b, target, lowered, value->name(),
                         current ? 0 : value->index() + 1);
}

//===----------------------------------------------------------------------===//
// Prologue
//===----------------------------------------------------------------------===//

void FunctionLowering::checkArity() {
  llvm::Value *argc = target->getArg(kArgcParameter);
  argc->setName("argc");
  llvm::Value *required = word(source.requiredArguments());
  llvm::BasicBlock *wrong = newColdBlock("arity");
  int32_t most = source.mostArguments();
  if (!source.hasRest)
    require(b.CreateICmpEQ(argc, required), wrong);
  else if (most < 0)
    require(b.CreateICmpSGE(argc, required), wrong);
  else // a list behind the arguments makes argc huge, too
    require(b.CreateICmpULE(b.CreateSub(argc, required), word(source.restLimit)),
            wrong);
  llvm::IRBuilderBase::InsertPointGuard guard(b);
  b.SetInsertPoint(wrong);
  llvm::SmallVector<llvm::Value *, 8> arguments;
  for (llvm::Argument &argument : target->args())
    arguments.push_back(&argument);
  auto *call =
      b.CreateCall(unit.runtime.get(RuntimeCall::rt_arity_error), arguments);
  call->setCallingConv(llvm::CallingConv::PreserveNone);
  call->setTailCallKind(llvm::CallInst::TCK_MustTail);
  b.CreateRet(call);
}

llvm::Value *FunctionLowering::loadArgument(unsigned i) {
  if (i < PLC_REGISTER_ARGS)
    return target->getArg(kFirstParameter + i);
  return loadContext(offsetof(plc_context, argv) + 8 * (i - PLC_REGISTER_ARGS));
}

llvm::Value *FunctionLowering::restList() {
  unsigned first = source.requiredArguments();
  llvm::Value *argc = target->getArg(kArgcParameter);
  auto *type = llvm::ArrayType::get(types.word, PLC_REGISTER_ARGS);
  llvm::Value *spilled = nullptr;
  {
    llvm::IRBuilderBase::InsertPointGuard guard(b);
    llvm::BasicBlock &entry = target->getEntryBlock();
    b.SetInsertPoint(&entry, entry.begin());
    spilled = b.CreateAlloca(type);
  }
  llvm::BasicBlock *before = b.GetInsertBlock();
  llvm::BasicBlock *some = newBlock("rest");
  llvm::BasicBlock *join = newBlock("");
  branch(b.CreateICmpEQ(argc, word(first)), {join}, {some});
  b.SetInsertPoint(some);
  for (unsigned i = std::min<unsigned>(first, PLC_REGISTER_ARGS);
       i < PLC_REGISTER_ARGS; ++i)
    b.CreateStore(target->getArg(kFirstParameter + i),
                  b.CreateConstInBoundsGEP2_64(type, spilled, 0, i));
  llvm::Value *list =
      callRuntime(RuntimeCall::rt_list_from_args, {argc, word(first), spilled});
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.word, 2);
  phi->addIncoming(word(PLC_NULL), before);
  phi->addIncoming(list, some);
  return phi;
}

llvm::SmallVector<llvm::Value *, 8>
FunctionLowering::loadParameters(bool isEntry) {
  llvm::SmallVector<llvm::Value *, 8> parameters;
  unsigned count = source.entry()->arguments().size();
  if (target->getFunctionType() != types.uniform()) {
    for (unsigned i = 0; i < count; ++i)
      parameters.push_back(target->getArg(2 + i));
    return parameters;
  }
  bool conses = isEntry && source.hasRest;
  // All of argv is read before anything is allocated or called.
  for (unsigned i = 0; i < count - conses; ++i)
    parameters.push_back(loadArgument(i));
  if (conses)
    parameters.push_back(restList());
  return parameters;
}

void FunctionLowering::runEntry(llvm::Function *body) {
  checkArity();
  if (!source.hasRest && body->getFunctionType() == types.uniform()) {
    llvm::SmallVector<llvm::Value *, 8> arguments;
    for (llvm::Argument &argument : target->args())
      arguments.push_back(&argument);
    auto *unused = llvm::PoisonValue::get(types.word);
    arguments[kArgcParameter] = unused;
    if (!unit.plan.usesSelf(&source))
      arguments[kSelfParameter] = unused;
    auto *call = b.CreateCall(body, arguments);
    call->setCallingConv(llvm::CallingConv::PreserveNone);
    call->setTailCallKind(llvm::CallInst::TCK_MustTail);
    b.CreateRet(call);
    return;
  }
  auto parameters = loadParameters(true);
  b.CreateRet(callUniform(body, self, llvm::PoisonValue::get(types.word),
                          parameters, true));
}

void FunctionLowering::runBody(bool isEntry) {
  lowerPrologue(isEntry);
  lowerBlocks();
  for (llvm::BasicBlock *cold : coldBlocks)
    if (cold != &target->back())
      cold->moveAfter(&target->back());
}

void FunctionLowering::lowerPrologue(bool isEntry) {
  if (isEntry)
    checkArity();
  auto parameters = loadParameters(isEntry);

  // Reverse postorder, so that definitions come before uses.
  llvm::SmallVector<std::pair<const Block *, unsigned>, 16> stack;
  llvm::SmallPtrSet<const Block *, 16> seen;
  llvm::SmallVector<const Block *, 16> postorder;
  stack.push_back({source.entry(), 0});
  seen.insert(source.entry());
  bool isEntryTarget = false;
  while (!stack.empty()) {
    auto &[block, next] = stack.back();
    auto successors = block->terminator()->successors();
    if (next == successors.size()) {
      postorder.push_back(block);
      stack.pop_back();
      continue;
    }
    const Block *successor = successors[next++].block;
    isEntryTarget |= successor == source.entry();
    if (seen.insert(successor).second)
      stack.push_back({successor, 0});
  }
  sequence.assign(postorder.rbegin(), postorder.rend());
  for (unsigned i = 0; i < sequence.size(); ++i)
    order[sequence[i]] = i;
  findLoops();
  if (unit.options.optLevel > 0 && !unit.debug.hasVariables())
    findAddresses();

  bool hasTailCall = false;
  for (const Block *block : sequence) {
    Opcode last = block->terminator()->opcode();
    hasTailCall |= last == Opcode::TailCall || last == Opcode::TailCallKnown;
    findDeferred(block);
  }
  // A cycle of tail calls passes through here.
  if (hasTailCall)
    poll();
  if (&source == unit.source.init())
    startNative(), constructLiterals();
  else if (unit.options.hotId && !giveUp)
    countCall();

  llvm::BasicBlock *prologue = b.GetInsertBlock();
  for (const Block *block : sequence) {
    llvm::BasicBlock *lowered = newBlock("");
    if (!block->name().empty())
      lowered->setName(block->name());
    blocks[block] = lowered;
    if (block == source.entry() && !isEntryTarget)
      continue;
    b.SetInsertPoint(lowered);
    llvm::SmallVector<std::pair<const Value *, llvm::Value *>, 2> pointers;
    for (const Value *argument : block->arguments()) {
      bool isPointer = isAddress(argument);
      llvm::PHINode *phi = b.CreatePHI(
          isPointer ? types.pointer : types.lower(argument->type()), 2);
      phi->setName(argument->name());
      if (isPointer)
        pointers.push_back({argument, phi});
      else
        values[argument] = phi;
    }
    for (auto [argument, phi] : pointers) // behind all phis
      setAddress(argument, phi);
  }
  b.SetInsertPoint(prologue);
  auto arguments = source.entry()->arguments();
  for (unsigned i = 0; i < arguments.size(); ++i) {
    if (!isEntryTarget)
      set(arguments[i], parameters[i]);
    else
      llvm::cast<llvm::PHINode>(values[arguments[i]])
          ->addIncoming(parameters[i], prologue);
  }
  b.CreateBr(blocks[source.entry()]);
}

/// Names the variables of a loop or of an inlined procedure for debuggers.
void FunctionLowering::nameArguments(const Block *block) {
  unit.debug.setLocation(b, target, block->first()->location());
  for (const Value *argument : block->arguments())
    if (auto *phi = llvm::dyn_cast<llvm::PHINode>(get(argument));
        phi && phi->getParent() == blocks[block])
      unit.debug.nameValue(b, target, phi, argument->name(),
                           block == source.entry() ? argument->index() + 1 : 0);
}

void FunctionLowering::lowerBlocks() {
  findLongCalls();
  for (const Block *block : sequence) {
    b.SetInsertPoint(blocks[block]);
    reserved = nullptr;
    reservedBytes = 0;
    if (unit.debug.hasVariables())
      nameArguments(block);
    for (const Op *op : *block) {
      current = op;
      unit.debug.setLocation(b, target, op->location());
      if (deferred.contains(op) || delayLeafWrite(op))
        continue;
      if (!lowerLeafRead(op))
        lowerOp(op);
      if (!storedAtOnce.empty())
        storeArguments(op);
    }
  }
}

//===----------------------------------------------------------------------===//
// Loops: polls and keep-alives
//===----------------------------------------------------------------------===//

void FunctionLowering::poll() {
  llvm::BasicBlock *pending = newColdBlock("poll");
  llvm::BasicBlock *next = newBlock("");
  branch(b.CreateICmpEQ(loadContext(offsetof(plc_context, lim)), word(0)),
         {pending}, {next}, Weight::Unlikely);
  b.SetInsertPoint(pending);
  callRuntime(RuntimeCall::rt_poll, {});
  jump({next});
  b.SetInsertPoint(next);
}

/// Whoever is called often is compiled again; see HotFunction.
void FunctionLowering::countCall() {
  llvm::GlobalVariable *counter = unit.callCounter();
  auto access = [&](auto *memory) {
    memory->setMetadata(llvm::LLVMContext::MD_tbaa,
                        unit.memoryTag(Memory::Cell));
    return memory;
  };
  llvm::Value *left = b.CreateSub(
      access(b.CreateAlignedLoad(types.word, counter, llvm::Align(8))),
      word(1));
  access(b.CreateAlignedStore(left, counter, llvm::Align(8)));
  llvm::BasicBlock *hot = newColdBlock("hot");
  llvm::BasicBlock *next = newBlock("");
  branch(b.CreateICmpSLE(left, word(0)), {hot}, {next}, Weight::Unlikely);
  b.SetInsertPoint(hot);
  llvm::FunctionCallee callee = unit.module->getOrInsertFunction(
      kHotSymbol, types.nothing, types.word, types.pointer);
  b.CreateCall(callee, {word(unit.options.hotId), counter})
      ->setDoesNotThrow();
  jump({next});
  b.SetInsertPoint(next);
}

/// Operand whose object is accessed at a variable index, or null.
static const Value *indexedBase(const Op *op) {
  if (op->opcode() != Opcode::Prim || op->operandCount() < 2)
    return nullptr;
  const PrimitiveRow &row = primitiveRow(op->primitive);
  if (row.lowering != PrimitiveLowering::Inline)
    return nullptr;
  llvm::StringRef emitter = row.inlined;
  if (emitter.ends_with("Ref") || emitter.ends_with("Set"))
    return op->operand(0);
  return nullptr;
}

void FunctionLowering::findLoops() {
  llvm::DenseMap<const Block *, llvm::SmallVector<const Block *, 2>>
      predecessors;
  llvm::SmallVector<std::pair<const Block *, const Block *>, 4> backEdges;
  for (const Block *block : sequence)
    for (const Successor &s : block->terminator()->successors()) {
      predecessors[s.block].push_back(block);
      if (order[s.block] <= order[block])
        backEdges.push_back({block, s.block});
    }
  for (auto [latch, header] : backEdges) {
    bool polls = llvm::any_of(*latch, [](const Op *op) {
      return allocationSize(op) != 0 || pollsNative(op);
    });
    if (!polls)
      pollBefore.insert(latch->terminator());

    llvm::SmallPtrSet<const Block *, 8> body{header};
    llvm::SmallVector<const Block *, 8> worklist{latch};
    while (!worklist.empty()) {
      const Block *block = worklist.pop_back_val();
      if (body.insert(block).second)
        worklist.append(predecessors[block].begin(), predecessors[block].end());
    }
    inLoop.insert(body.begin(), body.end());
    // Several entries: only what is defined at the very start is sure to
    // reach every block.
    bool isIrreducible =
        header != source.entry() && body.contains(source.entry());
    llvm::SmallVector<const Block *, 8> inOrder(body.begin(), body.end());
    llvm::sort(inOrder, [&](const Block *a, const Block *b) {
      return order[a] < order[b];
    });
    llvm::SmallVector<const Value *, 4> bases;
    for (const Block *block : inOrder)
      for (const Op *op : *block)
        if (const Value *base = indexedBase(op);
            base &&
            (isIrreducible
                 ? base->isArgument() && base->block() == source.entry()
                 : !body.contains(base->block())) &&
            !llvm::is_contained(bases, base) && !constantOf(base))
          bases.push_back(base);
    if (bases.empty())
      continue;
    for (const Block *block : inOrder)
      for (const Successor &s : block->terminator()->successors())
        if (s.block == header || !body.contains(s.block))
          for (const Value *base : bases) {
            auto &list = keepAlive[block->terminator()];
            if (!llvm::is_contained(list, base))
              list.push_back(base);
          }
  }
}

void FunctionLowering::keepLoopBasesAlive(const Op *terminator) {
  auto found = keepAlive.find(terminator);
  if (found == keepAlive.end())
    return;
  auto *type = llvm::FunctionType::get(types.nothing, {types.word}, false);
  auto *use = llvm::InlineAsm::get(type, "", "r", /*hasSideEffects=*/true);
  for (const Value *base : found->second) {
    auto *call = b.CreateCall(type, use, {get(base)});
    call->setDoesNotThrow();
    // It only needs the register.
    call->setMemoryEffects(llvm::MemoryEffects::inaccessibleMemOnly());
  }
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

/// Emits no code of its own that could be reordered with an effect.
static bool isTransparent(const Op *op) {
  switch (op->opcode()) {
  case Opcode::Const:
  case Opcode::BoolConst:
  case Opcode::PrimRef:
  case Opcode::GlobalClosure:
  case Opcode::Refine:
  case Opcode::Self:
    return true;
  default:
    return false;
  }
}

void FunctionLowering::findDeferred(const Block *block) {
  const Op *last = block->terminator();
  if (last->opcode() != Opcode::Branch)
    return;
  // Nothing with an effect lies between the op and the branch.
  bool isNear = true;
  for (const Op *op = last->previous(); op; op = op->previous()) {
    bool isTest = op->results().size() == 1 &&
                  op->result()->users().size() == 1 &&
                  ((op->result()->type() == Type::Bool &&
                    op->opcode() != Opcode::CallKnown) ||
                   isPredicate(op));
    const Op *user = isTest ? op->result()->users().front() : nullptr;
    bool isUsedAsTest =
        user && (user == last ? last->operand(0) == op->result()
                              : deferred.contains(user) &&
                                    (user->opcode() == Opcode::BoolNot ||
                                     user->opcode() == Opcode::Truthy));
    if (isUsedAsTest && (isNear || op->effects() == Effects::Pure))
      deferred.insert(op);
    else if (!isTransparent(op))
      isNear = false;
  }
}

void FunctionLowering::branchOn(const Value *value, Target ifTrue,
                                Target ifFalse) {
  const Op *op = value->op();
  if (op && deferred.contains(op))
    emitTest(op, ifTrue, ifFalse);
  else
    branch(get(value), ifTrue, ifFalse);
}

llvm::Value *FunctionLowering::materialize(const Op *op) {
  if (llvm::Value *bit = simpleTest(op))
    return bit;
  llvm::BasicBlock *yes = newBlock("");
  llvm::BasicBlock *no = newBlock("");
  llvm::BasicBlock *join = newBlock("");
  emitTest(op, {yes}, {no});
  b.SetInsertPoint(yes);
  jump({join});
  b.SetInsertPoint(no);
  jump({join});
  b.SetInsertPoint(join);
  llvm::PHINode *phi = b.CreatePHI(types.bit, 2);
  phi->addIncoming(b.getTrue(), yes);
  phi->addIncoming(b.getFalse(), no);
  return phi;
}

llvm::Value *FunctionLowering::boolWord(llvm::Value *bit) {
  return b.CreateSelect(bit, word(PLC_TRUE), word(PLC_FALSE));
}

} // namespace plc::codegen
