import copy
import dataclasses
import functools
import itertools
import operator
from dataclasses import dataclass, field


@dataclass(order=True)
class Shape:
    name: str
    sides: int = 4
    tags: list = field(default_factory=list, compare=False)

    def area(self, length):
        return length * length * self.sides / 4

    @property
    def label(self):
        return f"{self.name}/{self.sides}"

    @classmethod
    def regular(cls, sides):
        return cls(f"{sides}-gon", sides)


shapes = [Shape.regular(n) for n in (6, 3, 5)] + [Shape("square")]
shapes[0].tags.append("big")
print(shapes[0])
print([shape.label for shape in sorted(shapes)])
print(max(shapes, key=lambda shape: shape.sides).name)
print(dataclasses.asdict(shapes[0]))
print([f.name for f in dataclasses.fields(Shape)])
other = dataclasses.replace(shapes[1], name="triangle")
print(other, other == shapes[1], other > shapes[1])
clone = copy.deepcopy(shapes[0])
clone.tags.append("copy")
print(shapes[0].tags, clone.tags, clone == shapes[0])
print(round(sum(shape.area(2.0) for shape in shapes), 3))
print(functools.reduce(operator.mul, [shape.sides for shape in shapes], 1))
print(["".join(pair) for pair in itertools.combinations("abc", 2)])
for sides, group in itertools.groupby(sorted(shapes, key=lambda s: s.sides > 4),
                                      key=lambda s: s.sides > 4):
    print(sides, [shape.name for shape in group])
halve = functools.partial(operator.truediv, 1)
print(halve(4), functools.lru_cache(lambda x: x + 1)(5))
try:
    Shape()
except TypeError as error:
    print("TypeError", error)
try:
    shapes[0].nothing
except AttributeError as error:
    print("AttributeError", error)
