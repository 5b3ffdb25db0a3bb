//===- Help.cpp - --help, completions and the manual page -----------------===//
//
// All three are read from Commands.def and Options.td.
//
//===----------------------------------------------------------------------===//

#include "tools/driver/TextWrap.h"
#include "tools/plc/Front.h"

#include "llvm/Option/Option.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace plc::driver;

namespace plc::front {
namespace {

struct FlagText {
  std::string spelling; // --emit=
  std::string shown;    // --emit=KIND
  StringRef help, values;
  bool takesWord; // a value in the next argument
};

/// The documented flags visible to all commands of a mask, in table order.
std::vector<FlagText> flagsOf(unsigned visibility) {
  std::vector<FlagText> result;
  const opt::OptTable &table = flagTable();
  for (unsigned id = 1; id <= table.getNumOptions(); ++id) {
    opt::Option flag = table.getOption(id);
    const char *help = table.getOptionHelpText(id);
    if (!help || !flag.hasVisibilityFlag(visibility))
      continue;
    FlagText text;
    text.spelling = flag.getPrefixedName().str();
    text.shown = text.spelling;
    bool separate = flag.getKind() == opt::Option::JoinedOrSeparateClass;
    if (const char *meta = table.getOptionMetaVar(id))
      text.shown += (separate ? " " : "") + std::string(meta);
    text.help = help;
    text.takesWord = separate;
    result.push_back(std::move(text));
  }
  return result;
}

void printFlags(raw_ostream &out, unsigned visibility) {
  for (const FlagText &flag : flagsOf(visibility))
    out << "  " << left_justify(flag.shown, 22) << ' ' << flag.help << '\n';
}

} // namespace

void printHelp(raw_ostream &out, std::optional<Command> command) {
  if (command) {
    const CommandRow &row = rowOf(*command);
    out << row.doc << "\n\nusage: plc " << row.name << " [FLAG...]"
        << (*row.arguments ? " " : "") << row.arguments << "\n\n";
    if (*row.details) {
      driver::printWrapped(out, row.details, 0);
      out << '\n';
    }
    out << "flags:\n";
    printFlags(out, row.visibility);
    return;
  }
  out << "plc compiles Scheme (R7RS) to native programs.\n\n"
         "usage: plc COMMAND [FLAG...] [ARGUMENT...]\n"
         "       plc FILE [ARGUMENT...]\n\ncommands:\n";
  for (const CommandRow &row : commandRows())
    out << "  " << left_justify(row.name, 12) << ' ' << row.doc << '\n';
  out << "\n`plc COMMAND --help` lists the flags of a command.\n";
}

//===--- Completions ------------------------------------------------------===//

static void printBash(raw_ostream &out) {
  out << "# bash completion of plc; made by `plc completions bash`\n"
         "_plc() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} command= i flags=\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case ${COMP_WORDS[i]} in -*) ;; *) command=${COMP_WORDS[i]};"
         " break ;; esac\n"
         "  done\n"
         "  case $command in\n";
  std::string names;
  for (const CommandRow &row : commandRows()) {
    names += (names.empty() ? "" : " ") + std::string(row.name);
    out << "  " << row.name << ") flags='";
    const char *separator = "";
    for (const FlagText &flag : flagsOf(row.visibility)) {
      out << separator << flag.spelling;
      separator = " ";
    }
    out << "' ;;\n";
  }
  out << "  esac\n"
         "  if [[ -z $command ]]; then\n"
         "    COMPREPLY=($(compgen -W '"
      << names
      << "' -- \"$word\") $(compgen -f -- \"$word\"))\n"
         "  elif [[ $word == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _plc plc\n";
}

/// `'` cannot be escaped inside '...' of a shell.
static std::string quoted(StringRef text) {
  std::string result = "'";
  for (char c : text)
    result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

static void printZsh(raw_ostream &out) {
  out << "#compdef plc\n# made by `plc completions zsh`\n"
         "_plc() {\n"
         "  local -a commands=(\n";
  for (const CommandRow &row : commandRows())
    out << "    " << quoted(std::string(row.name) + ":" + row.doc) << '\n';
  out << "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n    _files\n    return\n  fi\n"
         "  case $words[2] in\n";
  for (const CommandRow &row : commandRows()) {
    out << "  " << row.name << ") _arguments";
    for (const FlagText &flag : flagsOf(row.visibility)) {
      std::string help;
      for (char c : flag.help)
        help += c == '[' || c == ']' || c == ':' ? ' ' : c;
      out << " \\\n    "
          << quoted(flag.spelling + (flag.takesWord ? "+" : "") + "[" + help +
                    "]" + (flag.shown != flag.spelling ? ":value:" : ""));
    }
    out << " \\\n    '*:file:_files' ;;\n";
  }
  out << "  *) _files ;;\n  esac\n}\n_plc \"$@\"\n";
}

static void printFish(raw_ostream &out) {
  out << "# made by `plc completions fish`\n";
  for (const CommandRow &row : commandRows()) {
    out << "complete -c plc -n __fish_use_subcommand -a " << row.name << " -d "
        << quoted(row.doc) << '\n';
    for (const FlagText &flag : flagsOf(row.visibility)) {
      StringRef spelling = flag.spelling;
      bool isLong = spelling.consume_front("--");
      if (!isLong)
        spelling.consume_front("-");
      bool hasValue = spelling.consume_back("=") || flag.takesWord;
      out << "complete -c plc -n '__fish_seen_subcommand_from " << row.name
          << "' " << (isLong ? "-l " : spelling.size() == 1 ? "-s " : "-o ")
          << spelling << (hasValue ? " -r" : "") << " -d " << quoted(flag.help)
          << '\n';
    }
  }
}

int runCompletions(const Options &options) {
  if (options.file == "bash")
    printBash(outs());
  else if (options.file == "zsh")
    printZsh(outs());
  else if (options.file == "fish")
    printFish(outs());
  else {
    errs() << "error: no completions for the shell `" << options.file
           << "`\nhelp: expected bash, zsh or fish\n";
    return 2;
  }
  return 0;
}

//===--- Manual page ------------------------------------------------------===//

/// Text as troff wants it.
static std::string troff(StringRef text) {
  std::string result;
  for (char c : text)
    switch (c) {
    case '-':
      result += "\\-";
      break;
    case '\\':
      result += "\\e";
      break;
    case '`':
      result += "\\(aq";
      break;
    case '\'':
      result += "\\(aq";
      break;
    default:
      result += c;
    }
  return result;
}

int runMan() {
  raw_ostream &out = outs();
  out << ".TH PLC 1 \"\" \"plc " PLC_VERSION "\" \"User Commands\"\n"
         ".SH NAME\nplc \\- compiler for Scheme (R7RS)\n"
         ".SH SYNOPSIS\n.B plc\nCOMMAND [FLAG...] [ARGUMENT...]\n.br\n"
         ".B plc\nFILE [ARGUMENT...]\n.SH COMMANDS\n";
  for (const CommandRow &row : commandRows()) {
    out << ".TP\n.B " << row.name << ' ' << troff(row.arguments) << '\n'
        << troff(row.doc) << '\n';
    if (*row.details)
      out << troff(row.details) << '\n';
  }
  out << ".SH FLAGS\n";
  for (const FlagText &flag : flagsOf(~0u)) {
    out << ".TP\n.B " << troff(flag.shown) << '\n' << troff(flag.help)
        << ".\nTaken by:";
    const char *separator = " ";
    for (const CommandRow &row : commandRows())
      for (const FlagText &own : flagsOf(row.visibility))
        if (own.spelling == flag.spelling) {
          out << separator << row.name;
          separator = ", ";
        }
    out << ".\n";
  }
  out << ".SH EXIT STATUS\n0 fine; 1 the program or the source failed; 2 "
         "usage; 70 an internal error; 130 after an interrupt. What a program "
         "that was run returned passes through.\n"
         ".SH ENVIRONMENT\n"
         ".TP\n.B PLC_LIBRARY_PATH\nFolders with libraries, after those of "
         "\\-I.\n"
         ".TP\n.B PLC_CACHE_DIR\nWhere compiled libraries are kept; "
         "$XDG_CACHE_HOME/plc if not set.\n"
         ".TP\n.B PLC_RUNTIME\nOptions of a running program, e.g. "
         "heap\\-limit=512m,gc\\-stats.\n"
         ".TP\n.B PLC_JIT\nPath of libplcjit.so for programs that evaluate, "
         "when it is not where it was when they were built.\n";
  return 0;
}

} // namespace plc::front
