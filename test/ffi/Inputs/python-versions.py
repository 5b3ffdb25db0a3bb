"""Runs a set of programs with each Python on the path or of pyenv."""
import glob
import os
import pwd
import shutil
import subprocess
import sys

plc, folder = sys.argv[1:]
home = pwd.getpwuid(os.getuid()).pw_dir
pyenv = os.environ.get("PYENV_ROOT", os.path.join(home, ".pyenv"))
found = [sys.executable]
for version in ("3.11", "3.12", "3.13"):
    found.append(shutil.which("python" + version))
    found += sorted(glob.glob(f"{pyenv}/versions/{version}.*/bin/python3"))[:1]

LOOK = """import os, sys, sysconfig
v = sysconfig.get_config_var
names = [n for n in (v('INSTSONAME'), v('LDLIBRARY')) if n and '.so' in n]
if any(os.path.exists(os.path.join(v('LIBDIR'), n)) for n in names):
    print('%d.%d' % sys.version_info[:2])
"""
by_version = {}
for python in filter(None, found):
    version = subprocess.run([python, "-I", "-c", LOOK], capture_output=True,
                             text=True).stdout.strip()
    if version:
        by_version.setdefault(version, python)
assert by_version, "no Python with a shared library"
wrong = 0
for version, python in by_version.items():
    for name in ("asyncio", "callbacks", "classes", "errors", "forms", "frames",
                 "numbers", "rules", "values"):
        program = os.path.join(folder, name)
        done = subprocess.run([plc, "run", program + ".lisp"], capture_output=True,
                              env=dict(os.environ, PLC_PYTHON=python), timeout=60)
        with open(program + ".out", "rb") as file:
            if (done.returncode, done.stdout) == (0, file.read()):
                continue
        wrong += 1
        print(f"{name} with Python {version} ({python}): status {done.returncode}\n"
              f"{(done.stdout + done.stderr).decode(errors='replace')}")
sys.exit(wrong != 0)
