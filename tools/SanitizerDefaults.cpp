//===- SanitizerDefaults.cpp - how sanitized programs of the project run --===//
//
// Linked into every executable of the sanitizer preset. Threads of the compiler
// and the runtime bring alternate signal stacks of their own, which the
// sanitizer would take for its own at their end; compilers free nothing at
// their end.
//
//===----------------------------------------------------------------------===//

extern "C" __attribute__((visibility("default"))) const char *
__asan_default_options() {
  return "use_sigaltstack=0:detect_leaks=0";
}
