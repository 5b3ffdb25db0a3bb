//===- Options.cpp - parses the command line ------------------------------===//

#include "tools/driver/Options.h"

#include "llvm/ADT/StringSwitch.h"
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
  std::optional<size_t> choice(const Arg &arg, StringRef what);
  bool pass(const Arg &arg, std::vector<std::string> &list, StringRef extra);
};

struct PassName {
  StringRef name, doc;
};
constexpr PassName passNames[] = {
#define PASS(Id, Name, Doc) {Name, Doc},
#include "ir/Passes.def"
};

/// The candidate that was probably meant, or empty.
StringRef nearest(StringRef word, ArrayRef<StringRef> candidates) {
  StringRef result;
  unsigned best = 1 + word.size() / 2;
  for (StringRef candidate : candidates) {
    unsigned distance = word.edit_distance(candidate, true, best);
    if (distance < best) {
      best = distance;
      result = candidate;
    }
  }
  return result;
}

/// "a, b or c"
std::string listed(ArrayRef<StringRef> words) {
  std::string result;
  for (size_t i = 0; i < words.size(); ++i)
    result += (i == 0                  ? ""
               : i + 1 < words.size()  ? ", "
                                       : " or ") +
              words[i].str();
  return result;
}

bool Parser::unknown(StringRef word, unsigned visibility) {
  std::string meant;
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
      flagTable().findNearest(word, meant, opt::Visibility(visibility),
                              /*MinimumLength=*/2);
  if (distance <= 2 && !meant.empty())
    return fail("unknown flag `" + spelling + "`",
                "the nearest one is `" + meant + "`");
  return fail("unknown flag `" + spelling + "`",
              "`plc --help` lists the commands and their flags");
}

bool Parser::positional(StringRef word) {
  if (options.command) {
    const CommandRow &row = rowOf(*options.command);
    if (!options.file.empty() &&
        (options.command == Command::Doc ||
         (options.command == Command::Plugin &&
          options.programArguments.empty()))) {
      options.programArguments.push_back(word.str());
      return true;
    }
    if (!options.file.empty() || !*row.arguments)
      return fail("unexpected argument `" + word + "`",
                  "usage: plc " + Twine(row.name) + " [FLAG...]" +
                      (*row.arguments ? " " : "") + row.arguments);
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
  SmallVector<StringRef> names;
  for (const CommandRow &row : rows)
    names.push_back(row.name);
  StringRef meant = nearest(word, names);
  return fail("unknown command `" + word + "`",
              meant.empty()
                  ? "`plc --help` lists the commands"
                  : ("the nearest one is `" + meant + "`").str());
}

/// The place of a flag's value in the Values column of its row.
std::optional<size_t> Parser::choice(const Arg &arg, StringRef what) {
  StringRef value = arg.getValue();
  // The empty beginning of a value completes to all of them.
  std::vector<std::string> values =
      flagTable().suggestValueCompletions(arg.getSpelling(), "");
  auto found = llvm::find(values, value);
  if (found != values.end())
    return found - values.begin();
  SmallVector<StringRef> words(values.begin(), values.end());
  StringRef meant = nearest(value, words);
  fail("unknown " + what + " `" + value + "` in `" + arg.getSpelling() + "`",
       "expected " + listed(words) +
           (meant.empty() ? "" : "; the nearest one is `" + meant + "`").str());
  return std::nullopt;
}

/// The name of a pass, of an optional one for --disable.
bool Parser::pass(const Arg &arg, std::vector<std::string> &list,
                  StringRef extra) {
  StringRef name = arg.getValue();
  SmallVector<StringRef> names;
  if (!extra.empty())
    names.push_back(extra);
  for (const PassName &row : passNames) {
    names.push_back(row.name);
    if (name == row.name && &list == &options.disabled &&
        row.doc.contains("Mandatory."))
      return fail("pass `" + name + "` cannot be left out",
                  "code generation needs what it does");
  }
  if (is_contained(names, name)) {
    list.push_back(name.str());
    return true;
  }
  StringRef meant = nearest(name, names);
  return fail("unknown pass `" + name + "` in `" + arg.getSpelling() + "`",
              meant.empty() ? "expected " + listed(names)
                            : ("the nearest one is `" + meant + "`").str());
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
    // Emit begins with Executable, then the values of the row.
    std::optional<size_t> kind = choice(arg, "stage");
    if (!kind)
      return false;
    options.emit = Emit(1 + *kind);
    break;
  }
  case OPT_print_after_EQ:
    return pass(arg, options.printAfter, "all");
  case OPT_disable_EQ:
    return pass(arg, options.disabled, "");
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
    unsigned shift = StringSwitch<unsigned>(value.take_back())
                         .CaseLower("k", 10)
                         .CaseLower("m", 20)
                         .CaseLower("g", 30)
                         .Default(0);
    if (shift)
      digits = digits.drop_back();
    uint64_t size;
    if (digits.getAsInteger(10, size) || size > UINT64_MAX >> shift)
      return fail("`--heap-limit` needs a size, found `" + value + "`",
                  "write it as 512m or 2g");
    options.heapLimit = value.lower();
    break;
  }
  case OPT_gc_stats:
    options.gcStats = true;
    break;
  case OPT_error_format_EQ: {
    std::optional<size_t> format = choice(arg, "format");
    if (!format)
      return false;
    options.jsonErrors = *format == 1;
    break;
  }
  case OPT_error_limit_EQ:
    if (value.getAsInteger(10, options.errorLimit))
      return fail("`--error-limit=` needs a number, found `" + value + "`");
    break;
  case OPT_verify_diagnostics:
    options.verifyDiagnostics = true;
    break;
  case OPT_color_EQ: {
    std::optional<size_t> when = choice(arg, "choice");
    if (!when)
      return false;
    options.color = Color(*when);
    break;
  }
  case OPT_json:
    options.json = true;
    break;
  case OPT_markdown:
    options.markdown = true;
    break;
  case OPT_from_EQ:
    options.ecosystem = value.str();
    break;
  case OPT_language_EQ: {
    if (!choice(arg, "language"))
      return false;
    options.language = value.str();
    break;
  }
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
                     : StringRef(row.arguments).starts_with("WHAT")
                         ? "a module, a library, a file or a name"
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
