"""Tests that are programs.

Every NAME.lisp or NAME.scm below test/e2e with a neighbour NAME.out is built
at -O0 and at -O2 and run by the JIT. All three must print exactly NAME.out and
end with the same status. Where there is NAME.py instead, what that prints in the
Python of PLC_PYTHON is what is expected. Other neighbours:

  NAME.in      standard input
  NAME.args    arguments, one a line; %t is the start of temporary file names
  NAME.env     environment variables, VARIABLE=VALUE, one a line
  NAME.status  expected exit status (0 if there is none)
  NAME.needs   features of lit without which it is unsupported, one a line
  NAME.err     each line is a piece of text that standard error must contain,
               in this order; without it standard error must be empty unless
               PLC_RUNTIME is set

Programs run in the root of the repository.

A file without NAME.out is a library or a program read by another one.
"""

import os
import subprocess

import lit.formats
import lit.Test
import lit.util


# What a lit.local.cfg can change as config.program_modes. "stress": what was built
# before runs once more, with a collection at every fortieth allocation.
MODES = ("-O0", "-O2", "run")
STRESS = "stress=40"
# Seconds for each command.
TIME_LIMIT = 120


def read(path, default=None):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return default


class ProgramTest(lit.formats.FileBasedTest):
    def getTestsInDirectory(self, suite, path, lit_config, local_config):
        for test in super().getTestsInDirectory(
            suite, path, lit_config, local_config
        ):
            base = os.path.splitext(test.getSourcePath())[0]
            if os.path.exists(base + ".out") or os.path.exists(base + ".py"):
                yield test

    def execute(self, test, lit_config):
        if test.config.unsupported:
            return lit.Test.UNSUPPORTED, "the folder is unsupported"
        source = test.getSourcePath()
        base = os.path.splitext(source)[0]
        needs = read(base + ".needs", b"").decode().split()
        lacking = [n for n in needs if n not in test.config.available_features]
        if lacking:
            return lit.Test.UNSUPPORTED, "needs " + ", ".join(lacking)
        environment = dict(test.config.environment)
        for line in read(base + ".env", b"").decode().splitlines():
            variable, value = line.split("=", 1)
            # The options of a whole run, such as stress, come last and win.
            if variable in environment:
                value += "," + environment[variable]
            environment[variable] = value
        work = os.path.splitext(test.getExecPath())[0]
        os.makedirs(work, exist_ok=True)
        expected = {
            "out": read(base + ".out"),
            "err": read(base + ".err"),
            "status": int(read(base + ".status", b"0")),
        }
        stdin = read(base + ".in", b"")
        arguments = [
            line.replace("%t", os.path.join(work, "file"))
            for line in read(base + ".args", b"").decode().splitlines()
        ]
        plc = os.path.join(test.config.plc_build_root, "bin", "plc")

        def run(command):
            try:
                done = subprocess.run(
                    command,
                    input=stdin,
                    capture_output=True,
                    env=environment,
                    cwd=test.config.plc_source_root,
                    timeout=TIME_LIMIT,
                )
                return done.stdout, done.stderr, done.returncode
            except subprocess.TimeoutExpired as expired:
                return expired.stdout or b"", b"timeout", -1

        if expected["out"] is None:
            peer = [environment["PLC_PYTHON"], base + ".py"] + arguments
            expected["out"], err, status = run(peer)
            if status != 0:
                return lit.Test.FAIL, "%s.py: status %d\n%s" % (
                    base, status, err.decode("utf-8", "replace"))
        problems = []
        for mode in getattr(test.config, "program_modes", MODES):
            if mode == "run":
                command = [plc, "run", source] + arguments
            elif mode == "stress":
                environment["PLC_RUNTIME"] = STRESS
            else:
                program = os.path.join(work, "program" + mode)
                build = [plc, "build", mode, source, "-o", program]
                out, err, status = run(build)
                if status != 0:
                    problems.append(
                        "%s: build failed with status %d\n%s%s"
                        % (mode, status, out.decode("utf-8", "replace"),
                           err.decode("utf-8", "replace"))
                    )
                    continue
                command = [program] + arguments
            problems += self.compare(
                mode, expected, test.config.environment, *run(command)
            )
        if problems:
            return lit.Test.FAIL, "\n".join(problems)
        return lit.Test.PASS, ""

    def compare(self, mode, expected, environment, out, err, status):
        problems = []
        if out != expected["out"]:
            problems.append(
                "%s: standard output differs\n--- expected\n%s\n--- found\n%s"
                % (mode, expected["out"].decode("utf-8", "replace"),
                   out.decode("utf-8", "replace"))
            )
        if status != expected["status"]:
            problems.append(
                "%s: exit status %d, expected %d"
                % (mode, status, expected["status"])
            )
        text = err.decode("utf-8", "replace")
        if expected["err"] is not None:
            position = 0
            for line in expected["err"].decode().splitlines():
                found = text.find(line, position)
                if found < 0:
                    problems.append(
                        "%s: standard error lacks `%s`\n%s" % (mode, line, text)
                    )
                    break
                position = found + len(line)
        elif text and "PLC_RUNTIME" not in environment:
            problems.append("%s: unexpected standard error\n%s" % (mode, text))
        if problems and text:
            problems.append("%s: standard error was\n%s" % (mode, text))
        return problems
