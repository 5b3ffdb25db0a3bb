"""The settings of the terminal after the end of a REPL that edits a line.

    repl_terminal_end.py PLC FOLDER
"""
import os
import signal
import sys
import termios

from terminal import Terminal

plc, folder = sys.argv[1:]
variables = {"XDG_STATE_HOME": folder, "TMPDIR": folder, "CI": "",
             "COLORTERM": ""}


def is_raw(settings):
    return (not settings[1] & termios.OPOST or not settings[3] & termios.ICANON
            or not settings[3] & termios.ECHO)


def edit_and_end(setup, end, status):
    with Terminal([plc, "repl"], variables) as t:
        t.expect_last(">")
        # Kept open, so that the settings stay.
        keeper = os.open(f"/proc/{t.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
        t.type(setup + "\r")
        t.expect(setup[-2:] + "\n")
        t.expect_last(">")
        t.type("(list 'half")
        t.expect("\n> (list 'half")
        if not is_raw(termios.tcgetattr(keeper)):
            sys.exit("the terminal is not raw while a line is edited")
        end(t)
        ended = t.wait_for_end(20)
        # The keeper holds the end of the output back.
        while t.receive(0.2):
            pass
        if ended != status:
            sys.exit(f"{setup}: ends with {ended}")
        if is_raw(termios.tcgetattr(keeper)):
            sys.exit(f"{setup}: the terminal stays raw")
        if t.raw.rfind(b"\x1b[?2004h") > t.raw.rfind(b"\x1b[?2004l"):
            sys.exit(f"{setup}: pasted text stays marked")
        os.close(keeper)


def fault(t):
    os.kill(t.pid, signal.SIGABRT)


def ask_to_end(t):
    os.kill(t.pid, signal.SIGTERM)


def go(t):
    open("go", "w").close()


os.chdir(folder)
for status, forms in (3, "(exit 3)"), (4, "(begin (display 'bye) (exit 4))"), \
        (5, "(emergency-exit 5)"):
    edit_and_end("(define p (async (let next () (sleep-for 0.05) "
                 f"(if (file-exists? \"go\") {forms} (next)))))", go, status)
    os.remove("go")
edit_and_end("(define p (async (sleep-for 1000)))", fault, 70)
edit_and_end("'no-fibers", fault, 70)
edit_and_end("(define p (async (sleep-for 1000)))", ask_to_end, -signal.SIGTERM)
edit_and_end("'no-fibers", ask_to_end, -signal.SIGTERM)
