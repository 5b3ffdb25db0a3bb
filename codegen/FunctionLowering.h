//===- FunctionLowering.h - state of lowering one function ------*- C++ -*-===//
//
// Walks the IR in reverse postorder and emits LLVM IR. Slow paths go to blocks
// at the end of the function.
//
// Tests are emitted as control flow where that is possible: a test whose only
// use is the branch that ends its block is `deferred` and emitted there, each
// of its paths leading directly to a Target (runtime.md 1.1).
//
//===----------------------------------------------------------------------===//
#ifndef PLC_CODEGEN_FUNCTIONLOWERING_H
#define PLC_CODEGEN_FUNCTIONLOWERING_H

#include "codegen/ModuleLowering.h"
#include "ir/NativeSignature.h"

#include "plc/elements.h"

#include "llvm/IR/IRBuilder.h"

namespace plc::codegen {

/// Where control goes: an LLVM block, and if that starts an IR block, the
/// values for its arguments.
struct Target {
  llvm::BasicBlock *block;
  const ir::Block *irBlock = nullptr;
  llvm::ArrayRef<ir::Value *> arguments = {};
};

/// Parameters of a leaf that are addresses, and what is there; for each
/// parameter.
using LeafPointers =
    llvm::SmallVector<std::optional<ir::NativeScalar>, PLC_REGISTER_ARGS>;

enum class Weight { None, Likely, Unlikely };

class FunctionLowering {
public:
  FunctionLowering(ModuleLowering &unit, const ir::Function &source,
                   llvm::Function *target, bool isCopy = false);

  /// The uniform entry before a body of its own.
  void runEntry(llvm::Function *body);
  /// The body, preceded by the check of argc if `isEntry`.
  void runBody(bool isEntry);
  /// True if the procedure can do its usual work without calling anything, and
  /// give up all else without a trace of having begun.
  static bool isLeaf(const ir::Function &source, const LeafPointers &pointers,
                     const UnitPlan &plan);
  /// Only that part of the body: whatever else there is to do, PLC_UNBOUND is
  /// returned, and nothing has happened. That includes the conversion of the
  /// result to a type of C.
  void runLeaf(const LeafPointers &pointers, const ir::NativeType &result);

  using ValueEmitter = llvm::Value *(FunctionLowering::*)(const ir::Op *);
  using TestEmitter = void (FunctionLowering::*)(const ir::Op *, Target,
                                                 Target);

private:
  //===--- Frame of the function (FunctionLowering.cpp) ------------------===//
  void lowerPrologue(bool isEntry);
  void lowerBlocks();
  void nameArguments(const ir::Block *block);
  void findDeferred(const ir::Block *block);
  void findLoops();
  void checkArity();
  /// Arguments from PLC_REGISTER_ARGS on, as the caller stored them.
  llvm::Value *loadArgument(unsigned i);
  llvm::Value *restList();
  /// Values of all parameters, the list of a rest parameter included.
  llvm::SmallVector<llvm::Value *, 8> loadParameters(bool isEntry);
  void poll();
  void countCall();
  void keepLoopBasesAlive(const ir::Op *terminator);
  /// The init procedure first builds the literals that are not static.
  void constructLiterals();
  llvm::Value *constructLiteral(const ir::Datum *datum);

  llvm::Value *get(const ir::Value *value);
  void set(const ir::Value *value, llvm::Value *lowered);
  static const ir::Datum *constantOf(const ir::Value *value);
  static bool isConstantFixnum(const ir::Value *value);
  llvm::ConstantInt *word(uint64_t bits) {
    return llvm::ConstantInt::get(types.word, bits);
  }

  //===--- Control flow ---------------------------------------------------===//
  llvm::BasicBlock *newBlock(const char *name);
  /// A block that will stand at the end of the function.
  llvm::BasicBlock *newColdBlock(const char *name);
  Target targetOf(const ir::Op *terminator, unsigned successor);
  void jump(Target target);
  void branch(llvm::Value *condition, Target ifTrue, Target ifFalse,
              Weight weight = Weight::None);
  /// Continues in a new block if `condition`, else goes to `otherwise`.
  void require(llvm::Value *condition, llvm::BasicBlock *otherwise);
  /// Goes to `otherwise` if `condition`, else continues.
  void forbid(llvm::Value *condition, llvm::BasicBlock *otherwise);
  void addIncoming(Target target);
  /// Emits the test of `value` as control flow.
  void branchOn(const ir::Value *value, Target ifTrue, Target ifFalse);
  void emitTest(const ir::Op *op, Target ifTrue, Target ifFalse);
  /// The test as a value if it needs no control flow, else null.
  llvm::Value *simpleTest(const ir::Op *op);
  bool isPredicate(const ir::Op *op) const;
  bool isDeferred(const ir::Value *value) const {
    return value->op() && deferred.contains(value->op());
  }
  void emitPredicate(const ir::Op *op, Target ifTrue, Target ifFalse);
  llvm::Value *materialize(const ir::Op *op);
  llvm::Value *boolWord(llvm::Value *bit);

