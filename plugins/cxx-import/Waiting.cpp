//===- Waiting.cpp - functions that wait for other threads ----------------===//

#include "CxxSource.h"

#include "clang/AST/DeclCXX.h"

#include <set>

using clang::dyn_cast;
using clang::isa;

namespace plc::cxximport {

/// Whether it is a part of the library that waits for other threads.
static bool waitsInLibrary(const clang::FunctionDecl *function) {
  auto *method = dyn_cast<clang::CXXMethodDecl>(function);
  if (!method)
    return function->isInStdNamespace() && function->getIdentifier() &&
           (function->getName() == "lock" || function->getName() == "call_once");
  if (!method->getParent()->isInStdNamespace())
    return false;
  static const std::set<llvm::StringRef> names = {
      "acquire",    "arrive_and_wait", "get",           "join",
      "lock",       "lock_shared",     "try_acquire_for", "try_acquire_until",
      "try_lock_for", "try_lock_until", "wait",         "wait_for",
      "wait_until"};
  static const std::set<llvm::StringRef> classes = {
      "__atomic_base",  "__atomic_float", "__atomic_ref",  "atomic",
      "atomic_flag",    "__basic_future", "barrier",        "condition_variable",
      "condition_variable_any", "counting_semaphore", "future", "jthread",
      "latch",          "lock_guard",     "mutex",
      "recursive_mutex", "recursive_timed_mutex", "scoped_lock", "shared_future",
      "shared_lock",    "shared_mutex",   "shared_timed_mutex",
      "thread",         "timed_mutex",    "unique_lock"};
  if (!classes.contains(method->getParent()->getName()))
    return false;
  if (isa<clang::CXXConstructorDecl>(method))
    return method->getParent()->getName().ends_with("lock") ||
           method->getParent()->getName() == "lock_guard";
  return method->getIdentifier() && names.contains(method->getName());
}

/// The same, or the import says so of it.
bool CxxSource::mayBlock(const clang::FunctionDecl *function) {
  if (options.isBlocking || waitsInLibrary(function))
    return true;
  auto *made = dyn_cast<clang::CXXConstructorDecl>(function);
  std::string name = current->qualifiedName(
      made ? static_cast<const clang::NamedDecl *>(made->getParent())
           : function);
  for (const std::string &blocking : options.blocking)
    if (std::string known = cxxName(blocking);
        name == known || llvm::StringRef(name).ends_with("::" + known))
      return true;
  return false;
}

} // namespace plc::cxximport
