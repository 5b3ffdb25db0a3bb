"""The REPL with imports of Python on a terminal: completion, documentation.

    repl_python_terminal.py PLC FOLDER
"""
import sys

from terminal import Terminal

plc, folder = sys.argv[1:]

with Terminal([plc, "repl"], {"XDG_STATE_HOME": folder, "CI": ""}) as t:
    t.expect_last(">")
    t.type('(import "textwrap" :from "python" :as tw)\r')
    t.expect(":as tw)\n", 60)
    t.expect_last(">")
    t.completed("(tw:short", "(tw:shorten")
    # A member of an object, of a class that is written in Lisp.
    t.type("(define w (tw:TextWrapper 30))\r")
    t.expect_last(">")
    t.completed("(list w.fix_sent", "(list w.fix_sentence_endings")
    t.type('(py-class Bird () (define (sing-loudly self (times 1)) "Sings." times))\r')
    t.expect_last(">")
    t.type("(define bird (Bird))\r")
    t.expect_last(">")
    t.completed("(bird.sing_l", "(bird.sing_loudly")
    t.type("(doc bird.sing_loudly)\r")
    t.expect("sing_loudly(times=1)")
    t.expect("Sings.")
    t.expect_last(">")
    # SystemExit ends the REPL as `(exit)` does.
    t.type('(python:call "sys.exit" 3)\r')
    status = t.end()
    if status != 3:
        sys.exit(f"sys.exit(3) ends the REPL with {status}")
