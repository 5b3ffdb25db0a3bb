"""Compares the layouts of a dump with what a C program, made here, finds out by
writing into records: `layout.py DUMP HEADER PROGRAM`."""

import re
import subprocess
import sys

dump, header, program = sys.argv[1:4]
records = []
for line in open(dump):
    match = re.match(r"type (\w+) = ((?:struct|union) \w+) size (\d+) align (\d+)", line)
    if match:
        records.append((match.group(2), match.group(3), match.group(4), []))
        continue
    match = re.match(r"  (\w+) : (.*) at (\d+)(?: bit (\d+) width (\d+))?$", line)
    if match and records:
        records[-1][3].append(match.groups())

expected = []
code = [
    "#include <stddef.h>", "#include <stdio.h>", "#include <string.h>",
    '#include "%s"' % header,
    # The first and the number of the bits that a write of all ones has set.
    "static void bits(const char *name, const void *p, size_t size) {",
    "  long first = -1, count = 0;",
    "  for (size_t i = 0; i < size * 8; ++i)",
    "    if (((const unsigned char *)p)[i / 8] >> i % 8 & 1) {",
    "      if (first < 0) first = i;",
    "      ++count;",
    "    }",
    '  printf("%s %ld %ld\\n", name, first, count);',
    "}",
    "int main(void) {",
]
for name, size, align, fields in records:
    expected.append("%s %s %s" % (name, size, align))
    code.append('printf("%s %%zu %%zu\\n", sizeof(%s), _Alignof(%s));' % (name, name, name))
    for field, kind, offset, bit, width in fields:
        label = "%s.%s" % (name.replace(" ", "_"), field)
        if width:
            expected.append("%s %d %s" % (label, int(offset) * 8 + int(bit), width))
            code.append(
                "{ %s r; memset(&r, 0, sizeof r); r.%s = -1; bits(\"%s\", &r, sizeof r); }"
                % (name, field, label)
            )
        else:
            expected.append("%s %s" % (label, offset))
            code.append('printf("%s %%zu\\n", offsetof(%s, %s));' % (label, name, field))
code.append("}")
source = program + ".c"
with open(source, "w") as file:
    file.write("\n".join(code) + "\n")
folder = header.rsplit("/", 1)[0]
subprocess.run(["clang-19", "-w", "-I" + folder, source, "-o", program], check=True)
found = subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines()
if len(records) < 14:
    sys.exit("only %d records" % len(records))
for ours, theirs in zip(expected, found, strict=True):
    if ours != theirs:
        sys.exit("plc: %s\nC:   %s" % (ours, theirs))
print("%d places agree" % len(found))
