"""Checks the SRFI libraries against the names in their documents.

srfi-names/N.txt has the names that the document of SRFI N defines, one a line;
stdlib/srfi/N.sld must export them all, and the programs test/e2e/srfi/N.lisp
or N-....lisp must mention each. Folders nest on both sides. A library made from
a template (.sld.in) has an at sign in its names for what the build puts there.
"""

import glob
import os
import re
import sys

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|;[^\n]*|#\\.|[()]|[^\s()";\']+', re.S)


def tokens(path):
    with open(path, encoding="utf-8") as file:
        found = TOKEN.findall(file.read())
    return [t for t in found if not t.startswith((";", '"'))]


def exports(path):
    """The names that the export declarations of a library give."""
    names = set()
    depth = None  # of the parentheses inside a declaration
    item = []
    previous = ""
    for token in tokens(path):
        if depth is None:
            if token == "export" and previous == "(":
                depth = 0
        elif token == "(":
            depth += 1
            item = []
        elif token == ")":
            depth -= 1
            if depth < 0:
                depth = None
            else:
                names.add(item[-1])  # (rename inside outside)
        elif depth == 0:
            names.add(token)
        else:
            item.append(token)
        previous = token
    return names


def mentioned(root, number):
    words = set()
    folder = os.path.join(root, "test/e2e/srfi")
    for pattern in (number + ".lisp", number + "-*.lisp"):
        for path in glob.glob(os.path.join(folder, pattern)):
            words.update(t.lstrip("`,@'") for t in tokens(path))
    return words


def main(root):
    problems = []
    libraries = os.path.join(root, "stdlib/srfi")
    lists = os.path.join(root, "test/repo/srfi-names")
    for folder, _, files in os.walk(libraries):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), libraries)
            base = re.sub(r"\.sld(\.in)?$", "", path)
            if base == path:
                continue
            listed = os.path.join(lists, base + ".txt")
            if not os.path.exists(listed):
                problems.append("%s: no list of its names" % path)
                continue
            exported = exports(os.path.join(folder, name))
            words = mentioned(root, base.split(os.sep)[0])
            with open(listed, encoding="utf-8") as file:
                names = file.read().split()
            for wanted in names:
                if wanted not in exported:
                    problems.append("%s: %s is not exported" % (path, wanted))
                made = re.escape(wanted).replace("@", "[a-z]+[0-9]+")
                if wanted not in words and not (
                    "@" in wanted
                    and any(re.fullmatch(made, word) for word in words)
                ):
                    problems.append("%s: no test mentions %s" % (path, wanted))
    for folder, _, files in os.walk(lists):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), lists)
            library = os.path.join(libraries, path[: -len(".txt")] + ".sld")
            if not (os.path.exists(library) or os.path.exists(library + ".in")):
                problems.append("srfi-names/%s: there is no library" % path)
    for problem in sorted(problems):
        print(problem)
    return 1 if problems else 0


sys.exit(main(sys.argv[1]))
