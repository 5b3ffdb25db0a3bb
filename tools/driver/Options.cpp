//===- Options.cpp - parses the command line ------------------------------===//

#include "tools/driver/Options.h"

#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/Option.h"
#include "llvm/Support/FileSystem.h"

#include <cstdlib>
#include <unistd.h>

using namespace llvm;
using namespace llvm::opt;

namespace plc::driver {
namespace {

// Visibilities, in the order of Commands.def.
#define COMMAND(Id, Name, Where, Arguments, Doc, Details)                      \
  constexpr unsigned Id = 2u << unsigned(Command::Id);
#include "tools/driver/Commands.def"

constexpr bool Front = false, Compiler = true;
constexpr CommandRow rows[] = {
#define COMMAND(Id, Name, Where, Arguments, Doc, Details)                      \
  {Name, Where, Arguments, Doc, Details, Id},
#include "tools/driver/Commands.def"
};

#define PREFIX(Name, Value)                                                    \
  constexpr StringLiteral Name##_init[] = Value;                               \
  constexpr ArrayRef<StringLiteral> Name(Name##_init, std::size(Name##_init) - 1);
#include "tools/driver/Options.inc"
#undef PREFIX

constexpr OptTable::Info infos[] = {
#define OPTION(...)                                                            \
  LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "tools/driver/Options.inc"
#undef OPTION
};

class FlagTable : public GenericOptTable {
public:
  FlagTable() : GenericOptTable(infos) {}
};

struct Parser {
  raw_ostream &errors;
  Options options;

  bool fail(const Twine &message, const Twine &help = "") {
    errors << "error: " << message << '\n';
    if (!help.isTriviallyEmpty())
      errors << "help: " << help << '\n';
    return false;
  }
  bool parse(ArrayRef<const char *> arguments);
  bool positional(StringRef word);
  bool flagGiven(const Arg &arg);
  bool unknown(StringRef word, unsigned visibility);
  bool finish(StringRef word);
};

/// The words of a flag's Values column.
bool isOneOf(StringRef value, StringRef values) {
  SmallVector<StringRef> words;
  values.split(words, ',');
  return is_contained(words, value);
}

bool Parser::unknown(StringRef word, unsigned visibility) {
  std::string nearest;
  StringRef spelling = word.take_until([](char c) { return c == '='; });
  unsigned ignored = 0;
  const char *name[] = {word.data()};
  InputArgList list(std::begin(name), std::end(name));
  std::unique_ptr<Arg> elsewhere = flagTable().ParseOneArg(list, ignored);
  if (elsewhere && !elsewhere->getOption().matches(OPT_UNKNOWN))
    return fail("`" + spelling + "` is not a flag of `plc " +
                    (options.command ? rowOf(*options.command).name : "") + "`",
                "`plc " +
                    Twine(options.command ? rowOf(*options.command).name : "") +
                    " --help` lists its flags");
  unsigned distance =
      flagTable().findNearest(word, nearest, opt::Visibility(visibility));
  if (distance <= 2 && !nearest.empty())
    return fail("unknown flag `" + spelling + "`",
                "the nearest one is `" + nearest + "`");
  return fail("unknown flag `" + spelling + "`",
              "`plc --help` lists the commands and their flags");
}

bool Parser::positional(StringRef word) {
  if (options.command) {
    const CommandRow &row = rowOf(*options.command);
    if (!options.file.empty() || !*row.arguments)
      return fail("unexpected argument `" + word + "`",
                  "usage: plc " + Twine(row.name) + " [FLAG...] " +
                      row.arguments);
    options.file = word.str();
    return true;
  }
  // An argument with `/` or `.`, or that names a file, is a file; else a
  // command (units.md). A known command wins over a file without either.
  for (size_t i = 0; i != std::size(rows); ++i)
    if (word == rows[i].name) {
      options.command = Command(i);
      return true;
    }
  if (word == "-" || word.find_first_of("/.") != StringRef::npos ||
      sys::fs::exists(word)) {
    options.command = Command::Run;
    options.file = word.str();
    return true;
  }
  StringRef nearest = nearestCommand(word);
  return fail("unknown command `" + word + "`",
              nearest.empty() ? Twine("`plc --help` lists the commands")
                              : "the nearest one is `" + nearest + "`");
}

bool Parser::flagGiven(const Arg &arg) {
  StringRef value = arg.getNumValues() ? arg.getValue() : "";
  auto spelled = [&] { return StringRef(arg.getSpelling()); };
  auto &info = arg.getOption();
  if (info.getKind() == Option::JoinedClass && value.empty())
    return fail("`" + spelled() + "` needs a value");
  switch (info.getID()) {
  case OPT_O0:
    options.level = 0;
    break;
  case OPT_O1:
    options.level = 1;
    break;
  case OPT_O2:
    options.level = 2;
    break;
  case OPT_g:
    options.debugInfo = true;
    break;
  case OPT_I:
    options.libraryPath.push_back(value.str());
    break;
  case OPT_l:
    options.nativeLibraries.push_back(value.str());
    break;
  case OPT_L:
    options.nativePath.push_back(value.str());
    break;
  case OPT_o:
    options.output = value.str();
    break;
  case OPT_emit_EQ: {
    static constexpr StringLiteral kinds[] = {"forms", "ir", "llvm", "asm",
                                              "obj"};
    const auto *kind = llvm::find(kinds, value);
    if (kind == std::end(kinds))
      return fail("unknown stage `" + value + "` in `--emit=`",
                  "expected forms, ir, llvm, asm or obj");
    options.emit = Emit(1 + (kind - kinds));
    break;
  }
  case OPT_print_after_EQ:
    options.printAfter.push_back(value.str());
    break;
  case OPT_disable_EQ:
    options.disabled.push_back(value.str());
    break;
  case OPT_verify_each:
    options.verifyEach = true;
    break;
  case OPT_stats:
    options.stats = true;
    break;
  case OPT_time:
    options.time = true;
    break;
  case OPT_v:
    options.verbose = true;
    break;
  case OPT_heap_limit_EQ: {
    StringRef digits = value;
    if (StringRef("kmgKMG").contains(digits.back()))
      digits = digits.drop_back();
    uint64_t size;
    if (digits.getAsInteger(10, size))
      return fail("`--heap-limit` needs a size, found `" + value + "`",
                  "write it as 512m or 2g");
    options.heapLimit = value.lower();
    break;
  }
  case OPT_gc_stats:
    options.gcStats = true;
    break;
  case OPT_error_format_EQ:
    if (!isOneOf(value, "text,json"))
      return fail("unknown format `" + value + "` in `--error-format=`",
                  "expected text or json");
    options.jsonErrors = value == "json";
    break;
  case OPT_error_limit_EQ:
    if (value.getAsInteger(10, options.errorLimit))
      return fail("`--error-limit=` needs a number, found `" + value + "`");
    break;
  case OPT_verify_diagnostics:
    options.verifyDiagnostics = true;
    break;
  case OPT_color_EQ:
    if (!isOneOf(value, "auto,always,never"))
      return fail("unknown choice `" + value + "` in `--color=`",
                  "expected auto, always or never");
    options.color = value == "always"  ? Color::Always
                    : value == "never" ? Color::Never
                                       : Color::Auto;
    break;
  case OPT_json:
    options.json = true;
    break;
  case OPT_no_input:
    options.noInput = true;
    break;
  case OPT_help:
    options.help = true;
    break;
  case OPT_version:
    options.version = true;
    break;
  default:
    llvm_unreachable("a row of Options.td without a case");
  }
  return true;
}

bool Parser::parse(ArrayRef<const char *> arguments) {
  // The level's default depends on the command, so explicit ones win later.
  options.level = -1;
  InputArgList list(arguments.begin(), arguments.end());
  bool onlyWords = false;
  for (unsigned i = 0; i < arguments.size();) {
    StringRef word = arguments[i];
    // Everything behind the file of `run` is the program's.
    if (options.command == Command::Run && !options.file.empty()) {
      options.programArguments.push_back(word.str());
      ++i;
      continue;
    }
    if (onlyWords || !word.starts_with("-") || word == "-") {
      if (!positional(word))
        return false;
      ++i;
      continue;
    }
    if (word == "--") {
      onlyWords = true;
      ++i;
      continue;
    }
    unsigned visibility = options.command ? rowOf(*options.command).visibility
                                          : unsigned(DefaultVis);
    unsigned first = i;
    std::unique_ptr<Arg> arg =
        flagTable().ParseOneArg(list, i, opt::Visibility(visibility));
    if (!arg)
      return fail("`" + word + "` needs a value");
    if (arg->getOption().matches(OPT_UNKNOWN) || i == first)
      return unknown(word, visibility);
    if (!flagGiven(*arg))
      return false;
  }
  if (options.help || options.version || !options.command)
    return true;
  const CommandRow &row = rowOf(*options.command);
  if (options.file.empty() && *row.arguments && *row.arguments != '[')
    return fail("`plc " + Twine(row.name) + "` needs " +
                    (StringRef(row.arguments).starts_with("FILE")
                         ? "a source file"
                         : Twine("one of ") + row.arguments),
                "usage: plc " + Twine(row.name) + " [FLAG...] " +
                    row.arguments);
  if (options.level < 0)
    options.level = options.command == Command::Repl ? 0 : 2;
  if (const char *path = getenv("PLC_LIBRARY_PATH")) {
    SmallVector<StringRef> folders;
    StringRef(path).split(folders, ':', -1, false);
    for (StringRef folder : folders)
      options.libraryPath.push_back(folder.str());
  }
  return true;
}

} // namespace

ArrayRef<CommandRow> commandRows() { return rows; }

const OptTable &flagTable() {
  static const FlagTable table;
  return table;
}

StringRef nearestCommand(StringRef word) {
  StringRef nearest;
  unsigned best = 1 + word.size() / 2;
  for (const CommandRow &row : rows) {
    unsigned distance = word.edit_distance(row.name, true, best);
    if (distance < best) {
      best = distance;
      nearest = row.name;
    }
  }
  return nearest;
}

std::optional<Options> parseOptions(int argc, char **argv,
                                    raw_ostream &errors) {
  Parser parser{errors, {}};
  if (!parser.parse(ArrayRef<const char *>(argv + 1, argv + argc)))
    return std::nullopt;
  return std::move(parser.options);
}

bool useColor(Color choice, int fd) {
  if (choice != Color::Auto)
    return choice == Color::Always;
  auto isSet = [](const char *name) {
    const char *value = getenv(name);
    return value && *value;
  };
  if (isSet("NO_COLOR"))
    return false;
  if (isSet("FORCE_COLOR") || isSet("CLICOLOR_FORCE"))
    return true;
  const char *term = getenv("TERM");
  return isatty(fd) && term && StringRef(term) != "dumb";
}

} // namespace plc::driver
