//===- Convert.cpp - values of Lisp to Python and back --------------------===//

#include "Layout.h"
#include "Memory.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

static const plc_host *host() { return thePython.host; }

//===--- To Python --------------------------------------------------------===//

/// Ancestors at depths 1, 2, 4, ... of the value that is being converted: a
/// cycle meets one of them again (Brent 1980, applied to each path).
struct Path {
  size_t depth = 0;
  plc_value marks[64];
  /// So deep that the stack would not do.
  static constexpr size_t Deepest = 20000;
};

static PyObject *convert(plc_value v, Path &path);

static bool descend(plc_value v, Path &path) {
  size_t depth = ++path.depth;
  int level = 63 - __builtin_clzll(depth);
  if ((depth & (depth - 1)) == 0)
    path.marks[level] = v;
  else if (path.marks[level] == v) {
    raiseStatus(PLC_E_TYPE, "this structure contains itself: Python gets "
                            "copies, and there is none of a cycle");
    return false;
  }
  if (depth <= Path::Deepest)
    return true;
  raiseStatus(PLC_E_TYPE, "the structure is too deep");
  return false;
}

static PyObject *textToPython(plc_value string) {
  size_t length = plc_string_length(string);
  if (const unsigned char *latin1 = plc_string_latin1(string))
    return py.PyUnicode_DecodeLatin1(reinterpret_cast<const char *>(latin1),
                                     Py_ssize_t(length), nullptr);
  std::string text(host()->string_utf8(host(), string, nullptr, 0), 0);
  host()->string_utf8(host(), string, text.data(), text.size());
  return py.PyUnicode_DecodeUTF8(text.data(), Py_ssize_t(text.size()),
                                 "surrogatepass");
}

static PyObject *characterToPython(uint32_t c) {
  char text[4];
  size_t n = 0;
  if (c < 0x80) {
    text[n++] = char(c);
  } else if (c < 0x800) {
    text[n++] = char(0xC0 | c >> 6);
    text[n++] = char(0x80 | (c & 63));
  } else if (c < 0x10000) {
    text[n++] = char(0xE0 | c >> 12);
    text[n++] = char(0x80 | (c >> 6 & 63));
    text[n++] = char(0x80 | (c & 63));
  } else {
    text[n++] = char(0xF0 | c >> 18);
    text[n++] = char(0x80 | (c >> 12 & 63));
    text[n++] = char(0x80 | (c >> 6 & 63));
    text[n++] = char(0x80 | (c & 63));
  }
  return py.PyUnicode_DecodeUTF8(text, Py_ssize_t(n), "surrogatepass");
}

static PyObject *integerToPython(plc_value v) {
  if (plc_is_fixnum(v))
    return py.PyLong_FromLongLong(plc_fixnum_value(v));
  Owned bytes(py.PyBytes_FromStringAndSize(
      reinterpret_cast<const char *>(plc_bignum_limbs(v)),
      Py_ssize_t(8 * plc_bignum_count(v))));
  PyObject *arguments[] = {bytes.get(), plc_bignum_is_negative(v)
                                            ? py._Py_TrueStruct
                                            : py._Py_FalseStruct};
  return bytes ? callSupport("integer_of", arguments, 2) : nullptr;
}

/// fractions.Fraction
static PyObject *rationalToPython(plc_value v) {
  Owned numerator(integerToPython(plc_fields(v)[0])),
      denominator(integerToPython(plc_fields(v)[1]));
  PyObject *arguments[] = {numerator.get(), denominator.get()};
  return numerator && denominator ? callSupport("fraction", arguments, 2)
                                  : nullptr;
}

static PyObject *complexToPython(plc_value v, Path &path) {
  plc_value real = plc_fields(v)[0], imaginary = plc_fields(v)[1];
  if (plc_is_flonum(real) && plc_is_flonum(imaginary))
    return py.PyComplex_FromDoubles(plc_flonum_value(real),
                                    plc_flonum_value(imaginary));
  Owned parts[] = {convert(real, path), convert(imaginary, path)};
  PyObject *arguments[] = {parts[0].get(), parts[1].get()};
  return parts[0] && parts[1] ? callSupport("exact_complex", arguments, 2)
                              : nullptr;
}

