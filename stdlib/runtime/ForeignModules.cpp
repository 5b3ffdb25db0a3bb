//===- ForeignModules.cpp - plugins are started, modules imported ---------===//
//
// A namespace is what a foreign import binds: its module is loaded, and the plugin
// started, when it is first used.
//
//===----------------------------------------------------------------------===//
#include "ffi/Plugins.h"
#include "stdlib/runtime/HeapImpl.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/Symbols.h"
#include "stdlib/runtime/Text.h"

#include <cstdio>
#include <cstdlib>

using namespace plc::rt;
using namespace plc::rt::detail;

namespace plc::rt {

/// "lua" of a string or symbol, without a colon; on the stack of the caller.
static void ecosystemText(Context *ctx, const char *who, Value v, char *text,
                          size_t size) {
  Value string = isSymbol(v) ? symbolName(v) : v;
  if (!isString(string))
    wrongType(ctx, who, 1, "a symbol or string", v);
  size_t n = hostTable.string_utf8(&hostTable, string, text, size - 1);
  if (n == 0 || n >= size)
    wrongType(ctx, who, 1, "the name of an ecosystem", v);
  text[n] = 0;
}

//===--- Starting plugins -------------------------------------------------===//

/// Pairs of an ecosystem and the environment in which the compiler found a
/// package, of namespaces. Those are made before anything else of a program runs.
static Value environments = PLC_NULL;

static void noteEnvironment(Context *ctx, Value ecosystem, Value options) {
  static bool isRooted;
  if (!isRooted)
    registerRoots(ctx, &environments, 1);
  isRooted = true;
  for (; plc_is_pair(options) && plc_is_pair(plc_cdr(options));
       options = plc_cdr(plc_cdr(options)))
    if (plc_car(options) == intern(ctx, ":environment"))
      environments = cons(
          ctx, cons(ctx, ecosystem, plc_car(plc_cdr(options))), environments);
}

/// Before the plugin is started.
static void tellEnvironment(Context *ctx, const ffi::Plugin &plugin) {
  if (!plugin.table->use_environment)
    return;
  for (Value rest = environments; plc_is_pair(rest); rest = plc_cdr(rest)) {
    char name[64];
    ecosystemText(ctx, "foreign-import", plc_car(plc_car(rest)), name,
                  sizeof name);
    if (ffi::pluginOf(name) != plugin.name)
      continue;
    char *text = toUtf8(ctx, plc_cdr(plc_car(rest)), nullptr);
    plugin.table->use_environment(plugin.table, text);
    free(text);
  }
}

/// The plugin of an ecosystem, ready. The string functions of C++ own memory:
/// nothing raises before they are gone.
plc_plugin *startPlugin(Context *ctx, const char *ecosystem) {
  ffi::Plugin *plugin;
  char text[600] = "";
  {
    std::string problem;
    plugin = ffi::openPlugin(ffi::pluginOf(ecosystem), &hostTable, problem);
    if (!plugin)
      snprintf(text, sizeof text, "%.590s", problem.c_str());
  }
  if (!plugin)
    raiseCondition(ctx, "no-plugin", text, PLC_NULL);
  if (!plugin->isStarted) {
    installForeignHooks(ctx);
    findExceptionGlobals();
    tellEnvironment(ctx, *plugin);
    Operation op(ctx, plugin->table, "start");
    op.finish(plugin->table->start(plugin->table, &hostTable, &op.error));
    plugin->isStarted = true;
  }
  releaseDeadReferences();
  return plugin->table;
}

//===--- Modules ----------------------------------------------------------===//

/// For primitives whose second argument is a string.
static plc_plugin *pluginFor(Context *ctx, const char *who, Value ecosystem,
                             Value string) {
  char text[64];
  ecosystemText(ctx, who, ecosystem, text, sizeof text);
  if (!isString(string))
    wrongType(ctx, who, 2, "a string", string);
  return startPlugin(ctx, text);
}

static Value importModule(Context *ctx, Value ecosystem, Value name,
                          Value options) {
  plc_plugin *plugin = pluginFor(ctx, "foreign-import", ecosystem, name);
  Operation op(ctx, plugin, "import");
  if (!plugin->import)
    op.missing();
  Value result = PLC_UNSPECIFIED;
  op.finish(plugin->import(plugin, name, options, &result, &op.error), name);
  return result;
}

Value moduleOf(Context *ctx, Value space) {
  Value module = plc_fields(space)[NamespaceModule];
  if (module != PLC_UNBOUND)
    return module;
  const Value *words = plc_fields(space);
  module = importModule(ctx, words[NamespaceEcosystem], words[NamespaceName],
                        words[NamespaceOptions]);
  store(ctx, plc_fields(space) + NamespaceModule, module);
  return module;
}

} // namespace plc::rt

//===--- Primitives -------------------------------------------------------===//

extern "C" Value prim_ForeignImport(Context *ctx, Value ecosystem, Value name,
                                    Value options) {
  return importModule(ctx, ecosystem, name,
                      options == PLC_DEFAULT ? Value(PLC_NULL) : options);
}

extern "C" Value prim_ForeignNamespace(Context *ctx, Value ecosystem,
                                       Value name, Value options) {
  Value space =
      allocateObject(ctx, PLC_KIND_VALUES, 0, NamespaceWords, PLC_UNBOUND);
  store(ctx, plc_fields(space) + NamespaceEcosystem, ecosystem);
  store(ctx, plc_fields(space) + NamespaceName, name);
  store(ctx, plc_fields(space) + NamespaceOptions, options);
  if (plc_is_pair(options))
    noteEnvironment(ctx, ecosystem, options);
  return space;
}

extern "C" Value prim_ForeignModule(Context *ctx, Value v) {
  return isNamespace(v) ? moduleOf(ctx, v) : v;
}

extern "C" Value prim_ForeignEvaluate(Context *ctx, Value ecosystem,
                                      Value source, Value statements) {
  plc_plugin *plugin = pluginFor(ctx, "foreign-evaluate", ecosystem, source);
  Operation op(ctx, plugin, "evaluate");
  if (!plugin->evaluate)
    op.missing();
  Value result = PLC_UNSPECIFIED;
  bool isStatements = statements != PLC_DEFAULT && plc_is_true(statements);
  op.finish(plugin->evaluate(plugin, source, isStatements, &result, &op.error));
  return result;
}

extern "C" Value prim_ForeignReferences(Context *ctx, Value ecosystem) {
  char text[64];
  ecosystemText(ctx, "foreign-references", ecosystem, text, sizeof text);
  plc_plugin *plugin = startPlugin(ctx, text);
  uint64_t count = plugin->live_references ? plugin->live_references(plugin)
                                           : countReferences(plugin);
  return makeInteger(ctx, int64_t(count));
}
