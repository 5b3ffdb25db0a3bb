"""Runs a command that may have so many megabytes in memory at most.

    bounded_memory.py MEGABYTES COMMAND...
"""
import resource
import subprocess
import sys

status = subprocess.run(sys.argv[2:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
if used > float(sys.argv[1]):
    sys.exit("bounded_memory.py: %.0f MB were in memory" % used)
sys.exit(status)