static PyObject *sequenceToPython(plc_value v, Path &path) {
  bool isVector = plc_is_kind(v, PLC_KIND_VECTOR);
  int64_t count = isVector ? int64_t(plc_vector_length(v))
                           : host()->list_length(host(), v);
  if (count < 0) {
    raiseStatus(PLC_E_TYPE,
                "an improper or circular list has no counterpart in Python");
    return nullptr;
  }
  if (!descend(v, path))
    return nullptr;
  Owned list(py.PyList_New(count));
  for (int64_t i = 0; list && i < count; ++i) {
    if (!isVector && !plc_is_pair(v)) {
      raiseStatus(PLC_E_TYPE, "the list was changed while it was converted");
      return nullptr;
    }
    PyObject *item =
        convert(isVector ? plc_vector_ref(v, size_t(i)) : plc_car(v), path);
    if (!item)
      return nullptr;
    py.PyList_SetItem(list.get(), i, item);
    if (!isVector)
      v = plc_cdr(v);
  }
  --path.depth;
  return list.take();
}

static PyObject *mapToPython(plc_value map, Path &path) {
  if (!descend(map, path))
    return nullptr;
  Owned dict(py.PyDict_New());
  size_t position = 0;
  plc_value key, v;
  while (dict && host()->map_next(host(), map, &position, &key, &v)) {
    Owned pythonKey(convert(key, path));
    Owned value(pythonKey ? convert(v, path) : nullptr);
    if (!value ||
        py.PyDict_SetItem(dict.get(), pythonKey.get(), value.get()) < 0)
      return nullptr;
  }
  --path.depth;
  return dict.take();
}

/// What a rule of the program makes of an object of Lisp, which is the caller's.
static PyObject *applyRules(PyObject *wrapped) {
  Owned value(wrapped);
  return callSupport("by_rules", &wrapped, 1);
}

static PyObject *convert(plc_value v, Path &path) {
  switch (plc_type_of(v)) {
  case PLC_TYPE_INTEGER:
    return integerToPython(v);
  case PLC_TYPE_FLONUM:
    return py.PyFloat_FromDouble(plc_flonum_value(v));
  case PLC_TYPE_RATIONAL:
    return rationalToPython(v);
  case PLC_TYPE_COMPLEX:
    return complexToPython(v, path);
  case PLC_TYPE_BOOLEAN:
    return retain(v == PLC_TRUE ? py._Py_TrueStruct : py._Py_FalseStruct);
  case PLC_TYPE_CHARACTER:
    return characterToPython(plc_char_code(v));
  case PLC_TYPE_STRING:
    return textToPython(v);
  case PLC_TYPE_SYMBOL: {
    PyObject *name = nameOf(v);
    return name ? retain(name) : nullptr;
  }
  case PLC_TYPE_BYTEVECTOR:
    return py.PyBytes_FromStringAndSize(
        reinterpret_cast<const char *>(plc_bytes(v)),
        Py_ssize_t(plc_bytes_length(v)));
  case PLC_TYPE_NUMERIC_VECTOR:
    return shareVector(v);
  case PLC_TYPE_VECTOR:
  case PLC_TYPE_LIST:
    return sequenceToPython(v, path);
  case PLC_TYPE_MAP:
    return mapToPython(v, path);
  case PLC_TYPE_PROCEDURE:
    return wrapProcedure(v);
  case PLC_TYPE_NIL:
  case PLC_TYPE_UNDEFINED:
  case PLC_TYPE_UNSPECIFIED:
    return retain(none());
  case PLC_TYPE_REFERENCE:
    if (plc_is_reference(v, thePython.plugin))
      return retain(referent(v));
    return wrapValue(v);
  case PLC_TYPE_OTHER:
    break;
  }
  Owned wrapped(wrapValue(v));
  if (wrapped && thePython.hasRules) {
    PyObject *object = wrapped.get();
    wrapped = applyRules(wrapped.take());
    if (wrapped.get() != object)
      return wrapped.take();
    isWrapped(object, &v); // it may have moved
  }
  return wrapped && host()->condition_type(host(), v) != PLC_FALSE
             ? exceptionOf(v)
             : wrapped.take();
}

