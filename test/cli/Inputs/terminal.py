"""A program on a terminal of its own, driven by a test.

    with Terminal(["plc", "repl"]) as t:
        t.expect("> ")
        t.type("(+ 1 2)\\r")
        t.expect("3")

Keeps the screen as a terminal would (cursor movements, erasing, repetition and
the other screen that full-screen programs use, no more), and answers when it is
asked where the cursor is.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

ROWS, COLUMNS = 40, 100
SEQUENCE = re.compile(rb"\x1b\[([?>=]?)([0-9;]*)([ -/]*[@-~])|\x1b[=>78M]"
                      rb"|\x1b[()][0-9A-Z]|\x1b\][^\x07]*\x07")
INCOMPLETE = re.compile(rb"\x1b(\[[?>=]?[0-9;]*|[()])?$")


class Screen:
    def __init__(self):
        self.lines = [[" "] * COLUMNS for _ in range(ROWS)]
        self.row = self.column = 0
        self.saved = (0, 0)
        self.last = " "
        self.main = None     # while the other screen is shown

    def show_other(self, on):
        if on and not self.main:
            self.main = (self.lines, self.row, self.column)
            self.lines = [[" "] * COLUMNS for _ in range(ROWS)]
        elif not on and self.main:
            self.lines, self.row, self.column = self.main
            self.main = None

    def text(self):
        """Down to the cursor, or to the last line with text."""
        lines = ["".join(line).rstrip() for line in self.lines]
        while len(lines) > self.row + 1 and not lines[-1]:
            lines.pop()
        return "\n".join(lines)

    def feed_line(self):
        if self.row + 1 < ROWS:
            self.row += 1
        else:
            self.lines = self.lines[1:] + [[" "] * COLUMNS]

    def put(self, character):
        if character == "\n":
            self.feed_line()
        elif character == "\r":
            self.column = 0
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character >= " ":
            if self.column == COLUMNS:
                self.column = 0
                self.feed_line()
            self.lines[self.row][self.column] = self.last = character
            self.column += 1

    def erase(self, row, begin, end):
        self.lines[row][begin:end] = [" "] * (end - begin)

    def control(self, final, numbers):
        first = numbers[0] if numbers else 0
        step = max(1, first)
        if final == "A":
            self.row = max(0, self.row - step)
        elif final == "B":
            self.row = min(ROWS - 1, self.row + step)
        elif final == "C":
            self.column = min(COLUMNS - 1, self.column + step)
        elif final == "D":
            self.column = max(0, self.column - step)
        elif final == "G":
            self.column = step - 1
        elif final == "H":
            column = numbers[1] if len(numbers) > 1 else 1
            self.row = min(ROWS, step) - 1
            self.column = min(COLUMNS, max(1, column)) - 1
        elif final == "d":
            self.row = min(ROWS, step) - 1
        elif final == "X":
            self.erase(self.row, self.column,
                       min(COLUMNS, self.column + step))
        elif final == "b":
            for _ in range(step):
                self.put(self.last)
        elif final == "K":
            begin = 0 if first else self.column
            end = self.column + 1 if first == 1 else COLUMNS
            self.erase(self.row, begin, end)
        elif final == "J":
            if first == 0:
                self.erase(self.row, self.column, COLUMNS)
            for row in range(self.row + 1 if first == 0 else 0, ROWS):
                self.erase(row, 0, COLUMNS)
        elif final == "S":
            self.lines = self.lines[step:] + [[" "] * COLUMNS
                                              for _ in range(step)]


class Terminal:
    def __init__(self, command, environment=None, size=(ROWS, COLUMNS)):
        self.screen = Screen()
        self.raw = b""       # everything that was written
        self.pending = b""   # not yet on the screen
        variables = dict(os.environ, TERM="xterm-256color")
        variables.pop("NO_COLOR", None)
        variables.update(environment or {})
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # Shells ignore it in what they start in the background.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            # As nohup leaves it.
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            # Before the program asks for it.
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", *size, 0, 0))
            os.execvpe(command[0], command, variables)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)
        # 0 after end(); it would mean the whole group.
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def hang_up(self):
        """The terminal goes away; the status that ends the program."""
        os.close(self.fd)
        self.fd = os.open(os.devnull, os.O_RDWR)
        return self.wait_for_end(20)

    def type(self, text):
        os.write(self.fd, text.encode())

    def receive(self, timeout):
        """One read; False at the end of time or of the program."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        if not data:
            return False
        self.raw += data
        data = self.pending + data
        cut = INCOMPLETE.search(data)
        self.pending = data[cut.start():] if cut else b""
        data = data[:cut.start()] if cut else data
        at = 0
        for match in SEQUENCE.finditer(data):
            self.show(data[at:match.start()])
            at = match.end()
            if match.group(3) is None:
                if match.group(0) == b"\x1b7":
                    self.screen.saved = (self.screen.row, self.screen.column)
                elif match.group(0) == b"\x1b8":
                    self.screen.row, self.screen.column = self.screen.saved
                continue
            numbers = [int(n) for n in match.group(2).split(b";") if n]
            if match.group(3) == b"n" and numbers == [6]:
                place = (self.screen.row + 1,
                         min(self.screen.column, COLUMNS - 1) + 1)
                os.write(self.fd, b"\x1b[%d;%dR" % place)
            elif not match.group(1):
                self.screen.control(match.group(3).decode(), numbers)
            elif match.group(1) == b"?" and 1049 in numbers:
                self.screen.show_other(match.group(3) == b"h")
        self.show(data[at:])
        return True

    def show(self, data):
        for character in data.decode(errors="replace"):
            self.screen.put(character)

    def holds(self, condition, timeout):
        """Whether a condition of the screen's text holds within a time."""
        end = time.monotonic() + timeout
        while not condition(self.screen.text()):
            left = end - time.monotonic()
            if left < 0 or not self.receive(left):
                return False
        return True

    def appears(self, text, timeout):
        return self.holds(lambda screen: text in screen, timeout)

    def wait(self, condition, what, timeout=20):
        if not self.holds(condition, timeout):
            sys.exit(f"{what} is not on the screen:\n{self.screen.text()}\n"
                     f"written at last: {self.raw[-300:]}")

    def expect(self, text, timeout=20):
        self.wait(lambda screen: text in screen, repr(text), timeout)

    def completed(self, text, result):
        """What Tab makes of a text when one word is possible; for the REPL."""
        self.type(text)
        self.expect(text)
        self.type("\t")
        self.expect(result)
        self.type("\x03")
        self.expect_last(">")

    def expect_last(self, text, timeout=20):
        """The last line that is not empty."""
        self.wait(lambda screen: screen.split("\n")[-1].strip() == text,
                  repr(text) + " in the last line", timeout)

    def end(self, timeout=20):
        """Reads to the end of the program; its exit status."""
        while self.receive(timeout):
            pass
        return self.wait_for_end(timeout)

    def wait_for_end(self, timeout):
        end = time.monotonic() + timeout
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > end:
                sys.exit("the program does not end")
            time.sleep(0.01)
