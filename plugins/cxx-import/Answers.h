//===- Answers.h - what was asked about a header before ---------*- C++ -*-===//
#ifndef PLC_CXX_IMPORT_ANSWERS_H
#define PLC_CXX_IMPORT_ANSWERS_H

#include "Cache.h"

#include "plc/native.h"

#include <functional>
#include <memory>

namespace plc::cxximport {

/// Reads the header, to ask about it; null and an error if that fails.
using ParseFn = std::function<std::unique_ptr<native::Source>(
    const native::Module &known, native::ImportError &error)>;

/// A source that answers as `parsed` does, or what that would be, and remembers it
/// beside the module in the cache: a program that asks what it asked before needs
/// no parse.
std::unique_ptr<native::Source>
answerFromCache(const cimport::Cache &cache,
                std::unique_ptr<native::Source> parsed,
                const native::Module &known, ParseFn parse);

} // namespace plc::cxximport
#endif // PLC_CXX_IMPORT_ANSWERS_H
