"""Writes its arguments as lines, with time between them."""
import sys
import time

for line in sys.argv[1:]:
    print(line, flush=True)
    time.sleep(0.5)
