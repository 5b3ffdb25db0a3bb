//===- Lower.h - core language to IR ----------------------------*- C++ -*-===//
#ifndef PLC_FRONTEND_LOWER_H
#define PLC_FRONTEND_LOWER_H

#include "frontend/Core.h"
#include "ir/Module.h"

#include <memory>

namespace plc::frontend {

/// IR (stage raw) of a unit. Every value is tagged there; passes unbox.
std::unique_ptr<ir::Module> lowerUnit(const Unit &unit,
                                      ir::SourceManager &sources,
                                      ir::Interner &interner);

} // namespace plc::frontend
#endif // PLC_FRONTEND_LOWER_H
