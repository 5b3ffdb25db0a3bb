//===- SymbolizeExecutable.cpp - names and lines of compiled code ---------===//
//
// Reads the executable's symbol table and debug information (Dwarf.h) when a
// trace is wanted. Lisp procedures are the functions whose symbols begin with
// "plc:"; all others belong to the runtime and are left out. A stripped program
// has neither table: there the unwind information tells where a function
// begins, and the words before the entry of a procedure its name (LispEntry.h).
//
//===----------------------------------------------------------------------===//
#include "stdlib/runtime/Backtrace.h"
#include "stdlib/runtime/Dwarf.h"
#include "stdlib/runtime/LispEntry.h"

#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unwind.h>

using namespace plc::rt;
using namespace plc::rt::dwarf;

namespace {

/// The executable file, mapped for the rest of the process.
struct Image {
  bool loaded = false;
  uint64_t bias = 0; ///< run-time address minus address in the file
  Section symbols, names;
  Sections debug;
};

} // namespace

static int onMainObject(dl_phdr_info *info, size_t, void *bias) {
  *static_cast<uint64_t *>(bias) = info->dlpi_addr;
  return 1; // the executable comes first
}

static constexpr struct {
  const char *name;
  Section Sections::*section;
} debugSections[] = {
    {".debug_info", &Sections::info},
    {".debug_abbrev", &Sections::abbreviations},
    {".debug_addr", &Sections::addresses},
    {".debug_rnglists", &Sections::ranges},
    {".debug_line", &Sections::lines},
    {".debug_line_str", &Sections::lineStrings},
    {".debug_str", &Sections::strings},
    {".debug_str_offsets", &Sections::stringOffsets},
};

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
    for (const auto &[wanted, section] : debugSections)
      if (!strcmp(name, wanted))
        image.debug.*section = view(s);
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

//===--- Frames -----------------------------------------------------------===//

/// "plc:(lib name):proc" -> "proc". "plc:init:UNIT" is a unit's top level.
/// Procedures that a closure calls through an
/// entry end in ".body".
static const char *procedureOfSymbol(const char *symbol, char *buffer,
                                     size_t size) {
  const char *name = symbol + 4;
  if (!strncmp(name, "init:", 5))
    return name[5] == '(' ? name + 5 : "program";
  // The code of what other units call: "plc:entry:(lib name):proc", and "code:".
  static const char *const prefixes[] = {"entry:(", "code:("};
  for (const char *prefix : prefixes)
    if (!strncmp(name, prefix, strlen(prefix)))
      name += strlen(prefix) - 1;
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

/// True if these bytes are code of the executable: the first function may lie where its
/// memory begins.
static bool isCode(const char *first, size_t size) {
  struct Range {
    uint64_t first, end;
    bool isCode;
  } range = {reinterpret_cast<uint64_t>(first),
             reinterpret_cast<uint64_t>(first) + size, false};
  dl_iterate_phdr(
      [](dl_phdr_info *info, size_t, void *data) {
        auto *range = static_cast<Range *>(data);
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto &segment = info->dlpi_phdr[i];
          uint64_t begin = info->dlpi_addr + segment.p_vaddr;
          range->isCode |= segment.p_type == PT_LOAD && (segment.p_flags & PF_X) &&
                           range->first >= begin &&
                           range->end <= begin + segment.p_memsz;
        }
        return 1; // the executable comes first
      },
      &range);
  return range.isCode;
}

/// The name in front of the entry of the procedure around `pc`, if that is an
/// entry of compiled code and not of the runtime.
static const char *nameBeforeEntry(uint64_t pc) {
  const char *entry = static_cast<const char *>(
      _Unwind_FindEnclosingFunction(reinterpret_cast<void *>(pc)));
  if (!entry || !isCode(entry - 16, 16))
    return nullptr;
  int32_t arity[2];
  int64_t name;
  memcpy(arity, entry - 16, sizeof arity);
  memcpy(&name, entry - 8, sizeof name);
  // No other code has this pattern in front of it.
  int32_t least = arity[0] & ~(plc::rt::NameIsOffset | plc::rt::HasNote),
          most = arity[1];
  bool isPrefix = (arity[0] & plc::rt::NameIsOffset) && least >= 0 &&
                  least < 65536 && most >= -1 && most < 65536 && name != 0 &&
                  name < (int64_t(1) << 31) && name > -(int64_t(1) << 31);
  return isPrefix ? entry + name : nullptr;
}

const char *plc::rt::executableSymbol(uint64_t at) {
  const Image &image = executable();
  return symbolAt(image, at - image.bias);
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
  Procedure procedures[MaxInlinedFrames];
  if (capacity > MaxInlinedFrames)
    capacity = MaxInlinedFrames;
  int count = proceduresAt(image.debug, call, procedures, capacity);
  for (int i = 0; i < count; ++i)
    frames[i] = {procedures[i].name, procedures[i].at.file,
                 procedures[i].at.line, procedures[i].at.column, "lisp"};
  if (count)
    return count;
  static char buffer[256];
  frames[0] = {procedureOfSymbol(symbol, buffer, sizeof buffer), nullptr, 0, 0,
               "lisp"};
  return 1;
}
