//===- SymbolizeExecutable.cpp - names and lines of compiled code ---------===//
//
// Reads the executable's symbol table and line table (DWARF 4 and 5) when a
// trace is wanted. Lisp procedures are the functions whose symbols begin with
// "plc:"; all others belong to the runtime and are left out. A stripped program
// has neither table: there the unwind information tells where a function
// begins, and the words before the entry of a procedure its name (LispEntry.h).
// Written out because columns are wanted, which libbacktrace does not tell.
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Backtrace.h"
#include "stdlib/runtime/LispEntry.h"

#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unwind.h>

namespace {

struct Section {
  const uint8_t *data = nullptr;
  uint64_t size = 0;
};

/// The executable file, mapped for the rest of the process.
struct Image {
  bool loaded = false;
  uint64_t bias = 0; ///< run-time address minus address in the file
  Section symbols, names, lines, lineStrings, strings;
};

/// Reads DWARF's encodings; stays at the end once it would pass it.
class Cursor {
public:
  Cursor(const uint8_t *at, const uint8_t *end) : at(at), end(end) {}

  bool done() const { return at >= end; }
  const uint8_t *position() const { return at; }
  void seek(const uint8_t *to) { at = to <= end ? to : end; }

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

} // namespace

static int onMainObject(dl_phdr_info *info, size_t, void *bias) {
  *static_cast<uint64_t *>(bias) = info->dlpi_addr;
  return 1; // the executable comes first
}

static void findSections(Image &image, const uint8_t *file, uint64_t size) {
  const Elf64_Ehdr *header = reinterpret_cast<const Elf64_Ehdr *>(file);
  if (size < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_shoff + uint64_t(header->e_shnum) * sizeof(Elf64_Shdr) > size)
    return;
  const Elf64_Shdr *sections =
      reinterpret_cast<const Elf64_Shdr *>(file + header->e_shoff);
  auto view = [&](const Elf64_Shdr &s) {
    Section view;
    if (s.sh_type != SHT_NOBITS && !(s.sh_flags & SHF_COMPRESSED) &&
        s.sh_offset + s.sh_size <= size)
      view = {file + s.sh_offset, s.sh_size};
    return view;
  };
  if (header->e_shstrndx >= header->e_shnum)
    return;
  Section sectionNames = view(sections[header->e_shstrndx]);
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    const Elf64_Shdr &s = sections[i];
    if (s.sh_type == SHT_SYMTAB && s.sh_link < header->e_shnum) {
      image.symbols = view(s);
      image.names = view(sections[s.sh_link]);
    }
    if (s.sh_name >= sectionNames.size)
      continue;
    const char *name =
        reinterpret_cast<const char *>(sectionNames.data + s.sh_name);
    if (!strcmp(name, ".debug_line"))
      image.lines = view(s);
    else if (!strcmp(name, ".debug_line_str"))
      image.lineStrings = view(s);
    else if (!strcmp(name, ".debug_str"))
      image.strings = view(s);
  }
}

static const Image &executable() {
  static Image image;
  if (image.loaded)
    return image;
  image.loaded = true;
  int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return image;
  struct stat status;
  if (fstat(fd, &status) == 0) {
    void *file = mmap(nullptr, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (file != MAP_FAILED)
      findSections(image, static_cast<uint8_t *>(file), status.st_size);
  }
  close(fd);
  dl_iterate_phdr(onMainObject, &image.bias);
  return image;
}

static const char *symbolAt(const Image &image, uint64_t pc) {
  const Elf64_Sym *symbols =
      reinterpret_cast<const Elf64_Sym *>(image.symbols.data);
  uint64_t count = image.symbols.size / sizeof(Elf64_Sym);
  for (uint64_t i = 0; i < count; ++i)
    if (ELF64_ST_TYPE(symbols[i].st_info) == STT_FUNC &&
        pc - symbols[i].st_value < symbols[i].st_size &&
        symbols[i].st_name < image.names.size)
      return reinterpret_cast<const char *>(image.names.data +
                                            symbols[i].st_name);
  return nullptr;
}

//===--- The line table ---------------------------------------------------===//

namespace {
/// Names from DWARF's constants, as far as they are used.
enum : uint64_t {
  FormBlock = 0x09,
  FormData1 = 0x0b,
  FormData2 = 0x05,
  FormData4 = 0x06,
  FormData8 = 0x07,
  FormData16 = 0x1e,
  FormUdata = 0x0f,
  FormString = 0x08,
  FormStrp = 0x0e,
  FormLineStrp = 0x1f,
  ContentPath = 1
};
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
  LineUnit(const Image &image, Cursor body) : image(image), in(body) {}

  bool find(uint64_t pc, Place &place) {
    version = uint16_t(in.fixed(2));
    if (version < 4 || version > 5)
      return false;
    if (version == 5)
      in.fixed(2); // address size, segment selector size
    uint64_t headerLength = in.fixed(4);
    const uint8_t *program = in.position() + headerLength;
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
    in.seek(program);
    if (!run(pc, place))
      return false;
    place.file = fileName(program);
    return true;
  }

private:
  /// Runs the program until a row covers `pc`.
  bool run(uint64_t pc, Place &place) {
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

  const char *pooled(const Section &pool, uint64_t offset) {
    return offset < pool.size
               ? reinterpret_cast<const char *>(pool.data + offset)
               : nullptr;
  }

  /// Reads one attribute; its text if it is one.
  const char *attribute(uint64_t form) {
    switch (form) {
    case FormString:
      return in.string();
    case FormLineStrp:
      return pooled(image.lineStrings, in.fixed(4));
    case FormStrp:
      return pooled(image.strings, in.fixed(4));
    case FormUdata:
      in.unsignedLeb();
      break;
    case FormData1:
      in.fixed(1);
      break;
    case FormData2:
      in.fixed(2);
      break;
    case FormData4:
      in.fixed(4);
      break;
    case FormData8:
      in.fixed(8);
      break;
    case FormData16:
      in.seek(in.position() + 16);
      break;
    case FormBlock: {
      uint64_t size = in.unsignedLeb();
      in.seek(in.position() + size);
      break;
    }
    default:
      in.seek(in.position() + (uint64_t(1) << 40)); // unknown: give up
    }
    return nullptr;
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
        const char *text = attribute(formats[k].form);
        if (i == wanted && formats[k].content == ContentPath)
          result = text;
      }
    return result;
  }

  const char *fileName(const uint8_t *program) {
    in.seek(filesStart);
    if (version == 5) {
      entryTable(~uint64_t(0)); // directories
      return entryTable(file);
    }
    while (!in.done() && *in.string())
      ;
    for (uint64_t i = 1; in.position() < program; ++i) {
      const char *name = in.string();
      if (!*name)
        break;
      if (i == file)
        return name;
      in.unsignedLeb();
      in.unsignedLeb();
      in.unsignedLeb();
    }
    return nullptr;
  }

  const Image &image;
  Cursor in;
  unsigned version = 0, minimum = 1, lineRange = 1, opcodeBase = 1;
  int lineBase = 0;
  uint8_t lengths[256] = {};
  const uint8_t *filesStart = nullptr;
  uint64_t file = 0;
};
} // namespace