PyObject *toPython(plc_value v) {
  if (plc_is_fixnum(v))
    return makeInteger(plc_fixnum_value(v));
  if (plc_is_immediate_flonum(v))
    return makeFloat(plc_flonum_decode(v));
  Path path;
  return convert(v, path);
}

/// By symbol; symbols stay where they are, a root keeps each from being collected.
using Names = std::unordered_map<plc_value, PyObject *>;

static PyObject *internName(plc_value symbol, Names &names, bool hasDashes) {
  auto found = names.find(symbol);
  if (found != names.end())
    return found->second;
  plc_value text =
      plc_is_kind(symbol, PLC_KIND_SYMBOL) ? plc_symbol_name(symbol) : symbol;
  std::string utf8(host()->string_utf8(host(), text, nullptr, 0), 0);
  host()->string_utf8(host(), text, utf8.data(), utf8.size());
  if (!hasDashes)
    std::replace(utf8.begin(), utf8.end(), '-', '_');
  const char *start = utf8.c_str() + (plc_is_keyword(symbol) ? 1 : 0);
  PyObject *name =
      strlen(start) == utf8.size() - size_t(start - utf8.c_str())
          ? py.PyUnicode_InternFromString(start)
          : textToPython(text);
  if (!name)
    return nullptr;
  host()->hold(host(), symbol);
  names[symbol] = name;
  return name;
}

RecentName theRecentNames[64];

const RecentName *findName(plc_value symbol) {
  static Names names;
  PyObject *name = internName(symbol, names, true);
  if (!name)
    return nullptr;
  Py_ssize_t bytes;
  const char *text = py.PyUnicode_AsUTF8AndSize(name, &bytes);
  if (!text)
    py.PyErr_Clear(); // a lone surrogate
  bool hasDash = text && memchr(text, '-', size_t(bytes));
  return &(recentName(symbol) = {symbol, name, hasDash});
}

plc_status noName(plc_error *error) {
  return py.PyErr_Occurred()
             ? takeError(error)
             : fail(error, PLC_E_NAME, "Python has no names with a dash");
}

PyObject *parameterOf(plc_value symbol) {
  static Names names;
  return internName(symbol, names, false);
}

//===--- To Lisp ----------------------------------------------------------===//

plc_value makeReference(PyObject *object) {
  auto key = reinterpret_cast<uintptr_t>(object);
  plc_value found = host()->reference_find(host(), thePython.plugin, key);
  if (found != PLC_UNBOUND)
    return found;
  ++thePython.references;
  return host()->reference_make(host(), thePython.plugin, key,
                                reinterpret_cast<uintptr_t>(retain(object)));
}

static bool textToLisp(PyObject *object, plc_value *result) {
  Py_ssize_t bytes;
  const char *text = py.PyUnicode_AsUTF8AndSize(object, &bytes);
  if (text)
    return host()->string(host(), text, size_t(bytes), result) == PLC_OK;
  // Lone surrogates.
  py.PyErr_Clear();
  Owned encoded(py.PyUnicode_AsEncodedString(object, "utf-8", "surrogatepass"));
  char *data;
  return encoded &&
         py.PyBytes_AsStringAndSize(encoded.get(), &data, &bytes) == 0 &&
         host()->string(host(), data, size_t(bytes), result) == PLC_OK;
}

static bool bytesToLisp(PyObject *object, plc_value *result) {
  char *data;
  Py_ssize_t count;
  if (py.PyBytes_AsStringAndSize(object, &data, &count) < 0)
    return false;
  *result = host()->bytevector(host(), data, size_t(count));
  return true;
}

