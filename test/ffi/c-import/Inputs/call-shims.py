"""Runs a program with the shared library of the shims and their prefix; with
`-`, prints the sections of the object."""

import re
import subprocess
import sys

paths = [
    line.split()[1]
    for line in open(sys.argv[1])
    if line.startswith("shims ")
]
symbols = subprocess.run(
    ["/usr/lib/llvm-19/bin/llvm-nm", paths[0]],
    capture_output=True,
    text=True,
    check=True,
).stdout
prefix = re.search(r"plc_shim_[0-9a-f]+_", symbols).group()
if sys.argv[2] == "-":
    subprocess.run(
        ["/usr/lib/llvm-19/bin/llvm-objdump", "-h", "-w", paths[0]], check=True
    )
else:
    sys.exit(subprocess.run([sys.argv[2], paths[1], prefix]).returncode)