  //===--- Values and memory (ValueAccess.cpp) ----------------------------===//
  llvm::Value *hasTag(llvm::Value *v, uint64_t tag);
  llvm::Value *isFixnum(llvm::Value *v);
  llvm::Value *areFixnums(llvm::Value *a, llvm::Value *b);
  llvm::Value *isImmediateFlonum(llvm::Value *v);
  llvm::Value *decodeFlonum(llvm::Value *v);
  llvm::Value *encodeFlonum(llvm::Value *d);
  llvm::Value *boxFlonum(llvm::Value *d);
  llvm::Value *unboxFlonum(llvm::Value *v);
  llvm::Value *isTrue(llvm::Value *v);
  llvm::Value *address(llvm::Value *v, int64_t displacement);
  /// Word at `v + displacement` of a heap object.
  llvm::LoadInst *load(llvm::Value *v, int64_t displacement,
                       llvm::Type *type = nullptr);
  void store(llvm::Value *value, llvm::Value *v, int64_t displacement);
  llvm::LoadInst *loadContext(size_t offset);
  void storeContext(llvm::Value *value, size_t offset);
  /// Card mark of a store to `address`, unless `stored` is no pointer.
  void barrier(llvm::Value *address, const ir::Value *stored);
  static bool mayBePointer(const ir::Value *value);
  llvm::Value *isInHeap(llvm::Value *v);
  /// Tests that v has an object header of the kind; else goes to `otherwise`.
  /// Header of an object of raw elements. Compiled code never makes one, so
  /// that the header never changes while the value exists: loops load it once.
  llvm::Value *rawHeader(llvm::Value *v);
  void requireKind(llvm::Value *v, uint64_t mask, uint64_t header,
                   llvm::BasicBlock *otherwise);
  void testKind(llvm::Value *v, uint64_t mask, uint64_t header, Target ifTrue,
                Target ifFalse, Weight weight = Weight::None);
  /// Untagged address of fresh words.
  llvm::Value *allocate(uint64_t bytes);
  static uint64_t allocationSize(const ir::Op *op);
  static bool isSafepoint(const ir::Op *op);
  llvm::Value *callRuntime(RuntimeCall call,
                              llvm::ArrayRef<llvm::Value *> arguments);

  //===--- Ops (LowerOps.cpp, LowerArithmetic.cpp, LowerCalls.cpp) --------===//
  void lowerOp(const ir::Op *op);
  void lowerConst(const ir::Op *op);
  void lowerGlobalRef(const ir::Op *op);
  void lowerGlobalSet(const ir::Op *op);
  void lowerGlobalDefine(const ir::Op *op);
  void lowerUnbound(const ir::Op *op);
  void lowerClosure(const ir::Op *op);
  void lowerFree(const ir::Op *op);
  void requireBound(const ir::GlobalVariable *global, llvm::Value *value);
  void lowerSingle(const ir::Op *op);
  void lowerVarCheck(const ir::Op *op);
  void lowerBoxNew(const ir::Op *op);
  void lowerBoxGet(const ir::Op *op);
  void lowerBoxSet(const ir::Op *op);
  void lowerIs(const ir::Op *op, Target ifTrue, Target ifFalse);
  llvm::Value *simpleIs(ir::Type type, const ir::Value *operand);
  void testType(ir::Type type, const ir::Value *operand, Target ifTrue,
                Target ifFalse, Weight weight = Weight::None);
  void lowerJump(const ir::Op *op);
  void lowerBranch(const ir::Op *op);
  void lowerUnreachable();

