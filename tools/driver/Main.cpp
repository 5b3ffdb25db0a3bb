//===- Main.cpp - entry of libplcjit.so -----------------------------------===//

#include "tools/driver/Host.h"

#include "llvm/Support/raw_ostream.h"

extern "C" __attribute__((visibility("default"))) int
plcjit_main(int argc, char **argv, const plc_host *host) {
  llvm::errs() << "error: command `" << (argc > 1 ? argv[1] : "")
               << "` is not available in this build\n";
  return 2;
}
