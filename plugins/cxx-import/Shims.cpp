//===- Shims.cpp - generated C++ that is compiled -------------------------===//
//
// clang makes an object, which programs are linked with, and a shared library,
// which code in memory loads; both are kept under the hash of their source and of
// the headers.
//
//===----------------------------------------------------------------------===//

#include "Shims.h"

#include "Process.h"

#include "clang/Basic/Version.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <map>
#include <set>
#include <unistd.h>

using namespace plc::native;
using namespace plc::cimport;

namespace plc::cxximport {

std::string headerFolder() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&headerFolder), &info))
    return "";
  return (std::filesystem::path(info.dli_fname).parent_path() / "include")
      .string();
}

/// The line that says what is wrong, without the place in generated code.
static std::string firstError(const std::string &text) {
  size_t at = text.find("error: ");
  if (at == std::string::npos)
    return text.substr(0, text.find('\n'));
  at += sizeof "error: " - 1;
  return text.substr(at, text.find('\n', at) - at);
}

uint64_t hashOwnHeaders() {
  uint64_t hash = 0;
  std::vector<std::string> own;
  std::error_code trouble;
  for (auto &entry : std::filesystem::recursive_directory_iterator(
           headerFolder() + "/plc", trouble))
    own.push_back(entry.path().string());
  std::sort(own.begin(), own.end());
  for (const std::string &header : own)
    if (std::string text; readFile(header, text))
      hash = hashBytes(text, hash);
  return hash;
}

/// Where clang names a shim that has lines of its own: its name and the line, as
/// in "plc_shim_x:2:7".
static std::pair<std::string, unsigned>
textOfError(const std::string &errors) {
  constexpr char kPrefix[] = "plc_shim_";
  for (size_t at = errors.find(kPrefix); at != std::string::npos;
       at = errors.find(kPrefix, at + 1)) {
    size_t end = at;
    while (isalnum(static_cast<unsigned char>(errors[end])) || errors[end] == '_')
      ++end;
    bool isStart = errors.compare(at + sizeof kPrefix - 1 + 16, 7, "_start_") == 0;
    if (!isStart && errors[end] == ':' &&
        isdigit(static_cast<unsigned char>(errors[end + 1])))
      return {errors.substr(at, end - at),
              unsigned(atoi(errors.c_str() + end + 1))};
  }
  return {"", 0};
}

/// The shim that the first line is in that clang names in our file.
static std::string shimOfError(const std::string &source,
                               const std::string &file,
                               const std::string &errors) {
  size_t at = errors.find(file + ":");
  if (at == std::string::npos)
    return "";
  unsigned line = unsigned(atoi(errors.c_str() + at + file.size() + 1));
  size_t end = 0;
  while (line-- && end != std::string::npos)
    end = source.find('\n', end + 1);
  // Every shim begins with this, its result and its name.
  size_t begin = source.rfind("PLC_SHIM ", end);
  size_t open = source.find('(', begin);
  if (begin == std::string::npos || open == std::string::npos)
    return "";
  size_t name = source.rfind(' ', open);
  return source.substr(name + 1, open - name - 1);
}

std::string refusedRow(const std::string &declaration, const std::string &arity,
                       const std::string &reason) {
  return "    {R\"plc(" + declaration + ")plc\", " + arity +
         ", nullptr, nullptr, plc::cxx::Overload::Any, R\"plc(" + reason +
         ")plc\"},\n";
}

/// The lines of our file that errors are about, with what clang says.
static std::map<unsigned, std::string> linesOfErrors(llvm::StringRef source,
                                                     const std::string &file,
                                                     llvm::StringRef errors) {
  constexpr llvm::StringRef mark = " error: ", renamed = "#line 1 \"";
  std::map<unsigned, std::string> lines;
  std::string message;
  // What follows a line that names another file is counted from there.
  std::vector<std::pair<std::string, unsigned>> names = {{file + ":", 0}};
  for (size_t at = 0; (at = source.find(renamed, at)) != llvm::StringRef::npos;) {
    llvm::StringRef name = source.substr(at += renamed.size());
    names.push_back({name.take_until([](char c) { return c == '"'; }).str() + ":",
                     unsigned(source.take_front(at).count('\n')) + 1});
  }
  while (!errors.empty()) {
    auto [line, rest] = errors.split('\n');
    errors = rest;
    if (size_t at = line.find(mark); at != llvm::StringRef::npos)
      message = line.substr(at + mark.size()).str();
    for (auto &[name, before] : names)
      if (size_t at = line.find(name); at != llvm::StringRef::npos)
        lines.try_emplace(before + unsigned(atoi(line.data() + at + name.size())),
                          message);
  }
  return lines;
}