  void lowerGeneric(const ir::Op *op);
  void checkNumbers(const ir::Op *op);
  llvm::Value *callArithmetic(const ir::Op *op);
  void lowerGenericTest(const ir::Op *op, Target ifTrue, Target ifFalse);
  void lowerFixnum(const ir::Op *op);
  void lowerFlonum(const ir::Op *op);
  void lowerFlBox(const ir::Op *op);
  void lowerFlUnbox(const ir::Op *op);
  void lowerFlFromReal(const ir::Op *op);
  /// Uses operand `value` of `user` as a double.
  static bool takesDouble(const ir::Op *user, const ir::Value *value);
  /// A tagged value whose double is known; boxes it if the box is wanted.
  void setDouble(const ir::Value *value, llvm::Value *d);
  /// The double of a tagged value, if known.
  llvm::Value *doubleOf(const ir::Value *value);
  llvm::Value *emitFixnumStep(ir::Opcode op, llvm::Value *a, llvm::Value *b,
                              const ir::Value *sourceA,
                              const ir::Value *sourceB,
                              llvm::BasicBlock *overflow);
  /// Both operands as doubles if one is an immediate flonum and the other one
  /// too or a constant; else goes to `otherwise`.
  std::optional<std::pair<llvm::Value *, llvm::Value *>>
  flonumOperands(const ir::Op *op, llvm::BasicBlock *otherwise);
  bool hasFlonumPath(const ir::Op *op) const;

  void lowerCall(const ir::Op *op, bool isTail);
  void lowerCallKnown(const ir::Op *op, bool isTail);
  llvm::CallInst *callUniform(llvm::Value *code, llvm::Value *self,
                              llvm::Value *argc,
                              llvm::ArrayRef<llvm::Value *> arguments,
                              bool isTail);
  void finishCall(const ir::Op *op, llvm::CallInst *call, bool isTail);
  void emitReturn(llvm::Value *value);
  /// -O0: continues in a new block. LLVM's fast instruction selection works
  /// from the end of a block and leaves the rest of it to the slow one when it
  /// meets a return or tail call of our convention.
  void standAlone();
  bool canMustTail(llvm::FunctionType *callee) const;

  //===--- Native code (LowerNative.cpp) ----------------------------------===//
  void startNative();
  static bool pollsNative(const ir::Op *op);
  void lowerNativeCall(const ir::Op *op);
  void lowerNativeCallback(const ir::Op *op);
  /// `fast` from where the emitter stands, or what `emit` yields in `slow`.
  llvm::Value *orSlow(llvm::Value *fast, llvm::BasicBlock *slow,
                      llvm::function_ref<llvm::Value *()> emit);
  /// Operand i converted; appends one or two values.
  void nativeArgument(const ir::Op *op, unsigned i, const ir::NativeType &type,
                      llvm::Constant *site,
                      llvm::SmallVectorImpl<llvm::Value *> &arguments);
  llvm::Value *nativeInteger(const ir::Op *op, unsigned i,
                             const ir::NativeType &type, llvm::Constant *site);
  llvm::Value *nativeDouble(const ir::Op *op, unsigned i, llvm::Constant *site);
  llvm::Value *nativeAddress(const ir::Op *op, unsigned i,
                             const ir::NativeType &type, llvm::Constant *site);
  llvm::Value *nativeFunction(const ir::Op *op, unsigned i,
                              llvm::StringRef signature, llvm::Constant *site);
  llvm::CallInst *callNative(const ir::Op *op,
                             const ir::NativeSignature &signature,
                             llvm::SmallVectorImpl<llvm::Value *> &arguments,
                             llvm::Constant *site);
  llvm::CallInst *callVariadic(llvm::Value *function, llvm::Type *result,
                               const ir::Op *op,
                               const ir::NativeSignature &signature,
                               llvm::ArrayRef<llvm::Value *> arguments,
                               llvm::Constant *site);
  llvm::Value *nativeResult(const ir::NativeType &type, llvm::Value *value,
                            llvm::Constant *site);
  llvm::Value *pointerObject(llvm::Value *address, llvm::StringRef type);
  /// \{ Pointers that are no objects (NativeAddresses.cpp).
  void findAddresses();
  bool isAddress(const ir::Value *value) const {
    return addressTypes.contains(value);
  }
  void setAddress(const ir::Value *value, llvm::Value *address);
  /// Of such a value, or of nil.
  llvm::Value *addressOf(const ir::Value *value);
  /// \}
  llvm::Value *nativeRoom(uint64_t bytes);
  llvm::Value *textRoom(unsigned i);
  /// A literal string as C has it; null for other values, and if it has NULs.
  llvm::Constant *literalText(const ir::Value *value);

