//===- System.cpp - process context, time, features -----------------------===//
#include "stdlib/runtime/System.h"
#include "stdlib/runtime/Runtime.h"

#include <cstdlib>
#include <ctime>
#include <unistd.h>

using namespace plc::rt;

static int argumentCount;
static char **arguments;

void plc::rt::setCommandLine(int argc, char **argv) {
  argumentCount = argc;
  arguments = argv;
}

plc_value plc::rt::detail::prim_CommandLine(Context *ctx) {
  Value list = PLC_NULL;
  for (int i = argumentCount - 1; i >= 0; --i) {
    Value text = makeString(ctx, arguments[i]);
    list = cons(ctx, text, list);
  }
  return list;
}

plc_value plc::rt::detail::prim_GetEnvironmentVariable(Context *ctx,
                                                       Value name) {
  if (!plc_is_kind(name, PLC_KIND_STRING))
    wrongType(ctx, "get-environment-variable", 1, "a string", name);
  size_t bytes;
  char *text = toUtf8(ctx, name, &bytes);
  const char *value = getenv(text);
  free(text);
  return value ? makeString(ctx, value) : PLC_FALSE;
}

plc_value plc::rt::detail::prim_GetEnvironmentVariables(Context *ctx) {
  size_t count = 0;
  while (environ[count])
    ++count;
  Value list = PLC_NULL;
  while (count-- > 0) {
    const char *entry = environ[count];
    const char *equals = strchr(entry, '=');
    if (!equals)
      continue;
    Value name = makeString(ctx, entry, equals - entry);
    Value value = makeString(ctx, equals + 1);
    list = cons(ctx, cons(ctx, name, value), list);
  }
  return list;
}

plc_value plc::rt::detail::prim_CurrentSecond(Context *ctx) {
  // TAI is UTC + 37 s since 2017; the kernel knows it where ntpd set it.
  timespec now;
  if (clock_gettime(CLOCK_TAI, &now) != 0)
    clock_gettime(CLOCK_REALTIME, &now);
  return makeFlonum(ctx, double(now.tv_sec) + double(now.tv_nsec) * 1e-9);
}

plc_value plc::rt::detail::prim_CurrentJiffy(Context *) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return plc_fixnum(int64_t(now.tv_sec) * 1000000000 + now.tv_nsec);
}

plc_value plc::rt::detail::prim_JiffiesPerSecond(Context *) {
  return plc_fixnum(1000000000);
}

plc_value plc::rt::detail::prim_Features(Context *ctx) {
  static const char *const names[] = {
#define FEATURE(Name) Name,
#include "stdlib/Features.def"
#include "stdlib/srfi-features.inc"
  };
  Value list = PLC_NULL;
  for (size_t i = sizeof names / sizeof *names; i-- > 0;)
    list = cons(ctx, intern(ctx, names[i]), list);
  return list;
}

plc_value plc::rt::detail::prim_Void(Context *) { return PLC_UNSPECIFIED; }
