//===- Members.cpp - members of foreign objects, for completion -----------===//

#include "plc/plugin.h"
#include "tools/driver/Evaluator.h"

using namespace llvm;

namespace plc::driver {

/// A name as it is typed; empty if it has other characters than Latin-1.
static std::string textOf(plc_value string) {
  std::string text;
  const unsigned char *latin1 = plc_string_latin1(string);
  for (size_t i = 0; latin1 && i < plc_string_length(string); ++i)
    if (latin1[i] < 0x80)
      text += char(latin1[i]);
    else
      text += {char(0xC0 | latin1[i] >> 6), char(0x80 | (latin1[i] & 0x3F))};
  return text;
}

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
      if (std::string text = textOf(plc_car(list)); !text.empty())
        members.push_back(std::move(text));
  sort(members);
  return members;
}

} // namespace plc::driver
