//===- Check.cpp - plc check: diagnoses only ------------------------------===//

#include "tools/driver/Compiler.h"
#include "tools/driver/Progress.h"

namespace plc::driver {

int runCheck(const Options &options, const plc_host &host) {
  // Diagnostics are equal at every level, so the fastest will do.
  Options fast = options;
  fast.level = 0;
  Compiler compiler(fast, host);
  Progress progress(options);
  runOnBigStack([&] {
    // The mandatory passes have diagnostics of their own.
    if (frontend::Unit *unit = compiler.expand())
      compiler.lower(*unit);
    else if (!compiler.hasErrors())
      for (frontend::Unit *library : compiler.libraryUnits)
        compiler.lower(*library);
  });
  progress.finish();
  return compiler.report();
}

} // namespace plc::driver
