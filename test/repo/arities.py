"""Calls every procedure of the standard library with too few and too many
arguments: each must raise the condition of wrong counts, which names it.

  arities.py PLC INTERFACES TABLE [--write]

The names come from the interfaces of the built libraries. TABLE says how many
arguments each procedure takes, as `NAME LEAST MOST` under a line of its
library, and what it is called in conditions where that is another name. MOST is
`any` where the documents say so. --write makes the table from what the
conditions say; compare its differences with the documents.
"""

import os
import re
import subprocess
import sys
import tempfile

ATOM = re.compile(r"\|(?:\\.|[^|\\])*\||[^\s()|]+")
MANY = 200  # more arguments than any procedure with an upper bound takes

PROGRAM = """
(import (scheme base) (scheme write) (scheme eval) (only (plc) condition-type))
(define (try f count)
  (newline)
  (display "call ")
  (write count)
  (display " ")
  (write
   (call/cc
    (lambda (leave)
      (with-exception-handler
       (lambda (c)
         (leave
          (cond ((not (error-object? c)) c)
                ((eq? (condition-type c) 'wrong-number-of-arguments)
                 (error-object-message c))
                (else
                 (list (condition-type c) (error-object-message c))))))
       (lambda ()
         (apply f (vector->list (make-vector count 'nothing)))
         'returned)))))
  (newline))
(define (sweep library name counts)
  (let ((f (guard (c (#t #f)) (eval name (environment library)))))
    (if (procedure? f)
        (begin
          (newline)
          (display "procedure ")
          (write library)
          (display " ")
          (write name)
          (newline)
          (for-each (lambda (count) (try f count)) counts)))))
"""


def library_of(interface):
    with open(interface, encoding="utf-8") as file:
        text = file.read()
    name = re.search(r'\(name "(\([^"]*\))"', text)
    exports = text[text.index("(exports"):]
    names = [ATOM.findall(pair) for pair in re.findall(r"\n  \(([^\n]*)\)", exports)]
    return name.group(1), [pair[0] for pair in names]


def read_table(path):
    table = {}
    library = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("("):
                library = line.strip()
            elif line.strip() and not line.startswith("#"):
                name, least, most, *called = line.split()
                table[library, name] = (
                    int(least), None if most == "any" else int(most),
                    called[0] if called else name)
    return table


def sweep(plc, wanted):
    """What the calls say: (library, name) -> {count: text}."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "arities.lisp")
        program = os.path.join(folder, "arities")
        with open(source, "w", encoding="utf-8") as file:
            file.write(PROGRAM)
            for (library, name), counts in wanted:
                file.write("(sweep '%s '%s '(%s))\n"
                           % (library, name, " ".join(map(str, counts))))
        subprocess.run([plc, "build", "-O0", source, "-o", program], check=True)
        done = subprocess.run([program], capture_output=True, timeout=300)
    said = {}
    key = None
    for line in done.stdout.decode().splitlines():
        if line.startswith("procedure "):
            library, name = line.rsplit(" ", 1)
            key = library.split(" ", 1)[1], name
            said[key] = {}
        elif line.startswith("call "):
            count, text = line.split(" ", 2)[1:]
            said[key][int(count)] = text.strip('"')
    if done.returncode:
        print("the program ended with", done.returncode, "after", key)
        print(done.stderr.decode())
    return said, done.returncode


def counts_to_try(known):
    if known is None:
        return [MANY]
    least, most, _ = known
    return ([least - 1] if least else []) + ([] if most is None else [most + 1])


def main(plc, interfaces, path, write=False):
    table = read_table(path) if os.path.exists(path) else {}
    names = []
    for file in sorted(os.listdir(interfaces)):
        library, exported = library_of(os.path.join(interfaces, file))
        names += [(library, name) for name in sorted(exported)]
    wanted = [(key, counts_to_try(table.get(key))) for key in names]
    said, failed = sweep(plc, wanted)
    if write:  # what takes so many may take any number
        more, _ = sweep(plc, [(key, [0]) for key in said
                              if MANY in said[key]
                              and not re.search("arguments?, got", said[key][MANY])])
        for key in more:
            print("%s %s takes %d arguments" % (*key, MANY))
            said[key] = more[key]
            table[key] = (0, None, key[1])
    problems = []
    found = {}
    for key in names:
        if key not in said:
            continue
        found[key] = table.get(key)
        for count, text in said[key].items():
            fits = re.fullmatch(
                r"(\S+): expected (at least )?(\d+)( to (\d+))? arguments?, "
                r"got %d" % count, text)
            if not fits and write:
                continue
            if not fits:
                problems.append("%s %s with %d: %s" % (*key, count, text))
                continue
            least = int(fits[3])
            most = None if fits[2] else int(fits[5] or least)
            if write:
                found[key] = (least, most, fits[1])
            elif found[key] != (least, most, fits[1]):
                problems.append("%s %s: %s" % (*key, text))
    if write:
        library = None
        with open(path, "w", encoding="utf-8") as file:
            for key in names:
                if found.get(key) is None:
                    continue
                if key[0] != library:
                    library = key[0]
                    file.write(library + "\n")
                least, most, called = found[key]
                file.write("%s %d %s%s\n"
                           % (key[1], least, "any" if most is None else most,
                              "" if called == key[1] else " " + called))
    else:
        problems += ["%s %s is not there" % key for key in table
                     if key not in said]
        problems += ["%s %s is not in the table" % key for key in said
                     if key not in table]
    for problem in problems:
        print(problem)
    print("%d procedures, %d problems" % (len(said), len(problems)))
    return 1 if problems or failed else 0


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    sys.exit(main(*arguments, write="--write" in sys.argv))
