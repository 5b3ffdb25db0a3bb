"""Every example, after every pass, reads back to identical text.

usage: round_trip_examples.py PLC PLC-OPT FOLDER

Prints one line per example: how many modules were compared.
"""
import pathlib
import re
import subprocess
import sys


def modules_after_passes(plc, source, level):
    """(heading, text) of each module that --print-after=all prints."""
    done = subprocess.run(
        [plc, "build", f"-O{level}", "--print-after=all", "--emit=ir",
         "-o", "/dev/null", str(source)],
        capture_output=True, text=True, check=True)
    heading, lines = None, []
    for line in done.stderr.splitlines(keepends=True):
        if re.match(r"; after [a-z-]+$", line):
            if heading:
                yield heading, "".join(lines)
            heading, lines = line.strip(), []
        else:
            lines.append(line)
    if heading:
        yield heading, "".join(lines)


def main():
    plc, plc_opt, folder = sys.argv[1:]
    failed = False
    for source in sorted(pathlib.Path(folder).glob("*.lisp")):
        count = 0
        for level in (0, 2):
            for heading, text in modules_after_passes(plc, source, level):
                back = subprocess.run([plc_opt, "-"], input=text,
                                      capture_output=True, text=True)
                count += 1
                if back.returncode or back.stdout.strip() != text.strip():
                    failed = True
                    print(f"{source.name} -O{level} {heading}: differs\n"
                          + back.stderr)
        print(f"{source.name}: {count} modules")
    sys.exit(failed)


if __name__ == "__main__":
    main()
