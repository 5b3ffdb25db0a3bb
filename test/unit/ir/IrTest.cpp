//===- IrTest.cpp - data structures of the IR -----------------------------===//
//
// What the textual tests cannot reach: use lists, edges, ownership. Meant to
// run under the address sanitizer as well.
//
//===----------------------------------------------------------------------===//

#include "ir/Builder.h"
#include "ir/Text.h"
#include "ir/analysis/ConstantArithmetic.h"
#include "ir/analysis/Dominance.h"
#include "ir/analysis/Loops.h"
#include "ir/support/DatumText.h"

#include "gtest/gtest.h"

using namespace plc::ir;

namespace {

class IrTest : public testing::Test {
protected:
  SourceManager sources;
  Interner interner;
  Module module{"test", sources, interner};
  Builder b{module};

  Function *function(const char *symbol, unsigned parameters = 0) {
    Function *f = module.addFunction(symbol);
    Block *entry = f->addBlock("entry");
    for (unsigned i = 0; i < parameters; ++i)
      entry->addArgument(Type::Any);
    b.setEnd(entry);
    return f;
  }
  std::string text() {
    std::string result;
    llvm::raw_string_ostream out(result);
    print(module, out);
    return result;
  }
};

TEST_F(IrTest, UsersAreTrackedWithMultiplicity) {
  Function *f = function("f", 2);
  Value *x = f->entry()->argument(0), *y = f->entry()->argument(1);
  Value *sum = b.binary(Opcode::NumAdd, x, x);
  b.ret(sum);
  EXPECT_EQ(x->users().size(), 2u);
  sum->op()->setOperand(0, y);
  EXPECT_EQ(x->users().size(), 1u);
  EXPECT_EQ(y->users().size(), 1u);
  sum->op()->setOperands({y, y});
  EXPECT_FALSE(x->hasUses());
  EXPECT_EQ(y->users().size(), 2u);
  y->replaceAllUsesWith(x);
  EXPECT_EQ(x->users().size(), 2u);
  EXPECT_FALSE(y->hasUses());
}

TEST_F(IrTest, SetOperandsKeepsWhatSuccessorsPass) {
  Function *f = function("f", 2);
  Value *x = f->entry()->argument(0), *y = f->entry()->argument(1);
  Block *a = f->addBlock("a"), *c = f->addBlock("c");
  a->addArgument(Type::Any);
  c->addArgument(Type::Any);
  c->addArgument(Type::Any);
  Value *t = b.unary(Opcode::Truthy, x), *u = b.unary(Opcode::Truthy, y);
  Op *branch = b.branch(t, a, {x}, c, {x, y});
  branch->setOperands({u});
  EXPECT_EQ(branch->operand(0), u);
  EXPECT_FALSE(t->hasUses());
  ASSERT_EQ(branch->successorArguments(0).size(), 1u);
  EXPECT_EQ(branch->successorArguments(0)[0], x);
  ASSERT_EQ(branch->successorArguments(1).size(), 2u);
  EXPECT_EQ(branch->successorArguments(1)[1], y);
}

TEST_F(IrTest, SetSuccessorReplacesOneEdge) {
  Function *f = function("f", 2);
  Value *x = f->entry()->argument(0), *y = f->entry()->argument(1);
  Block *a = f->addBlock("a"), *c = f->addBlock("c");
  a->addArgument(Type::Any);
  Value *t = b.unary(Opcode::Truthy, x);
  Op *branch = b.branch(t, a, {x}, a, {y});
  branch->setSuccessor(0, c, {});
  EXPECT_EQ(branch->successors()[0].block, c);
  EXPECT_EQ(branch->successors()[0].count, 0u);
  ASSERT_EQ(branch->successorArguments(1).size(), 1u);
  EXPECT_EQ(branch->successorArguments(1)[0], y);
  // Its own arguments may be passed in.
  branch->setSuccessor(1, a, branch->successorArguments(1));
  EXPECT_EQ(branch->successorArguments(1)[0], y);
  EXPECT_EQ(x->users().size(), 1u);
}

TEST_F(IrTest, AddSuccessor) {
  Function *f = function("f", 1);
  Block *a = f->addBlock("a");
  a->addArgument(Type::Any);
  Value *x = f->entry()->argument(0);
  Op *jump = b.create(Opcode::Jump);
  jump->addSuccessor(a, {x});
  ASSERT_EQ(jump->successors().size(), 1u);
  EXPECT_EQ(jump->successorArguments(0)[0], x);
  EXPECT_EQ(jump->operandCount(), 0u);
}

TEST_F(IrTest, EraseAndMoveKeepTheListLinked) {
  Function *f = function("f");
  Value *one = b.fixnum(1), *two = b.fixnum(2), *three = b.fixnum(3);
  Block *entry = f->entry();
  two->op()->erase();
  EXPECT_EQ(one->op()->next(), three->op());
  EXPECT_EQ(three->op()->previous(), one->op());
  three->op()->moveBefore(one->op());
  EXPECT_EQ(entry->first(), three->op());
  EXPECT_EQ(entry->last(), one->op());
  Block *other = f->addBlock("other");
  three->op()->moveToEnd(other);
  EXPECT_EQ(entry->first(), one->op());
  EXPECT_EQ(three->op()->parent(), other);
  EXPECT_EQ(three->block(), other);
  one->op()->erase();
  EXPECT_TRUE(entry->empty());
}

TEST_F(IrTest, BuilderInsertsBefore) {
  Function *f = function("f");
  Value *last = b.fixnum(3);
  b.setBefore(last->op());
  Value *first = b.fixnum(1), *second = b.fixnum(2);
  EXPECT_EQ(f->entry()->first(), first->op());
  EXPECT_EQ(first->op()->next(), second->op());
  EXPECT_EQ(second->op()->next(), last->op());
}

TEST_F(IrTest, CloneCopiesEverything) {
  Function *f = function("f", 1);
  Value *x = f->entry()->argument(0);
  Value *p = b.is(Type::Pair, x);
  p->setName("p");
  Op *copy = b.clone(p->op());
  EXPECT_EQ(copy->opcode(), Opcode::Is);
  EXPECT_EQ(copy->typeAttribute, Type::Pair);
  EXPECT_EQ(copy->operand(0), x);
  EXPECT_EQ(copy->result()->name(), "p");
  EXPECT_EQ(x->users().size(), 2u);
}

TEST_F(IrTest, EraseArgumentRenumbers) {
  Function *f = function("f");
  Block *a = f->addBlock("a");
  a->addArgument(Type::Any, "x");
  Value *y = a->addArgument(Type::Any, "y");
  a->eraseArgument(0);
  EXPECT_EQ(a->arguments().size(), 1u);
  EXPECT_EQ(y->index(), 0u);
}

TEST_F(IrTest, EraseBlocksThatUseOneAnother) {
  Function *f = function("f");
  Block *a = f->addBlock("a"), *c = f->addBlock("c");
  b.ret(b.unspecified());
  b.setEnd(a);
  Value *v = b.fixnum(1);
  b.jump(c);
  b.setEnd(c);
  b.binary(Opcode::NumAdd, v, v);
  b.jump(a);
  EXPECT_TRUE(eraseUnreachable(*f));
  EXPECT_EQ(f->blocks().size(), 1u);
}

TEST_F(IrTest, AdoptBlock) {
  Function *g = function("g", 1);
  b.ret(g->entry()->argument(0));
  Function *f = function("f", 1);
  Block *moved = g->addBlock("moved");
  b.setEnd(f->entry());
  b.jump(moved);
  f->adoptBlock(moved);
  b.setEnd(moved);
  b.ret(f->entry()->argument(0));
  EXPECT_EQ(moved->function(), f);
  EXPECT_EQ(f->blocks().size(), 2u);
  EXPECT_EQ(g->blocks().size(), 1u);
  EXPECT_EQ(f->blocks().back().get(), moved);
  f->entry()->last()->erase();
  f->eraseBlock(moved);
  EXPECT_EQ(f->blocks().size(), 1u);
}

/// Values of a parent used by nested functions: any order of death is fine.
TEST_F(IrTest, NestedFunctionsDieWithTheModule) {
  Function *outer = function("outer", 1);
  Function *inner = module.addFunction("inner");
  inner->parent = outer;
  Value *closure = b.closure({inner})->result();
  b.ret(closure);
  b.setEnd(inner->addBlock("entry"));
  Value *captured = outer->entry()->argument(0);
  b.tailCall(closure, {captured});
  EXPECT_EQ(captured->users().size(), 1u);
  // The module dies with the fixture.
}

TEST_F(IrTest, EraseNestedFunctionWithItsMaker) {
  Function *init = function("init");
  b.ret(b.unspecified());
  Block *dead = init->addBlock("dead");
  Function *inner = module.addFunction("inner");
  inner->parent = init;
  b.setEnd(dead);
  Value *v = b.fixnum(1);
  b.ret(b.closure({inner})->result());
  b.setEnd(inner->addBlock("entry"));
  b.ret(v);
  EXPECT_TRUE(eraseUnreachable(*init));
  EXPECT_EQ(module.findFunction("inner"), nullptr);
  EXPECT_EQ(init->blocks().size(), 1u);
}

TEST_F(IrTest, UniqueSymbols) {
  module.addFunction("f");
  module.addGlobal("f.1");
  EXPECT_EQ(module.uniqueSymbol("f"), "f.2");
  EXPECT_EQ(module.uniqueSymbol("g"), "g");
  module.eraseGlobals(
      [](const GlobalVariable *g) { return g->symbol == "f.1"; });
  EXPECT_EQ(module.findGlobal("f.1"), nullptr);
  EXPECT_EQ(module.uniqueSymbol("f"), "f.1");
}

TEST_F(IrTest, PrintedNamesAreUnique) {
  Function *f = function("f", 1);
  f->entry()->argument(0)->setName("x");
  Value *x = b.fixnum(1);
  x->setName("x");
  Value *taken = b.fixnum(2);
  taken->setName("x.1");
  b.ret(x);
  EXPECT_NE(text().find("%x.1 = const 1"), std::string::npos);
  EXPECT_NE(text().find("%x.1.1 = const 2"), std::string::npos);
}

//===--- Analyses ---------------------------------------------------------===//

/// entry -> head; head -> body, exit; body -> inner; inner -> inner, latch;
/// latch -> head.
class LoopTest : public IrTest {
protected:
  Function *f = nullptr;
  Block *entry, *head, *body, *inner, *latch, *exit;

