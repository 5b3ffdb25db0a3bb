"""Checks the text of every file that git tracks."""

import os
import re
import subprocess
import sys

FORBIDDEN = [
    (re.compile(r"/home/\w+/|/root/|(?<![\w.])/work/"), "path of a machine"),
    (re.compile(r"\b(TODO|FIXME|XXX)\b"), "open work belongs into an issue"),
    (re.compile("[\U0001F300-\U0001FAFF]"), "emoji"),
]
# Texts about the rules themselves, licences, generated files, and test data.
EXEMPT = re.compile(
    r"^(test/repo/|LICENSE$|frontend/grammar/src/|.*Cargo\.lock$)"
)
# What tests Unicode needs characters beyond the basic plane.
UNICODE_DATA = re.compile(r"^(test/e2e/data/|test/unit/TextTest\.cpp$)")


def main(root):
    problems = []
    files = subprocess.run(
        ["git", "-C", root, "ls-files", "-z"], capture_output=True, check=False
    )
    if files.returncode:
        print("not a git checkout: nothing to check")
        return 0
    for name in files.stdout.decode().split("\0"):
        path = os.path.join(root, name)
        if not name or EXEMPT.match(name) or not os.path.isfile(path):
            continue
        try:
            with open(path, encoding="utf-8") as file:
                lines = file.read().split("\n")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            for pattern, why in FORBIDDEN:
                if why == "emoji" and UNICODE_DATA.match(name):
                    continue
                if pattern.search(line):
                    problems.append("%s:%d: %s" % (name, number, why))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


sys.exit(main(sys.argv[1]))
