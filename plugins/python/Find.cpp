//===- Find.cpp - which Python is used ------------------------------------===//

#include "Find.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char **environ;

namespace {

bool exists(const std::string &path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

/// The environment of the project: .plc/venv in this folder or one above.
std::string projectPython() {
  char buffer[4096];
  if (!getcwd(buffer, sizeof buffer))
    return "";
  for (std::string folder = buffer;;) {
    std::string python = folder + "/.plc/venv/bin/python";
    if (exists(python))
      return python;
    size_t slash = folder.rfind('/');
    if (slash == std::string::npos || folder.size() == 1)
      return "";
    folder.resize(slash ? slash : 1);
  }
}

/// What the program was built with; "": nothing was told.
std::string recorded;

/// The first of them that is set.
std::string interpreter(bool &isOfUser) {
  isOfUser = true;
  if (const char *named = getenv("PLC_PYTHON"); named && *named)
    return named;
  isOfUser = false;
  if (!recorded.empty())
    return recorded;
  if (std::string python = projectPython(); !python.empty())
    return python;
  if (const char *venv = getenv("VIRTUAL_ENV"); venv && *venv) {
    isOfUser = true;
    return std::string(venv) + "/bin/python";
  }
  return "python3";
}

/// Gives `take` what a program writes, which must end with status 0.
bool execute(const std::vector<const char *> &command, bool withErrors,
             const std::function<void(const char *, size_t)> &take) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC))
    return false;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  if (withErrors)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  else
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<char *> arguments;
  for (const char *argument : command)
    arguments.push_back(const_cast<char *>(argument));
  arguments.push_back(nullptr);
  pid_t child;
  int failed = posix_spawnp(&child, command[0], &actions, nullptr,
                            arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (!failed) {
    char buffer[1024];
    ssize_t count;
    while ((count = read(ends[0], buffer, sizeof buffer)) > 0 ||
           (count < 0 && errno == EINTR))
      if (count > 0)
        take(buffer, size_t(count));
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
      ;
    failed = status;
  }
  close(ends[0]);
  return !failed;
}

const char kQuestion[] =
    "import sys, sysconfig\n"
    "v = sysconfig.get_config_var\n"
    "for x in (sys.version_info[0], sys.version_info[1],\n"
    "          '.'.join(map(str, sys.version_info[:3])), sys.executable,\n"
    "          v('LIBDIR') or '', v('INSTSONAME') or '', v('LDLIBRARY') or '',\n"
    "          v('Py_GIL_DISABLED') or 0, v('Py_DEBUG') or 0):\n"
    "    print(x)\n";

} // namespace

bool outputOf(const std::vector<const char *> &command, std::string &output) {
  return execute(command, false, [&](const char *text, size_t count) {
    output.append(text, count);
  });
}

bool eachLineOf(const std::vector<const char *> &command,
                const std::function<void(const std::string &)> &tell) {
  std::string rest;
  bool isDone = execute(command, true, [&](const char *text, size_t count) {
    rest.append(text, count);
    for (size_t end; (end = rest.find('\n')) != std::string::npos;
         rest.erase(0, end + 1))
      tell(rest.substr(0, end));
  });
  tell(rest);
  return isDone;
}

std::vector<std::string> linesOf(const std::string &text) {
  std::vector<std::string> result;
  for (size_t at = 0, end; at < text.size(); at = end + 1) {
    end = text.find('\n', at);
    if (end == std::string::npos)
      end = text.size();
    result.push_back(text.substr(at, end - at));
  }
  return result;
}

void useEnvironment(const char *python) { recorded = python; }

bool findPython(PythonPlace &place, std::string &problem) {
  std::string python = interpreter(place.isOfUser), output;
  if (!outputOf({python.c_str(), "-I", "-S", "-c", kQuestion}, output)) {
    if (python == recorded) {
      problem = "the Python that this program was built with is gone: `" +
                python + "`; build the program again, or set PLC_PYTHON";
      return false;
    }
    problem = "there is no Python at `" + python +
              "`: install python3 and its library (Debian: sudo apt-get install "
              "python3 libpython3-dev), or set PLC_PYTHON";
    return false;
  }
  std::vector<std::string> told = linesOf(output);
  if (told.size() < 9) {
    problem = "`" + python + "` does not answer as Python does; set PLC_PYTHON";
    return false;
  }
  place.minor = atoi(told[1].c_str());
  place.version = told[2];
  place.executable = told[3].empty() ? python : told[3];
  std::string name = "Python " + place.version + " (" + place.executable + ")";
  if (told[0] != "3" || place.minor < kOldestPython || place.minor > kNewestPython) {
    problem = name + " cannot be used: plc serves 3." +
              std::to_string(kOldestPython) + " to 3." + std::to_string(kNewestPython) +
              "; set PLC_PYTHON to one of these";
    return false;
  }
  if (told[7] != "0" || told[8] != "0") {
    problem = name + " is a " + (told[7] != "0" ? "free-threaded" : "debug") +
              " build, which plc does not serve; set PLC_PYTHON to another one";
    return false;
  }
  for (const std::string &library : {told[5], told[6]}) {
    if (library.find(".so") == std::string::npos)
      continue;
    place.library = told[4] + "/" + library;
    if (exists(place.library))
      return true;
  }
  std::string version = "3." + std::to_string(place.minor);
  problem = name + " has no shared library: install it (Debian: sudo apt-get "
                   "install libpython" + version + "; pyenv: PYTHON_CONFIGURE_OPTS"
                   "=--enable-shared pyenv install " + place.version +
            "), or set PLC_PYTHON to another one";
  return false;
}
