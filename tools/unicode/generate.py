#!/usr/bin/env python3
"""Writes the Unicode tables from Python's unicodedata.

    tools/unicode/generate.py > stdlib/runtime/UnicodeTables.inc
    tools/unicode/generate.py folding > stdlib/CaseFolding.def
    tools/unicode/generate.py categories > stdlib/plc/char-categories.sld

The derived properties (Alphabetic, Case_Ignorable), which unicodedata lacks,
come from perl; both must know the same version of Unicode.
"""
import subprocess
import sys
import unicodedata

LAST = 0x10FFFF
WHITE_SPACE = {*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B),
               0x2028, 0x2029, 0x202F, 0x205F, 0x3000}
ALPHABETIC, NUMERIC, SPACE, UPPER, LOWER, GRAPHIC, IGNORABLE = (
    1 << i for i in range(7))
DIGIT_SHIFT = 8  # flags bits 8..11: digit value of a NUMERIC character


def derived(name):
    """The characters with a property."""
    program = (f'for (0..{LAST}) {{ next if 0xD800 <= $_ && $_ < 0xE000; '
               f'print "$_ " if chr($_) =~ /\\p{{{name}}}/ }}')
    found = subprocess.run(['perl', '-e', program], check=True,
                           capture_output=True, text=True).stdout
    return frozenset(map(int, found.split()))


def check_versions():
    program = 'use Unicode::UCD; print Unicode::UCD::UnicodeVersion()'
    version = subprocess.run(['perl', '-e', program], check=True,
                             capture_output=True, text=True).stdout
    if version != unicodedata.unidata_version:
        sys.exit(f'perl has Unicode {version}, '
                 f'Python {unicodedata.unidata_version}')


check_versions()
IS_ALPHABETIC, IS_IGNORABLE = derived('Alphabetic'), derived('Case_Ignorable')


def simple_upper(c):
    full = chr(c).upper()
    if len(full) > 1:  # the iota subscripts have a simple mapping, their title
        full = chr(c).title()
    return ord(full) if len(full) == 1 else c


def simple_lower(c):
    full = chr(c).lower()
    return ord(full) if len(full) == 1 else ord('i') if c == 0x130 else c


def simple_fold(c):
    full = chr(c).casefold()
    if len(full) > 1:
        full = chr(c).lower()
    return ord(full) if len(full) == 1 else c


def record(c):
    category = unicodedata.category(chr(c))
    flags = 0
    if category == 'Cs':
        return (0, 0, 0, 0)
    s = chr(c)
    if c in IS_ALPHABETIC:
        flags |= ALPHABETIC
    if category == 'Nd':
        flags |= NUMERIC | unicodedata.decimal(s) << DIGIT_SHIFT
    if c in WHITE_SPACE:
        flags |= SPACE
    if s.isupper():
        flags |= UPPER
    if s.islower():
        flags |= LOWER
    if category[0] in 'LMNPS' or c in (0x20, 0x200C, 0x200D):
        flags |= GRAPHIC
    if c in IS_IGNORABLE:  # what final sigma looks through
        flags |= IGNORABLE
    return (flags, simple_upper(c) - c, simple_lower(c) - c,
            simple_fold(c) - c)


def split(indices, shift):
    blocks, first = {}, []
    for at in range(0, LAST + 1, 1 << shift):
        block = tuple(indices[at:at + (1 << shift)])
        first.append(blocks.setdefault(block, len(blocks)))
    return first, [i for block in blocks for i in block]


def width(values):
    return 'uint8_t' if max(values) < 256 else 'uint16_t'


def size(values):
    return len(values) * (1 if max(values) < 256 else 2)


def array(kind, name, values):
    print(f'static constexpr {kind} {name}[] = {{')
    line = '   '
    for value in values:
        text = f' {value},'
        if len(line) + len(text) > 80:
            print(line)
            line = '   '
        line += text
    print(line + '\n};')


