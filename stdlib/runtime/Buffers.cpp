//===- Buffers.cpp - memory that is shared with other runtimes ------------===//
//
// Memory of another runtime is a pointer of known length in Lisp, whose block
// gives it back; memory of Lisp is pinned and held while another runtime has it.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Buffers.h"
#include "stdlib/runtime/Control.h"
#include "stdlib/runtime/Foreign.h"
#include "stdlib/runtime/Heap.h"
#include "stdlib/runtime/HostAsync.h"
#include "stdlib/runtime/NativeMemory.h"
#include "stdlib/runtime/NativeObjects.h"
#include "stdlib/runtime/NumVectors.h"
#include "stdlib/runtime/Operation.h"
#include "stdlib/runtime/Text.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace plc::rt;

//===--- Elements ---------------------------------------------------------===//

static plc_scalar scalarOf(NativeClass kind) {
  switch (kind) {
  case NativeClass::Bool:
    return PLC_SCALAR_BOOLEAN;
  case NativeClass::Signed:
    return PLC_SCALAR_SIGNED;
  case NativeClass::Unsigned:
    return PLC_SCALAR_UNSIGNED;
  case NativeClass::Float:
    return PLC_SCALAR_FLOAT;
  case NativeClass::Complex:
    return PLC_SCALAR_COMPLEX;
  case NativeClass::Void:
    break;
  }
  return PLC_SCALAR_OPAQUE;
}

/// How C calls such elements; null if it has none.
static const char *nameOfElement(plc_scalar scalar, uint32_t bits) {
  // By scalar and bytes: it is asked for whatever is shared.
  constexpr size_t Scalars = PLC_SCALAR_BOOLEAN + 1, MostBytes = 32;
  struct Names {
    const char *of[Scalars][MostBytes + 1] = {};
    Names() {
#define NATIVE_NAME(Spelling, Scalar)                                          \
  {                                                                            \
    const NativeScalarRow &row = nativeScalarRow(NativeScalar::Scalar);        \
    if (row.kind != NativeClass::Void) {                                       \
      const char *&name = of[scalarOf(row.kind)][row.bytes];                   \
      name = name ? name : Spelling;                                           \
    }                                                                          \
  }
#include "plc/native_names.def"
    }
  };
  static const Names names;
  bool isKnown =
      size_t(scalar) < Scalars && bits % 8 == 0 && bits / 8 <= MostBytes;
  return isKnown ? names.of[scalar][bits / 8] : nullptr;
}

static plc_scalar scalarOf(plc_element element, uint32_t &bits) {
  switch (element) {
#define PLC_ELEMENT(Name, Number, CType, Bytes)                                \
  case PLC_ELEMENT_##Name:                                                     \
    bits = 8 * Bytes;                                                          \
    return CType(0.5) != 0   ? PLC_SCALAR_FLOAT                                \
           : CType(-1) < 0   ? PLC_SCALAR_SIGNED                               \
                             : PLC_SCALAR_UNSIGNED;
#include "plc/elements.def"
  }
  __builtin_unreachable();
}

/// A constant of the program.
static bool isConstant(Value v) { return plc_header_flags(plc_header(v)) & 1; }

//===--- Memory of others as a pointer ------------------------------------===//

namespace {
/// What another runtime has of Lisp.
struct Lent {
  static constexpr uint32_t MostDimensions = 8;
  Handle value;
  bool isPinned = false;
  int64_t shape[MostDimensions], strides[MostDimensions];
};
} // namespace

/// True if from this dimension on the last index changes fastest and there are no
/// gaps.
static bool isDense(const plc_buffer &buffer, uint32_t from) {
  if (!buffer.strides)
    return true;
  int64_t next = buffer.bits / 8;
  for (uint32_t i = buffer.dimensions; i-- > from;) {
    if (buffer.shape[i] == 0)
      return true;
    if (buffer.shape[i] != 1 && buffer.strides[i] != next)
      return false;
    next *= buffer.shape[i];
  }
  return true;
}

