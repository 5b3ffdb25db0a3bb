//===- Memory.cpp - memory of Lisp that Python shares ---------------------===//
//
// A plc.Memory holds memory of Lisp, pinned, and exports it by the buffer protocol:
// arrays of NumPy and memoryviews are made of one. Arrays are made by NumPy's own
// functions in C, of which it tells a table (NumPy's "C API"; places in the table and
// numbers of types never change within an ABI): its way through the buffer protocol
// takes three times as long.
//
//===----------------------------------------------------------------------===//

#include "Memory.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

static const plc_host *host() { return thePython.host; }

namespace {

//===--- Elements ---------------------------------------------------------===//

/// How the `struct` module and NumPy (enum NPY_TYPES) name an element.
struct ElementNames {
  plc_scalar scalar;
  uint32_t bits;
  const char *format;
  int numpy;
};
constexpr ElementNames kElements[] = {
    {PLC_SCALAR_FLOAT, 64, "d", 12},    {PLC_SCALAR_FLOAT, 32, "f", 11},
    {PLC_SCALAR_FLOAT, 16, "e", 23},    {PLC_SCALAR_SIGNED, 64, "q", 7},
    {PLC_SCALAR_SIGNED, 32, "i", 5},    {PLC_SCALAR_SIGNED, 16, "h", 3},
    {PLC_SCALAR_SIGNED, 8, "b", 1},     {PLC_SCALAR_UNSIGNED, 64, "Q", 8},
    {PLC_SCALAR_UNSIGNED, 32, "I", 6},  {PLC_SCALAR_UNSIGNED, 16, "H", 4},
    {PLC_SCALAR_UNSIGNED, 8, "B", 2},   {PLC_SCALAR_BOOLEAN, 8, "?", 0},
    {PLC_SCALAR_COMPLEX, 128, "Zd", 15}, {PLC_SCALAR_COMPLEX, 64, "Zf", 14},
};

const ElementNames *namesOf(const plc_buffer &buffer) {
  for (const ElementNames &each : kElements)
    if (each.scalar == buffer.scalar && each.bits == buffer.bits)
      return &each;
  return nullptr;
}

//===--- plc.Memory -------------------------------------------------------===//

PyTypeObject *theMemoryType;

/// An instance of plc.Memory.
struct Memory {
  static constexpr uint32_t MostDimensions = 8;
  PyObject object;
  plc_buffer buffer;
  const ElementNames *names;
  Py_ssize_t bytes, strides[MostDimensions];
  bool isDense; ///< the last index changes fastest, without gaps
};

/// Of objects that are gone: given back when the world is ours. The GIL guards them.
std::vector<plc_buffer> droppedBuffers;

/// The memory of a value, whose elements Python knows. In the thread that holds the
/// world and the GIL. False: an error of Python is set.
bool takeMemory(plc_value v, plc_buffer &buffer) {
  buffer = {};
  buffer.struct_size = sizeof buffer;
  plc_error error = {PLC_FALSE, PLC_FALSE, PLC_FALSE,
                     PLC_FALSE, PLC_FALSE, PLC_FALSE};
  const char *trouble = "this object of Lisp has no memory to be shared";
  if (host()->buffer(host(), v, &buffer, &error) == PLC_OK) {
    if (namesOf(buffer) && buffer.dimensions <= Memory::MostDimensions)
      return true;
    buffer.release(&buffer);
    trouble = "the elements of this memory of Lisp are no numbers that Python knows";
  }
  py.PyErr_SetString(py.PyExc_BufferError, trouble);
  return false;
}

/// In the thread that holds the world and the GIL.
PyObject *makeMemory(plc_value v) {
  plc_buffer buffer;
  if (!takeMemory(v, buffer))
    return nullptr;
  PyObject *object = py.PyType_GenericAlloc(theMemoryType, 0);
  if (!object) {
    buffer.release(&buffer);
    return nullptr;
  }
  auto *memory = reinterpret_cast<Memory *>(object);
  memory->buffer = buffer;
  memory->names = namesOf(buffer);
  memory->bytes = buffer.bits / 8;
  memory->isDense = !buffer.strides;
  for (uint32_t i = buffer.dimensions; i-- > 0;) {
    memory->strides[i] = buffer.strides ? buffer.strides[i] : memory->bytes;
    memory->bytes *= buffer.shape[i];
  }
  // No elements: nothing lies anywhere.
  memory->isDense |= memory->bytes == 0;
  return object;
}

void deallocateMemory(PyObject *object) {
  droppedBuffers.push_back(reinterpret_cast<Memory *>(object)->buffer);
  thePython.hasDropped = true;
  freeObject(object);
}

int exportMemory(PyObject *self, Py_buffer *view, int flags) {
  auto *memory = reinterpret_cast<Memory *>(self);
  const plc_buffer &buffer = memory->buffer;
  view->obj = nullptr;
  if ((flags & PyBUF_WRITABLE) && buffer.is_read_only) {
    py.PyErr_SetString(py.PyExc_BufferError, "this vector is a constant");
    return -1;
  }
  bool hasShape = flags & PyBUF_ND;
  bool hasStrides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES;
  bool isFitting = memory->isDense
                       ? !(flags & PyBUF_F_CONTIGUOUS & ~PyBUF_STRIDES) ||
                             buffer.dimensions < 2
                       : hasStrides && !(flags & PyBUF_CONTIGUITIES);
  if (!isFitting) {
    py.PyErr_SetString(py.PyExc_BufferError,
                       "the elements of this memory do not lie one after the "
                       "other in the order that is needed");
    return -1;
  }
  view->buf = buffer.data;
  view->obj = retain(self);
  view->itemsize = buffer.bits / 8;
  view->len = memory->bytes;
  view->readonly = buffer.is_read_only;
  view->ndim = hasShape ? int(buffer.dimensions) : 1;
  view->format = (flags & PyBUF_FORMAT)
                     ? const_cast<char *>(memory->names->format)
                     : nullptr;
  view->shape = hasShape ? reinterpret_cast<Py_ssize_t *>(
                               const_cast<int64_t *>(buffer.shape))
                         : nullptr;
  view->strides = hasStrides ? memory->strides : nullptr;
  view->suboffsets = nullptr;
  view->internal = nullptr;
  return 0;
}

//===--- DLPack -----------------------------------------------------------===//

/// \{ The structs of DLPack 1.0 (dmlc/dlpack, include/dlpack/dlpack.h).
struct DLTensor {
  void *data;
  int32_t deviceType, deviceId;
  int32_t dimensions;
  uint8_t scalar, bits; ///< scalar: the numbers of plc_scalar
  uint16_t lanes;
  const int64_t *shape, *strides; ///< strides: in elements
  uint64_t offset;
};
struct DLManagedTensor {
  DLTensor tensor;
  void *owner;
  void (*deleter)(DLManagedTensor *self);
};
struct DLManagedTensorVersioned {
  uint32_t major, minor;
  void *owner;
  void (*deleter)(DLManagedTensorVersioned *self);
  uint64_t flags;
  DLTensor tensor;
};
/// \}
constexpr int Processor = 1;
constexpr uint64_t IsReadOnly = 1;
constexpr char kTensor[] = "dltensor", kVersioned[] = "dltensor_versioned";

/// What a capsule of either name holds.
template <typename Managed> struct LentTensor {
  Managed managed;
  plc_buffer buffer;
  int64_t strides[Memory::MostDimensions];

  /// By any thread, see plc_buffer.
  static void free(Managed *managed) {
    auto *lent = static_cast<LentTensor *>(managed->owner);
    lent->buffer.release(&lent->buffer);
    delete lent;
  }
};

/// Null: an error of Python is set.
template <typename Managed>
PyObject *makeTensor(const plc_buffer &buffer, const int64_t *strides,
                     const char *name) {
  auto *lent = new LentTensor<Managed>{};
  lent->buffer = buffer;
  std::copy_n(strides, buffer.dimensions, lent->strides);
  Managed &managed = lent->managed;
  managed.tensor = {buffer.data, Processor, 0, int32_t(buffer.dimensions),
                    uint8_t(buffer.scalar), uint8_t(buffer.bits), 1,
                    buffer.shape, lent->strides, 0};
  managed.owner = lent;
  managed.deleter = LentTensor<Managed>::free;
  if constexpr (std::is_same_v<Managed, DLManagedTensorVersioned>) {
    managed.major = 1;
    managed.flags = buffer.is_read_only ? IsReadOnly : 0;
  }
  // Who takes the tensor gives the capsule another name.
  PyObject *capsule =
      py.PyCapsule_New(&managed, name, [](PyObject *object) {
        constexpr bool isVersioned =
            std::is_same_v<Managed, DLManagedTensorVersioned>;
        const char *own = isVersioned ? kVersioned : kTensor;
        if (!py.PyCapsule_IsValid(object, own))
          return;
        auto *held =
            static_cast<Managed *>(py.PyCapsule_GetPointer(object, own));
        held->deleter(held);
      });
  if (!capsule)
    LentTensor<Managed>::free(&managed);
  return capsule;
}

PyObject *tensorOf(plc_value v, bool isVersioned) {
  plc_buffer buffer;
  if (!takeMemory(v, buffer))
    return nullptr;
  int64_t strides[Memory::MostDimensions], size = buffer.bits / 8, next = 1;
  const char *trouble = nullptr;
  for (uint32_t i = buffer.dimensions; i-- > 0;) {
    strides[i] = buffer.strides ? buffer.strides[i] / size : next;
    next *= buffer.shape[i];
    if (buffer.strides && buffer.strides[i] % size)
      trouble = "the gaps of this memory are no whole elements";
  }
  if (buffer.is_read_only && !isVersioned)
    trouble = "this memory can only be read, which DLPack tells from version 1 on";
  if (trouble) {
    buffer.release(&buffer);
    py.PyErr_SetString(py.PyExc_BufferError, trouble);
    return nullptr;
  }
  return isVersioned
             ? makeTensor<DLManagedTensorVersioned>(buffer, strides, kVersioned)
             : makeTensor<DLManagedTensor>(buffer, strides, kTensor);
}

/// __dlpack__(*, stream, max_version, dl_device, copy), of which support.py has
/// checked all.
PyObject *exportTensor(PyObject *, PyObject *arguments) {
  struct Work {
    PyObject *object;
    bool isVersioned;
  } work = {py.PyTuple_GetItem(arguments, 0),
            py.PyTuple_GetItem(arguments, 1) == py._Py_TrueStruct};
  return callInLisp(
      [](void *data) -> PyObject * {
        auto *work = static_cast<Work *>(data);
        plc_value v;
        return isWrapped(work->object, &v) ? tensorOf(v, work->isVersioned)
                                           : nullptr;
      },
      &work);
}

//===--- NumPy ------------------------------------------------------------===//

/// NumPy's table of functions and types.
class NumPy {
public:
  /// Null: it is not loaded, or of an ABI that is not known.
  static const NumPy *find() {
    static NumPy found;
    if (!found.table)
      found.table = load();
    return found.table ? &found : nullptr;
  }

