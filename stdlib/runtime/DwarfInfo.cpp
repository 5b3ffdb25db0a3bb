//===- DwarfInfo.cpp - procedures, and what was inlined into them ---------===//
//
// Walks the entries (DIEs) of the units that plc has compiled. That is linear
// in the size of the unit around the address, and only errors that somebody
// looks at pay for it.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Dwarf.h"

using namespace plc::rt::dwarf;

static const char *pooled(const Section &pool, uint64_t offset) {
  return offset < pool.size ? reinterpret_cast<const char *>(pool.data + offset)
                            : nullptr;
}

bool plc::rt::dwarf::readForm(const Sections &sections, Cursor &in,
                              uint64_t form, int64_t implicit,
                              FormValue &value) {
  value = {};
  switch (form) {
  case FormFlagPresent:
    value.number = 1;
    return true;
  case FormImplicitConst:
    value.number = uint64_t(implicit);
    return true;
  case FormData1:
  case FormFlag:
  case FormRef1:
  case FormStrx1:
  case FormAddrx1:
    value.number = in.fixed(1);
    return true;
  case FormData2:
  case FormRef2:
  case FormStrx2:
  case FormAddrx2:
    value.number = in.fixed(2);
    return true;
  case FormStrx3:
  case FormAddrx3:
    value.number = in.fixed(3);
    return true;
  case FormData4:
  case FormRef4:
  case FormRefAddr:
  case FormSecOffset:
  case FormStrx4:
  case FormAddrx4:
    value.number = in.fixed(4);
    return true;
  case FormAddr:
  case FormData8:
  case FormRef8:
    value.number = in.fixed(8);
    return true;
  case FormData16:
    in.seek(in.position() + 16);
    return true;
  case FormUdata:
  case FormRefUdata:
  case FormStrx:
  case FormAddrx:
  case FormLoclistx:
  case FormRnglistx:
    value.number = in.unsignedLeb();
    return true;
  case FormSdata:
    value.number = uint64_t(in.signedLeb());
    return true;
  case FormString:
    value.text = in.string();
    return true;
  case FormStrp:
    value.text = pooled(sections.strings, in.fixed(4));
    return true;
  case FormLineStrp:
    value.text = pooled(sections.lineStrings, in.fixed(4));
    return true;
  case FormBlock1:
    in.skip(in.fixed(1));
    return true;
  case FormBlock2:
    in.skip(in.fixed(2));
    return true;
  case FormBlock4:
    in.skip(in.fixed(4));
    return true;
  case FormBlock:
  case FormExprloc:
    in.skip(in.unsignedLeb());
    return true;
  default:
    return false;
  }
}

namespace {
enum : uint64_t {
  UnitCompile = 1,
  TagInlinedSubroutine = 0x1d,
  TagSubprogram = 0x2e,
  AtName = 0x03,
  AtStmtList = 0x10,
  AtLowPc = 0x11,
  AtHighPc = 0x12,
  AtProducer = 0x25,
  AtAbstractOrigin = 0x31,
  AtRanges = 0x55,
  AtCallColumn = 0x57,
  AtCallFile = 0x58,
  AtCallLine = 0x59,
  AtStrOffsetsBase = 0x72,
  AtAddrBase = 0x73,
  AtRnglistsBase = 0x74
};
enum : uint8_t {
  RangeEnd,
  RangeBaseAddressx,
  RangeStartxEndx,
  RangeStartxLength,
  RangeOffsetPair,
  RangeBaseAddress,
  RangeStartEnd,
  RangeStartLength
};

struct Attribute {
  uint64_t form = 0; // 0: absent
  FormValue value;
};

/// The attributes that matter here.
struct Entry {
  uint64_t tag = 0;
  bool hasChildren = false;
  Attribute name, producer, lowPc, highPc, ranges, origin;
  Attribute lines, stringOffsets, addresses, rangeLists;
  Attribute callFile, callLine, callColumn;

