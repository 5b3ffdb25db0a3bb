//===- OutputTest.cpp - shape of the code that lowering makes -------------===//
//
// What runtime.md promises and a running program does not show.
//
//===----------------------------------------------------------------------===//

#include "codegen/Codegen.h"
#include "codegen/Compile.h"
#include "codegen/EmitObject.h"
#include "codegen/Optimize.h"
#include "codegen/UnitPlan.h"
#include "ir/Text.h"

#include "llvm/IR/Verifier.h"

#include "gtest/gtest.h"

using namespace plc;

namespace {

struct Output {
  std::string llvm, assembly;
};

std::string unitText(std::string functions, const char *globals = "") {
  return std::string("module @m stage(lowered)\n") + globals +
         "func @init() -> any {\n^entry:\n"
         "  %t = const #t : boolean\n  return %t\n}\n" +
         functions;
}

Output translate(std::string functions, const char *globals = "",
                 int level = 2) {
  ir::SourceManager sources;
  ir::Interner interner;
  std::string text = unitText(std::move(functions), globals);
  auto module = ir::parseModule(text, "test.plcir", sources, interner);
  if (!module) {
    ADD_FAILURE() << llvm::toString(module.takeError());
    return {};
  }
  llvm::LLVMContext context;
  codegen::CodegenOptions options;
  options.optLevel = level;
  options.debugInfo = false;
  auto lowered = codegen::lowerModule(**module, context, options);
  EXPECT_FALSE(llvm::verifyModule(*lowered, &llvm::errs()));
  auto machine = codegen::createTargetMachine(level);
  codegen::optimize(*lowered, *machine, level);
  Output output;
  llvm::raw_string_ostream out(output.llvm);
  lowered->print(out, nullptr);
  output.assembly = codegen::emitAssembly(*lowered, *machine);
  return output;
}

/// The text of the function whose symbol ends so.
std::string functionOf(const std::string &assembly, std::string name) {
  size_t start = assembly.find(":" + name + "\":\n");
  if (start == std::string::npos)
    return "";
  return assembly.substr(start, assembly.find(".Lfunc_end", start) - start);
}

size_t count(const std::string &text, llvm::StringRef piece) {
  return llvm::StringRef(text).count(piece);
}

TEST(OutputTest, KnownCallsPassNoCount) {
  Output output = translate(R"(func @fib(%n: any) -> any lisp-name "fib" local {
^entry:
  %two = const 2 : fixnum
  %c = num.lt %n, %two : bool
  branch %c, ^base, ^more
^base:
  return %n
^more:
  %u = const #f : boolean
  %one = const 1 : fixnum
  %a = num.sub %n, %one : number
  %fa = call.known @fib(%u, %a) : any
  %b = num.sub %n, %two : number
  %fb = call.known @fib(%u, %b) : any
  %s = num.add %fa, %fb : number
  return %s
})");
  std::string code = functionOf(output.assembly, "fib");
  ASSERT_NE(code, "");
  EXPECT_EQ(count(code, "%r13"), 0u);
  EXPECT_EQ(count(code, "%r14"), 0u);
  // The comparison is a branch, not a value.
  EXPECT_EQ(count(code, "\tset"), 0u);
  EXPECT_EQ(count(code, "cmpq\t$16, "), 1u);
}

TEST(OutputTest, AllocationsShareOneBump) {
  Output output =
      translate(R"(func @two(%a: any, %b: any) -> any lisp-name "two" {
^entry:
  %e = const () : null
  %p = prim "cons"(%b, %e) : pair
  %q = prim "cons"(%a, %p) : pair
  return %q
})");
  EXPECT_EQ(count(output.llvm, "call i64 @rt_alloc_slow") +
                count(output.llvm, "call ptr @rt_alloc_slow"),
            1u);
}

TEST(OutputTest, SafepointsSplitAllocations) {
  Output output =
      translate(R"(func @two(%a: any, %b: any) -> any lisp-name "two" {
^entry:
  %p = prim "cons"(%b, %a) : pair
  %s = num.add %a, %b : number
  %q = prim "cons"(%s, %p) : pair
  return %q
})");
  EXPECT_EQ(count(output.llvm, "call ptr @rt_alloc_slow"), 2u);
}

