//===- Packages.cpp - packages that a program imports ---------------------===//
//
// When a program is compiled: a package of PyPI that is missing is installed by
// pip into the project's environment, .plc/venv, which is made if it is not
// there. Environments of the user are left alone.
//
//===----------------------------------------------------------------------===//

#include "Find.h"
#include "plc/packages.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

/// Packages whose modules have another name.
constexpr struct {
  const char *module, *package;
} kNames[] = {
    {"sklearn", "scikit-learn"},   {"PIL", "Pillow"},
    {"cv2", "opencv-python"},      {"yaml", "PyYAML"},
    {"bs4", "beautifulsoup4"},     {"dateutil", "python-dateutil"},
    {"skimage", "scikit-image"},   {"dotenv", "python-dotenv"},
    {"Crypto", "pycryptodome"},    {"serial", "pyserial"},
    {"attr", "attrs"},             {"jwt", "PyJWT"},
    {"OpenSSL", "pyOpenSSL"},      {"docx", "python-docx"},
    {"git", "GitPython"},          {"usb", "pyusb"},
    {"zmq", "pyzmq"},              {"psycopg2", "psycopg2-binary"},
};

/// What is to be there.
struct Wanted {
  std::string module, package, version;

  /// As pip writes it. A version of numbers alone may have more of them behind.
  std::string requirement() const {
    if (version.empty())
      return package;
    bool isNumber = version[0] >= '0' && version[0] <= '9';
    return package + (isNumber ? "==" + version + ".*" : version);
  }
};

/// What is.
struct Found {
  bool isModule, isVersion;
  std::string executable, version;
};

/// arguments: the top-level module, the package, the version or "".
const char kCheck[] =
    "import sys, importlib.util, importlib.metadata\n"
    "module, package, version = sys.argv[1:4]\n"
    "try:\n"
    "    found = importlib.util.find_spec(module) is not None\n"
    "except (ImportError, ValueError):\n"
    "    found = False\n"
    "try:\n"
    "    installed = importlib.metadata.version(package)\n"
    "except importlib.metadata.PackageNotFoundError:\n"
    "    installed = ''\n"
    "good = True\n"
    "if version and not installed:\n"
    "    good = False\n"
    "elif version and version[0].isdigit():\n"
    "    good = (installed + '.').startswith(version + '.')\n"
    "elif version:\n"
    "    from pip._vendor.packaging.specifiers import SpecifierSet\n"
    "    good = SpecifierSet(version).contains(installed, prereleases=True)\n"
    "for x in (sys.executable, int(found), int(good), installed):\n"
    "    print(x)\n";

bool look(const std::string &python, const Wanted &wanted, Found &found) {
  std::string output;
  std::string top = wanted.module.substr(0, wanted.module.find('.'));
  if (!outputOf({python.c_str(), "-c", kCheck, top.c_str(),
                 wanted.package.c_str(), wanted.version.c_str()},
                output))
    return false;
  std::vector<std::string> told = linesOf(output);
  if (told.size() < 3)
    return false;
  found = {told[1] == "1", told[2] == "1", told[0],
           told.size() > 3 ? told[3] : ""};
  return true;
}

/// Where the project's environment is, or is to be made: in the folder with a
/// .plc or plc.toml, here or above, or here.
std::string projectFolder() {
  char buffer[4096];
  std::string here = getcwd(buffer, sizeof buffer) ? buffer : ".";
  for (std::string folder = here;;) {
    if (access((folder + "/.plc").c_str(), F_OK) == 0 ||
        access((folder + "/plc.toml").c_str(), F_OK) == 0)
      return folder;
    size_t slash = folder.rfind('/');
    if (slash == std::string::npos || folder.size() == 1)
      return here;
    folder.resize(slash ? slash : 1);
  }
}

/// Only one plc at a time changes an environment.
class Lock {
public:
  explicit Lock(const std::string &file)
      : fd(open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666)) {
    if (fd >= 0)
      flock(fd, LOCK_EX);
  }
  ~Lock() {
    if (fd >= 0)
      close(fd);
  }

private:
  int fd;
};

class Installation {
public:
  Installation(const plc_package &asked, const Wanted &wanted)
      : asked(asked), wanted(wanted) {}
  /// \returns whether it is installed now; else `problem` says why not
  bool run(const std::string &base, std::string &problem);
  std::string python; ///< of the environment

private:
  bool makeEnvironment(const std::string &base, const std::string &folder,
                       std::string &problem);
  void show(const std::string &line) {
    if (asked.progress)
      asked.progress(line.c_str());
  }
  /// Runs a command whose lines are shown. \returns the last ones about errors.
  bool execute(const std::vector<const char *> &command, std::string &errors);