  void SetUp() override {
    f = function("f", 1);
    entry = f->entry();
    head = f->addBlock("head");
    body = f->addBlock("body");
    inner = f->addBlock("inner");
    latch = f->addBlock("latch");
    exit = f->addBlock("exit");
    Value *t = b.unary(Opcode::Truthy, entry->argument(0));
    b.jump(head);
    b.setEnd(head);
    b.branch(t, body, {}, exit, {});
    b.setEnd(body);
    b.jump(inner);
    b.setEnd(inner);
    b.branch(t, inner, {}, latch, {});
    b.setEnd(latch);
    b.jump(head);
    b.setEnd(exit);
    b.ret(entry->argument(0));
  }
};

TEST_F(LoopTest, Dominators) {
  DominatorTree tree(*f);
  EXPECT_EQ(tree.immediateDominator(entry), nullptr);
  EXPECT_EQ(tree.immediateDominator(head), entry);
  EXPECT_EQ(tree.immediateDominator(latch), inner);
  EXPECT_EQ(tree.immediateDominator(exit), head);
  EXPECT_TRUE(tree.dominates(head, latch));
  EXPECT_TRUE(tree.dominates(latch, latch));
  EXPECT_FALSE(tree.dominates(body, exit));
  EXPECT_EQ(tree.frontier(latch).size(), 1u);
  EXPECT_EQ(tree.frontier(latch)[0], head);
}

TEST_F(LoopTest, NaturalLoops) {
  DominatorTree tree(*f);
  Loops loops(*f, tree);
  ASSERT_EQ(loops.all().size(), 2u);
  const Loop *outerLoop = loops.of(body), *innerLoop = loops.of(inner);
  ASSERT_TRUE(outerLoop && innerLoop);
  EXPECT_EQ(outerLoop->header, head);
  EXPECT_EQ(outerLoop->depth, 1u);
  EXPECT_EQ(outerLoop->blocks.size(), 4u);
  EXPECT_EQ(innerLoop->header, inner);
  EXPECT_EQ(innerLoop->parent, outerLoop);
  EXPECT_EQ(innerLoop->depth, 2u);
  EXPECT_EQ(loops.of(latch), outerLoop);
  EXPECT_EQ(loops.of(exit), nullptr);
  EXPECT_EQ(loops.of(entry), nullptr);
  EXPECT_TRUE(outerLoop->contains(inner));
  EXPECT_FALSE(innerLoop->contains(latch));
}

TEST_F(LoopTest, UnreachableBlocksAreOutsideTheTree) {
  Block *dead = f->addBlock("dead");
  b.setEnd(dead);
  b.jump(head);
  DominatorTree tree(*f);
  EXPECT_FALSE(tree.isReachable(dead));
  EXPECT_EQ(tree.immediateDominator(head), entry);
  EXPECT_TRUE(tree.dominates(exit, dead));
  EXPECT_FALSE(tree.dominates(dead, head));
}

//===--- Constants --------------------------------------------------------===//

class ConstantTest : public testing::Test {
protected:
  Interner interner;
  DatumFactory factory{interner};

