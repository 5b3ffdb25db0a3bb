//===- Repl.cpp - plc repl ------------------------------------------------===//

#include "tools/driver/Process.h"

namespace plc::driver {
int runRepl(const Options &options, const plc_host &host) { return 70; }
} // namespace plc::driver
