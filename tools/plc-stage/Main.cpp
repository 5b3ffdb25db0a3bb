//===- Main.cpp - the compiler before there is a standard library ---------===//
//
//   plc-stage SOURCES FOLDER
//
// makes FOLDER/libplcstd.a and FOLDER/interfaces from the libraries below
// SOURCES. The build uses it once; plc is then linked with the result.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/Stage.h"

#include <cstdio>

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: plc-stage SOURCES FOLDER\n");
    return 2;
  }
  return plcjit_build_library(argv[1], argv[2]);
}