/// True if there are elements that have no bytes, or one that is no dimension's: bytes
/// do not tell how many.
static bool isHollow(const plc_buffer &buffer) {
  bool isEmptyInside = false;
  for (uint32_t i = 1; i < buffer.dimensions; ++i)
    isEmptyInside |= buffer.shape[i] == 0;
  return buffer.dimensions == 0 || (isEmptyInside && buffer.shape[0] != 0);
}

/// How the type is called that a pointer to this memory points to: the first
/// dimension is how many of these there are. \returns false: there is no room
static bool spellType(const plc_buffer &buffer, const char *element, char *name,
                      size_t size) {
  size_t used = 0;
  auto add = [&](const char *format, auto... arguments) {
    if (used < size)
      used += size_t(snprintf(name + used, size - used, format, arguments...));
  };
  add("%s", element);
  // "double[3][4]", and outside of that "double[4] step 40[3] step 200".
  uint32_t dense = buffer.dimensions ? 1 : 0;
  while (dense < buffer.dimensions && !isDense(buffer, dense))
    ++dense;
  for (uint32_t i = dense; i < buffer.dimensions; ++i)
    add("[%lld]", (long long)buffer.shape[i]);
  if (isHollow(buffer)) {
    add("%s0", kStepOfType);
    return used < size;
  }
  for (uint32_t i = dense; i-- > 0 && !isDense(buffer, 0);) {
    add("%s%lld", kStepOfType, (long long)buffer.strides[i]);
    if (i > 0)
      add("[%lld]", (long long)buffer.shape[i]);
  }
  return used < size;
}

/// PLC_UNBOUND, and why, if a pointer cannot stand for it.
static Value viewOf(Context *ctx, const plc_buffer &buffer, const char **why) {
  installNativeObjects(ctx);
  const char *element = nameOfElement(buffer.scalar, buffer.bits);
  *why = "its elements are no numbers that a vector or C knows";
  if (!element)
    return PLC_UNBOUND;
  *why = "it has too many dimensions";
  char name[300];
  if (buffer.dimensions > Lent::MostDimensions ||
      !spellType(buffer, element, name, sizeof name))
    return PLC_UNBOUND;
  // As many bytes, or elements (NativeShape::Strided).
  int64_t bound = buffer.bits / 8;
  for (uint32_t i = 0; i < buffer.dimensions; ++i)
    bound *= buffer.shape[i];
  if (isHollow(buffer))
    bound = buffer.dimensions ? buffer.shape[0] : 1;
  else if (!isDense(buffer, 0))
    bound = buffer.shape[0];
  // What is empty may lie nowhere.
  static char empty[16];
  void *data = buffer.data ? buffer.data : empty;
  return shareMemory(ctx, data, intern(ctx, name), bound, buffer.is_read_only,
                     &buffer);
}

plc_value plc::rt::host_share(const plc_host *, const plc_buffer *buffer) {
  struct Work {
    const plc_buffer *buffer;
    Value result;
  } work{buffer, PLC_UNBOUND};
  protect(
      theContext,
      [](Context *ctx, void *data) {
        auto *w = static_cast<Work *>(data);
        const char *why;
        w->result = viewOf(ctx, *w->buffer, &why);
      },
      &work);
  return work.result;
}

//===--- Memory of Lisp ---------------------------------------------------===//

static void takeBack(void *data) {
  auto *lent = static_cast<Lent *>(data);
  Context *ctx = theContext;
  if (lent->isPinned)
    unpin(ctx, lent->value.get(ctx));
  lent->value.release(ctx);
  delete lent;
}

static void releaseLent(plc_buffer *buffer) {
  void *lent = buffer->owner;
  buffer->owner = nullptr;
  if (!lent)
    return;
  if (theContext->holder == currentThread())
    takeBack(lent);
  else
    hostTable.post(&hostTable, takeBack, lent);
}

static plc_status refuse(plc_error *error, plc_status status,
                         const char *message) {
  return hostTable.fail(&hostTable, error, status, nullptr, message);
}

