//===- DwarfLines.cpp - the line table ------------------------------------===//
//
// Written out because columns are wanted, which libbacktrace does not tell.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Dwarf.h"

using namespace plc::rt::dwarf;

namespace {
// Names from DWARF's constants, as far as they are used.
enum : uint64_t { ContentPath = 1 };
enum : uint8_t {
  OpCopy = 1,
  OpAdvancePc,
  OpAdvanceLine,
  OpSetFile,
  OpSetColumn,
  OpNegate,
  OpBasicBlock,
  OpConstAddPc,
  OpFixedAdvancePc,
  ExtEndSequence = 1,
  ExtSetAddress
};

/// One unit of .debug_line.
class LineUnit {
public:
  LineUnit(const Sections &sections, Cursor body)
      : sections(sections), in(body) {}

  bool find(uint64_t pc, Place &place) {
    uint64_t file;
    if (!readHeader())
      return false;
    in.seek(program);
    if (!run(pc, place, file))
      return false;
    place.file = fileName(file);
    return true;
  }

  /// \pre readHeader()
  const char *fileName(uint64_t number) {
    in.seek(filesStart);
    if (version == 5) {
      entryTable(~uint64_t(0)); // directories
      return entryTable(number);
    }
    while (!in.done() && *in.string())
      ;
    for (uint64_t i = 1; in.position() < program; ++i) {
      const char *name = in.string();
      if (!*name)
        break;
      if (i == number)
        return name;
      in.unsignedLeb();
      in.unsignedLeb();
      in.unsignedLeb();
    }
    return nullptr;
  }

  bool readHeader() {
    version = uint16_t(in.fixed(2));
    if (version < 4 || version > 5)
      return false;
    if (version == 5)
      in.fixed(2); // address size, segment selector size
    uint64_t headerLength = in.fixed(4);
    program = in.position() + headerLength;
    minimum = in.u8();
    in.u8(); // operations of an instruction
    in.u8(); // default of is_stmt
    lineBase = int8_t(in.u8());
    lineRange = in.u8();
    opcodeBase = in.u8();
    if (lineRange == 0 || opcodeBase == 0)
      return false;
    for (unsigned i = 1; i < opcodeBase; ++i)
      lengths[i] = in.u8();
    filesStart = in.position();
    return true;
  }

private:
  /// Runs the program until a row covers `pc`.
  bool run(uint64_t pc, Place &place, uint64_t &file) {
    uint64_t address = 0, previous = 0;
    uint64_t line = 1, column = 0, currentFile = 1;
    Place before;
    uint64_t beforeFile = 0;
    bool inSequence = false, found = false;
    auto row = [&](bool isEnd) {
      if (inSequence && pc >= previous && pc < address) {
        place = before;
        file = beforeFile;
        found = true;
      }
      previous = address;
      before.line = int(line);
      before.column = int(column);
      beforeFile = currentFile;
      inSequence = !isEnd;
    };
    while (!in.done() && !found) {
      uint8_t op = in.u8();
      if (op >= opcodeBase) {
        unsigned special = op - opcodeBase;
        address += uint64_t(special / lineRange) * minimum;
        line += lineBase + int(special % lineRange);
        row(false);
        continue;
      }
      switch (op) {
      case 0: {
        uint64_t length = in.unsignedLeb();
        const uint8_t *next = in.position() + length;
        switch (in.u8()) {
        case ExtEndSequence:
          row(true);
          address = 0;
          line = 1;
          column = 0;
          currentFile = 1;
          break;
        case ExtSetAddress:
          address = in.fixed(8);
          break;
        }
        in.seek(next);
        break;
      }
      case OpCopy:
        row(false);
        break;
      case OpAdvancePc:
        address += in.unsignedLeb() * minimum;
        break;
      case OpAdvanceLine:
        line += in.signedLeb();
        break;
      case OpSetFile:
        currentFile = in.unsignedLeb();
        break;
      case OpSetColumn:
        column = in.unsignedLeb();
        break;
      case OpConstAddPc:
        address += uint64_t((255 - opcodeBase) / lineRange) * minimum;
        break;
      case OpFixedAdvancePc:
        address += in.fixed(2);
        break;
      default:
        for (unsigned i = 0; i < lengths[op]; ++i)
          in.unsignedLeb();
      }
    }
    return found;
  }

  /// Reads a table of DWARF 5; the path of entry number `wanted`.
  const char *entryTable(uint64_t wanted) {
    struct {
      uint64_t content, form;
    } formats[16];
    unsigned formatCount = in.u8();
    if (formatCount > 16)
      return nullptr;
    for (unsigned i = 0; i < formatCount; ++i)
      formats[i] = {in.unsignedLeb(), in.unsignedLeb()};
    uint64_t count = in.unsignedLeb();
    const char *result = nullptr;
    for (uint64_t i = 0; i < count && !in.done(); ++i)
      for (unsigned k = 0; k < formatCount; ++k) {
        FormValue value;
        if (!readForm(sections, in, formats[k].form, 0, value))
          return nullptr;
        if (i == wanted && formats[k].content == ContentPath)
          result = value.text;
      }
    return result;
  }

  const Sections &sections;
  Cursor in;
  unsigned version = 0, minimum = 1, lineRange = 1, opcodeBase = 1;
  int lineBase = 0;
  uint8_t lengths[256] = {};
  const uint8_t *program = nullptr, *filesStart = nullptr;
};
} // namespace

/// The unit at an offset of .debug_line; nothing if there is none.
static Cursor unitAt(const Sections &sections, uint64_t offset) {
  const Section &lines = sections.lines;
  if (offset > lines.size)
    offset = lines.size;
  const uint8_t *end = lines.data + lines.size;
  Cursor in(lines.data + offset, end);
  uint64_t length = in.fixed(4);
  // Longer ones are in the 64-bit format, which is not what we emit.
  if (length > uint64_t(end - in.position()))
    return Cursor(end, end);
  return Cursor(in.position(), in.position() + length);
}

bool plc::rt::dwarf::placeOf(const Sections &sections, uint64_t offset,
                             uint64_t pc, Place &place) {
  return LineUnit(sections, unitAt(sections, offset)).find(pc, place);
}

const char *plc::rt::dwarf::fileOf(const Sections &sections, uint64_t offset,
                                   uint64_t number) {
  LineUnit unit(sections, unitAt(sections, offset));
  return unit.readHeader() ? unit.fileName(number) : nullptr;
}