static bool placeOf(const Image &image, uint64_t pc, Place &place) {
  if (!image.lines.data)
    return false;
  const uint8_t *end = image.lines.data + image.lines.size;
  Cursor in(image.lines.data, end);
  while (!in.done()) {
    uint64_t length = in.fixed(4);
    if (length >= 0xfffffff0u) // 64-bit DWARF: not what we emit
      return false;
    const uint8_t *next = in.position() + length;
    if (next > end)
      return false;
    if (LineUnit(image, Cursor(in.position(), next)).find(pc, place))
      return true;
    in.seek(next);
  }
  return false;
}

//===--- Frames -----------------------------------------------------------===//

/// "plc:(lib name):proc" -> "proc". "plc:init:UNIT" is a unit's top level.
/// Procedures that a closure calls through an
/// entry end in ".body".
static const char *procedureOfSymbol(const char *symbol, char *buffer,
                                     size_t size) {
  const char *name = symbol + 4;
  if (!strncmp(name, "init:", 5))
    return name[5] == '(' ? name + 5 : "program";
  // Library names are in parentheses and may contain colons themselves.
  if (*name == '(') {
    if (const char *close = strstr(name, "):"))
      name = close + 2;
  } else if (const char *colon = strchr(name, ':')) {
    name = colon + 1;
  }
  static const char suffix[] = ".body";
  size_t length = strlen(name), cut = sizeof suffix - 1;
  if (length > cut && length < size && !strcmp(name + length - cut, suffix)) {
    memcpy(buffer, name, length - cut);
    buffer[length - cut] = 0;
    return buffer;
  }
  return *name ? name : symbol;
}

/// The name in front of the entry of the procedure around `pc`, if that is an
/// entry of compiled code and not of the runtime.
static const char *nameBeforeEntry(uint64_t pc) {
  const char *entry = static_cast<const char *>(
      _Unwind_FindEnclosingFunction(reinterpret_cast<void *>(pc)));
  if (!entry)
    return nullptr;
  int32_t arity[2];
  int64_t name;
  memcpy(arity, entry - 16, sizeof arity);
  memcpy(&name, entry - 8, sizeof name);
  // No other code has this pattern in front of it.
  int32_t least = arity[0] & ~plc::rt::NameIsOffset, most = arity[1];
  bool isPrefix = (arity[0] & plc::rt::NameIsOffset) && least >= 0 &&
                  least < 65536 && most >= -1 && most < 65536 && name != 0 &&
                  name < (int64_t(1) << 31) && name > -(int64_t(1) << 31);
  return isPrefix ? entry + name : nullptr;
}

int plc::rt::symbolizeExecutable(uint64_t pc, plc_frame *frames, int capacity) {
  const Image &image = executable();
  // The return address may be the first byte of another line or function.
  uint64_t call = pc - image.bias - 1;
  if (!image.symbols.data) {
    const char *name = capacity > 0 ? nameBeforeEntry(pc - 1) : nullptr;
    if (name)
      frames[0] = {name, nullptr, 0, 0, "lisp"};
    return name != nullptr;
  }
  const char *symbol = symbolAt(image, call);
  if (!symbol || strncmp(symbol, "plc:", 4) != 0 || capacity < 1)
    return 0;
  static char buffer[256];
  Place place;
  placeOf(image, call, place);
  frames[0] = {procedureOfSymbol(symbol, buffer, sizeof buffer), place.file,
               place.line, place.column, "lisp"};
  return 1;
}