/// Elements, dimensions and memory of a pointer of known length.
static plc_status describePointer(Value pointer, Lent &lent, plc_buffer &buffer,
                                  plc_error *error) {
  if (isFreed(pointer))
    return refuse(error, PLC_E_RANGE, "this memory was given back by c:free");
  const NativeType *type = findNativeType(theContext, pointerType(pointer));
  int64_t bytes = pointerBytes(pointer);
  if (!type || bytes < 0 || (type->size == 0 && bytes > 0))
    return refuse(error, PLC_E_TYPE,
                  "of a pointer type and length have to be known");
  buffer.data = pointerAddress(pointer);
  buffer.is_read_only = isReadOnly(pointer);
  int64_t count = countIn(type, bytes);
  bool isInside = !hasNoDimension(type, bytes);
  if (!isInside)
    type = type->element;
  while (isInside) {
    if (buffer.dimensions == Lent::MostDimensions)
      return refuse(error, PLC_E_TYPE, "there are too many dimensions");
    lent.shape[buffer.dimensions] = count;
    lent.strides[buffer.dimensions++] = stepOf(type);
    if (type->shape == NativeShape::Strided)
      buffer.strides = lent.strides;
    type = elementOf(type);
    isInside = type->shape == NativeShape::Array;
    if (isInside) {
      count = int64_t(type->count);
      type = type->element;
    }
  }
  buffer.bits = uint32_t(type->size * 8);
  buffer.scalar = type->shape == NativeShape::Scalar
                      ? scalarOf(nativeScalarRow(type->scalar).kind)
                      : PLC_SCALAR_OPAQUE;
  return PLC_OK;
}

plc_status plc::rt::host_buffer(const plc_host *, plc_value v,
                                plc_buffer *result, plc_error *error) {
  Context *ctx = theContext;
  if (plc_is_kind(v, PLC_KIND_FOREIGN)) {
    plc_plugin *plugin = plc_reference_plugin(v);
    if (!plugin->buffer)
      return refuse(error, PLC_E_TYPE, "objects of this language have no buffer");
    plc_status status = plugin->buffer(plugin, v, result, error);
    return status == PLC_E_UNSUPPORTED ? PLC_E_TYPE : status;
  }
  if (!isHomogeneous(v) && !isPointer(v))
    return refuse(error, PLC_E_TYPE,
                  "only bytevectors, homogeneous vectors, pointers of known "
                  "length and objects of other languages have a buffer");
  auto *lent = new Lent;
  plc_buffer buffer = {};
  buffer.struct_size = result->struct_size;
  buffer.shape = lent->shape;
  buffer.owner = lent;
  buffer.release = releaseLent;
  if (isPointer(v)) {
    if (plc_status status = describePointer(v, *lent, buffer, error)) {
      delete lent;
      return status;
    }
  } else {
    plc_element element = plc_is_kind(v, PLC_KIND_BYTEVECTOR)
                              ? PLC_ELEMENT_U8
                              : plc_element_of(v);
    buffer.scalar = scalarOf(element, buffer.bits);
    buffer.data = plc_fields(v);
    buffer.is_read_only = isConstant(v);
    buffer.dimensions = 1;
    lent->shape[0] = int64_t(lengthOf(v)) * 8 / buffer.bits;
    pin(ctx, v);
    lent->isPinned = true;
  }
  lent->value = Handle::create(ctx, v);
  *result = buffer;
  return PLC_OK;
}

//===--- Primitives -------------------------------------------------------===//