  //===--- Primitives (LowerPrimitives.cpp)
  //--------------------------------===//
  void lowerPrim(const ir::Op *op);
  llvm::Value *callPrimitive(const ir::Op *op);
  llvm::Value *callPrimitive(llvm::StringRef id,
                             llvm::ArrayRef<llvm::Value *> operands);
  /// The tagged word of a value that may so far only exist as a double.
  llvm::Value *tagged(const ir::Value *value);
  llvm::Value *argumentArray();
  llvm::Value *newArgumentArray(size_t count);
  void findLongCalls();
  void storeArguments(const ir::Op *op);
  /// Block that calls the primitive, which raises.
  llvm::BasicBlock *raisingPath(const ir::Op *op);
  /// Value of a primitive: `fast` where the emitter now stands, or what the
  /// call in block `slow` yields.
  llvm::Value *joinSlow(const ir::Op *op, llvm::Value *fast,
                        llvm::BasicBlock *slow);
  void testSlow(const ir::Op *op, llvm::BasicBlock *slow, Target ifTrue,
                Target ifFalse);
  void requireType(const ir::Op *op, unsigned operand, ir::Type type,
                   llvm::BasicBlock *otherwise);
  /// Tagged index, checked against a tagged length.
  llvm::Value *requireIndex(const ir::Op *op, unsigned operand,
                            llvm::Value *taggedLength,
                            llvm::BasicBlock *otherwise);
  /// Base of the field that operand 2 selects in a record of exactly the type
  /// of operand 1.
  llvm::Value *requireRecord(const ir::Op *op, llvm::BasicBlock *slow);

public:
  // Named in the Lowering column of Primitives.def.
  void emitZeroP(const ir::Op *, Target, Target);
  void emitPositiveP(const ir::Op *, Target, Target);
  void emitNegativeP(const ir::Op *, Target, Target);
  void emitOddP(const ir::Op *, Target, Target);
  void emitEvenP(const ir::Op *, Target, Target);
  void emitFixnumP(const ir::Op *, Target, Target);
  void emitFlonumP(const ir::Op *, Target, Target);
  void emitEqP(const ir::Op *, Target, Target);
  void emitEqvP(const ir::Op *, Target, Target);
  void emitNot(const ir::Op *, Target, Target);
  void emitBooleanP(const ir::Op *, Target, Target);
  void emitPairP(const ir::Op *, Target, Target);
  void emitNullP(const ir::Op *, Target, Target);
  void emitSymbolP(const ir::Op *, Target, Target);
  void emitCharP(const ir::Op *, Target, Target);
  void emitStringP(const ir::Op *, Target, Target);
  void emitVectorP(const ir::Op *, Target, Target);
  void emitBytevectorP(const ir::Op *, Target, Target);
  void emitHashTableP(const ir::Op *, Target, Target);
  void emitForeignP(const ir::Op *, Target, Target);
  void emitProcedureP(const ir::Op *, Target, Target);
  void emitCharEq(const ir::Op *, Target, Target);
  void emitCharLt(const ir::Op *, Target, Target);
  void emitCharGt(const ir::Op *, Target, Target);
  void emitCharLe(const ir::Op *, Target, Target);
  void emitCharGe(const ir::Op *, Target, Target);
  void emitRecordIs(const ir::Op *, Target, Target);
  void emitValuesP(const ir::Op *, Target, Target);
  llvm::Value *emitSqrt(const ir::Op *);
  llvm::Value *emitAbs(const ir::Op *);
  llvm::Value *emitMax(const ir::Op *);
  llvm::Value *emitMin(const ir::Op *);
  llvm::Value *emitBitAnd(const ir::Op *);
  llvm::Value *emitBitIor(const ir::Op *);
  llvm::Value *emitBitXor(const ir::Op *);
  llvm::Value *emitBitNot(const ir::Op *);
  llvm::Value *emitShift(const ir::Op *);
  llvm::Value *emitCons(const ir::Op *);
  llvm::Value *emitCar(const ir::Op *);
  llvm::Value *emitCdr(const ir::Op *);
  llvm::Value *emitSetCar(const ir::Op *);
  llvm::Value *emitSetCdr(const ir::Op *);
  llvm::Value *emitCxr(const ir::Op *);
  llvm::Value *emitList(const ir::Op *);
  llvm::Value *emitValues(const ir::Op *);
  llvm::Value *emitValuesRef(const ir::Op *);
  llvm::Value *emitValuesTaken(const ir::Op *);
  llvm::Value *emitCharToInteger(const ir::Op *);
  llvm::Value *emitIntegerToChar(const ir::Op *);
  llvm::Value *emitStringLength(const ir::Op *);
  llvm::Value *emitStringRef(const ir::Op *);
  llvm::Value *emitStringSet(const ir::Op *);
  llvm::Value *emitVector(const ir::Op *);
  llvm::Value *emitVectorLength(const ir::Op *);
  llvm::Value *emitVectorRef(const ir::Op *);
  llvm::Value *emitVectorSet(const ir::Op *);
  llvm::Value *emitBytevectorLength(const ir::Op *);
  llvm::Value *emitBytevectorRef(const ir::Op *);
  llvm::Value *emitBytevectorSet(const ir::Op *);
  llvm::Value *emitNumVectorLength(const ir::Op *);
  llvm::Value *emitF64VectorRef(const ir::Op *);
  llvm::Value *emitF64VectorSet(const ir::Op *);
  llvm::Value *emitMakeRecord(const ir::Op *);
  llvm::Value *emitRecordRef(const ir::Op *);
  llvm::Value *emitRecordSet(const ir::Op *);
  llvm::Value *emitMakeBox(const ir::Op *);
  llvm::Value *emitUnbox(const ir::Op *);
  llvm::Value *emitSetBox(const ir::Op *);

private:
  void testSign(const ir::Op *op, llvm::CmpInst::Predicate fixnum,
                llvm::CmpInst::Predicate flonum, Target ifTrue, Target ifFalse);
  void testParity(const ir::Op *op, bool isOdd, Target ifTrue, Target ifFalse);
  void testChars(const ir::Op *op, llvm::CmpInst::Predicate predicate,
                 Target ifTrue, Target ifFalse);
  llvm::Value *extreme(const ir::Op *op, unsigned ofFixnums,
                       llvm::CmpInst::Predicate ofFlonums);
  llvm::Value *bitwise(const ir::Op *op, llvm::Instruction::BinaryOps bits);
  llvm::Value *pairField(const ir::Op *op, int64_t displacement);
  llvm::Value *setPairField(const ir::Op *op, int64_t displacement);
  llvm::Value *objectOf(const ir::Op *op, uint64_t header,
                        llvm::ArrayRef<ir::Value *> fields);

