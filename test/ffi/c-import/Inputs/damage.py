"""Damages all modules in a folder of the cache."""

import os
import sys

folder, how = sys.argv[1:3]
count = 0
for name in os.listdir(folder):
    if name.endswith(".module"):
        path = os.path.join(folder, name)
        data = bytearray(open(path, "rb").read())
        if how == "cut":
            data = data[: len(data) // 2]
        else:
            data[len(data) // 3] ^= 0x10
        open(path, "wb").write(data)
        count += 1
assert count
