/// \file
/// C++ shims: conversions between Lisp values and C++ types, the choice among
/// overloads by the values of a call, exceptions to conditions. Included by the
/// code that the importer of C++ generates (plugins/cxx-import); C++20.
#ifndef PLC_CXX_H
#define PLC_CXX_H

#include "plc/cxx/blocking.h"
#include "plc/cxx/classes.h"
#include "plc/cxx/code.h"
#include "plc/cxx/derived.h"
#include "plc/cxx/exceptions.h"
#include "plc/cxx/fields.h"
#include "plc/cxx/pointers.h"
#include "plc/cxx/procedures.h"
#include "plc/cxx/values.h"

#endif // PLC_CXX_H
