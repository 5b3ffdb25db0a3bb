//===- PrimitiveEval.h - calls primitives written as text --------*- C++ -*-===//
//
// Evaluates nested calls of primitives, constants, quote and `begin` with
// nothing but the runtime: reader, primitives, printer. Enough to write tests
// of the runtime as rows of text.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_TEST_PRIMITIVEEVAL_H
#define PLC_TEST_PRIMITIVEEVAL_H

#include <string>

/// What `write` shows of the value (several: separated by spaces), or "!" and
/// the condition type if it raises. With `message`, also the message.
std::string evalPrimitives(const std::string &text, bool message = false);

#endif // PLC_TEST_PRIMITIVEEVAL_H