/// What a row of an overload table begins with.
constexpr llvm::StringLiteral kRow = "    {R\"plc(";

/// Errors in instances that several rows share: clang tells one only once, for the
/// row that needs it first. What is told again of another row of that function, when
/// the first one is gone, is an error of all its rows with the types that both have
/// and the error names.
class SharedErrors {
public:
  void add(const std::string &source, const std::map<unsigned, std::string> &lines) {
    std::map<std::string, Error> now;
    unsigned number = 0;
    llvm::StringRef rest = source;
    while (!rest.empty()) {
      auto [line, after] = rest.split('\n');
      rest = after;
      auto wrong = lines.find(++number);
      if (wrong == lines.end() || !line.starts_with(kRow))
        continue;
      std::set<std::string> told = namesIn(wrong->second), names;
      for (const std::string &name : namesIn(line))
        if (told.count(name))
          names.insert(name);
      now.try_emplace(wrong->second, Error{functionOf(line), names});
    }
    for (auto &[reason, error] : now) {
      auto before = errors.find(reason);
      if (before == errors.end()) {
        errors.emplace(reason, error);
      } else if (before->second.function == error.function) {
        std::erase_if(error.types, [&](const std::string &name) {
          return !before->second.types.count(name);
        });
        repeated[reason] = error;
      }
    }
  }
  /// "": nothing is known to be wrong with the row.
  std::string reasonFor(llvm::StringRef line) const {
    if (repeated.empty() || !line.starts_with(kRow))
      return "";
    std::set<std::string> names = namesIn(line);
    for (auto &[reason, error] : repeated)
      if (error.function == functionOf(line))
        for (const std::string &type : error.types)
          if (names.count(type))
            return reason;
    return "";
  }

private:
  struct Error {
    std::string function;
    std::set<std::string> types;
  };
  static std::string functionOf(llvm::StringRef line) {
    return line.drop_front(kRow.size()).split('(').first.split("<<").first.str();
  }
  /// Names in namespaces or classes.
  static std::set<std::string> namesIn(llvm::StringRef text) {
    std::set<std::string> names;
    while (!text.empty()) {
      auto isPart = [](char c) { return llvm::isAlnum(c) || c == '_' || c == ':'; };
      llvm::StringRef name = text.take_while(isPart);
      text = text.drop_front(std::max<size_t>(name.size(), 1));
      name.consume_front("::");
      if (name.contains("::"))
        names.insert(name.str());
    }
    return names;
  }
  std::map<std::string, Error> errors, repeated;
};

/// Takes the overloads and fields out whose code cannot be compiled: a method of a class
/// template may not be for all instances, a field may be that of two bases. Each is a
/// line, and why is told where it is used.
/// \returns false if there are none
static bool dropMembers(std::string &source, const std::string &file,
                        const std::string &errors, SharedErrors &shared) {
  std::map<unsigned, std::string> lines = linesOfErrors(source, file, errors);
  shared.add(source, lines);
  std::string kept;
  bool isChanged = false;
  unsigned number = 0;
  for (size_t begin = 0; begin < source.size();) {
    size_t end = source.find('\n', begin);
    end = end == std::string::npos ? source.size() : end + 1;
    std::string line = source.substr(begin, end - begin);
    auto wrong = lines.find(++number);
    llvm::StringRef row = line;
    std::string why =
        wrong != lines.end() ? wrong->second : shared.reasonFor(line);
    if (!why.empty() && row.consume_front(kRow) &&
        !row.contains(", nullptr, nullptr, ")) {
      isChanged = true;
      auto [declaration, parts] = row.split(")plc\", ");
      line = refusedRow(declaration.str(), parts.split(',').first.str(),
                        "clang: " + why);
    } else if (row = line; wrong != lines.end() &&
                           row.consume_front("  plc::cxx::addMember<") &&
                           row.contains("\", nullptr, [](")) {
      isChanged = true;
      line = "  plc::cxx::refuseMember<" +
             row.take_front(row.find(", nullptr, [](")).str() + ", [] { return R\"plc(clang: " +
             wrong->second + ")plc\"; });\n";
    }
    kept += line;
    begin = end;
  }
  source = kept;
  return isChanged;
}