  /// An array of this memory, which it holds.
  PyObject *arrayOf(PyObject *object) const {
    auto *memory = reinterpret_cast<Memory *>(object);
    const plc_buffer &buffer = memory->buffer;
    PyObject *element =
        entry<PyObject *(int)>(DescrFromType)(memory->names->numpy);
    if (!element)
      return nullptr;
    int flags = IsContiguous | IsAligned | (buffer.is_read_only ? 0 : IsWritable);
    Owned array(
        entry<PyObject *(PyTypeObject *, PyObject *, int, const int64_t *,
                         const int64_t *, void *, int, PyObject *)>(
            NewFromDescr)(static_cast<PyTypeObject *>(table[ArrayType]), element,
                          int(buffer.dimensions), buffer.shape, nullptr,
                          buffer.data, flags, nullptr));
    if (!array || entry<int(PyObject *, PyObject *)>(SetBaseObject)(
                      array.get(), retain(object)) < 0)
      return nullptr;
    return array.take();
  }

private:
  /// Places in the table (numpy/_core/code_generators/numpy_api.py) and flags of
  /// arrays.
  enum { GetVersion = 0, ArrayType = 2, DescrFromType = 45, NewFromDescr = 94,
         SetBaseObject = 282, IsContiguous = 0x1, IsAligned = 0x100,
         IsWritable = 0x400 };

