# How lit runs the tests of plc. Folders mirror those of the source; e2e/ has
# a format of its own (e2e_format.py).

import glob
import os
import shutil
import subprocess
import sys

import lit.formats

config.name = "plc"
config.test_source_root = os.path.join(config.plc_source_root, "test")
config.test_exec_root = os.path.join(config.plc_build_root, "test")
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".lisp", ".scm", ".sld", ".ss", ".plcir", ".test"]
config.excludes = ["unit", "fuzz", "bench", "Inputs", "CMakeLists.txt"]

binaries = os.path.join(config.plc_build_root, "bin")
config.environment["PATH"] = os.pathsep.join(
    [binaries, config.llvm_tools, config.environment["PATH"]]
)
# The user's settings must not change results, nor tests fill the user's cache.
for name in list(os.environ):
    if name.startswith("PLC_") and name != "PLC_RUNTIME":
        config.environment.pop(name, None)
if "PLC_RUNTIME" in os.environ:
    config.environment["PLC_RUNTIME"] = os.environ["PLC_RUNTIME"]
config.environment["PLC_CACHE_DIR"] = os.path.join(
    config.plc_build_root, "test", "cache"
)
# Shims of C++ are compiled by clang, which is the same in all builds, and under
# a hash of all that they depend on: builds beside one another share them.
shims = os.path.join(os.path.dirname(config.plc_build_root), "cxx-shims")
os.makedirs(shims, exist_ok=True)
os.makedirs(config.environment["PLC_CACHE_DIR"], exist_ok=True)
link = os.path.join(config.environment["PLC_CACHE_DIR"], "cxx-shims")
if not os.path.lexists(link):
    os.symlink(shims, link)
config.environment["HOME"] = config.test_exec_root
config.environment["NO_COLOR"] = "1"
if config.line_editor:
    config.available_features.add("line-editor")
if config.sanitized:
    # Compilers free nothing at their end.
    config.environment["ASAN_OPTIONS"] = "detect_leaks=0"
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
    config.available_features.add("sanitized")
else:
    # AddressSanitizer warns where Lisp leaves a procedure that a thread of a host
    # has called: it does not know the stack.
    config.available_features.add("unsanitized")

# Plugins that the machine has what it takes for.
plugins = os.path.join(config.plc_build_root, "lib", "plc")
for name in ("lua", "c-import", "cxx-import"):
    if os.path.exists(os.path.join(plugins, f"plc-{name}.so")):
        config.available_features.add(name)
# nlohmann-json3-dev, libfmt-dev and libeigen3-dev. Large, and not instrumented: a
# sanitizer would see no more of plc than in the tests of containers and templates.
if not config.sanitized and all(
    os.path.exists(os.path.join("/usr/include", header))
    for header in ("nlohmann/json.hpp", "fmt/format.h", "eigen3/Eigen/Dense")
):
    config.available_features.add("cxx-libraries")

# A Python that the plugin serves, see plugins/python/Find.cpp.
python = subprocess.run(
    [shutil.which("python3") or "python3", "-I", "-S", "-c",
     "import sys, sysconfig, os; v = sysconfig.get_config_var; "
     "sys.exit(not (11 <= sys.version_info[1] <= 13 and any("
     "os.path.exists(os.path.join(v('LIBDIR'), n or '?')) and '.so' in n "
     "for n in (v('INSTSONAME'), v('LDLIBRARY')))))"])
if python.returncode == 0:
    config.available_features.add("python")
    # Debian's python3-venv.
    if subprocess.run([shutil.which("python3"), "-c", "import ensurepip, venv"],
                      stderr=subprocess.DEVNULL).returncode == 0:
        config.available_features.add("python-venv")

# Every CPython that modules made from Lisp are for: of the path and of pyenv.
pythons = [sys.executable] if python.returncode == 0 else []
for version in ("3.11", "3.12", "3.13"):
    pyenv = os.path.join(os.environ.get("PYENV_ROOT", "/nonexistent"), "versions")
    pythons += filter(None, [shutil.which("python" + version, path="/usr/bin")])
    pythons += sorted(glob.glob(os.path.join(pyenv, version + ".*/bin/python3")))

# The environment of tools/python-packages.
packages = os.path.join(config.plc_source_root, "build", "python-packages")
config.packages_python = os.path.join(packages, "bin", "python")
if os.path.exists(os.path.join(packages, "installed.txt")):
    config.available_features.add("python-packages")

# Headers of packages that tests import where they are there.
for feature, header in (
    ("zlib", "zlib.h"),
    ("sqlite", "sqlite3.h"),
    ("curl", "x86_64-linux-gnu/curl/curl.h"),
    ("gsl", "gsl/gsl_integration.h"),
    ("ncurses", "ncurses.h"),
):
    if os.path.exists(os.path.join("/usr/include", header)):
        config.available_features.add(feature)

if os.path.exists(os.path.join(config.plc_build_root, "examples/rust/plc-example.so")):
    config.available_features.add("rust-plugin")
# Whoever has built that has a cargo, which looks for its own things at home.
home = os.environ.get("HOME", "/")
for name, folder in (("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")):
    path = os.environ.get(name, os.path.join(home, folder))
    if os.path.isdir(path):
        config.environment[name] = path
cargo = shutil.which("cargo") or os.path.join(
    config.environment.get("CARGO_HOME", home), "bin", "cargo"
)

# Crates are imported by the cargo that is found then.
if os.path.exists(os.path.join(plugins, "plc-rust-import.so")) and os.path.exists(cargo):
    config.available_features.add("rust-import")
# Minutes of cargo, and not instrumented either.
if not config.sanitized and os.path.exists(
    os.path.join(config.plc_build_root, "plugins/rust-import/crates")
):
    config.available_features.add("crates")

# The most specific substitutions come first.
config.substitutions += [
    ("%plc-opt", os.path.join(binaries, "plc-opt")),
    ("%interfaces", os.path.join(plugins, "interfaces")),
    ("%plc", os.path.join(binaries, "plc")),
    ("%packages-python", config.packages_python),
    ("%every-python", f"{config.python} {config.plc_source_root}/test/ffi/python-module/"
     f"Inputs/every.py {' '.join(dict.fromkeys(pythons))} --"),
    ("%python", config.python),
    ("%cargo", cargo),
    ("%root", config.plc_source_root),
    ("%build", config.plc_build_root),
]

sys.path.insert(0, config.test_source_root)