/// Operations of classes that clang refuses: those of Refused in plc/cxx/classes.h.
class RefusedOperations {
public:
  /// Takes the errors in them out of what clang says.
  /// \returns the rest
  std::string take(llvm::StringRef errors) {
    constexpr llvm::StringRef mark = " error: ";
    std::string rest;
    while (!errors.empty()) {
      // An error with its notes.
      size_t next = errors.find(mark, errors.find(mark) + 1);
      size_t line = next == errors.npos ? errors.size() : errors.rfind('\n', next) + 1;
      llvm::StringRef block = errors.take_front(line);
      errors = errors.drop_front(line);
      if (!add(block, block.split(mark).second.split('\n').first))
        rest += block;
    }
    return rest;
  }
  /// Tells the code of them; false if that knew all.
  bool tell(std::string &source) {
    if (!std::exchange(isChanged, false))
      return false;
    constexpr llvm::StringRef mark = "template <> struct plc::cxx::Refused<";
    while (true) {
      size_t at = source.find(mark);
      if (at == std::string::npos)
        break;
      source.erase(at, source.find('\n', at) + 1 - at);
    }
    std::string text;
    for (auto &[name, refused] : classes) {
      text += mark.str() + "::" + name + "> { static constexpr bool";
      for (llvm::StringRef operation : kOperations)
        text += std::string(operation == kOperations[0] ? " " : ", ") + operation.str() +
                (refused.operations.count(operation.str()) ? " = true" : " = false");
      text += "; static constexpr const char *reason = R\"plc(clang: " +
              refused.reason + ")plc\"; };\n";
    }
    size_t at = source.find('\n', source.find("#define PLC_SHIM")) + 1;
    source.insert(at, text);
    return true;
  }

private:
  struct Class {
    std::set<std::string> operations;
    std::string reason;
  };
  static constexpr llvm::StringRef kOperations[] = {
      "length",   "compare", "operate", "element", "textElement",
      "elements", "iterate", "toLisp",  "repr"};

  static llvm::StringRef operationOf(llvm::StringRef function) {
    static constexpr llvm::StringRef others[][2] = {
        {"compareAs", "compare"},        {"hash", "compare"},
        {"tryOperate", "operate"},       {"computed", "operate"},
        {"setElement", "element"},       {"setTextElement", "textElement"},
        {"addElements", "elements"},     {"index", "elements"},
        {"setIndex", "elements"},        {"addWalk", "iterate"}};
    for (auto [name, operation] : others)
      if (function == name)
        return operation;
    return llvm::is_contained(kOperations, function) ? function : "";
  }

  /// False if the error is about something else.
  bool add(llvm::StringRef block, llvm::StringRef message) {
    constexpr llvm::StringRef mark = "'plc::cxx::Class<";
    for (size_t at = 0; (at = block.find(mark, at)) != block.npos;) {
      llvm::StringRef rest = block.substr(at += mark.size());
      int depth = 1;
      size_t end = 0;
      for (; end < rest.size() && depth; ++end)
        depth += rest[end] == '<' ? 1 : rest[end] == '>' ? -1 : 0;
      if (depth)
        continue;
      llvm::StringRef name = rest.take_front(end - 1), member = rest.substr(end);
      if (!member.consume_front("::"))
        continue;
      llvm::StringRef operation = operationOf(
          member.take_while([](char c) { return llvm::isAlnum(c); }));
      if (name.consume_front("plc::cxx::WalkOver<") && name.consume_back(">"))
        operation = "iterate";
      if (operation.empty())
        continue;
      auto [known, isNew] = classes.try_emplace(name.str());
      if (isNew)
        known->second.reason = message.str();
      isChanged |= known->second.operations.insert(operation.str()).second;
      return true;
    }
    return false;
  }
  std::map<std::string, Class> classes;
  bool isChanged = false;
};

