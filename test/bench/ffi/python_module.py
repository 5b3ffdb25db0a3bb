"""Python calls a member of a module made from Lisp: python_module.py FOLDER KERNEL COUNT."""

import sys
import time

folder, kernel, n = sys.argv[1:]
if kernel != "python-module":
    sys.exit(3)
sys.path.insert(0, folder)
import bench_module
import python_module

start = time.process_time()
result = bench_module.repeat(python_module.plus_one, int(n), bench_module.number)
print(time.process_time() - start, result)
