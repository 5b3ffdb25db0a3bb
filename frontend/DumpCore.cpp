//===- DumpCore.cpp - core nodes as readable Lisp -------------------------===//
//
// Variables that share a name within one unit, or have that of a global, a
// primitive or a form, are told apart by their number: `x`, `x~12`. Primitives
// are written with their names, other units' globals with theirs.
//
//===----------------------------------------------------------------------===//

#include "frontend/Expander.h"

#include "ir/Op.h"
#include "ir/support/DatumText.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"

using namespace plc::ir;

namespace plc::frontend {

namespace {

bool needsBars(llvm::StringRef name) {
  if (name.empty() || name == ".")
    return true;
  for (char c : name)
    if (static_cast<unsigned char>(c) <= ' ' || strchr("()[]{}\";'`,|#", c))
      return true;
  return llvm::isDigit(name.front());
}

class Dumper {
public:
  explicit Dumper(llvm::raw_ostream &out) : out(out) {}

  /// No variable is written with just this name.
  void reserve(Symbol name) { names[name] = nullptr; }

  void dump(const Node *node, unsigned indent) {
    switch (node->kind) {
    case NodeKind::Constant:
      if (needsQuote(node->datum))
        out << '\'';
      writeDatum(node->datum);
      return;
    case NodeKind::LocalRef:
      writeVariable(node->variable);
      return;
    case NodeKind::GlobalRef:
      writeGlobal(node->global);
      return;
    case NodeKind::PrimitiveRef:
      out << primitiveRow(node->primitive).name;
      return;
    case NodeKind::UnboundRef:
      writeName(node->name->text());
      return;
    case NodeKind::LocalSet:
      out << "(set! ";
      writeVariable(node->variable);
      return finish(node->children, indent);
    case NodeKind::GlobalSet:
      out << "(set! ";
      writeGlobal(node->global);
      return finish(node->children, indent);
    case NodeKind::UnboundSet:
      out << "(set! ";
      writeName(node->name->text());
      return finish(node->children, indent);
    case NodeKind::GlobalDefine:
      out << "(define ";
      writeGlobal(node->global);
      return finish(node->children, indent);
    case NodeKind::If:
      out << "(if ";
      dump(node->children[0], indent + 4);
      newline(indent + 4);
      dump(node->children[1], indent + 4);
      newline(indent + 4);
      dump(node->children[2], indent + 4);
      out << ')';
      return;
    case NodeKind::Lambda:
      out << "(lambda ";
      writeFormals(node);
      writeDocumentation(node);
      return finish(node->children, indent);
    case NodeKind::CaseLambda:
      out << "(case-lambda";
      for (const Node *clause : node->children) {
        newline(indent + 2);
        out << '(';
        writeFormals(clause);
        writeDocumentation(clause);
        finish(clause->children, indent + 2);
      }
      out << ')';
      return;
    case NodeKind::Sequence:
      out << "(begin";
      return finish(node->children, indent);
    case NodeKind::Let:
    case NodeKind::Letrec: {
      const char *head = node->kind == NodeKind::Let ? "(let (" : "(letrec* (";
      out << head;
      unsigned column = indent + strlen(head);
      for (size_t i = 0; i < node->variables.size(); ++i) {
        if (i)
          newline(column);
        out << '(';
        writeVariable(node->variables[i]);
        out << ' ';
        dump(node->children[i], column + 2);
        out << ')';
      }
      out << ')';
      return finish(node->children.take_back(), indent);
    }
    case NodeKind::Call:
      out << '(';
      for (size_t i = 0; i < node->children.size(); ++i) {
        if (i)
          out << ' ';
        dump(node->children[i], indent + 2);
      }
      out << ')';
      return;
    case NodeKind::NativeCall:
    case NodeKind::NativeCallback: {
      bool isCall = node->kind == NodeKind::NativeCall;
      out << (isCall ? "(%native-call" : "(%native-callback");
      for (Symbol text :
           {node->native.symbol, node->native.name, node->native.signature})
        if (text) {
          out << ' ';
          writeQuoted(out, text->text());
        }
      for (const Node *child : node->children) {
        out << ' ';
        dump(child, indent + 2);
      }
      out << ')';
      return;
    }
    }
    llvm_unreachable("unknown node kind");
  }

private:
  static bool needsQuote(const Datum *d) {
    return d->kind == DatumKind::Symbol || d->kind == DatumKind::Pair ||
           d->kind == DatumKind::Null || d->kind == DatumKind::Vector ||
           d->kind == DatumKind::Map;
  }