  Attribute *find(uint64_t at) {
    switch (at) {
    case AtName:
      return &name;
    case AtProducer:
      return &producer;
    case AtLowPc:
      return &lowPc;
    case AtHighPc:
      return &highPc;
    case AtRanges:
      return &ranges;
    case AtAbstractOrigin:
      return &origin;
    case AtStmtList:
      return &lines;
    case AtStrOffsetsBase:
      return &stringOffsets;
    case AtAddrBase:
      return &addresses;
    case AtRnglistsBase:
      return &rangeLists;
    case AtCallFile:
      return &callFile;
    case AtCallLine:
      return &callLine;
    case AtCallColumn:
      return &callColumn;
    default:
      return nullptr;
    }
  }
};

class InfoUnit {
public:
  InfoUnit(const Sections &sections, const uint8_t *start, const uint8_t *end)
      : sections(sections), start(start), in(start, end) {}

  int find(uint64_t pc, Procedure *found, int capacity) {
    in.fixed(4); // length
    if (in.fixed(2) != 5 || in.u8() != UnitCompile || in.u8() != 8)
      return 0;
    abbreviations = in.fixed(4);
    if (!readEntry(in, unit) || !unit.hasChildren)
      return 0;
    const char *producer = text(unit.producer);
    if (!producer || strcmp(producer, "plc") != 0 || !covers(unit, pc))
      return 0;
    return findProcedures(pc, found, capacity);
  }

private:
  int findProcedures(uint64_t pc, Procedure *found, int capacity) {
    // The chain from the procedure to the innermost text.
    struct {
      const char *name;
      uint64_t callFile;
      int callLine, callColumn;
    } chain[MaxDepth];
    int count = 0, depth = 1;
    while (!in.done() && depth > 0) {
      Entry entry;
      if (!readEntry(in, entry))
        return 0;
      if (!entry.tag) {
        // The end of a list of children; of the procedure's: all is known.
        if (--depth == 1 && count)
          break;
        continue;
      }
      bool isWanted = count ? entry.tag == TagInlinedSubroutine
                            : entry.tag == TagSubprogram && depth == 1;
      if (isWanted && count < MaxDepth && covers(entry, pc)) {
        chain[count++] = {nameOf(entry), entry.callFile.value.number,
                          int(entry.callLine.value.number),
                          int(entry.callColumn.value.number)};
        if (count == 1 && !entry.hasChildren)
          break;
      }
      depth += entry.hasChildren;
    }
    if (!count)
      return 0;
    uint64_t lines = unit.lines.value.number;
    Place at;
    placeOf(sections, lines, pc, at);
    int result = 0;
    bool isEnded = false; // by a tail call to the frame before
    for (int i = count; i-- > 0;) {
      if (!isEnded && result < capacity)
        found[result++] = {chain[i].name, at};
      isEnded = i && !chain[i].callColumn;
      if (i)
        at = {fileOf(sections, lines, chain[i].callFile), chain[i].callLine,
              chain[i].callColumn};
    }
    return result;
  }

  /// Reads an entry; its tag is 0 at the end of a list of children.
  bool readEntry(Cursor &at, Entry &entry) {
    uint64_t code = at.unsignedLeb();
    if (!code)
      return true;
    Cursor shape = abbreviation(code);
    if (shape.done())
      return false;
    entry.tag = shape.unsignedLeb();
    entry.hasChildren = shape.u8();
    while (!shape.done()) {
      uint64_t name = shape.unsignedLeb(), form = shape.unsignedLeb();
      int64_t implicit = form == FormImplicitConst ? shape.signedLeb() : 0;
      if (!name && !form)
        break;
      FormValue value;
      if (!readForm(sections, at, form, implicit, value))
        return false;
      if (Attribute *attribute = entry.find(name))
        *attribute = {form, value};
    }
    return true;
  }

  /// What follows the number `code` in the unit's table of abbreviations.
  Cursor abbreviation(uint64_t code) {
    const Section &table = sections.abbreviations;
    const uint8_t *end = table.data + table.size;
    if (code < Remembered && remembered[code])
      return Cursor(remembered[code], end);
    Cursor at(table.data, end);
    at.skip(abbreviations);
    while (!at.done()) {
      uint64_t number = at.unsignedLeb();
      if (!number)
        break;
      const uint8_t *shape = at.position();
      if (number < Remembered)
        remembered[number] = shape;
      if (number == code)
        return Cursor(shape, end);
      at.unsignedLeb();
      at.u8();
      for (uint64_t name = 1, form = 1; (name || form) && !at.done();) {
        name = at.unsignedLeb();
        form = at.unsignedLeb();
        if (form == FormImplicitConst)
          at.signedLeb();
      }
    }
    return Cursor(end, end);
  }