  ModuleLowering &unit;
  const TypeLowering &types;
  const ir::Function &source;
  llvm::Function *target;
  llvm::IRBuilder<> b;
  llvm::Value *context;
  llvm::Value *self;
  llvm::DenseMap<const ir::Value *, llvm::Value *> values;
  llvm::DenseMap<const ir::Value *, llvm::Value *> doubles;
  llvm::DenseMap<const ir::Value *, llvm::Value *> addresses;
  /// What they point to, by name.
  llvm::DenseMap<const ir::Value *, std::string> addressTypes;
  llvm::DenseMap<const ir::Block *, llvm::BasicBlock *> blocks;
  llvm::DenseMap<const ir::Block *, unsigned> order;
  llvm::SmallVector<const ir::Block *, 16> sequence;
  llvm::DenseSet<const ir::Op *> deferred;
  /// Bases of indexed accesses that must stay visible at these terminators.
  llvm::DenseMap<const ir::Op *, llvm::SmallVector<const ir::Value *, 2>>
      keepAlive;
  llvm::DenseSet<const ir::Op *> pollBefore;
  llvm::DenseSet<const ir::Block *> inLoop;
  /// Code of the top level outside loops: size matters, speed does not.
  bool runsOnce(const ir::Op *op) const {
    return &source == unit.source.init() && !inLoop.contains(op->parent());
  }
  llvm::SmallVector<llvm::BasicBlock *, 16> coldBlocks;
  /// Of a leaf: where calls go instead.
  llvm::BasicBlock *giveUp = nullptr;
  const LeafPointers *leafPointers = nullptr;
  const ir::NativeType *leafResult = nullptr;
  llvm::SmallVector<const ir::Op *, 2> leafWrites; ///< wait for the return
  /// Keeps a write of a leaf for the return, where all of them are lowered;
  /// false if `op` is still to be.
  bool delayLeafWrite(const ir::Op *op);
  /// An element of what such a pointer points to; false if `op` is something
  /// else.
  bool lowerLeafRead(const ir::Op *op);
  /// Goes there; the value of the call, which nobody will see.
  llvm::Value *leaveLeaf(llvm::Type *type);
  /// Room that an earlier op of the block has reserved, and its first address.
  llvm::Value *reserved = nullptr;
  uint64_t reservedOffset = 0;
  uint64_t reservedBytes = 0;
  /// Where short text lies that is passed to native code.
  llvm::SmallVector<llvm::Value *, 2> textRooms;
  const ir::Op *current = nullptr;
  llvm::Value *arguments = nullptr;
  /// Arrays of calls with so many arguments that each is stored as soon as it
  /// is computed, and the results that are such arguments.
  llvm::DenseMap<const ir::Op *, llvm::Value *> longCalls;
  llvm::DenseMap<const ir::Value *,
                 llvm::SmallVector<std::pair<const ir::Op *, unsigned>, 1>>
      storedAtOnce;
};

} // namespace plc::codegen
#endif // PLC_CODEGEN_FUNCTIONLOWERING_H
