import bisect
import heapq
import random
import statistics
from decimal import Decimal, getcontext
from fractions import Fraction

random.seed(42)
sample = [random.randint(1, 100) for _ in range(12)]
print(sample)
print(statistics.mean(sample), statistics.median(sample), round(statistics.stdev(sample), 6))
heap = []
for x in sample:
    heapq.heappush(heap, (x % 10, x))
print([heapq.heappop(heap) for _ in range(4)])
print(heapq.nlargest(3, sample, key=lambda x: -x))
ordered = sorted(sample)
print(bisect.bisect_left(ordered, 50), bisect.bisect(ordered, ordered[3]))
third = Fraction(1, 3)
print(third + Fraction(1, 6), third ** 2, round(float(third), 4))
print(sum([Fraction(1, n) for n in range(1, 11)]))
getcontext().prec = 30
print(Decimal(2).sqrt(), Decimal("0.1") + Decimal("0.2"))
print(2 ** 200, -7 // 2, -7 % 3, pow(3, 100, 1000007))
print(complex(1, 2) * complex(0, 1), abs(complex(3, 4)))
random.shuffle(sample)
print(sample[:5], random.choice("abcdef"), round(random.random(), 6))
print((255).to_bytes(2, "big"), int.from_bytes(b"\x01\x00", "big"), int("ff", 16))
print((0.1).as_integer_ratio(), (0.5).hex(), round(2.675, 2))
print(sorted({3, 1, 2} | {5}), {1, 2} & {2, 3}, frozenset([1]).issubset({1, 2}))
print(divmod(17, 5), bin(10), hex(255), bool([]), all([1, 0]))
try:
    Decimal(1) / Decimal(0)
except ZeroDivisionError as error:
    print(type(error).__name__)
try:
    int("12x")
except ValueError as error:
    print(error)