  void writeDatum(const Datum *datum) { ir::writeDatum(out, datum); }

  void writeName(llvm::StringRef name) {
    if (needsBars(name))
      out << '|' << name << '|';
    else
      out << name;
  }

  void writeVariable(const Variable *variable) {
    auto [owner, isNew] = names.try_emplace(variable->name, variable);
    llvm::StringRef name = variable->name->text();
    if (isNew && isTaken(name))
      owner->second = nullptr;
    writeName(owner->second == variable
                  ? name.str()
                  : (name + "~" + llvm::Twine(variable->id)).str());
  }

  /// True of words that mean something else in the text.
  static bool isTaken(llvm::StringRef name) {
    for (const char *word : {"quote", "if", "lambda", "case-lambda", "begin",
                             "let", "letrec*", "set!", "define"})
      if (name == word)
        return true;
    return findPrimitive(name).has_value();
  }

  void writeGlobal(const Global *global) {
    // A hidden or renamed global shows the suffix of its link name.
    llvm::StringRef symbol = global->symbol;
    size_t at = symbol.rfind(':');
    llvm::StringRef last = symbol.drop_front(at + 1);
    writeName(
        last.starts_with(global->name->text()) &&
                last.drop_front(global->name->text().size()).starts_with("~")
            ? last
            : global->name->text());
  }

  void writeFormals(const Node *node) {
    frontend::writeFormals(
        out, *node, [&](const Variable *variable) { writeVariable(variable); });
  }

  void writeDocumentation(const Node *lambda) {
    if (lambda->datum) {
      out << ' ';
      writeDatum(lambda->datum);
    }
  }

  void finish(llvm::ArrayRef<Node *> body, unsigned indent) {
    for (const Node *child : body) {
      newline(indent + 2);
      dump(child, indent + 2);
    }
    out << ')';
  }

  void newline(unsigned indent) {
    out << '\n';
    out.indent(std::min(indent, 60u));
  }

  llvm::raw_ostream &out;
  llvm::DenseMap<Symbol, const Variable *> names;
};

} // namespace

void writeFormals(llvm::raw_ostream &out, const Node &lambda,
                  llvm::function_ref<void(const Variable *)> writeName) {
  llvm::ArrayRef<Variable *> parameters = lambda.variables;
  if (lambda.hasRest && lambda.restLimit < 0 && parameters.size() == 1) {
    writeName(parameters[0]);
    return;
  }
  out << '(';
  for (size_t i = 0; i < parameters.size(); ++i) {
    bool isRest = lambda.hasRest && i + 1 == parameters.size();
    if (i)
      out << (isRest && lambda.restLimit < 0 ? " . " : " ");
    if (isRest && lambda.restLimit >= 0)
      out << ":up-to " << lambda.restLimit << ' ';
    writeName(parameters[i]);
  }
  out << ')';
}

void dumpCore(const Node *node, llvm::raw_ostream &out) {
  Dumper(out).dump(node, 0);
  out << '\n';
}

void dumpUnit(const Unit &unit, llvm::raw_ostream &out) {
  Dumper dumper(out);
  for (const Global *global : unit.globals)
    dumper.reserve(global->name);
  for (const Node *node : unit.body) {
    dumper.dump(node, 0);
    out << '\n';
  }
}

} // namespace plc::frontend
