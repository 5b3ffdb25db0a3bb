"""Drives examples/ncurses-list.lisp on a terminal of its own.

    ncurses_list.py COMMAND...
"""
import os
import re
import sys
import termios

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../cli/Inputs"))
from terminal import Terminal  # noqa: E402

WORDS = ["alpha", "beta", "gamma"]


def check(condition, what):
    if not condition:
        sys.exit("ncurses_list.py: " + what)


def modes(t):
    """What of the terminal a program may leave changed."""
    flags = termios.tcgetattr(t.fd)[3]
    return bool(flags & termios.ECHO), bool(flags & termios.ICANON)


def lines(t):
    return [line.rstrip() for line in t.screen.text().split("\n")]


def start():
    t = Terminal(sys.argv[1:] + WORDS, {"LINES": "", "COLUMNS": ""})
    t.expect("at alpha", 60)
    check(modes(t) == (False, False), "the keys are echoed, or wait for a line")
    check(t.screen.main, "it does not use a screen of its own")
    return t


def restored(t):
    check(t.screen.main is None, "the screen is not the one from before")
    check(b"\x1b[?25h" in t.raw, "the cursor is not shown again")
    check(modes(t) == (True, True), "the terminal's modes are not put back")


with start() as t:
    screen = lines(t)
    check(screen[0] == "3 entries, 40 rows, 100 columns", screen[0])
    check(screen[2:5] == ["  [ ] alpha", "  [ ] beta", "  [ ] gamma"],
          str(screen))
    check(re.search(rb"\x1b\[(0;)?7malpha", t.raw),
          "the chosen entry is not reversed")
    t.type("j ")
    t.expect("[x] beta")
    t.expect("at beta")
    # As the terminal sends the key while ncurses has it in keypad mode.
    t.type("\x1bOB")
    t.expect("at gamma")
    t.type(" \x1bOA\x1bOA")
    t.expect("at alpha")
    check(lines(t)[2:5] == ["  [ ] alpha", "  [x] beta", "  [x] gamma"],
          t.screen.text())
    t.type("1 ")
    t.expect("[ ] beta")
    before = modes(t)
    t.type("q")
    check(t.end() == 0, "a status other than 0")
    restored(t)
    check(t.screen.text().strip() == "marked: gamma", t.screen.text())

# An error leaves the terminal as it was.
with start() as t:
    t.type("7")
    check(t.end() == 1, "the error does not end with 1")
    restored(t)
    check(t.screen.text().strip().startswith("failed: "), t.screen.text())
    check("7" in t.screen.text() or "range" in t.screen.text(),
          t.screen.text())
