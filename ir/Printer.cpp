//===- Printer.cpp - the IR to text ---------------------------------------===//
//
// See Text.h for the form. The order of output is the order of the lists in the
// module, never that of a pointer-keyed container.
//
//===----------------------------------------------------------------------===//

#include "ir/Text.h"
#include "ir/support/DatumText.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

namespace plc::ir {
namespace {

bool isBareName(llvm::StringRef name) {
  if (name.empty() || llvm::all_of(name, llvm::isDigit))
    return false;
  return llvm::all_of(name, [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("-_.$!?*+/<>=~&").contains(c);
  });
}

void printName(llvm::raw_ostream &out, char sigil, llvm::StringRef name) {
  out << sigil;
  if (isBareName(name))
    out << name;
  else
    writeQuoted(out, name);
}

/// Names in use, with a number added to those that come again.
class UniqueNames {
public:
  std::string add(llvm::StringRef wanted) {
    std::string name = wanted.str();
    if (taken.insert(name).second)
      return name;
    // Goes on where the last one of that name has stopped.
    unsigned &n = next[wanted];
    do
      name = (wanted + "." + llvm::Twine(++n)).str();
    while (!taken.insert(name).second);
    return name;
  }

private:
  llvm::StringSet<> taken;
  llvm::StringMap<unsigned> next;
};

const Function *rootOf(const Function *f) {
  while (f->parent)
    f = f->parent;
  return f;
}

/// The texts of values (with '%') and blocks (with '^').
class Names {
public:
  void addModule(const Module &m) {
    for (auto &f : m.functions())
      addFunction(f.get(), trees[rootOf(f.get())]);
  }
  /// One outermost function and what is nested in it.
  void addTree(const Function *root) {
    for (auto &f : root->module()->functions())
      if (rootOf(f.get()) == root)
        addFunction(f.get(), trees[root]);
  }
  llvm::StringRef operator[](const Value *v) const {
    auto found = values.find(v);
    return found == values.end() ? llvm::StringRef("%<foreign value>")
                                 : llvm::StringRef(found->second);
  }
  llvm::StringRef operator[](const Block *b) const {
    auto found = blocks.find(b);
    return found == blocks.end() ? llvm::StringRef("^<foreign block>")
                                 : llvm::StringRef(found->second);
  }

private:
  struct Scope {
    UniqueNames taken;
    unsigned next = 0;
  };

  static std::string text(char sigil, llvm::StringRef name, Scope &scope) {
    std::string result;
    llvm::raw_string_ostream out(result);
    if (name.empty())
      out << sigil << scope.next++;
    else
      printName(out, sigil, scope.taken.add(name));
    return result;
  }
  void addFunction(const Function *f, Scope &tree) {
    Scope labels;
    for (auto &block : f->blocks()) {
      blocks[block.get()] = text('^', block->name(), labels);
      for (Value *v : block->arguments())
        values[v] = text('%', v->name(), tree);
      for (Op *op : *block)
        for (Value *v : op->results())
          values[v] = text('%', v->name(), tree);
    }
  }

  llvm::DenseMap<const Function *, Scope> trees;
  llvm::DenseMap<const Value *, std::string> values;
  llvm::DenseMap<const Block *, std::string> blocks;
};

class Printer {
public:
  Printer(llvm::raw_ostream &out, const PrintOptions &options,
          const SourceManager &sources)
      : out(out), options(options), sources(sources) {}

  Names names;

  void printModule(const Module &m) {
    out << "module ";
    printName(out, '@', m.name());
    out << " stage(" << stageName(m.stage) << ')';
    if (m.isProgram)
      out << " program";
    if (m.isLibrary)
      out << " library";
    if (m.needsEvaluator)
      out << " evaluator";
    out << '\n';
    for (const std::string &import : m.imports) {
      out << "import ";
      writeQuoted(out, import);
      out << '\n';
    }
    for (auto &global : m.globals())
      printGlobal(*global);
    names.addModule(m);
    for (auto &f : m.functions()) {
      out << '\n';
      printFunction(*f);
    }
  }

  void printFunction(const Function &f) {
    printHead(f);
    note(nullptr);
    for (auto &block : f.blocks())
      printBlock(*block, f);
    out << "}\n";
  }

private:
  llvm::raw_ostream &out;
  const PrintOptions &options;
  const SourceManager &sources;

  static const char *stageName(Stage stage) {
    switch (stage) {
    case Stage::Raw:
      return "raw";
    case Stage::Canonical:
      return "canonical";
    case Stage::Lowered:
      return "lowered";
    }
    llvm_unreachable("stage");
  }

  void note(const Op *op) {
    if (options.annotate)
      options.annotate(op, out);
  }

  void printGlobal(const GlobalVariable &g) {
    out << "global ";
    printName(out, '@', g.symbol);
    out << ' ';
    writeQuoted(out, g.name);
    if (g.isExternal)
      out << " external";
    if (g.isConstant)
      out << " constant";
    if (g.isProcedure)
      out << " procedure(" << g.minArgs << ", " << g.maxArgs << ')';
    if (g.returnsOne)
      out << " returns-one";
    if (g.neverReturns)
      out << " never-returns";
    if (g.function) {
      out << " = ";
      printName(out, '@', g.function->symbol());
    }
    out << '\n';
  }

  void printTyped(const Value *v) {
    out << names[v] << ": " << spelling(v->type());
  }

