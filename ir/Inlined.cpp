//===- Inlined.cpp - locations of text that replaces a call ---------------===//

#include "ir/Inlined.h"

namespace plc::ir {

InlinedLocations::InlinedLocations(const Function &callee, const Op *call)
    : sources(callee.module()->sourceManager()), declared(callee.location) {
  newSite = sources.addInlineSite(
      {callee.lispName, callee.location, call->location(),
       call->opcode() == Opcode::TailCallKnown});
}

Location InlinedLocations::operator()(Location location) {
  if (!location.isKnown())
    location = declared;
  if (!location.isKnown())
    return location;
  if (uint32_t known = locations.lookup(location.index))
    return {known};
  uint32_t site = moved(sources.span(location).site);
  Location result = sources.addInlined(location, site);
  locations[location.index] = result.index;
  return result;
}

uint32_t InlinedLocations::moved(uint32_t site) {
  if (!site)
    return newSite;
  if (uint32_t known = sites.lookup(site))
    return known;
  InlineSite inner = sources.inlineSite(site);
  inner.call = (*this)(inner.call);
  uint32_t result = sources.addInlineSite(inner);
  sites[site] = result;
  return result;
}

} // namespace plc::ir