  template <typename Function> Function *entry(int place) const {
    return reinterpret_cast<Function *>(table[place]);
  }

  static void **load() {
    static PyObject *names[] = {
        py.PyUnicode_InternFromString("numpy._core._multiarray_umath"),
        py.PyUnicode_InternFromString("numpy.core._multiarray_umath")};
    for (PyObject *name : names) {
      PyObject *module =
          name ? py.PyDict_GetItemWithError(py.PyImport_GetModuleDict(), name)
               : nullptr;
      Owned capsule(module ? py.PyObject_GetAttrString(module, "_ARRAY_API")
                           : nullptr);
      auto **table = static_cast<void **>(
          capsule ? py.PyCapsule_GetPointer(capsule.get(), nullptr) : nullptr);
      py.PyErr_Clear(); // while it is being imported: the next call looks again
      if (!table)
        continue;
      unsigned abi = reinterpret_cast<unsigned (*)()>(table[GetVersion])() >> 24;
      if (abi == 1 || abi == 2)
        return table;
    }
    return nullptr;
  }

  void **table = nullptr;
};

} // namespace

int exportValue(PyObject *self, Py_buffer *view, int flags) {
  view->obj = nullptr;
  Owned memory(callInLisp(
      [](void *data) {
        plc_value v;
        return isWrapped(static_cast<PyObject *>(data), &v) ? makeMemory(v)
                                                            : nullptr;
      },
      self));
  return memory ? exportMemory(memory.get(), view, flags) : -1;
}

void giveBackMemory() {
  while (!droppedBuffers.empty()) {
    plc_buffer buffer = droppedBuffers.back();
    droppedBuffers.pop_back();
    buffer.release(&buffer);
  }
}

bool makeMemoryType() {
  static PyMethodDef functions[] = {
      {"_dlpack", exportTensor, METH_VARARGS, nullptr}};
  theMemoryType = makeType(
      "plc.Memory", sizeof(Memory), 0,
      {{Py_tp_dealloc, slot(deallocateMemory)},
       {Py_bf_getbuffer, slot(exportMemory)},
       {Py_tp_doc, const_cast<char *>("Memory of Lisp that is shared.")}});
  return theMemoryType && addFunctions(functions);
}

PyObject *shareVector(plc_value v) {
  Owned memory(makeMemory(v));
  if (!memory)
    return nullptr;
  if (const NumPy *numpy = NumPy::find())
    return numpy->arrayOf(memory.get());
  Owned view(py.PyMemoryView_FromObject(memory.get()));
  PyObject *arguments[] = {view.get()};
  return view ? callSupport("share", arguments, 1) : nullptr;
}