static bool integerToLisp(PyObject *object, plc_value *result) {
  int64_t few;
  if (thePython.isLayoutKnown && isShortInteger(object, &few)) {
    *result = plc_fixnum(few);
    return true;
  }
  int overflow;
  long long n = py.PyLong_AsLongLongAndOverflow(object, &overflow);
  if (!overflow) {
    *result = plc_fits_fixnum(n) ? plc_fixnum(n) : host()->integer(host(), n);
    return n != -1 || !py.PyErr_Occurred();
  }
  // Its absolute value, least byte first, in whole words.
  PyObject *arguments[] = {object};
  Owned bytes(callSupport("bytes_of", arguments, 1));
  char *data;
  Py_ssize_t count;
  if (!bytes || py.PyBytes_AsStringAndSize(bytes.get(), &data, &count) < 0)
    return false;
  std::vector<uint64_t> limbs(size_t(count) / 8);
  memcpy(limbs.data(), data, 8 * limbs.size());
  *result = host()->integer_from_limbs(host(), overflow < 0, limbs.data(),
                                       limbs.size());
  return true;
}

/// What objects of other types are in Lisp.
enum class Counterpart { None, Number, Condition };
/// By type; the types live as long.
static std::unordered_map<PyTypeObject *, Counterpart> counterparts;

void addRules() {
  thePython.hasRules = true;
  for (auto &[type, counterpart] : counterparts)
    release(objectOf(type));
  counterparts.clear();
}

/// fractions.Fraction, numbers of NumPy, what the program has a rule for: what
/// support.scalar says it is.
static bool otherToLisp(PyObject *object, plc_value *result) {
  auto [at, isNew] =
      counterparts.try_emplace(object->type, Counterpart::None);
  if (isNew) {
    PyObject *arguments[] = {objectOf(object->type)};
    Owned answer(callSupport("is_scalar_type", arguments, 1));
    if (!answer)
      return false;
    retain(objectOf(object->type));
    bool isError = py.PyType_IsSubtype(object->type,
                                       typeObject(thePython.lispError)) != 0;
    at->second = answer.get() == py._Py_TrueStruct ? Counterpart::Number
                 : isError                         ? Counterpart::Condition
                                                   : Counterpart::None;
  }
  if (at->second == Counterpart::Condition && conditionOf(object, result))
    return true;
  if (at->second != Counterpart::Number) {
    *result = makeReference(object);
    return true;
  }
  PyObject *arguments[] = {object};
  Owned scalar(callSupport("scalar", arguments, 1));
  if (!scalar)
    return false;
  bool isComplex = scalar.get()->type == typeObject(py.PyList_Type);
  if (!isComplex && scalar.get()->type != typeObject(py.PyTuple_Type)) {
    if (scalar.get()->type != object->type)
      return toLisp(scalar.get(), result);
    *result = makeReference(object);
    return true;
  }
  plc_value parts[2];
  for (int i = 0; i < 2; ++i) {
    Owned place(py.PyLong_FromLongLong(i));
    Owned part(place ? py.PyObject_GetItem(scalar.get(), place.get())
                     : nullptr);
    if (!part || !toLisp(part.get(), &parts[i]))
      return false;
  }
  *result = isComplex ? host()->complex(host(), parts[0], parts[1])
                      : host()->rational(host(), parts[0], parts[1]);
  return true;
}

