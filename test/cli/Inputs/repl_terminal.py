"""The REPL on a terminal.

    repl_terminal.py PLC FOLDER
"""
import os
import signal
import sys

from terminal import Terminal


def check(condition, what):
    if not condition:
        sys.exit("repl_terminal.py: " + what)


def start(plc, folder, **environment):
    variables = {"XDG_STATE_HOME": folder, "CI": "", "COLORTERM": ""}
    variables.update(environment)
    terminal = Terminal([plc, "repl"], variables)
    terminal.expect_last(">")
    return terminal


def enter(t, text, answer):
    t.type(text)
    t.expect(text.strip()[-20:])
    t.type("\r")
    t.expect("\n" + answer + "\n>")


def editing(plc, folder):
    with start(plc, folder) as t:
        enter(t, "(+ 1 2)", "3")
        # Enter submits when the form is complete, else it opens a line.
        t.type("(define (area width height)\r")
        t.expect("height)\n")
        t.type("(* width height))\r")
        t.expect("(* width height))\n>")
        enter(t, "(area 6 7)", "42")
        # Pasted lines are one text, and are submitted by Enter only.
        t.type("\x1b[200~(list 'pasted\n  (area 2 4))\x1b[201~")
        t.expect("(area 2 4))")
        check("(pasted 8)" not in t.screen.text(), "a paste was submitted")
        t.type("\r")
        t.expect("\n(pasted 8)\n>")
        # Ctrl-C leaves the text, not the REPL.
        t.type("(never finished")
        t.expect("(never finished")
        t.type("\x03")
        t.expect_last(">")
        # Ctrl-C stops an evaluation and keeps the state.
        t.type("(begin (define kept 'kept-value) (let loop () (loop)))\r")
        t.expect("(loop)))\n")
        # It may not run yet when the first one comes. Each is given time: it
        # makes the terminal drop what was written and not yet read.
        for _ in range(30):
            t.type("\x03")
            if t.appears("interrupted", 2):
                break
        t.expect_last(">")
        enter(t, "(list kept (area 2 2))", "(kept-value 4)")
        # History: the last text, whole; then by search.
        t.type("\x1b[A")
        t.expect("> (list kept (area 2 2))\n(kept-value 4)\n"
                 "> (list kept (area 2 2))")
        t.type("\x03")
        t.expect_last(">")
        t.type("\x12")
        t.expect("search:")
        t.type("pasted")
        t.expect("pasted")
        t.type("\r\r")
        t.wait(lambda s: s.count("\n(pasted 8)") == 2, "the found form")
        t.expect_last(">")
        t.type("\x04")
        check(t.end() == 0, "Ctrl-D does not end with 0")
    # Kept for the next session.
    with start(plc, folder) as t:
        t.type("\x12")
        t.expect("search:")
        t.type("area 6")
        t.expect("(area 6 7)")
    check(os.path.exists(os.path.join(folder, "plc", "history")),
          "no history file")


def completion(plc, folder):
    os.makedirs(os.path.join(folder, "some-folder"))
    with open(os.path.join(folder, "some-folder", "a-file.lisp"), "w") as file:
        file.write("'loaded\n")
    os.chdir(folder)
    with start(plc, folder) as t:
        t.type("(define global-of-mine 1)\r")
        t.expect("mine 1)\n>")
        t.completed("(list global-of", "(list global-of-mine")
        t.completed("(call-with-curr", "(call-with-current-continuation")
        t.completed("(define-rec", "(define-record-type")
        # What the forms around the cursor bind.
        t.completed("(define (f some-parameter) (+ some-par",
                  "(+ some-parameter")
        t.completed("(lambda (one-thing . more-things) more-th",
                  ") more-things")
        t.completed("(let loop-again ((an-index 0)) (loop-a", "(loop-again")
        t.completed("(let loop ((an-index 0)) (loop (+ an-i", "(+ an-index")
        t.completed("(do ((counter-of-it 0 (+ counter-o", "(+ counter-of-it")
        t.completed("(let-values (((first-one second-one) (f))) second-o",
                  ") second-one")
        t.completed("(let () (define (inner-one x) x) (inner-o",
                  "(inner-one")
        t.completed("(defn f [vector-parameter] vector-par",
                  "] vector-parameter")
        # No name of a form that is closed.
        t.type("(let ((closed-name 1)) 2) closed-na\t")
        t.expect("NO RECORDS FOUND")
        t.type("\x03\x03")
        t.expect_last(">")
        # Several: a menu.
        t.type("(string-up\t")
        t.expect("string-upcase")
        t.type("\x03\x03")
        t.expect_last(">")
        # Paths in strings and commands; names of commands.
        t.completed('(load "some-f', '"some-folder/')
        t.completed('(load "some-folder/a-', "some-folder/a-file.lisp")
        t.completed(",load some-f", ",load some-folder/")
        t.completed(",apr", ",apropos")
        t.completed(",doc global-of", ",doc global-of-mine")


def colours(plc, folder):
    with start(plc, folder) as t:
        # A form that is not finished has its colours, too.
        t.type('(define (f x) "text" #t 12 ; note')
        t.expect("note")
        for what, sequence in {
                "keyword": b"\x1b[1;34mdefine", "defined": b"\x1b[33mf",
                "string": b'\x1b[32m"text"', "constant": b"\x1b[35m#t",
                "number": b"\x1b[36m12", "comment": b"\x1b[90m; note"}.items():
            check(sequence in t.raw, f"no colour for {what}: {t.raw[-400:]}")
        t.type("\x03")
        t.expect_last(">")
        # The bracket before the cursor and its partner.
        before = len(t.raw)
        t.type("(a b)")
        t.expect("(a b)")
        t.wait(lambda _: t.raw[before:].count(b"\x1b[1;4m)") > 0, "a match")
        check(b"\x1b[1;4m(" in t.raw[before:], "the partner is not shown")
    with start(plc, folder, NO_COLOR="1") as t:
        t.type('(define "text")')
        t.expect("text")
        check(b"\x1b[32m" not in t.raw and b"\x1b[1;34m" not in t.raw,
              "colours in spite of NO_COLOR")


def terminal_that_goes(plc, folder):
    with start(plc, folder) as t:
        check(t.hang_up() == -signal.SIGHUP, "not ended by the hang-up")


plc, folder = sys.argv[1:]
editing(plc, os.path.join(folder, "editing"))
completion(plc, os.path.join(folder, "completion"))
colours(plc, os.path.join(folder, "colours"))
terminal_that_goes(plc, os.path.join(folder, "gone"))
