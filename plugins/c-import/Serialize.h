//===- Serialize.h - data of the importers as bytes -------------*- C++ -*-===//
//
// A struct is written and read by one function, `fields(a, v)`, which names its
// members in order; `a` is a Writer or a Reader.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_C_IMPORT_SERIALIZE_H
#define PLC_C_IMPORT_SERIALIZE_H

#include "plc/native.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace plc::cimport {

/// Numbers and texts, one after the other.
struct Writer {
  std::string bytes;

  void raw(const void *data, size_t size) {
    bytes.append(static_cast<const char *>(data), size);
  }
  template <typename T> void number(T &value) { raw(&value, sizeof value); }
  void operator()(std::string &value) {
    uint64_t size = value.size();
    number(size);
    raw(value.data(), size);
  }
  template <typename T> void operator()(std::vector<T> &values);
};

/// The same, back. Stops being good where the bytes end too early.
struct Reader {
  const std::string &bytes;
  size_t at = 0;
  bool isGood = true;

  bool raw(void *data, size_t size) {
    if (!isGood || bytes.size() - at < size)
      return isGood = false;
    memcpy(data, bytes.data() + at, size);
    at += size;
    return true;
  }
  template <typename T> void number(T &value) { raw(&value, sizeof value); }
  void operator()(std::string &value) {
    uint64_t size = 0;
    number(size);
    if (!isGood || bytes.size() - at < size) {
      isGood = false;
      return;
    }
    value.assign(bytes, at, size);
    at += size;
  }
  template <typename T> void operator()(std::vector<T> &values);
};

template <typename A> void fields(A &a, uint32_t &v) { a.number(v); }
template <typename A> void fields(A &a, std::string &v) { a(v); }
template <typename A> void fields(A &a, native::Origin &v) {
  a(v.file);
  a.number(v.line);
  a.number(v.column);
  a.number(v.isOwn);
}

template <typename T> void Writer::operator()(std::vector<T> &values) {
  uint64_t count = values.size();
  number(count);
  for (T &v : values)
    fields(*this, v);
}
template <typename T> void Reader::operator()(std::vector<T> &values) {
  uint64_t count = 0;
  number(count);
  // Every element has at least one byte.
  if (!isGood || count > bytes.size() - at) {
    isGood = false;
    return;
  }
  values.resize(count);
  for (T &v : values)
    fields(*this, v);
}

} // namespace plc::cimport
#endif // PLC_C_IMPORT_SERIALIZE_H