bool toLisp(PyObject *object, plc_value *result) {
  PyTypeObject *type = object->type;
  if (type == typeObject(py.PyFloat_Type)) {
    double d = thePython.isLayoutKnown ? doubleIn(object)
                                       : py.PyFloat_AsDouble(object);
    plc_value v = plc_flonum_encode(d);
    *result = plc_is_immediate_flonum(v) ? v : host()->flonum(host(), d);
    return true;
  }
  if (type == typeObject(py.PyLong_Type))
    return integerToLisp(object, result);
  if (object == none()) {
    *result = PLC_NIL;
    return true;
  }
  if (object == py._Py_TrueStruct || object == py._Py_FalseStruct) {
    *result = plc_bool(object == py._Py_TrueStruct);
    return true;
  }
  if (type == typeObject(py.PyUnicode_Type))
    return textToLisp(object, result);
  if (type == typeObject(py.PyBytes_Type))
    return bytesToLisp(object, result);
  if (type == typeObject(py.PyComplex_Type)) {
    *result = host()->complex(
        host(), host()->flonum(host(), py.PyComplex_RealAsDouble(object)),
        host()->flonum(host(), py.PyComplex_ImagAsDouble(object)));
    return true;
  }
  if (isWrapped(object, result))
    return true;
  if (type == typeObject(py.PyList_Type) ||
      type == typeObject(py.PyDict_Type) ||
      type == typeObject(py.PyTuple_Type)) {
    *result = makeReference(object);
    return true;
  }
  return otherToLisp(object, result);
}

//===--- Deep copies ------------------------------------------------------===//

/// Objects that are being copied.
using Ancestors = std::vector<PyObject *>;

static bool copy(PyObject *object, plc_value *result, Ancestors &ancestors);

/// The elements of anything that can be gone through, as a vector.
static bool copyElements(PyObject *object, plc_value *result,
                         Ancestors &ancestors) {
  Owned iterator(py.PyObject_GetIter(object));
  if (!iterator)
    return false;
  plc_value list = PLC_NULL;
  size_t count = 0;
  for (;;) {
    Owned item(py.PyIter_Next(iterator.get()));
    if (!item)
      break;
    plc_value v;
    if (!copy(item.get(), &v, ancestors))
      return false;
    list = host()->cons(host(), v, list);
    ++count;
  }
  if (py.PyErr_Occurred())
    return false;
  plc_value vector = host()->vector(host(), count);
  for (; plc_is_pair(list); list = plc_cdr(list))
    host()->vector_set(host(), vector, --count, plc_car(list));
  *result = vector;
  return true;
}

static bool copyDict(PyObject *dict, plc_value *result, Ancestors &ancestors) {
  plc_value map = host()->map(host());
  Py_ssize_t position = 0;
  PyObject *key, *value;
  while (py.PyDict_Next(dict, &position, &key, &value)) {
    plc_value lispKey, v;
    if (!copy(key, &lispKey, ancestors) || !copy(value, &v, ancestors))
      return false;
    host()->map_set(host(), map, lispKey, v);
  }
  *result = map;
  return true;
}

static bool copy(PyObject *object, plc_value *result, Ancestors &ancestors) {
  if (!toLisp(object, result))
    return false;
  if (!plc_is_reference(*result, thePython.plugin))
    return true;
  // What support.plain makes of it: a list, a tuple or a dict, or itself.
  PyObject *arguments[] = {object};
  Owned plain(callSupport("plain", arguments, 1));
  if (!plain)
    return false;
  bool isDict = plain.get()->type == typeObject(py.PyDict_Type);
  if (!isDict && plain.get()->type != typeObject(py.PyList_Type) &&
      plain.get()->type != typeObject(py.PyTuple_Type))
    return plain.get() == object || toLisp(plain.get(), result);
  if (std::find(ancestors.begin(), ancestors.end(), object) !=
      ancestors.end()) {
    raiseStatus(PLC_E_TYPE,
                "this object contains itself: there is no copy of a cycle");
    return false;
  }
  if (ancestors.size() > Path::Deepest) {
    raiseStatus(PLC_E_TYPE, "the object is too deep");
    return false;
  }
  ancestors.push_back(object);
  bool isCopied = isDict ? copyDict(plain.get(), result, ancestors)
                         : copyElements(plain.get(), result, ancestors);
  ancestors.pop_back();
  return isCopied;
}

bool toLispDeeply(PyObject *object, plc_value *result) {
  Ancestors ancestors;
  return copy(object, result, ancestors);
}
