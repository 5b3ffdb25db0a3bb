"""What Python offers to the kernels that call it."""

number = 2.25


def increment(x):
    return x + 1


class Point:
    def add(self, x):
        return x + 1


point = Point()


def repeat(f, n, x):
    total = 0.0
    for _ in range(n):
        total += f(x)
    return total


def fill(d):
    for i in range(1000):
        d[i] = i


def take(array):
    return array.size
