//===- EvaluatedForms.cpp - the memory of what was evaluated --------------===//
//
// Code of a form that defines nothing goes when nothing refers to it any more:
// no closure, no frame, no trace of an error. To find that out takes a
// collection, so it is done for many forms at once.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/Evaluator.h"

#include "llvm/Support/ErrorHandling.h"

#include <chrono>

using namespace llvm;

namespace plc::driver {

bool Evaluator::isRemovable(const frontend::Unit &unit) const {
  // Native code may keep pointers to callbacks, globals have names, and what is
  // defined again may be compiled again when it is hot.
  for (const frontend::Node *node : unit.body)
    if (node->kind == frontend::NodeKind::GlobalDefine)
      return false;
  return unit.globals.empty() && unit.natives.empty() && !unit.callsNative;
}

/// The form has been compiled to code that is removable, or stays, or to none:
/// it was wrong, or its value was at hand.
void Evaluator::endForm(const frontend::Unit &unit, FormCode code) {
  // Names and macros refer to pieces of the form, code that stays to cells, and
  // what is compiled again to nodes.
  if (code == FormCode::Stays || unit.scope || !unit.globals.empty())
    compiler.session.keepForm();
  if (unit.scope)
    values->defineCells();
  if (code == FormCode::Stays || unit.scope) {
    // Code or a macro refers to the cells as long as the process lives.
    formCells.clear();
    return;
  }
  if (code == FormCode::Removable)
    forms.back().cells = std::move(formCells);
  else
    remove(formCells);
  formCells.clear();
  values->forget();
}

void Evaluator::remove(std::vector<FormCell> &cells) {
  for (FormCell &cell : cells) {
    if (Error error = process.jit().undefine(cell.symbol))
      report_fatal_error(std::move(error));
    *cell.place = PLC_UNBOUND;
    freeCells.push_back(cell.place);
  }
}

void Evaluator::remove(EvaluatedForm &form) {
  process.entry<void(plc_context *, const plc_unit *)>("rt_unregister_unit")(
      process.context(), form.code.unit);
  if (Error error = process.jit().remove(form.code))
    report_fatal_error(std::move(error));
  remove(form.cells);
}

/// Gives back the code of forms that nothing refers to, if there are many. A
/// safe point.
void Evaluator::collectForms() {
  if (forms.size() < mostForms)
    return;
  auto start = std::chrono::steady_clock::now();
  std::vector<plc_code_memory> memory;
  for (size_t i = 0; i < forms.size(); ++i)
    for (const codegen::AddressRange &range : forms[i].code.memory)
      memory.push_back({range.start, range.end, uint32_t(i)});
  llvm::sort(memory, [](const plc_code_memory &a, const plc_code_memory &b) {
    return a.start < b.start;
  });
  std::vector<uint8_t> isReached(forms.size());
  process.entry<decltype(rt_find_code_references)>("rt_find_code_references")(
      process.context(), memory.data(), memory.size(), isReached.data());
  std::vector<EvaluatedForm> left;
  for (size_t i = 0; i < forms.size(); ++i)
    if (isReached[i])
      left.push_back(std::move(forms[i]));
    else
      remove(forms[i]);
  forms = std::move(left);
  // Not more often than a collection of this heap can be paid for: to evaluate
  // a form takes a good part of a millisecond.
  auto cost = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  mostForms = forms.size() + std::max({kLeastForms, forms.size(),
                                       size_t(cost.count()) * 10});
}

} // namespace plc::driver
