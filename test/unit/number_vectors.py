#!/usr/bin/env python3
"""Writes NumberVectors.inc: integer operations with the results of Python.

    test/unit/number_vectors.py > test/unit/NumberVectors.inc
"""
import math
import random
from fractions import Fraction

random.seed(20)


def integer():
    bits = random.choice([3, 60, 61, 62, 63, 64, 65, 127, 128, 129, 192, 300])
    n = random.getrandbits(bits)
    if random.random() < 0.4:  # long runs of equal bits find lost carries
        n = (1 << bits) - random.choice([0, 1, 2])
    return -n if random.random() < 0.5 else n


def row(expression, value):
    if isinstance(value, bool):
        value = '#t' if value else '#f'
    print(f'{{"{expression}", "{value}"}},')


def truncate(a, b):
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


print("// Made by number_vectors.py. Do not edit.")
for _ in range(40):
    a, b = integer(), integer() or 1
    q = truncate(a, b)
    for name, value in random.sample([
            ('+', a + b), ('-', a - b), ('*', a * b), ('quotient', q),
            ('remainder', a - b * q), ('modulo', a % b), ('gcd', math.gcd(a, b)),
            ('floor-quotient', a // b), ('bitwise-and', a & b),
            ('bitwise-ior', a | b), ('bitwise-xor', a ^ b), ('<', a < b),
            ('/', Fraction(a, b)), ('lcm', math.lcm(a, b))], 3):
        row(f'({name} {a} {b})', value)
for _ in range(20):
    a, s = integer(), random.randint(-140, 140)
    row(f'(arithmetic-shift {a} {s})', a << s if s >= 0 else a >> -s)
    row(f'(bitwise-not {a})', ~a)
    row(f'(integer-length {a})', (a if a >= 0 else ~a).bit_length())
    root = math.isqrt(abs(a))
    row(f'(exact-integer-sqrt {abs(a)})', f'{root} {abs(a) - root * root}')
for _ in range(20):
    a = Fraction(integer(), integer() or 1)
    b = Fraction(integer(), integer() or 1)
    row(f'(+ {a} {b})', a + b)
    row(f'(* {a} {b})', a * b)
    row(f'(< {a} {b})', a < b)
    row(f'(floor {a})', math.floor(a))
    row(f'(round {a})', round(a))
    # repr rounds correctly and is the shortest; only the layout differs.
    row(f'(= (inexact {a}) {float(a)!r})', True)
