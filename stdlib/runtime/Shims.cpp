//===- Shims.cpp - generated code of other languages ----------------------===//
//
// What shims (plc/shims.h) are given, for each language a table of its own.
//
//===----------------------------------------------------------------------===//

#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/Text.h"

#include "plc/shims.h"

#include <cstring>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

namespace {

/// A language, kept for ever.
struct ShimLanguage {
  ShimLanguage *next;
  char name[32];
  plc_plugin plugin;
  plc_shim_host host;
};
ShimLanguage *languages;

/// The shim that failed has returned to code that asks for what was thrown.
void raiseOfShim(plc_plugin *plugin, plc_status status, plc_error *error) {
  Context *ctx = theContext;
  if (keptToken == PLC_FALSE)
    keptToken = makeToken(ctx, EnterStatus::Raised,
                          foreignCondition(ctx, plugin, status, *error, "call",
                                           PLC_DEFAULT));
  setThrown(ctx, true);
}

ShimLanguage *makeLanguage(const char *name) {
  auto *language = new ShimLanguage();
  snprintf(language->name, sizeof language->name, "%s", name);
  plc_plugin &plugin = language->plugin;
  plugin.struct_size = sizeof plugin;
  plugin.abi_major = PLC_PLUGIN_ABI_MAJOR;
  plugin.abi_minor = PLC_PLUGIN_ABI_MINOR;
  plugin.language = plugin.ecosystems = language->name;
  plugin.version = "";
  language->host = {sizeof(plc_shim_host), &hostTable, &plugin, raiseOfShim};
  language->next = languages;
  return languages = language;
}

} // namespace
} // namespace plc::rt

extern "C" Value prim_ShimHost(Context *ctx, Value name) {
  if (!isString(name))
    wrongType(ctx, "%shim-host", 1, "a string", name);
  installForeignHooks(ctx);
  char text[32] = "";
  size_t bytes = hostTable.string_utf8(&hostTable, name, text, sizeof text - 1);
  text[bytes < sizeof text ? bytes : 0] = 0;
  ShimLanguage *language = languages;
  while (language && strcmp(language->name, text) != 0)
    language = language->next;
  if (!language)
    language = makeLanguage(text);
  installNativeObjects(ctx);
  return makePointer(ctx, &language->host, intern(ctx, "void"), PLC_FALSE, -1);
}
