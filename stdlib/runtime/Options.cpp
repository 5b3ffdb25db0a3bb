//===- Options.cpp - parses PLC_RUNTIME -------------------------------------===//

#include "stdlib/runtime/Options.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace plc::rt {

/// Number with an optional size suffix in [text, end); false if malformed.
static bool parseSize(const char *text, const char *end, size_t &result) {
  if (text == end)
    return false;
  size_t n = 0;
  for (; text != end && *text >= '0' && *text <= '9'; ++text) {
    if (n > (SIZE_MAX >> 40))
      return false;
    n = n * 10 + size_t(*text - '0');
  }
  if (text != end) {
    unsigned shift = 0;
    switch (*text++ | 0x20) {
    case 'k':
      shift = 10;
      break;
    case 'm':
      shift = 20;
      break;
    case 'g':
      shift = 30;
      break;
    default:
      return false;
    }
    n <<= shift;
  }
  result = n;
  return text == end;
}

const char *parseOptions(const char *text, Options &result, const char **bad) {
  while (*text) {
    const char *end = text + strcspn(text, ",");
    const char *equals =
        static_cast<const char *>(memchr(text, '=', size_t(end - text)));
    const char *nameEnd = equals ? equals : end;
    auto is = [&](const char *name) {
      size_t length = strlen(name);
      return length == size_t(nameEnd - text) && !memcmp(text, name, length);
    };
    *bad = text;
    size_t size = 0;
    bool hasSize = equals && parseSize(equals + 1, end, size);
    if (equals && !hasSize)
      return "expected a size such as 64m";
    if (is("heap-limit") && hasSize)
      result.heapLimit = size;
    else if (is("nursery") && hasSize)
      result.nursery = size;
    else if (is("stack") && hasSize)
      result.stack = size;
    else if (is("stress"))
      result.stressEvery = hasSize ? uint32_t(size) : 1;
    else if (is("gc-stats") && !equals)
      result.gcStats = true;
    else if (text != end)
      return "unknown option";
    text = *end ? end + 1 : end;
  }
  return nullptr;
}

/// What `plc build --heap-limit --gc-stats` put into the program; the user's
/// PLC_RUNTIME comes after it and wins.
extern "C" __attribute__((weak)) const char plc_default_options[];

const Options &options() {
  static Options parsed;
  static bool done = false;
  if (done)
    return parsed;
  done = true;
  const char *bad = nullptr;
  if (plc_default_options)
    parseOptions(plc_default_options, parsed, &bad);
  if (const char *text = getenv("PLC_RUNTIME"))
    if (const char *message = parseOptions(text, parsed, &bad)) {
      fprintf(stderr, "error: PLC_RUNTIME: %s: `%.*s`\n", message,
              int(strcspn(bad, ",")), bad);
      exit(2);
    }
  return parsed;
}

} // namespace plc::rt
