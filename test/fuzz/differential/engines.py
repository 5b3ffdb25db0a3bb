"""What runs generated programs: plc in its three ways, and other Schemes."""
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

from . import sexpr
from .macros import Expansion

HERE = pathlib.Path(__file__).resolve().parent
R7RS = """(import (scheme base) (scheme case-lambda) (scheme char) (scheme complex)
        (scheme cxr) (scheme inexact) (scheme lazy) (scheme write))
"""
# Loops by tail calls must not need more stack than this, nor mistakes the whole
# memory.
STACK = "stack=1m,heap-limit=512m"
PRELUDE = (HERE / "prelude.scm").read_text()


@dataclasses.dataclass
class Outcome:
    """Sections by number of program, of those that ended; why it stopped."""
    sections: dict
    trouble: str = ""


SECTION = re.compile(r"^#(\d+)\n(.*?)^#end\n", re.MULTILINE | re.DOTALL)


def sections(text):
    return {int(m.group(1)): m.group(2) for m in SECTION.finditer(text)}


# Guile gets the same without plc's collector.
PLC_COLLECTS = "(import (only (plc) collect-garbage))\n"


class Engine:
    """Runs the text of programs: `run` answers an Outcome."""
    peer = False

    def __init__(self, name, limit):
        self.name, self.limit = name, limit

    def source(self, programs):
        return R7RS + PLC_COLLECTS + PRELUDE + "".join(
            sexpr.program_text(forms) for forms in programs)

    def run(self, programs, folder):
        """Runs lists of forms; the folder is for its files."""
        file = folder / f"{self.name.strip('-')}.scm"
        try:
            file.write_text(self.source(programs))
        except ValueError as wrong:  # a macro's use that was minimised too far
            return Outcome({}, str(wrong))
        return self.execute(file)

    def execute(self, file):
        raise NotImplementedError

    def command(self, file, words, environment=None):
        """Runs words on behalf of a file. Status and output; a good status is
        the empty text."""
        out, err = file.with_suffix(".out"), file.with_suffix(".err")
        status = ""
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            try:
                done = subprocess.run(
                    words, timeout=self.limit, stdin=subprocess.DEVNULL,
                    stdout=stdout, stderr=stderr,
                    env={**os.environ, **(environment or {})})
                if done.returncode:
                    status = f"status {done.returncode}"
            except subprocess.TimeoutExpired:
                status = f"no end within {self.limit} s"
        return status, out.read_text("utf-8", "replace"), \
            err.read_text("utf-8", "replace")[-4000:]


class Memory(Engine):
    """plc run."""

    def __init__(self, plc, limit, name="run", options=()):
        super().__init__(name, limit)
        self.words = [plc, "run", *options]

    def execute(self, file):
        status, out, err = self.command(file, self.words + [str(file)],
                                        {"PLC_RUNTIME": STACK})
        return Outcome(sections(out), status and f"{status}\n{err}")


class Built(Engine):
    """plc build, then the program, also with a collector that runs often."""

    def __init__(self, plc, limit, level, runtime=STACK, name=None):
        super().__init__(name or level, limit)
        self.plc, self.level, self.runtime = plc, level, runtime

    def execute(self, file):
        # Engines of one level share what they build.
        text = hashlib.sha256(file.read_bytes()).hexdigest()[:20]
        program = file.with_name(f"{self.level[1:]}-{text}")
        if not program.exists():
            status, out, err = self.command(file, [self.plc, "build", self.level,
                                             "--verify-each", str(file), "-o",
                                             str(program)])
            if status:
                return Outcome({}, f"build: {status}\n{err}")
        status, out, err = self.command(file, [str(program)],
                                        {"PLC_RUNTIME": self.runtime})
        return Outcome(sections(out), status and f"{status}\n{err}")


class Other(Engine):
    """Any command that takes a file, e.g. one with a planted fault."""

    def __init__(self, name, words, limit):
        super().__init__(name, limit)
        self.words = words

    def execute(self, file):
        status, out, err = self.command(file, self.words + [str(file)])
        return Outcome(sections(out), status and f"{status}\n{err}")


class Guile(Engine):
    peer = True
    package = "guile-3.0"

    def __init__(self, limit):
        super().__init__("guile", limit)

    @staticmethod
    def found():
        return shutil.which("guile")

    def source(self, programs):
        return R7RS + "(define (collect-garbage . generations) #f)\n" + PRELUDE \
            + "".join(sexpr.program_text(forms) for forms in programs)

    def execute(self, file):
        status, out, err = self.command(
            file, ["guile", "-q", "--r7rs", "--no-auto-compile", str(file)])
        return Outcome(sections(out), status and f"{status}\n{err}")


class Gambit(Engine):
    peer = True
    package = "gambc"

    def __init__(self, limit):
        super().__init__("gambit", limit)

    @staticmethod
    def found():
        return shutil.which("gsi")

    def source(self, programs):
        expansion = Expansion()
        return (HERE / "prelude-gambit.scm").read_text() + PRELUDE + "".join(
            sexpr.program_text(expansion.forms(forms)) for forms in programs)

    def execute(self, file):
        # Without a catcher of its own, gsi drops what it has not yet printed.
        catch = ("(with-exception-catcher (lambda (e) (force-output) "
                 "(display-exception e (current-error-port)) (exit 3)) "
                 f"(lambda () (load \"{file}\")))")
        status, out, err = self.command(file, ["gsi", "-e", catch])
        return Outcome(sections(out), status and f"{status}\n{err}")


PEERS = {"guile": Guile, "gambit": Gambit}
