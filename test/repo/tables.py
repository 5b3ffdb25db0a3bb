"""Checks the rows of Diagnostics.def, Passes.def and Ops.def: each has its
documentation, and a test that mentions it. Rows of Primitives.def state that
the primitive raises if it does."""

import os
import re
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def rows(root, table, macro):
    """The argument texts of each row: strings are joined, the rest as is."""
    text = re.sub(r"/\*.*?\*/", "", read(os.path.join(root, table)), flags=re.S)
    for match in re.finditer(r"^%s\(" % macro, text, re.M):
        depth, at, quoted = 1, match.end(), False
        arguments, start = [], match.end()
        while depth:
            c = text[at]
            if quoted:
                if c == "\\":
                    at += 1
                elif c == '"':
                    quoted = False
            elif c == '"':
                quoted = True
            elif c == "(":
                depth += 1
            elif c == ")":
                depth -= 1
            if not quoted and (depth == 0 or (c == "," and depth == 1)):
                arguments.append(text[start:at].strip())
                start = at + 1
            at += 1
        yield [
            "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', a)) if '"' in a else a
            for a in arguments
        ]


def hidden_raises(root):
    """Primitives that raise without saying so would be removed as dead."""
    bodies = {}
    folder = os.path.join(root, "stdlib/runtime")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".cpp"):
            text = read(os.path.join(folder, name))
            for match in re.finditer(r"\bprim_(\w+)\([^;{]*\)\s*\{", text):
                end, depth = match.end(), 1
                while depth:
                    depth += {"{": 1, "}": -1}.get(text[end], 0)
                    end += 1
                bodies[match.group(1)] = text[match.end():end]
    raising = re.compile(r"\b(wrongType|wrongCount|raise\w*|check[A-Z]\w*)\(")
    for row in rows(root, "stdlib/Primitives.def", "PRIMITIVE"):
        # The expander makes calls of %names with fitting arguments only.
        if row[1].startswith("%"):
            continue
        if not re.search("MayRaise|Calls", row[5]) and raising.search(
                bodies.get(row[0], "")):
            yield "primitive %s raises, but its row lacks MayRaise" % row[1]


def main(root):
    tests = ""
    for path, _, names in os.walk(os.path.join(root, "test")):
        for name in names:
            if name.endswith((".lisp", ".scm", ".sld", ".plcir", ".test",
                              ".out", ".err", ".cpp", ".txt")):
                tests += read(os.path.join(path, name)) + "\n"
    problems = []

    used = ""
    for folder in ("frontend", "ir", "codegen", "tools"):
        for path, _, names in os.walk(os.path.join(root, folder)):
            for name in names:
                if name.endswith((".cpp", ".h")):
                    used += read(os.path.join(path, name))
    codes = []
    for row in rows(root, "ir/support/Diagnostics.def", "DIAGNOSTIC"):
        name, code, _, text, _, explanation = row
        codes.append(code)
        if len(explanation) < 40:
            problems.append("%s has no explanation" % code)
        if "Diag::" + name not in used:
            problems.append("%s (%s) is never reported" % (code, name))
        # A test holds the code or the fixed part of its text.
        pieces = [p for p in re.split(r"\{\d\}|`|\\", text) if len(p) > 5]
        longest = max(pieces, key=len).strip() if pieces else text
        if code not in tests and longest not in tests:
            problems.append("%s has no test: %s" % (code, text))
    for code in set(c for c in codes if codes.count(c) > 1):
        problems.append("%s is given twice" % code)

    for row in rows(root, "ir/Passes.def", "PASS"):
        name = row[1]
        if not os.path.exists(os.path.join(root, "ir/passes", row[0] + ".cpp")):
            problems.append("pass %s has no ir/passes/%s.cpp" % (name, row[0]))
        if len(row[2]) < 10:
            problems.append("pass %s has no documentation" % name)
        if "--pass=%s" % name not in tests and name + "," not in tests:
            problems.append("pass %s has no test" % name)

    problems += hidden_raises(root)

    for problem in problems:
        print(problem)
    return 1 if problems else 0


sys.exit(main(sys.argv[1]))
