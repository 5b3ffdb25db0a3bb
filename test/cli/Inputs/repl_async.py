"""Waiting and interrupts of the REPL on a terminal.

    repl_async.py PLC FOLDER
"""
import re
import sys

from terminal import Terminal


def check(condition, what):
    if not condition:
        sys.exit("repl_async.py: " + what)


def interrupt(t, what):
    # It may not run yet when the first one comes.
    for _ in range(30):
        t.type("\x03")
        if t.appears("interrupted", 2):
            break
    else:
        check(False, what + " is not interrupted")
    t.expect_last(">")


plc, folder = sys.argv[1:]
variables = {"XDG_STATE_HOME": folder, "CI": "", "COLORTERM": ""}
with Terminal([plc, "repl"], variables) as t:
    t.expect_last(">")
    # A fiber runs while nobody types.
    t.type("(define p (async (sleep-for 0.3) (display (+ 4000 4)) 'done))\r")
    t.expect("'done))\n")
    t.expect("4004")
    t.type("(await p)\r")
    t.expect("\ndone\n>")
    # Ctrl-C ends a wait ...
    t.type("(await (async (sleep-for 1000)))\r")
    t.expect("1000)))\n")
    interrupt(t, "await")
    t.type("(list 'still 'here)\r")
    t.expect("\n(still here)\n>")
with Terminal([plc, "repl"], variables) as t:
    # It runs while a line is edited, too, and what it writes takes the place of
    # the line, which goes on below.
    t.expect_last(">")
    t.type("(define q (async (sleep-for 0.7) (display (+ 7000 7)) (newline) 'done))\r")
    t.expect("'done))\n")
    t.expect_last(">")
    t.type("(list 'par")
    t.expect("> (list 'par")
    t.expect("\n7007\n> (list 'par")
    t.type("tial)\r")
    t.expect("\n(partial)\n>")
    # Completion asks Lisp meanwhile; Ctrl-C takes the line back and ends a fiber
    # that computes.
    t.type("(define w (async (sleep-for 1) (display (+ 80 8)) (newline) (let loop () (loop))))\r")
    t.expect("(loop))))\n")
    t.expect_last(">")
    t.type("(string-appen\t")
    t.expect("> (string-append")
    t.type("\x15'a\r")
    t.expect("\na\n>")
    t.type("(list 'never")
    t.expect("\n88\n> (list 'never")
    t.type("\x03")
    t.expect_last(">")
    t.type("(promise-state w)\r")
    t.expect("\nrejected\n>")
with Terminal([plc, "repl"], variables) as t:
    # Keys are read and the line is drawn however often a fiber writes.
    t.expect_last(">")
    t.type("(define p (async (let loop () (sleep-for 0.02) (display \"tick\") (newline) (loop))))\r")
    t.expect("\ntick\ntick\n")
    t.type("(list 'not ")
    t.expect("\n> (list 'not")
    t.type("'starved)\r")
    t.expect("\n(not starved)\n")
    t.type("gone")
    t.expect("\n> gone")
    t.type("\x03")
    t.wait(lambda screen: re.search(r"\n>$", screen), "a new line")
    t.type("\x04")
    check(t.end() == 0, "Ctrl-D does not end the REPL")
with Terminal([plc, "repl"], variables, size=(0, 0)) as t:
    # A terminal of no size shows output, too.
    t.expect_last(">")
    t.type("(define p (async (sleep-for 0.7) (display (+ 6000 6)) (newline)))\r")
    t.expect("(newline)))\n")
    t.expect_last(">")
    t.type("(list 'goes")
    t.expect("6006\n")
    t.type(" 'on)\r")
    t.expect("\n(goes on)\n")
with Terminal([plc, "repl"], variables) as t:
    # The keys belong to the line that is edited, not to a fiber that reads; what
    # is awaited may read.
    t.expect_last(">")
    t.type("(define (line) (guard (e (#t (error-object-message e))) (read-line)))\r")
    t.expect("(read-line)))\n")
    t.expect_last(">")
    t.type("(define p (async (sleep-for 0.7) (display (line)) (newline)))\r")
    t.expect("(newline)))\n")
    t.expect_last(">")
    t.type("(list 'whole")
    t.expect("\ncannot read from `stdin` while the REPL edits a line\n> (list 'whole")
    t.type(" 'line)\r")
    t.expect("\n(whole line)\n>")
    t.type("(await (async (list 'read (read-line))))\r")
    t.expect("(read-line))))\n")
    t.type("words\r")
    t.expect("\n(read \"words\")\n>")
with Terminal([plc, "repl"], variables) as t:
    # ... a fiber that computes, the main program waiting for it ...
    t.expect_last(">")
    t.type("(await (async (let loop () (loop))))\r")
    t.expect("(loop))))\n")
    interrupt(t, "a fiber")
with Terminal([plc, "repl"], variables) as t:
    # ... and what runs in Lua.
    t.expect_last(">")
    t.type("(lua-exec \"while true do end\")\r")
    t.expect("end\")\n")
    interrupt(t, "Lua")
    t.type("(lua-eval \"6 * 7\")\r")
    t.expect("\n42\n>")
with Terminal([plc, "repl"], variables) as t:
    # A coroutine is stopped as well.
    t.expect_last(">")
    t.type("(lua-exec \"coroutine.wrap(function() while true do end end)()\")\r")
    t.expect("end)()\")\n")
    interrupt(t, "a coroutine")
    # Members of a module and of an object are completed.
    t.type("(import \"string\" :from \"lua\" :as str)\r")
    t.expect(":as str)\n")
    t.expect_last(">")
    t.type("(str:gma\t")
    t.expect("(str:gmatch")
    t.type("\x15(define obj (lua-eval \"{first = 1, second = 2}\"))\r")
    t.expect("second = 2}\"))\n")
    t.expect_last(">")
    t.type("(list obj.sec\t")
    t.expect("(list obj.second")
    t.type(")\r")
    t.expect("\n(2)\n>")