  const plc_package &asked;
  const Wanted &wanted;
};

bool Installation::execute(const std::vector<const char *> &command,
                           std::string &errors) {
  std::string last;
  bool isDone = eachLineOf(command, [&](const std::string &line) {
    if (line.empty())
      return;
    show("  " + line);
    last = line;
    if (line.starts_with("ERROR: "))
      errors += (errors.empty() ? "" : "; ") + line.substr(7);
  });
  if (!isDone && errors.empty())
    errors = last;
  return isDone;
}

bool Installation::makeEnvironment(const std::string &base,
                                   const std::string &folder,
                                   std::string &problem) {
  show("making the environment " + folder);
  std::string errors;
  if (execute({base.c_str(), "-m", "venv", folder.c_str()}, errors))
    return true;
  problem = "`" + base + " -m venv " + folder + "` failed: " + errors +
            "\ninstall what it needs (Debian: sudo apt-get install "
            "python3-venv); then remove " + folder;
  return false;
}

bool Installation::run(const std::string &base, std::string &problem) {
  std::string home = projectFolder() + "/.plc";
  if (mkdir(home.c_str(), 0777) && errno != EEXIST) {
    problem = "the folder " + home + " cannot be made: " + strerror(errno) +
              "\nmake it, or run plc in a folder that can be written";
    return false;
  }
  Lock lock(home + "/venv.lock");
  std::string folder = home + "/venv";
  python = folder + "/bin/python";
  if (access(python.c_str(), X_OK) && !makeEnvironment(base, folder, problem))
    return false;
  std::string requirement = wanted.requirement(), errors;
  // Another plc may have been first.
  Found found;
  if (look(python, wanted, found) && found.isModule && found.isVersion)
    return true;
  show("installing " + requirement + " into " + folder);
  if (!execute({python.c_str(), "-m", "pip", "install", "--no-input",
                "--disable-pip-version-check", "--no-color",
                requirement.c_str()},
               errors)) {
    problem = "pip cannot install `" + requirement + "`: " + errors +
              "\nis the name right, and is there a network? The command is " +
              python + " -m pip install '" + requirement + "'";
    return false;
  }
  if (!look(python, wanted, found) || !found.isModule || !found.isVersion) {
    problem = "the package `" + wanted.package + "` has no module `" +
              wanted.module +
              "`\nname the package that has it: `:package \"name\"`";
    return false;
  }
  show("installed " + wanted.package + " " + found.version);
  return true;
}

plc_status tell(plc_status status, const std::string &told, char *text,
                size_t size) {
  snprintf(text, size, "%s", told.c_str());
  return status;
}

} // namespace

plc_status plc_package_provider(const plc_package *asked, char *text,
                                size_t size) {
  Wanted wanted{asked->module, asked->package ? asked->package : "",
                asked->version ? asked->version : ""};
  if (wanted.package.empty()) {
    wanted.package = wanted.module.substr(0, wanted.module.find('.'));
    for (auto [module, package] : kNames)
      if (wanted.package == module)
        wanted.package = package;
  }
  PythonPlace place;
  std::string problem;
  if (!findPython(place, problem))
    return tell(PLC_E_FOREIGN, problem, text, size);
  Found found;
  if (!look(place.executable, wanted, found))
    return tell(PLC_E_FOREIGN,
                "`" + place.executable + "` cannot tell of its packages" +
                    (wanted.version.empty()
                         ? ""
                         : "\nis `" + wanted.version + "` a version?"),
                text, size);
  if (found.isModule && found.isVersion)
    return tell(PLC_OK, found.executable, text, size);
  std::string missing =
      place.executable + " (Python " + place.version + ") has no package `" +
      wanted.requirement() + "`" +
      (found.version.empty() ? "" : ", but " + found.version);
  std::string command = place.executable + " -m pip install '" +
                        wanted.requirement() + "'";
  if (asked->refusal)
    return tell(PLC_E_NAME,
                missing + ", and " + asked->refusal +
                    " forbids to install it\nunset it, or run " + command,
                text, size);
  if (place.isOfUser)
    return tell(PLC_E_NAME,
                missing + "; plc installs nothing into an environment that you "
                          "have chosen\nrun " + command,
                text, size);
  Installation installation(*asked, wanted);
  if (!installation.run(place.executable, problem))
    return tell(PLC_E_FOREIGN, problem, text, size);
  return tell(PLC_OK, installation.python, text, size);
}
