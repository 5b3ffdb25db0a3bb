//===- Requests.cpp - what programs ask the evaluator ---------------------===//
//
// The functions of plc_evaluator. They run on the Lisp stack, called by the
// primitives behind eval and load; none of them raises.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/Evaluator.h"

#include "frontend/FormMemory.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace plc::driver {

static Evaluator *theEvaluator;

int Evaluator::fail(const char *type, std::string text) {
  message = std::move(text);
  table.type = type;
  table.message = message.c_str();
  return PLC_EVAL_FAILED;
}

/// The first error, with its place if that is a file's.
int Evaluator::failByDiagnostics() {
  frontend::Session &session = compiler.session;
  std::string text;
  for (const auto &diagnostic : session.diagnostics.all()) {
    if (diagnostic->severity != ir::Severity::Error)
      continue;
    ir::Location at = diagnostic->location;
    while (session.sources.span(at).expandedFrom.isKnown())
      at = session.sources.span(at).expandedFrom;
    if (at.isKnown() && session.sources.fileName(at) != "<eval>") {
      ir::LineColumn place = session.sources.lineColumn(at);
      text = session.sources.fileName(at).str() + ":" +
             std::to_string(place.line) + ":" + std::to_string(place.column) +
             ": ";
    }
    text += diagnostic->message;
    if (!diagnostic->primaryLabel.empty())
      text += ": " + diagnostic->primaryLabel;
    break;
  }
  session.diagnostics.clear();
  return fail("syntax-error", std::move(text));
}

/// Code that had to run first has ended so (plc_enter).
int Evaluator::failBy(int status, plc_value *result) {
  if (status != 1)
    return PLC_EVAL_ESCAPED;
  *result = process.entry<plc_value(plc_context *)>("plc_pending_object")(
      process.context());
  return PLC_EVAL_RAISED;
}

FormTrees::Meaning Evaluator::meaningOf(const frontend::Global *global) {
  if (std::optional<plc_value> value = values->valueOf(global))
    return {nullptr, *value};
  if (plc_value *place = cells.lookup(global->symbol))
    return {place, PLC_UNBOUND};
  auto inMemory = [&] {
    Expected<void *> found = process.jit().lookup(global->symbol);
    if (!found)
      report_fatal_error(found.takeError());
    return *found;
  };
  // A library that the form needed has evaluated others meanwhile: the cell
  // goes with the form.
  if (global->object)
    return {nullptr, *static_cast<plc_value *>(inMemory())};
  void *&place = addresses[global->symbol];
  if (!place)
    place = process.find(global->symbol);
  if (!place)
    place = inMemory();
  // The symbol names the cell, or the closure itself.
  if (global->kind == frontend::GlobalKind::Procedure)
    return {nullptr, reinterpret_cast<uint64_t>(place) | PLC_TAG_PROCEDURE};
  return {static_cast<plc_value *>(place), PLC_UNBOUND};
}

/// A name or constant whose value is at hand needs no tree.
bool Evaluator::isConstant(const frontend::Unit &unit, plc_value *result) {
  if (unit.body.size() != 1)
    return false;
  const frontend::Node *node = unit.body.front();
  switch (node->kind) {
  case frontend::NodeKind::Constant:
    if (node->datum->kind == ir::DatumKind::Fixnum &&
        plc_fits_fixnum(node->datum->integer)) {
      *result = plc_fixnum(node->datum->integer);
      return true;
    }
    return false;
  case frontend::NodeKind::PrimitiveRef:
    *result = trees->primitive(node->primitive);
    return true;
  case frontend::NodeKind::GlobalRef: {
    FormTrees::Meaning meaning = meaningOf(node->global);
    *result = meaning.cell ? *meaning.cell : meaning.value;
    return *result != PLC_UNBOUND;
  }
  default:
    return false;
  }
}

int Evaluator::procedureOf(const frontend::Syntax *form, int64_t environment,
                           plc_value *result) {
  if (hotCode)
    hotCode->exchange();
  frontend::Unit *unit = expand(form, environments[environment]);
  if (compiler.hasErrors()) {
    endForm(*unit, FormCode::None);
    return failByDiagnostics();
  }
  compiler.session.diagnostics.clear();
  if (needsLibraries(*unit)) {
    // Their code may evaluate forms, too.
    values->defineCells();
    compiler.session.keepForm();
    if (int status = addLibraries(*unit)) {
      endForm(*unit, FormCode::None);
      return failBy(status, result);
    }
  }
  if (isConstant(*unit, result)) {
    endForm(*unit, FormCode::None);
    return PLC_EVAL_CONSTANT;
  }
  if (const plc_tree_source *tree = trees->make(*unit)) {
    endForm(*unit, FormCode::None);
    *result = reinterpret_cast<uint64_t>(tree);
    return PLC_EVAL_TREE;
  }
  values->defineCells();
  *result = reinterpret_cast<uint64_t>(compile(*unit)->init);
  compiler.session.libraries().keepShims();
  Stages::enterRun(false);
  return PLC_EVAL_CODE;
}