  void printHead(const Function &f) {
    out << "func ";
    printName(out, '@', f.symbol());
    out << '(';
    if (!f.blocks().empty()) {
      llvm::ArrayRef<Value *> parameters = f.entry()->arguments();
      for (size_t i = 0; i < parameters.size(); ++i) {
        if (i)
          out << ", ";
        if (f.hasRest && i + 1 == parameters.size()) {
          out << "rest";
          if (f.restLimit >= 0)
            out << '(' << f.restLimit << ')';
          out << ' ';
        }
        printTyped(parameters[i]);
      }
    }
    out << ") -> " << spelling(f.resultType);
    if (f.parent) {
      out << " in ";
      printName(out, '@', f.parent->symbol());
    }
    if (!f.lispName.empty()) {
      out << " lisp-name ";
      writeQuoted(out, f.lispName);
    }
    if (!f.lispNote.empty()) {
      out << " lisp-note ";
      writeQuoted(out, f.lispNote);
    }
    if (f.captureCount)
      out << " captures " << f.captureCount;
    if (!f.escapes)
      out << " local";
    if (f.origin == Origin::Declared)
      out << " declared";
    if (f.origin == Origin::Imported)
      out << " imported";
    printLocation(f.location);
    out << " {\n";
  }

  void printBlock(const Block &block, const Function &f) {
    out << names[&block];
    if (&block != f.entry() && !block.arguments().empty()) {
      out << '(';
      llvm::interleaveComma(block.arguments(), out,
                            [&](const Value *v) { printTyped(v); });
      out << ')';
    }
    out << ":\n";
    for (const Op *op : block) {
      out << "  ";
      printOp(*op);
      out << '\n';
      note(op);
    }
  }

  void printLocation(Location location) {
    if (!options.locations || !location.isKnown())
      return;
    out << " loc(";
    printPlace(location);
    while (uint32_t number = sources.span(location).site) {
      const InlineSite &site = sources.inlineSite(number);
      out << " of ";
      writeQuoted(out, site.procedure);
      out << ' ';
      printPlace(site.declared);
      out << (site.isTail ? " in tail call " : " in call ");
      printPlace(site.call);
      location = site.call;
    }
    out << ')';
  }

  void printPlace(Location location) {
    if (!location.isKnown()) {
      out << '?';
      return;
    }
    if (options.writtenPlaces)
      location = sources.written(location);
    LineColumn at = sources.lineColumn(location);
    writeQuoted(out, sources.fileName(location));
    out << ':' << at.line << ':' << at.column;
  }

  void printValues(llvm::ArrayRef<Value *> values) {
    llvm::interleaveComma(values, out,
                          [&](const Value *v) { out << names[v]; });
  }
  void printArguments(llvm::ArrayRef<Value *> values) {
    out << '(';
    printValues(values);
    out << ')';
  }

  void printOp(const Op &op) {
    if (!op.results().empty()) {
      printValues(op.results());
      out << " = ";
    }
    out << op.row().spelling;
    bool first = true;
    auto separate = [&] {
      out << (first ? " " : ", ");
      first = false;
    };
    llvm::ArrayRef<Value *> operands = op.operands();
    switch (op.row().attribute) {
    case AttributeKind::None:
      if (op.indexAttribute) { // the call that generic arithmetic stands for
        out << ' ';
        writeQuoted(out, primitiveRow(op.primitive).name);
        out << ' ' << op.indexAttribute;
      }
      break;
    case AttributeKind::Datum:
      out << ' ';
      writeDatum(out, op.datum);
      break;
    case AttributeKind::Function:
    case AttributeKind::Functions:
      for (const Function *f : op.functions) {
        separate();
        printName(out, '@', f->symbol());
      }
      break;
    case AttributeKind::Global:
      out << ' ';
      printName(out, '@', op.global->symbol);
      break;
    case AttributeKind::Primitive:
      out << ' ';
      writeQuoted(out, primitiveRow(op.primitive).name);
      break;
    case AttributeKind::Type:
      out << ' ' << spelling(op.typeAttribute);
      break;
    case AttributeKind::Index:
      out << ' ' << op.indexAttribute;
      break;
    case AttributeKind::Name:
      out << ' ';
      writeQuoted(out, op.nameAttribute->text());
      break;
    case AttributeKind::Native:
      for (const std::string *text :
           {&op.native->symbol, &op.native->name, &op.native->signature}) {
        out << ' ';
        writeQuoted(out, *text);
      }
      break;
    }
    switch (op.opcode()) {
    case Opcode::Prim:
    case Opcode::NativeCall:
    case Opcode::CallKnown:
    case Opcode::TailCallKnown:
      printArguments(operands);
      break;
    case Opcode::Closure:
      if (!operands.empty()) {
        out << ' ';
        printArguments(operands);
      }
      break;
    case Opcode::Call:
    case Opcode::TailCall:
      if (operands.empty()) // only in text of a verifier's error
        break;
      out << ' ' << names[operands[0]];
      printArguments(operands.drop_front());
      break;
    default:
      first = true;
      for (const Value *v : operands) {
        separate();
        out << names[v];
      }
    }
    for (unsigned i = 0; i < op.successors().size(); ++i) {
      separate();
      out << names[op.successors()[i].block];
      if (op.successors()[i].count)
        printArguments(op.successorArguments(i));
    }
    if (!op.results().empty())
      out << " : " << spelling(op.result()->type());
    else if (op.opcode() == Opcode::Return && operands.size() == 1)
      out << " : " << spelling(operands[0]->type());
    printLocation(op.location());
  }
};

} // namespace

void print(const Module &module, llvm::raw_ostream &out,
           const PrintOptions &options) {
  Printer(out, options, module.sourceManager()).printModule(module);
}

void print(const Function &function, llvm::raw_ostream &out,
           const PrintOptions &options) {
  Printer printer(out, options, function.module()->sourceManager());
  printer.names.addTree(rootOf(&function));
  printer.printFunction(function);
}

} // namespace plc::ir