  const char *text(const Attribute &attribute) {
    switch (attribute.form) {
    case FormStrx:
    case FormStrx1:
    case FormStrx2:
    case FormStrx3:
    case FormStrx4: {
      uint64_t offset = word(sections.stringOffsets,
                             unit.stringOffsets.value.number +
                                 attribute.value.number * 4,
                             4);
      return pooled(sections.strings, offset);
    }
    default:
      return attribute.value.text;
    }
  }

  static uint64_t word(const Section &section, uint64_t offset,
                       unsigned bytes) {
    Cursor at(section.data, section.data + section.size);
    at.skip(offset);
    return at.fixed(bytes);
  }

  uint64_t addressNumber(uint64_t index) {
    return word(sections.addresses, unit.addresses.value.number + index * 8, 8);
  }
  uint64_t address(const Attribute &attribute) {
    return attribute.form == FormAddr ? attribute.value.number
                                      : addressNumber(attribute.value.number);
  }

  bool covers(const Entry &entry, uint64_t pc) {
    if (entry.ranges.form)
      return rangesCover(entry.ranges, pc);
    if (!entry.lowPc.form || !entry.highPc.form)
      return false;
    // LLVM writes the end as a distance.
    return pc - address(entry.lowPc) < entry.highPc.value.number;
  }

  bool rangesCover(const Attribute &ranges, uint64_t pc) {
    uint64_t offset = ranges.value.number;
    if (ranges.form == FormRnglistx) {
      uint64_t base = unit.rangeLists.value.number;
      offset = base + word(sections.ranges, base + offset * 4, 4);
    }
    const Section &section = sections.ranges;
    Cursor at(section.data, section.data + section.size);
    at.skip(offset);
    uint64_t base = unit.lowPc.form ? address(unit.lowPc) : 0;
    while (!at.done()) {
      uint64_t first = 0, size = 0;
      switch (at.u8()) {
      case RangeBaseAddressx:
        base = addressNumber(at.unsignedLeb());
        continue;
      case RangeStartxEndx:
        first = addressNumber(at.unsignedLeb());
        size = addressNumber(at.unsignedLeb()) - first;
        break;
      case RangeStartxLength:
        first = addressNumber(at.unsignedLeb());
        size = at.unsignedLeb();
        break;
      case RangeOffsetPair:
        first = at.unsignedLeb();
        size = at.unsignedLeb() - first;
        first += base;
        break;
      case RangeBaseAddress:
        base = at.fixed(8);
        continue;
      case RangeStartEnd:
        first = at.fixed(8);
        size = at.fixed(8) - first;
        break;
      case RangeStartLength:
        first = at.fixed(8);
        size = at.unsignedLeb();
        break;
      default: // RangeEnd, or nothing that we know
        return false;
      }
      if (pc - first < size)
        return true;
    }
    return false;
  }

  /// An inlined copy names the entry of its procedure.
  const char *nameOf(const Entry &entry) {
    if (entry.name.form || !entry.origin.form)
      return text(entry.name);
    Cursor at = in;
    at.seek(start);
    at.skip(entry.origin.value.number);
    Entry procedure;
    return readEntry(at, procedure) ? text(procedure.name) : nullptr;
  }

  static constexpr int MaxDepth = 48;
  static constexpr uint64_t Remembered = 96;
  const Sections &sections;
  const uint8_t *start; // the beginning of the unit, for references
  Cursor in;
  Entry unit;
  uint64_t abbreviations = 0;
  const uint8_t *remembered[Remembered] = {};
};
} // namespace

int plc::rt::dwarf::proceduresAt(const Sections &sections, uint64_t pc,
                                 Procedure *found, int capacity) {
  if (!sections.info.data || capacity < 1)
    return 0;
  const uint8_t *end = sections.info.data + sections.info.size;
  Cursor in(sections.info.data, end);
  while (!in.done()) {
    const uint8_t *start = in.position();
    uint64_t length = in.fixed(4);
    // Longer ones are in the 64-bit format, which is not what we emit.
    if (length > uint64_t(end - in.position()))
      return 0;
    const uint8_t *next = in.position() + length;
    if (int count = InfoUnit(sections, start, next).find(pc, found, capacity))
      return count;
    in.seek(next);
  }
  return 0;
}
