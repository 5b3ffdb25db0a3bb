"""with-python.py COMMAND...: runs it with this Python as that of plc."""
import os
import sys

os.environ["PLC_PYTHON"] = sys.executable
os.execvp(sys.argv[1], sys.argv[1:])
