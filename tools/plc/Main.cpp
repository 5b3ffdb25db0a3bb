//===- Main.cpp - the command plc -----------------------------------------===//

#include "tools/plc/Jit.h"

int main(int argc, char **argv) { return plc::front::runInJit(argc, argv); }