extern "C" {

Value prim_ForeignBuffer(Context *ctx, Value object) {
  installNativeObjects(ctx);
  if (isPointer(object))
    return object;
  if (isHomogeneous(object)) {
    uint32_t bits;
    plc_scalar scalar = scalarOf(plc_is_kind(object, PLC_KIND_BYTEVECTOR)
                                     ? PLC_ELEMENT_U8
                                     : plc_element_of(object),
                                 bits);
    Value pointer =
        shareMemory(ctx, plc_fields(object),
                    intern(ctx, nameOfElement(scalar, bits)),
                    int64_t(lengthOf(object)), isConstant(object), nullptr);
    keepWith(ctx, pointer, plc_fields(object), object);
    return pointer;
  }
  if (!plc_is_kind(object, PLC_KIND_FOREIGN))
    wrongType(ctx, "foreign-buffer", 1,
              "an object of another language, a bytevector, a homogeneous vector "
              "or a pointer",
              object);
  plc_plugin *plugin = plc_reference_plugin(object);
  plc_buffer buffer = {};
  buffer.struct_size = sizeof buffer;
  Operation op(ctx, plugin, "foreign-buffer");
  op.finish(plugin->buffer ? plugin->buffer(plugin, object, &buffer, &op.error)
                           : PLC_E_UNSUPPORTED,
            object);
  const char *why;
  Value view = viewOf(ctx, buffer, &why);
  if (view != PLC_UNBOUND)
    return view;
  if (buffer.release)
    buffer.release(&buffer);
  char text[200];
  snprintf(text, sizeof text, "foreign-buffer: %s", why);
  raiseCondition(ctx, "unsupported", text, list1(ctx, object));
}

/// Numbers in arrays of arrays of numbers.
static int64_t numbersIn(const NativeType *type) {
  return type->shape == NativeShape::Array
             ? int64_t(type->count) * numbersIn(elementOf(type->element))
             : 1;
}

/// Copies the first `n` numbers of `count` elements that a pointer to this type
/// points to. \returns where the copy ends
static char *copyNumbers(const NativeType *type, const char *from, int64_t count,
                         int64_t &n, char *to) {
  const NativeType *element = elementOf(type);
  bool isNumber = element->shape != NativeShape::Array;
  if (isNumber && stepOf(type) == int64_t(element->size)) {
    size_t bytes = element->size * size_t(std::min(n, count));
    n -= std::min(n, count);
    memcpy(to, from, bytes);
    return to + bytes;
  }
  for (int64_t i = 0; i < count && n > 0; ++i, from += stepOf(type))
    if (isNumber) {
      memcpy(to, from, element->size);
      to += element->size;
      --n;
    } else {
      to = copyNumbers(element->element, from, int64_t(element->count), n, to);
    }
  return to;
}

/// Elements in a vector of their own.
Value prim_PointerVector(Context *ctx, Value pointer, Value count) {
  installNativeObjects(ctx);
  if (!isPointer(pointer))
    wrongType(ctx, "c:vector", 1, "a pointer", pointer);
  if (isFreed(pointer))
    raiseCondition(ctx, "use-after-free",
                   "c:vector: this memory was given back by c:free",
                   list1(ctx, pointer));
  const NativeType *type = findNativeType(ctx, pointerType(pointer));
  int64_t bytes = pointerBytes(pointer);
  const NativeType *outer = type;
  while (type && (type->shape == NativeShape::Array ||
                  type->shape == NativeShape::Strided))
    type = type->element;
  uint32_t bits = 0;
  int element = -1;
  if (type && type->shape == NativeShape::Scalar)
    for (int i = PLC_ELEMENT_U8; i <= PLC_ELEMENT_F64; ++i)
      if (scalarOf(plc_element(i), bits) ==
              scalarOf(nativeScalarRow(type->scalar).kind) &&
          bits == type->size * 8)
        element = i;
  if (element < 0)
    wrongType(ctx, "c:vector", 1,
              "a pointer to numbers of which there are homogeneous vectors",
              pointer);
  int64_t known =
      bytes < 0 ? -1 : countIn(outer, bytes) * numbersIn(elementOf(outer));
  int64_t n = known;
  if (count != PLC_DEFAULT) {
    n = checkLength(ctx, "c:vector", count);
    if (known >= 0 && n > known)
      outOfRange(ctx, "c:vector", count, known);
  }
  if (n < 0)
    raiseCondition(ctx, "range",
                   "c:vector: the length there is not known; give it as the "
                   "second argument",
                   list1(ctx, pointer));
  Value vector = makeNumVector(ctx, plc_element(element), size_t(n));
  if (int64_t each = numbersIn(elementOf(outer)); n > 0 && each > 0)
    copyNumbers(outer, pointerAddress(pointer), (n - 1) / each + 1, n,
                reinterpret_cast<char *>(plc_fields(vector)));
  return vector;
}

} // extern "C"