TEST(OutputTest, ProvedTypesNeedNoTests) {
  Output output = translate(R"(func @f(%p: pair) -> any lisp-name "f" {
^entry:
  %a = prim "car"(%p) : any
  return %a
})");
  EXPECT_EQ(count(output.llvm, "prim_Car"), 0u);
}

TEST(OutputTest, TailCallsAreMustTailAtEveryLevel) {
  const char *text = R"(func @f(%g: any, %x: any) -> any lisp-name "f" {
^entry:
  tailcall %g(%x, %x, %x, %x, %x, %x, %x)
})";
  for (int level : {0, 1, 2}) {
    Output output = translate(text, "", level);
    EXPECT_EQ(count(output.llvm, "musttail call"), 4u) << level;
  }
}

TEST(OutputTest, SymbolsAreSharedByAllUnits) {
  Output output = translate(R"(func @f() -> any lisp-name "f" {
^entry:
  %a = const (alpha . alpha) : pair
  return %a
})");
  EXPECT_EQ(count(output.llvm, "@\"plc:sym:alpha\" = linkonce_odr hidden "
                               "constant"),
            1u);
  EXPECT_EQ(count(output.llvm, "@symbols = private constant [1 x i64]"), 1u);
}

/// Four functions that share literals; two of them make the closure of a third.
const char *const kSharing = R"(func @f() -> any lisp-name "f" {
^entry:
  %a = const (a "b") : pair
  %c = closure @h() : procedure
  %l = prim "list"(%a, %c) : any
  return %l
}
func @g() -> any lisp-name "g" {
^entry:
  %a = const #1=(a . #1#) : pair
  %c = closure @h() : procedure
  %l = prim "list"(%a, %c) : any
  return %l
}
func @h() -> any lisp-name "h" {
^entry:
  %a = const (beta) : pair
  return %a
})";

TEST(OutputTest, PartsReferToOneAnother) {
  ir::SourceManager sources;
  ir::Interner interner;
  auto module = ir::parseModule(unitText(kSharing), "t.plcir", sources,
                                interner);
  ASSERT_TRUE(bool(module));
  codegen::UnitPlan plan(**module, 100);
  ASSERT_EQ(plan.partCount(), 4u);
  std::vector<std::string> parts;
  for (unsigned part = 0; part < 4; ++part) {
    llvm::LLVMContext context;
    auto lowered = codegen::lowerPart(**module, context, {}, plan, part);
    EXPECT_FALSE(llvm::verifyModule(*lowered, &llvm::errs()));
    llvm::raw_string_ostream out(parts.emplace_back());
    lowered->print(out, nullptr);
  }
  // Each procedure is defined in its own part only; its closure with it.
  EXPECT_EQ(count(parts[0], "@\"plc:unit:m\" = hidden constant"), 1u);
  EXPECT_EQ(count(parts[1], ":h.closure\" = external hidden constant"), 1u);
  EXPECT_EQ(count(parts[2], ":h.closure\" = external hidden constant"), 1u);
  EXPECT_EQ(count(parts[3], ":h.closure\" = hidden constant [2 x i64]"), 1u);
  EXPECT_EQ(count(parts[3], "define hidden preserve_nonecc"), 1u);
  // One list of symbols leads through all parts.
  EXPECT_EQ(count(parts[0], ":symbols\" = external hidden constant"), 1u);
  EXPECT_EQ(count(parts[1], ":symbols\" = hidden constant"), 1u);
  EXPECT_EQ(count(parts[3], ":symbols\" = external"), 0u);
}

TEST(OutputTest, SameBytesForParts) {
  ir::SourceManager sources;
  ir::Interner interner;
  auto module = ir::parseModule(unitText(kSharing), "t.plcir", sources,
                                interner);
  ASSERT_TRUE(bool(module));
  codegen::CodegenOptions options;
  options.parts = 3;
  auto first = codegen::compileUnit(**module, options);
  EXPECT_EQ(first.size(), 3u);
  EXPECT_EQ(first, codegen::compileUnit(**module, options));
}

TEST(OutputTest, SameInputSameBytes) {
  const char *text = R"(func @f(%x: any) -> any lisp-name "f" {
^entry:
  %a = const #(a b "c" 1.5) : vector
  %l = prim "list"(%a, %x) : any
  return %l
})";
  EXPECT_EQ(translate(text).assembly, translate(text).assembly);
}

} // namespace
