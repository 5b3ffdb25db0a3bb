//===- Dwarf.h - the executable's own debug information ---------*- C++ -*-===//
//
// As much of DWARF 5 as traces need: lines and columns (DwarfLines.cpp),
// procedures and what was inlined into them (DwarfInfo.cpp). All data is read
// in place; a reader of damaged data stops, it never leaves its section.
//
//===----------------------------------------------------------------------===//
#ifndef PLC_RUNTIME_DWARF_H
#define PLC_RUNTIME_DWARF_H

#include <cstdint>
#include <cstring>

namespace plc::rt::dwarf {

struct Section {
  const uint8_t *data = nullptr;
  uint64_t size = 0;
};

struct Sections {
  Section info, abbreviations, addresses, ranges;
  Section lines, lineStrings, strings, stringOffsets;
};

/// Reads DWARF's encodings; stays at the end once it would pass it.
class Cursor {
public:
  Cursor(const uint8_t *at, const uint8_t *end) : at(at), end(end) {}

  bool done() const { return at >= end; }
  const uint8_t *position() const { return at; }
  void seek(const uint8_t *to) { at = to <= end ? to : end; }
  void skip(uint64_t bytes) {
    at = bytes < uint64_t(end - at) ? at + bytes : end;
  }

  uint64_t fixed(unsigned bytes) {
    uint64_t v = 0;
    if (bytes > 8 || uint64_t(end - at) < bytes) {
      at = end;
      return 0;
    }
    memcpy(&v, at, bytes);
    at += bytes;
    return v;
  }
  uint8_t u8() { return uint8_t(fixed(1)); }
  uint64_t unsignedLeb() {
    uint64_t v = 0;
    for (unsigned shift = 0; at < end; shift += 7) {
      uint8_t byte = *at++;
      if (shift < 64)
        v |= uint64_t(byte & 127) << shift;
      if (!(byte & 128))
        break;
    }
    return v;
  }
  int64_t signedLeb() {
    int64_t v = 0;
    unsigned shift = 0;
    uint8_t byte = 0;
    while (at < end) {
      byte = *at++;
      if (shift < 64)
        v |= int64_t(uint64_t(byte & 127) << shift);
      shift += 7;
      if (!(byte & 128))
        break;
    }
    if ((byte & 64) && shift < 64)
      v |= -(int64_t(1) << shift);
    return v;
  }
  const char *string() {
    const char *text = reinterpret_cast<const char *>(at);
    while (at < end && *at)
      ++at;
    if (at >= end)
      return "";
    ++at;
    return text;
  }

private:
  const uint8_t *at, *end;
};

struct Place {
  const char *file = nullptr;
  int line = 0, column = 0;
};

enum Form : uint64_t {
  FormAddr = 0x01,
  FormBlock2 = 0x03,
  FormBlock4 = 0x04,
  FormData2 = 0x05,
  FormData4 = 0x06,
  FormData8 = 0x07,
  FormString = 0x08,
  FormBlock = 0x09,
  FormBlock1 = 0x0a,
  FormData1 = 0x0b,
  FormFlag = 0x0c,
  FormSdata = 0x0d,
  FormStrp = 0x0e,
  FormUdata = 0x0f,
  FormRefAddr = 0x10,
  FormRef1 = 0x11,
  FormRef2 = 0x12,
  FormRef4 = 0x13,
  FormRef8 = 0x14,
  FormRefUdata = 0x15,
  FormSecOffset = 0x17,
  FormExprloc = 0x18,
  FormFlagPresent = 0x19,
  FormStrx = 0x1a,
  FormAddrx = 0x1b,
  FormData16 = 0x1e,
  FormLineStrp = 0x1f,
  FormImplicitConst = 0x21,
  FormLoclistx = 0x22,
  FormRnglistx = 0x23,
  FormStrx1 = 0x25,
  FormStrx2 = 0x26,
  FormStrx3 = 0x27,
  FormStrx4 = 0x28,
  FormAddrx1 = 0x29,
  FormAddrx2 = 0x2a,
  FormAddrx3 = 0x2b,
  FormAddrx4 = 0x2c
};

/// What an attribute holds: a number (also an offset, an index or a reference)
/// or a text.
struct FormValue {
  uint64_t number = 0;
  const char *text = nullptr;
};
/// Reads one value; false if the form is unknown, so that nothing behind it
/// can be read.
bool readForm(const Sections &sections, Cursor &in, uint64_t form,
              int64_t implicit, FormValue &value);

/// The place of `pc` by the line table at `offset`.
bool placeOf(const Sections &sections, uint64_t offset, uint64_t pc,
             Place &place);
/// Name of a file of the line table at `offset`.
const char *fileOf(const Sections &sections, uint64_t offset, uint64_t number);

/// A procedure whose code contains an address, and where it stands in it.
struct Procedure {
  const char *name = nullptr;
  Place at;
};
/// Procedures at `pc` that plc has compiled, innermost first: what was inlined
/// there, then the procedure itself. Leaves out those that a tail call has
/// ended. 0 if nothing is known.
int proceduresAt(const Sections &sections, uint64_t pc, Procedure *found,
                 int capacity);

} // namespace plc::rt::dwarf
#endif // PLC_RUNTIME_DWARF_H