def specials(name, mapping):
    """Characters whose full mapping is not one character."""
    print(f'static constexpr SpecialCasing {name}[] = {{')
    for c in range(LAST + 1):
        if 0xD800 <= c < 0xE000:
            continue
        full = mapping(chr(c))
        if len(full) != 1:
            codes = ', '.join(f'0x{ord(x):X}' for x in full)
            print(f'    {{0x{c:X}, {{{codes}}}}},')
    print('};')


def folding():
    print('/* Characters whose full case folding is not one character.')
    print(' * FULL_FOLDING(Code, First, Second, Third); 0 where there is none.')
    print(' * Made by tools/unicode/generate.py from Unicode '
          f'{unicodedata.unidata_version}. Do not edit. */')
    for c in range(LAST + 1):
        if 0xD800 <= c < 0xE000:
            continue
        full = [ord(x) for x in chr(c).casefold()]
        if len(full) != 1:
            codes = ', '.join(f'0x{x:X}' for x in full + [0] * (3 - len(full)))
            print(f'FULL_FOLDING(0x{c:X}, {codes})')
    print('#undef FULL_FOLDING')


def main():
    records, indices = {}, []
    for c in range(LAST + 1):
        indices.append(records.setdefault(record(c), len(records)))
    shift = min(range(4, 10),
                key=lambda s: sum(map(size, split(indices, s))))
    first, second = split(indices, shift)
    print('// Made by tools/unicode/generate.py from Unicode '
          f'{unicodedata.unidata_version}. Do not edit.')
    for name in ('ALPHABETIC NUMERIC SPACE UPPER LOWER GRAPHIC IGNORABLE '
                 'DIGIT_SHIFT').split():
        spelled = ''.join(part.capitalize() for part in name.split('_'))
        print(f'static constexpr unsigned k{spelled} = {globals()[name]};')
    print(f'static constexpr unsigned kBlockShift = {shift};')
    print('static constexpr CharRecord kRecords[] = {')
    for r in records:
        print('    {%d, %d, %d, %d},' % r)
    print('};')
    array(width(first), 'kBlocks', first)
    array(width(second), 'kIndices', second)
    specials('kSpecialUpper', str.upper)
    specials('kSpecialLower', str.lower)
    print(f'{len(records)} records, shift {shift}, '
          f'{size(first) + size(second)} bytes', file=sys.stderr)


def boundaries(holds):
    """Where runs of characters that hold begin and end, in turn."""
    found, inside = [], False
    for c in range(LAST + 2):
        now = c <= LAST and not 0xD800 <= c < 0xE000 and holds(c)
        if now != inside:
            found.append(c)
            inside = now
    return found


def categories():
    upper, lower = derived('Uppercase'), derived('Lowercase')

    def category(*names):
        return lambda c: unicodedata.category(chr(c)).startswith(names)

    tables = {
        'upper-case': upper.__contains__, 'lower-case': lower.__contains__,
        'title-case': category('Lt'), 'letter': category('L'),
        'digit': category('Nd'), 'punctuation': category('P'),
        'symbol': category('S'), 'separator': category('Z'),
        'space-separator': category('Zs')}
    print(';;; Characters by category: vectors of the code points where runs of '
          'them begin\n;;; and end, in turn. Made by tools/unicode/generate.py '
          f'from Unicode {unicodedata.unidata_version}.\n;;; Do not edit.')
    print('(define-library (plc char-categories)\n  (export '
          + '\n          '.join(tables) + ')\n  (import (plc core))\n  (begin')
    definitions = []
    for name, holds in tables.items():
        line = f'    (define {name}\n      \'#('
        for c in boundaries(holds):
            if len(line) - line.rfind('\n') + len(str(c)) > 79:
                line = line.rstrip() + '\n        '
            line += f'{c} '
        definitions.append(line.rstrip() + '))')
    print('\n'.join(definitions) + '))')


if sys.argv[1:] == ['folding']:
    folding()
elif sys.argv[1:] == ['categories']:
    categories()
else:
    main()
