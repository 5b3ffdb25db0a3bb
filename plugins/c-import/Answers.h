//===- Answers.h - what was asked about a module before ---------*- C++ -*-===//
#ifndef PLC_C_IMPORT_ANSWERS_H
#define PLC_C_IMPORT_ANSWERS_H

#include "Cache.h"

#include "plc/native.h"

#include <functional>
#include <memory>

namespace plc::cimport {

/// Reads the module, to ask about it; null and an error if that fails.
using ParseFn = std::function<std::unique_ptr<native::Source>(
    const native::Module &known, native::ImportError &error)>;

/// What is particular to a source.
struct Answering {
  std::string language;
  /// Its `drop` undoes what was asked since `keep`; else it is read again.
  bool isUndoing = false;
  /// Whether what it answered holds for ever; always without it.
  std::function<bool()> isLasting = nullptr;
};

/// A source that answers as `parsed` does, or what that would be, and remembers it
/// beside the module in the cache: a program that asks what it asked before needs
/// no parse.
std::unique_ptr<native::Source>
answerFromCache(const Cache &cache, std::unique_ptr<native::Source> parsed,
                const native::Module &known, ParseFn parse, Answering answering);
/// Whether something was asked about it before.
bool hasAnswers(const Cache &cache);

} // namespace plc::cimport
#endif // PLC_C_IMPORT_ANSWERS_H
