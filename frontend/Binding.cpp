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

Scope::Scope(Scope *parent, DeepScopes *deep)
    : parent(parent), depth(parent ? parent->depth + 1 : 0),
      jump(!parent ? this
           : parent->depth - parent->jump->depth ==
                   parent->jump->depth - parent->jump->jump->depth
               ? parent->jump->jump
               : parent),
      deep(deep) {}

Scope::~Scope() = default;

const Scope *Scope::around(unsigned wanted) const {
  const Scope *s = this;
  while (s->depth > wanted)
    s = s->jump->depth >= wanted ? s->jump : s->parent;
  return s;
}

Scope *Scope::root() const { return const_cast<Scope *>(around(0)); }

Binding *Scope::findVisible(IdentifierKey key) const {
  const Scope *s = this;
  auto look = [&]() -> Binding * {
    for (unsigned steps = 0; s && steps < kMaxSteps; ++steps, s = s->parent)
      if (Binding *binding = s->find(key))
        return binding;
    return nullptr;
  };
  if (Binding *binding = look())
    return binding;
  if (s && s->depth >= kMaxSteps) {
    auto known = deep->find(key);
    if (known != deep->end()) {
      const Scope *nearest = nullptr;
      for (const Scope *binder : known->second)
        if (binder->depth <= s->depth &&
            (!nearest || binder->depth > nearest->depth) &&
            s->around(binder->depth) == binder)
          nearest = binder;
      if (nearest)
        return nearest->find(key);
    }
    s = s->around(kMaxSteps - 1);
  }
  return look();
}

void Scope::bind(IdentifierKey key, Binding *binding) {
  Binding *before = find(key);
  syntaxChanges += binding->isSyntax() || (before && before->isSyntax());
  if (before) {
    for (Entry &entry : entries)
      if (entry.key == key)
        entry.binding = binding;
    if (!index.empty())
      index[key] = binding;
    return;
  }
  entries.push_back({key, binding});
  if (deep && depth >= kMaxSteps)
    (*deep)[key].push_back(this);
  if (!index.empty()) {
    index[key] = binding;
  } else if (entries.size() > kMaxLinear) {
    for (Entry &entry : entries)
      index[entry.key] = entry.binding;
  }
}

} // namespace plc::frontend
