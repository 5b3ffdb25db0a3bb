"""The REPL with an import of C on a terminal: completion.

    repl_native_terminal.py PLC FOLDER
"""
import sys

from terminal import Terminal

plc, folder = sys.argv[1:]

with Terminal([plc, "repl"], {"XDG_STATE_HOME": folder, "CI": ""}) as t:
    t.expect_last(">")
    t.type('(import "zlib.h" :from "c" :link "z" :as z)\r')
    t.expect(":as z)\n>", 60)
    # A function, a constant, a type; in the middle of a form.
    t.completed("(z:zlibVer", "(z:zlibVersion")
    t.completed("(list z:Z_BEST_C", "(list z:Z_BEST_COMPRESSION")
    t.completed("(define s (z:z_str", "(z:z_stream")
    # A field of a record, by a variable.
    t.type("(define s (z:z_stream))\r")
    t.expect("z_stream))\n>")
    t.completed("(list s.avail_i", "(list s.avail_in")
    # Several: a menu.
    t.type("(z:deflateIn\t")
    t.expect("deflateInit2")
    t.type("\x03\x03")
    t.expect_last(">")
    t.type("\x04")
    if t.end() != 0:
        sys.exit("Ctrl-D does not end with 0")
