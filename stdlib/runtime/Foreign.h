//===- Foreign.h - objects and calls of foreign runtimes --------*- C++ -*-===//
//
// The runtime's half of the foreign interface: the functions that plugins call
// (HostTable.cpp), the references that Lisp holds (References.cpp), and the
// operations that Lisp calls (Foreign.cpp). Programs without foreign imports
// contain none of it: the rest of the runtime reaches it by hooks only, which
// are set when the first plugin is started.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_FOREIGN_H
#define PLC_RUNTIME_FOREIGN_H

#include "plc/plugin.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Port.h"

#include <cstdio>

namespace plc::rt {

/// What plugins are given.
extern const plc_host hostTable;

//===--- References (References.cpp) --------------------------------------===//

/// Words of a FOREIGN object, all raw.
enum ReferenceWord {
  ReferencePlugin,
  ReferenceHandle,
  ReferenceSlot, ///< in the table of references
  ReferenceWords
};

/// The live reference of a key, or PLC_UNBOUND.
Value findReference(const plc_plugin *plugin, uintptr_t key);
/// \pre there is none
Value makeReference(Context *ctx, plc_plugin *plugin, uintptr_t key,
                    uintptr_t handle);
/// Handles of dead references that wait for that.
extern size_t deadReferences;
void releaseBatches();
/// Gives the handles of dead references back. Not while a plugin runs.
inline void releaseDeadReferences() {
  if (__builtin_expect(deadReferences != 0, 0))
    releaseBatches();
}
/// References of a plugin that are alive.
size_t countReferences(const plc_plugin *plugin);

//===--- Namespaces (ForeignModules.cpp) ----------------------------------===//

/// What a foreign import binds: VALUES, which no program can get hold of, of
/// these. The module is loaded when it is first used.
enum NamespaceWord {
  NamespaceEcosystem,
  NamespaceName,
  NamespaceOptions,
  NamespaceModule, ///< PLC_UNBOUND: not loaded yet
  NamespaceWords
};

inline bool isNamespace(Value v) {
  return plc_is_kind(v, PLC_KIND_VALUES) &&
         plc_header_length(plc_header(v)) == NamespaceWords;
}
/// The plugin of an ecosystem, ready; raises if there is none. Nothing else raises
/// where strings of C++ are alive.
plc_plugin *startPlugin(Context *ctx, const char *ecosystem);
/// Loads it if that has not been done.
Value moduleOf(Context *ctx, Value space);
/// The module of a namespace that is loaded.
inline Value loadedModule(Value object) {
  if (isNamespace(object) && plc_fields(object)[NamespaceModule] != PLC_UNBOUND)
    return plc_fields(object)[NamespaceModule];
  return object;
}

//===--- Calls of plugins (Operation.cpp) --------------------------------===//

/// What a plugin passes through its runtime when Lisp that it called did not
/// return: VALUES of how it ended and the object, see EnterStatus.
Value makeToken(Context *ctx, EnterStatus status, Value object);
/// \{ Of a token, or of a condition that stands for one: true if it was raised, and
/// the object that was.
bool isRaised(Value token);
Value tokenObject(Value token);
/// \}

/// Both sides write to standard output: what one has written is shown before
/// the other may write more.
inline bool hasLispOutput() {
  return standardOutput && standardOutput->end > 0;
}
inline void showLispOutput(Context *ctx) {
  if (hasLispOutput())
    showOutput(ctx);
}
void flushForeignOutput();
inline bool mayHaveForeignOutput() {
  // __fpending without a call, for streams that are not wide.
  return stdout->_IO_write_ptr != stdout->_IO_write_base || stdout->_mode > 0;
}
inline void showForeignOutput() {
  if (mayHaveForeignOutput())
    flushForeignOutput();
}

//===--- What plugins are told of (ForeignEvents.cpp) ---------------------===//

struct Fiber;
/// Handler of SIGINT.
void onInterruptedPlugin();
/// Runs the handlers of plugins for signals that have come; may raise.
void handleSignals(Context *ctx);
void shutDownPlugins();
void onFiberSwitch(Fiber *from, Fiber *to);
void onFiberEnd(Fiber *fiber);
/// When a plugin has been opened: what C++ keeps by thread may be there.
void findExceptionGlobals();

/// Makes the rest of the runtime ask here about foreign objects.
void installForeignHooks(Context *ctx);
void installForeignSequences();
/// The plugin of an object; a namespace is replaced by its module.
plc_plugin *pluginOfObject(Context *ctx, const char *who, Value &object);

/// A caller that wants one value may take the first of these.
void rememberHostValues(Context *ctx, Value result);

/// Runs code that may raise while a plugin is active: a raise is kept and goes
/// on when the plugin has returned. False then.
bool protect(Context *ctx, void (*run)(Context *ctx, void *data), void *data);

} // namespace plc::rt
#endif // PLC_RUNTIME_FOREIGN_H
