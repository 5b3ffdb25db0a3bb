//===- Binding.cpp - scopes and the table of core forms -------------------===//

#include "frontend/Binding.h"

namespace plc::frontend {

const CoreFormRow &coreFormRow(CoreForm form) {
  static constexpr CoreFormRow rows[] = {
#define CORE_FORM(Id, Name, Library, Form, Doc) {Name, Library, Form, Doc},
#include "frontend/CoreForms.def"
  };
  return rows[static_cast<size_t>(form)];
}

Scope::~Scope() = default;

void Scope::bind(IdentifierKey key, Binding *binding) {
  if (find(key)) {
    for (Entry &entry : entries)
      if (entry.key == key)
        entry.binding = binding;
    if (!index.empty())
      index[key] = binding;
    return;
  }
  entries.push_back({key, binding});
  if (!index.empty()) {
    index[key] = binding;
  } else if (entries.size() > kMaxLinear) {
    for (Entry &entry : entries)
      index[entry.key] = entry.binding;
  }
}

} // namespace plc::frontend
