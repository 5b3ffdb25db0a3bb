//===- Buffers.h - memory that is shared with other runtimes ----*- C++ -*-===//
#ifndef PLC_RUNTIME_BUFFERS_H
#define PLC_RUNTIME_BUFFERS_H

#include "plc/plugin.h"
#include "stdlib/runtime/Runtime.h"

namespace plc::rt {

// Slots of the host table.
plc_status host_buffer(const plc_host *, plc_value v, plc_buffer *result,
                       plc_error *error);
plc_value host_share(const plc_host *, const plc_buffer *buffer);

} // namespace plc::rt
#endif // PLC_RUNTIME_BUFFERS_H
