"""every.py PYTHON... -- SCRIPT: runs the script by each of them, here.

What they print is the same; it is shown once.
"""

import subprocess
import sys

end = sys.argv.index("--")
shown = None
for python in sys.argv[1:end]:
    done = subprocess.run([python] + sys.argv[end + 1:], text=True, timeout=200,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print(done.stdout)
        sys.exit(f"{python}: exit {done.returncode}")
    if shown not in (None, done.stdout):
        print(shown)
        print(done.stdout)
        sys.exit(f"{python} prints something else")
    shown = done.stdout
print(shown, end="")