/// What clang made lies apart from what the importer knows: it depends on nothing
/// but what was compiled, whoever asked for it.
static std::string pathInCache(uint64_t hash) {
  return cacheFolder("cxx-shims") + "/" + hexText(hash);
}

/// The precompiled headers, on top of those of `base`; "" if there are none: then
/// they are parsed again.
static std::string precompile(std::vector<std::string> words,
                              const std::string &base, const std::string &head,
                              uint64_t hash) {
  std::string stem = pathInCache(hash);
  std::string result = stem + ".pch";
  if (isFile(result))
    return result;
  if (!writeFile(stem + ".hpp", head).empty())
    return "";
  std::string part = result + "." + std::to_string(getpid()) + ".part";
  if (!base.empty())
    words.insert(words.end(), {"-include-pch", base});
  // The name has the hashes of the headers: their times mean nothing.
  words.insert(words.end(),
               {"-Xclang", "-fno-pch-timestamp", "-fpch-instantiate-templates",
                "-x", "c++-header", stem + ".hpp", "-o", part});
  std::error_code trouble;
  // Others may have made it meanwhile, and what is built on it wants just that.
  if (runProcess(words).status == 0 && !isFile(result))
    std::filesystem::rename(part, result, trouble);
  unlink(part.c_str());
  return isFile(result) ? result : "";
}

/// plc's own headers, which take longer to read than most, precompiled; "" if
/// that fails. They are the same for whatever is imported.
static std::string precompileOwn(const std::vector<std::string> &words,
                                 uint64_t hash) {
  // Nothing of theirs is found in the folders of the user's headers.
  std::vector<std::string> own;
  for (size_t i = 0; i < words.size(); ++i) {
    bool isFolder = words[i].starts_with("-I") || words[i].starts_with("-iquote") ||
                    words[i].starts_with("-idirafter");
    if (!isFolder) {
      own.push_back(words[i]);
      hash = hashBytes(words[i], hash);
    } else if (words[i] == "-I" || words[i] == "-iquote" ||
               words[i] == "-idirafter") {
      ++i;
    }
  }
  own.push_back("-I" + headerFolder());
  return precompile(std::move(own), "", "#include \"plc/cxx.h\"\n",
                    hashBytes(headerFolder(), hash));
}