/// Import sets as text, to know them again.
static void writeSets(const frontend::Syntax *s, std::string &out) {
  if (s->isIdentifier()) {
    out += "|" + s->name->text().str() + "|";
  } else if (s->kind == frontend::SyntaxKind::Constant &&
             s->datum->kind == ir::DatumKind::Fixnum) {
    out += std::to_string(s->datum->integer) + " ";
  } else {
    out += s->isProperList() ? "(" : "#(";
    for (const frontend::Syntax *element : s->elements)
      writeSets(element, out);
    out += ")";
  }
}

int Evaluator::request(plc_value sets, plc_value *result) {
  compiler.session.diagnostics.clear();
  const frontend::Syntax *list = values->convert(sets);
  values->defineCells();
  std::string text;
  writeSets(list, text);
  auto [known, isNew] =
      environmentNumbers.try_emplace(text, int64_t(environments.size()));
  if (isNew) {
    environments.emplace_back(compiler.session, list->elements);
    if (compiler.hasErrors()) {
      environments.pop_back();
      environmentNumbers.erase(known);
      return failByDiagnostics();
    }
    compiler.session.diagnostics.clear();
  }
  // The first form runs the libraries; that one has failed is told again.
  int64_t number = known->second;
  frontend::Unit imports;
  imports.importedLibraries = environments[number].libraries();
  for (const frontend::Library *library : imports.importedLibraries)
    imports.imports.push_back(library->name);
  if (!failedAmong(imports.importedLibraries).empty())
    if (int status = addLibraries(imports))
      return failBy(status, result);
  *result = plc_fixnum(number);
  return PLC_EVALUATED;
}

int Evaluator::open(plc_value path, int64_t environment, plc_value *result) {
  frontend::Session &session = compiler.session;
  session.diagnostics.clear();
  std::string name = textOf(path);
  auto buffer = MemoryBuffer::getFile(name, /*IsText=*/true);
  if (!buffer)
    return fail("file-error",
                "load: cannot read file `" + name +
                    "`: " + buffer.getError().message());
  uint32_t file = session.sources.addFile(name, (*buffer)->getBuffer().str());
  Source source = {frontend::readForms(session, file), environment};
  if (compiler.hasErrors())
    return failByDiagnostics();
  session.diagnostics.clear();
  sources.push_back(source);
  *result = plc_fixnum(int64_t(sources.size()) - 1);
  return PLC_EVALUATED;
}

int Evaluator::next(int64_t number, plc_value *result) {
  Source &source = sources[number];
  *result = PLC_FALSE;
  if (source.forms.empty())
    return PLC_EVALUATED;
  const frontend::Syntax *form = source.forms.front();
  source.forms = source.forms.drop_front();
  compiler.session.diagnostics.clear();
  collectForms();
  frontend::FormMemory memory(compiler.session);
  return procedureOf(form, source.environment, result);
}

/// Lets the runtime of this process ask.
void Evaluator::answerRequests() {
  theEvaluator = this;
  trees.emplace(compiler, process, [this](const frontend::Global *global) {
    return meaningOf(global);
  });
  values.emplace(compiler.session, process,
                 [this](const std::string &symbol, plc_value value,
                        ValueSyntax::CellUse use) {
                   plc_value *place = makeCell();
                   *place = value;
                   defineSymbol(symbol, place);
                   if (use == ValueSyntax::CellUse::Form)
                     formCells.push_back({symbol, place});
                 });
  table.compile = [](plc_context *, plc_value expression, int64_t environment,
                     plc_value *result) {
    Evaluator &self = *theEvaluator;
    self.compiler.session.diagnostics.clear();
    self.collectForms();
    frontend::FormMemory memory(self.compiler.session);
    const frontend::Syntax *form = self.values->convert(expression);
    return self.procedureOf(form, environment, result);
  };
  table.environment = [](plc_context *, plc_value sets, plc_value *result) {
    return theEvaluator->request(sets, result);
  };
  table.interaction = [](plc_context *, plc_value *result) {
    *result = plc_fixnum(0);
    return int(PLC_EVALUATED);
  };
  table.open = [](plc_context *, plc_value path, int64_t environment,
                  plc_value *result) {
    return theEvaluator->open(path, environment, result);
  };
  table.next = [](plc_context *, int64_t source, plc_value *result) {
    return theEvaluator->next(source, result);
  };
  *process.entry<plc_evaluator *>("rt_evaluator") = &table;
}

} // namespace plc::driver