  Datum *read(llvm::StringRef text) {
    std::string why;
    Datum *d = readDatum(text, factory, why);
    EXPECT_TRUE(d) << why;
    EXPECT_TRUE(text.empty());
    return d;
  }
  std::string fold(Opcode opcode, const char *a, const char *b) {
    Datum *d = foldArithmetic(opcode, read(a), read(b), factory);
    return d ? datumText(d) : "left";
  }
  std::string compare(Opcode opcode, const char *a, const char *b) {
    std::optional<bool> outcome = foldComparison(opcode, read(a), read(b));
    return outcome ? (*outcome ? "true" : "false") : "left";
  }
};

TEST_F(ConstantTest, ExactArithmetic) {
  EXPECT_EQ(fold(Opcode::NumAdd, "1152921504606846975", "1"),
            "1152921504606846976");
  EXPECT_EQ(fold(Opcode::NumSub, "-1152921504606846976", "1"),
            "-1152921504606846977");
  EXPECT_EQ(fold(Opcode::NumMul, "1152921504606846976",
                 "-1152921504606846976"),
            "-1329227995784915872903807060280344576");
  EXPECT_EQ(fold(Opcode::NumSub, "1152921504606846976", "1"),
            "1152921504606846975");
  EXPECT_EQ(fold(Opcode::NumQuotient, "-1152921504606846976", "-1"),
            "1152921504606846976");
  EXPECT_EQ(fold(Opcode::NumDiv, "6", "-4"), "-3/2");
  EXPECT_EQ(fold(Opcode::NumDiv, "6", "-3"), "-2");
  EXPECT_EQ(fold(Opcode::NumDiv, "6", "0"), "left");
  EXPECT_EQ(fold(Opcode::NumModulo, "-7", "2"), "1");
  EXPECT_EQ(fold(Opcode::NumModulo, "7", "-2"), "-1");
  EXPECT_EQ(fold(Opcode::NumModulo, "-6", "2"), "0");
  EXPECT_EQ(fold(Opcode::NumRemainder, "-7", "2"), "-1");
  EXPECT_EQ(fold(Opcode::NumModulo, "7", "0"), "left");
}

TEST_F(ConstantTest, FlonumArithmetic) {
  EXPECT_EQ(fold(Opcode::NumAdd, "1", "0.5"), "1.5");
  EXPECT_EQ(fold(Opcode::NumDiv, "1.0", "0.0"), "+inf.0");
  EXPECT_EQ(fold(Opcode::NumSub, "0.0", "0.0"), "0.0");
  EXPECT_EQ(fold(Opcode::NumMul, "-1", "0.0"), "-0.0");
  // An exact zero may have rules of its own.
  EXPECT_EQ(fold(Opcode::NumMul, "0", "1.5"), "left");
  // 2^53 + 1 is no double.
  EXPECT_EQ(fold(Opcode::NumAdd, "9007199254740993", "0.5"), "left");
  EXPECT_EQ(fold(Opcode::NumQuotient, "7.0", "2.0"), "left");
  EXPECT_EQ(fold(Opcode::NumAdd, "1/2", "1/2"), "left");
}

TEST_F(ConstantTest, Comparison) {
  EXPECT_EQ(compare(Opcode::NumLt, "1", "1152921504606846976"), "true");
  EXPECT_EQ(compare(Opcode::NumEq, "1", "1.0"), "true");
  EXPECT_EQ(compare(Opcode::NumEq, "9007199254740993", "9007199254740992.0"),
            "left");
  EXPECT_EQ(compare(Opcode::NumEq, "+nan.0", "+nan.0"), "false");
  EXPECT_EQ(compare(Opcode::NumLe, "+nan.0", "1"), "false");
  EXPECT_EQ(compare(Opcode::NumGe, "0.0", "-0.0"), "true");
}

TEST_F(ConstantTest, DataReadBack) {
  for (const char *text :
       {"(1 . 2)", "(a (b) . #(1 \"x\"))", "#0=(a . #0#)", "#0=#(#0# #0#)",
        "(#0=\"s\" #0#)", "(1 . #0=(2 3 . #0#))", "#u8(0 255)", "#f64(1.0)",
        "{a 1 b (2)}", "#!nil", "|a b|", "||", "|1|", "+", "...", "1+",
        "#\\space", "#\\x3bb", "\"\\n\\t\\\\\\\"\"", "-0.0", "1e+22", "1/3",
        "1+2i", "-1.5-0.5i", "+nan.0", "-inf.0"})
    EXPECT_EQ(datumText(read(text)), text);
}

} // namespace
