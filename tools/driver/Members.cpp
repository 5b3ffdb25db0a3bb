//===- Members.cpp - members of foreign objects, for completion -----------===//

#include "tools/driver/Evaluator.h"

using namespace llvm;

namespace plc::driver {

std::vector<std::string> Evaluator::membersOf(StringRef name) {
  std::vector<std::string> members;
  plc_value *place = cell(name);
  if (!place || *place == PLC_UNBOUND || plc_is_fixnum(*place))
    return members;
  // Namespaces, references, pointers: asked, not shown what goes wrong.
  if (!plc_is_kind(*place, PLC_KIND_FOREIGN) &&
      !plc_is_kind(*place, PLC_KIND_POINTER) &&
      !plc_is_kind(*place, PLC_KIND_VALUES))
    return members;
  auto closure = reinterpret_cast<uint64_t>(
      process.entry<void()>("plc_prim_ForeignMembers"));
  plc_value argument = *place, list = PLC_NULL;
  if (process.entry<int(plc_context *, plc_value, int64_t, const plc_value *,
                        plc_value *)>("plc_enter")(
          process.context(), closure | PLC_TAG_PROCEDURE, 1, &argument,
          &list) != 0)
    return members;
  for (; plc_is_pair(list); list = plc_cdr(list))
    if (plc_is_kind(plc_car(list), PLC_KIND_STRING))
      members.push_back(textOf(plc_car(list)));
  sort(members);
  return members;
}

std::vector<std::vector<std::string>> Evaluator::rowsOf(StringRef name) {
  std::vector<std::vector<std::string>> rows;
  plc_value *place = cell(name);
  if (!place || *place == PLC_UNBOUND)
    return rows;
  for (plc_value list = *place; plc_is_pair(list); list = plc_cdr(list)) {
    rows.emplace_back();
    for (plc_value row = plc_car(list); plc_is_pair(row); row = plc_cdr(row))
      rows.back().push_back(textOf(plc_car(row)));
  }
  return rows;
}

} // namespace plc::driver
