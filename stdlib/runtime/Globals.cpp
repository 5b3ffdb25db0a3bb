//===- Globals.cpp - names of the interaction environment -----------------===//
#include "stdlib/runtime/Globals.h"
#include "stdlib/runtime/RuntimeCalls.h"

using namespace plc::rt;

plc_value (*rt_global_ref_hook)(plc_context *ctx, plc_value symbol);
bool (*rt_global_set_hook)(plc_context *ctx, plc_value symbol, plc_value value);

plc_value plc::rt::detail::rt_global_ref(plc_context *ctx, plc_value symbol) {
  plc_value value =
      rt_global_ref_hook ? rt_global_ref_hook(ctx, symbol) : PLC_UNBOUND;
  return value == PLC_UNBOUND ? rt_unbound_variable(ctx, symbol) : value;
}

void plc::rt::detail::rt_global_set(plc_context *ctx, plc_value symbol,
                                    plc_value value) {
  if (!rt_global_set_hook || !rt_global_set_hook(ctx, symbol, value))
    rt_unbound_variable(ctx, symbol);
}