bool compileShims(const CommandLine &command, const std::string &head,
                  const std::string &code, bool isShared,
                  const Module &imported, Module &module, ImportError &error) {
  // All that the code is compiled with: plc's headers, the compiler, the flags.
  uint64_t ownHash =
      hashBytes(clang::getClangFullVersion(), hashOwnHeaders());
  uint64_t hash = hashBytes(head, ownHash);
  for (const std::string &argument : command.arguments)
    hash = hashBytes(argument, hash);
  for (const std::string &flag : imported.linkFlags)
    hash = hashBytes(flag, hash);
  for (auto &[file, contents] : imported.inputs)
    hash = hashBytes(file, hash ^ contents);
  uint64_t headHash = hash;
  std::string source = head + code;
  hash = hashBytes(code, hash);
  std::string stem = pathInCache(hash);
  module.shims = stem + ".o";
  module.shimLibrary = stem + ".so";
  module.isLoaded = true;
  module.linkFlags = imported.linkFlags;
  module.libraries = imported.libraries;
  if (isFile(module.shims) && isFile(module.shimLibrary))
    return true;
  auto failed = [&](const std::string &message, const std::string &hint) {
    error.message = message;
    error.hint = hint;
    return false;
  };
  std::string compiler =
      findProgram("clang++-19").empty() ? "clang++" : "clang++-19";
  if (findProgram(compiler).empty())
    return failed("it needs a C++ compiler", "apt install clang-19");
  std::string file = stem + "." + std::to_string(getpid()) + ".cpp";
  std::string part = "." + std::to_string(getpid()) + ".part";
  std::vector<std::string> words = {compiler};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  for (const char *word :
       {"-O2", "-fPIC", "-ffunction-sections", "-fdata-sections", "-w",
        // All lines that are wrong are wanted: each round takes seconds.
        "-ferror-limit=0", "-ftemplate-backtrace-limit=0"})
    words.push_back(word);
  words.push_back("-I" + headerFolder());
  auto compile = [&](const std::string &headers) {
    std::vector<std::string> all = words;
    if (!headers.empty())
      all.insert(all.end(), {"-include-pch", headers});
    all.insert(all.end(), {"-c", file, "-o", module.shims + part});
    return runProcess(all);
  };
  std::string headers = precompileOwn(words, ownHash);
  if (isShared)
    if (std::string shared = precompile(words, headers, head, hashBytes(headers, headHash));
        !shared.empty()) {
      headers = shared;
      // Its lines stay where they are.
      source = std::string(std::count(head.begin(), head.end(), '\n'), '\n') +
               code;
    }
  // Others may be making the same.
  if (std::string trouble = writeFile(file, source); !trouble.empty())
    return failed(trouble, "PLC_CACHE_DIR names another folder");
  ProcessResult result = compile(headers);
  // The headers of the system may have changed since, then clang refuses the file
  // by its name: the next program makes it anew.
  if (result.status != 0 && result.errors.find(".pch") != std::string::npos) {
    unlink(headers.c_str());
    headers = "";
    source = head + code;
    if (std::string trouble = writeFile(file, source); !trouble.empty())
      return failed(trouble, "PLC_CACHE_DIR names another folder");
    result = compile(headers);
  }
  SharedErrors shared;
  RefusedOperations refused;
  for (int round = 0; result.status != 0 && round < 8; ++round) {
    std::string errors = refused.take(result.errors);
    bool isChanged = dropMembers(source, file, errors, shared);
    isChanged |= refused.tell(source);
    if (!isChanged || !writeFile(file, source).empty())
      break;
    result = compile(headers);
  }
  bool isLinking = result.status == 0;
  if (isLinking) {
    words = {compiler,      "-shared",
             "-fuse-ld=lld", "-Wl,--no-undefined,--no-demangle",
             module.shims + part, "-o",
             module.shimLibrary + part};
    // They are the linker's own.
    for (const std::string &flag : imported.linkFlags)
      words.insert(words.end(), {"-Xlinker", flag});
    result = runProcess(words);
  }
  if (result.status == 0) {
    std::error_code trouble;
    std::filesystem::rename(module.shimLibrary + part, module.shimLibrary,
                            trouble);
    if (!trouble)
      std::filesystem::rename(module.shims + part, module.shims, trouble);
    unlink(file.c_str());
    if (!trouble)
      return true;
    return failed("cannot write `" + module.shims + "`: " + trouble.message(),
                  "PLC_CACHE_DIR names another folder");
  }
  unlink((module.shims + part).c_str());
  unlink((module.shimLibrary + part).c_str());
  std::string why = firstError(result.errors);
  auto [text, line] = textOfError(result.errors);
  if (!text.empty()) {
    error.symbol = text;
    bool isVariable = result.errors.find("plc::cxx::Variable") != std::string::npos;
    return failed("clang: " + why +
                      (line > 1 ? " (line " + std::to_string(line) + ")" : ""),
                  isVariable ? "`$(type x)` is the variable x as that type"
                             : "the source is `" + file + "`");
  }
  error.symbol = shimOfError(source, file, result.errors);
  if (isLinking)
    return failed("its functions cannot be linked: " + why,
                  "name the library that has them: `:link \"name\"` in the "
                  "import");
  return failed("clang cannot compile the calls: " +
                    (why.empty() ? "it was ended" : why),
                "the source is `" + file + "`");
}

} // namespace plc::cxximport
