"""Random well-typed R7RS programs that end and mean the same everywhere.

What Scheme leaves open must not show, so an expression is made for one of three
places:

  FREE    it is evaluated in order with its neighbours: it may assign, print,
          raise and escape
  PURE    its neighbours may be evaluated before or after it, and are pure too:
          it reads what it likes and changes nothing
  STABLE  a neighbour is FREE: nothing that the neighbour does may matter here

Types are words ("int", "flo", ...) or, of procedures, `Fn`. Programs end because
loops count to small numbers, procedures call only what was defined before them,
and what all this may cost is added up while it is made (`work`).
"""
import random
from dataclasses import dataclass, replace

FREE, PURE, STABLE = "free", "pure", "stable"

DATA = ("int", "flo", "rat", "bool", "char", "str", "sym", "ints", "any")
EDGES = [2 ** n + d for n in (29, 31, 53, 59, 60, 61, 62, 63, 64)
         for d in (-1, 0, 1)]
SMALL = [0, 1, 2, 3, 4, 5, 7, 8, 10, 12, 16, 17, 100, 255, 256, 1000, 65536]
FLONUMS = ["0.0", "1.0", "0.5", "1.5", "2.25", "-0.75", "-1.0", "3.0", "1e10",
           "-2.5", "0.1", "1e-3", "123456.789", "-0.0", "1e100", "+nan.0"]
RATIOS = ["1/2", "-1/3", "22/7", "5/8", "-7/2", "1/1000000007", "3/4", "-9/10"]
SYMBOLS = ["alpha", "beta", "gamma", "x", "y", "list", "quote", "if"]
STRINGS = ['""', '"a"', '"hello"', '"two words"', '"\\x3bb;x"', '"tab\\tnl\\n"',
           '"Zebra"', '"0123456789"', '"\\x1F600;\\xe9;"', '"a\\"b\\\\c"']
CHARS = ["#\\a", "#\\z", "#\\A", "#\\0", "#\\space", "#\\x3bb", "#\\newline",
         "#\\xe9", "#\\x1F600"]
# Names that shadow one another, and those that macros bind.
POOL = ["t", "u", "v", "tmp", "loop", "acc", "n"]


@dataclass(frozen=True)
class Fn:
    """A procedure: types of parameters and result, whether calls must be FREE,
    and what a call costs. `rest` takes any number of further ints."""
    parameters: tuple
    result: object
    effect: bool = False
    rest: bool = False
    cost: int = 1


@dataclass(frozen=True)
class Var:
    name: str
    type: object
    fixed: bool = True  # never assigned


@dataclass(frozen=True)
class Context:
    vars: tuple = ()
    place: str = FREE
    times: int = 1       # how often this place may be reached
    guarded: bool = False  # whether a raise is caught nearby

    def bind(self, *more):
        names = {v.name for v in more}
        return replace(self, vars=tuple(v for v in self.vars
                                        if v.name not in names) + more)

    def at(self, place):
        if self.place == place or self.place == STABLE:
            return self
        return replace(self, place=place)

    def often(self, n):
        return replace(self, times=self.times * n)


class Generator:
    LIMIT = 4000   # of work in a program

    def __init__(self, seed, number):
        self.rng = random.Random(f"{seed}/{number}")
        self.prefix = f"p{number}-"
        self.count = 0
        self.work = 0
        self.tags = 0
        self.macros = {}
        self.top = []

    # Names and choices

    def fresh(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def name(self, stem):
        """A name for a binding whose scope nothing else depends on."""
        return self.rng.choice(POOL) if self.rng.random() < 0.08 \
            else self.fresh(stem)

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, pairs):
        return self.rng.choices([x for _, x in pairs],
                                [w for w, _ in pairs])[0]

    def tag(self):
        self.tags += 1
        return f'"{self.tags}"'

    def some_type(self, types=DATA):
        return self.pick([(5 if t in ("int", "flo") else 2, t) for t in types])

    # Variables

    def named(self, ctx, type_, assignable=False):
        found = []
        for v in ctx.vars:
            if v.type != type_ or (assignable and v.fixed):
                continue
            if ctx.place == STABLE and not (v.fixed and type_ in DATA):
                continue
            found.append(v.name)
        return found

    def variable(self, ctx, type_):
        names = self.named(ctx, type_)
        return self.rng.choice(names) if names else None

    def functions(self, ctx, result):
        if ctx.place == STABLE:
            return []
        return [v for v in ctx.vars
                if isinstance(v.type, Fn) and v.type.result == result
                and (ctx.place == FREE or not v.type.effect)
                and self.affordable(ctx, v.type.cost)]

    def affordable(self, ctx, cost):
        return self.work + ctx.times * cost <= self.LIMIT

    def spend(self, ctx, cost):
        self.work += ctx.times * cost

    # Arguments

    def args(self, ctx, depth, *types):
        """Operands, whose order of evaluation nobody knows."""
        if ctx.place != FREE or len(types) == 1 or self.chance(0.75):
            inner = ctx if len(types) == 1 else ctx.at(PURE)
            return [self.expr(t, inner, depth) for t in types]
        special = self.rng.randrange(len(types))
        return [self.expr(t, ctx if i == special else ctx.at(STABLE),
                          depth if i == special else min(depth, 1))
                for i, t in enumerate(types)]

    def form(self, head, *types):
        return lambda ctx, depth: [head] + self.args(ctx, depth, *types)

    # Expressions

    def expr(self, type_, ctx, depth):
        if isinstance(type_, Fn):
            return self.procedure(type_, ctx, depth)
        if depth <= 0 or ctx.place == STABLE and self.chance(0.4):
            return self.atom(type_, ctx)
        if self.chance(0.15):
            v = self.variable(ctx, type_)
            if v:
                return v
        if ctx.place != STABLE and self.chance(0.38):
            return self.general(type_, ctx, depth - 1)
        return getattr(self, "make_" + type_)(ctx, depth - 1)

    def atom(self, type_, ctx):
        v = self.variable(ctx, type_)
        if v and self.chance(0.85):
            return v
        return self.constant(type_)

    def integer(self):
        n = self.pick([(5, self.rng.choice(SMALL)), (1, self.rng.choice(EDGES)),
                       (1, self.rng.randrange(10 ** 25))])
        return str(-n if self.chance(0.3) else n)

    def constant(self, type_):
        choice = self.rng.choice
        if type_ == "int":
            return self.integer()
        if type_ == "flo":
            return choice(FLONUMS)
        if type_ == "rat":
            return choice(RATIOS)
        if type_ == "bool":
            return choice(["#t", "#f"])
        if type_ == "char":
            return choice(CHARS)
        if type_ == "str":
            return choice(STRINGS)
        if type_ == "sym":
            return ["quote", choice(SYMBOLS)]
        if type_ == "ints":
            return ["quote", [self.integer()
                              for _ in range(self.rng.randrange(5))]]
        if type_ == "any":
            return self.pick([(2, ["quote", self.datum(2)]),
                              (1, self.constant(choice(DATA[:-1])))])
        if type_ == "vec":
            return ["vector"] + [self.integer()
                                 for _ in range(self.rng.randint(1, 4))]
        if type_ == "bv":
            return ["bytevector"] + [str(self.rng.randrange(256)) for _ in
                                     range(self.rng.randint(1, 4))]
        raise AssertionError(type_)

    def datum(self, depth):
        kind = self.rng.randrange(8 if depth > 0 else 6)
        if kind < 6:
            return [self.integer, lambda: self.rng.choice(SYMBOLS),
                    lambda: self.rng.choice(STRINGS), lambda: [],
                    lambda: self.rng.choice(CHARS),
                    lambda: self.rng.choice(["#t", "#f"])][kind]()
        items = [self.datum(depth - 1) for _ in range(self.rng.randrange(1, 4))]
        if kind == 7:
            return ["#("] + items
        return items + [".", self.datum(0)] if self.chance(0.15) else items

    # What fits any type

    def general(self, type_, ctx, depth):
        method = self.pick([
            (8, self.conditional), (5, self.let), (3, self.let_star),
            (6, self.call), (4, self.named_loop), (3, self.do_loop),
            (3, self.local_function), (2, self.recursive_function),
            (2, self.escape), (2, self.guarded), (2, self.values),
            (2, self.sequence), (1, self.assigned), (1, self.promise),
            (2, self.applied), (1, self.dispatch), (1, self.parameterized),
            (2, self.macro_use), (1, self.wound), (1, self.mutual),
            (1, self.stored)])
        return method(type_, ctx, depth)

    def conditional(self, type_, ctx, depth):
        test = self.expr("bool", ctx, min(depth, 3))
        one = self.expr(type_, ctx, depth)
        two = self.expr(type_, ctx, depth)
        shape = self.rng.randrange(6)
        if shape == 0:
            return ["cond", [test, one],
                    [self.expr("bool", ctx, min(depth, 2)), two],
                    ["else", self.expr(type_, ctx, depth - 1)]]
        if shape == 1:
            return ["if", ["not", test], one, two]
        if shape == 2:
            return ["if", ["if", test, self.expr("bool", ctx, 1),
                           self.expr("bool", ctx, 1)], one, two]
        if shape == 3:
            b = self.fresh("b")
            return ["let", [[b, ["not", test]]], ["if", b, one, two]]
        return ["if", test, one, two]

    def let(self, type_, ctx, depth):
        kinds = [self.some_type() for _ in range(self.rng.randint(1, 3))]
        names = []
        while len(names) < len(kinds):
            name = self.name("x")
            if name not in names:
                names.append(name)
        inits = self.args(ctx, depth, *kinds)
        return ["let", [[n, i] for n, i in zip(names, inits)],
                self.expr(type_, ctx.bind(*map(Var, names, kinds)), depth)]

    def let_star(self, type_, ctx, depth):
        bindings = []
        for _ in range(self.rng.randint(1, 3)):
            kind = self.some_type(DATA + ("vec",))
            name = self.name("y")
            bindings.append([name, self.expr(kind, ctx, depth - 1)])
            ctx = ctx.bind(Var(name, kind))
        return ["let*", bindings, self.expr(type_, ctx, depth)]

    def call(self, type_, ctx, depth):
        functions = self.functions(ctx, type_)
        if not functions:
            return self.local_function(type_, ctx, depth)
        return self.call_of(self.rng.choice(functions), ctx, depth - 1)

    def call_of(self, v, ctx, depth):
        self.spend(ctx, v.type.cost)
        types = list(v.type.parameters)
        if v.type.rest:
            types += ["int"] * self.rng.randrange(4)
        return [v.name] + self.args(ctx, depth, *types) if types else [v.name]

    def clamped(self, type_, expr):
        clamp = {"int": "clamp", "rat": "clamp-ratio", "flo": "clamp-flonum",
                 "str": "clamp-string", "ints": "clamp-list"}.get(type_)
        return [clamp, expr] if clamp else expr

    def accumulable(self, type_):
        # Data that a loop would nest without end have no clamp.
        return type_ != "any"

    def named_loop(self, type_, ctx, depth):
        if not self.accumulable(type_) or ctx.times > 60:
            return self.conditional(type_, ctx, depth)
        n = self.rng.randint(1, 6)
        self.spend(ctx, n)
        f, i, acc = self.fresh("loop"), self.fresh("i"), self.fresh("a")
        extra = [self.some_type(("int", "flo", "bool"))
                 for _ in range(self.rng.randrange(3))]
        names = [self.fresh("b") for _ in extra]
        inside = ctx.bind(Var(i, "int"), Var(acc, type_),
                          *map(Var, names, extra)).often(n)
        up = self.chance(0.6)
        step = [f, ["+", i, "1"] if up else ["-", i, "1"],
                self.clamped(type_, self.expr(type_, inside, depth - 1))]
        step += [self.clamped(t, self.expr(t, inside.at(PURE), depth - 2))
                 for t in extra]
        if ctx.place == FREE and len(extra):  # one FREE operand at most
            step[2] = self.clamped(type_, self.expr(type_, inside.at(PURE),
                                                    depth - 1))
        end = self.expr(type_, inside.at(PURE), 1) if self.chance(0.3) else acc
        if type_ == "int" and self.chance(0.25):
            step = [self.rng.choice("+-"), i, step]
        test = [">=", i, str(n)] if up else ["<=", i, "0"]
        body = ["if", test, end, step]
        if self.chance(0.3):
            body = ["cond", [test, end], ["else", step]]
        if ctx.place == FREE and self.chance(0.3):
            body = ["begin", self.statement(inside, depth - 2), body]
        inits = self.args(ctx, depth - 1, type_, *extra)
        return ["let", f, [[i, "0" if up else str(n)], [acc, inits[0]]]
                + [[x, e] for x, e in zip(names, inits[1:])], body]

    def do_loop(self, type_, ctx, depth):
        if not self.accumulable(type_) or ctx.times > 60:
            return self.let(type_, ctx, depth)
        n = self.rng.randint(1, 6)
        self.spend(ctx, n)
        i, acc = self.fresh("i"), self.fresh("a")
        inside = ctx.bind(Var(i, "int"), Var(acc, type_)).often(n)
        body = []
        if ctx.place == FREE and self.chance(0.5):
            body = [self.statement(inside, depth - 1)]
        return ["do", [[i, "0", ["+", i, "1"]],
                       [acc, self.expr(type_, ctx, depth - 1),
                        self.clamped(type_, self.expr(type_, inside.at(PURE),
                                                      depth - 1))]],
                [["=", i, str(n)], acc]] + body

    # Procedures

    def signature(self, result, effect):
        count = self.pick([(1, 0), (4, 1), (4, 2), (3, 3), (1, 4), (1, 6), (1, 7)])
        kinds = tuple(self.some_type(DATA[:-1] + ("ints", "vec"))
                      for _ in range(count))
        if self.chance(0.12):
            kinds += (Fn(("int",), "int", cost=20),)
        return Fn(kinds, result, effect, self.chance(0.1))

    def parameters(self, fn):
        """Formals of a procedure and the variables that they bind."""
        names = [self.fresh("p") for _ in fn.parameters]
        bound = tuple(Var(n, t) for n, t in zip(names, fn.parameters))
        if fn.rest:
            rest = self.fresh("r")
            return names + [".", rest] if names else rest, \
                bound + (Var(rest, "ints"),)
        return names, bound

    def function_body(self, fn, ctx, depth):
        """Formals and body, and the type with the cost of this body."""
        formals, bound = self.parameters(fn)
        before, self.work = self.work, 0
        inside = replace(ctx, place=FREE if fn.effect else PURE, times=1,
                         guarded=False).bind(*bound)
        body = self.body(fn.result, inside, depth)
        body[-1] = self.clamped(fn.result, body[-1])
        cost, self.work = self.work + 1, before
        return formals, body, replace(fn, cost=cost)

    def body(self, type_, ctx, depth):
        """A list of expressions, the last of this type."""
        before = []
        if self.chance(0.15):
            kind = self.some_type()
            name = self.fresh("d")
            before.append(["define", name, self.expr(kind, ctx, depth - 1)])
            ctx = ctx.bind(Var(name, kind))
        if ctx.place == FREE:
            for _ in range(self.rng.randrange(3)):
                before.append(self.statement(ctx, depth - 1))
        return before + [self.expr(type_, ctx, depth)]

    def local_function(self, type_, ctx, depth):
        effect = ctx.place == FREE and self.chance(0.4)
        f = self.fresh("f")
        formals, body, fn = self.function_body(self.signature(type_, effect), ctx,
                                               depth - 1)
        v = Var(f, fn)
        inside = ctx.bind(v)
        uses = [self.call_of(v, inside, depth - 2)
                if self.affordable(ctx, fn.cost) else self.atom(type_, ctx)]
        use = self.expr(type_, inside, depth - 1) if self.chance(0.6) else uses[0]
        if self.chance(0.3):
            use = ["if", self.expr("bool", ctx, 1), uses[0], use]
        shape = self.rng.randrange(3)
        if shape == 0:
            return ["let", [], ["define", [f] + formals if isinstance(
                formals, list) else [f, ".", formals]] + body, use]
        binding = [[f, ["lambda", formals] + body]]
        return ["letrec" if shape == 1 else "let", binding, use]

    def recursive_function(self, type_, ctx, depth):
        """Recursion down a counter, once or twice at each level."""
        if not self.accumulable(type_):
            return self.local_function(type_, ctx, depth)
        f, n = self.fresh("f"), self.fresh("n")
        kinds = [self.some_type(("int", "flo", "ints", "str", "bool"))
                 for _ in range(self.rng.randrange(3))]
        names = [self.fresh("p") for _ in kinds]
        before, self.work = self.work, 0
        inside = replace(ctx, place=PURE, times=1).bind(
            Var(n, "int"), *map(Var, names, kinds))

        def again():
            return [f, ["-", n, self.rng.choice("112")]] + [
                self.clamped(t, self.expr(t, inside, 1)) for t in kinds]

        x, y = self.fresh("x"), self.fresh("y")
        twice = self.chance(0.4)
        then = inside.bind(Var(x, type_), Var(y, type_))
        rest = ["let*", [[x, again()], [y, again() if twice else
                                        self.expr(type_, inside, depth - 2)]],
                self.clamped(type_, self.expr(type_, then, depth - 2))]
        if self.chance(0.3):
            rest = again()  # a loop
        base = self.expr(type_, inside, 1)
        levels = self.rng.randint(1, 5)
        cost = (self.work + 1) * (2 ** levels if twice else levels + 1)
        self.work = before
        if not self.affordable(ctx, cost):
            return self.atom(type_, ctx)
        self.spend(ctx, cost)
        first = [f, str(levels)] + (self.args(ctx, depth - 2, *kinds)
                                    if kinds else [])
        return ["letrec", [[f, ["lambda", [n] + names,
                                ["if", ["<=", n, "0"], base, rest]]]], first]

    def mutual(self, type_, ctx, depth):
        """Two or three procedures that call one another in tail position."""
        if not self.accumulable(type_):
            return self.local_function(type_, ctx, depth)
        fs = [self.fresh("g") for _ in range(self.rng.randint(2, 3))]
        n, x = self.fresh("n"), self.fresh("x")
        steps = self.rng.randint(2, 9)
        inside = replace(ctx, place=PURE).bind(
            Var(n, "int"), Var(x, type_)).often(steps)
        self.spend(ctx, steps)
        definitions = []
        for f in fs:
            g = self.rng.choice(fs)
            definitions.append([f, ["lambda", [n, x], [
                "if", ["<=", n, "0"], self.expr(type_, inside, 1),
                [g, ["-", n, "1"],
                 self.clamped(type_, self.expr(type_, inside, depth - 2))]]]])
        return ["letrec", definitions,
                [fs[0], str(steps), self.expr(type_, ctx, depth - 2)]]

    def procedure(self, fn, ctx, depth):
        """A procedure of a type whose calls cost at most fn.cost."""
        fitting = [v.name for v in ctx.vars if isinstance(v.type, Fn)
                   and ctx.place != STABLE and v.type.parameters == fn.parameters
                   and v.type.result == fn.result and not v.type.rest
                   and v.type.effect <= fn.effect and v.type.cost <= fn.cost]
        if fitting and self.chance(0.5):
            return self.rng.choice(fitting)
        for attempt in (min(depth, 3), 1, 0):
            formals, body, found = self.function_body(fn, ctx, attempt)
            if found.cost <= fn.cost:
                return ["lambda", formals] + body
        return ["lambda", formals, self.constant(fn.result)]

    def applied(self, type_, ctx, depth):
        """A lambda, or the call of one of two procedures."""
        fn = Fn(tuple(self.some_type() for _ in range(self.rng.randint(1, 2))),
                type_, ctx.place == FREE and self.chance(0.5), cost=60)
        if not self.affordable(ctx, fn.cost):
            return self.atom(type_, ctx)
        self.spend(ctx, fn.cost)
        operator = self.procedure(fn, ctx, depth - 1)
        if self.chance(0.5):
            operator = ["if", self.expr("bool", ctx.at(STABLE), 1), operator,
                        self.procedure(fn, ctx, depth - 2)]
        if self.chance(0.3):
            operator = ["opaque", operator]
        place = ctx.at(PURE)
        return [operator] + [self.expr(t, place, depth - 1)
                             for t in fn.parameters]

    # Control

    def escape(self, type_, ctx, depth):
        k = self.fresh("k")
        if ctx.place == FREE:
            inside = ctx.bind(Var(k, ("exit", type_)))
            return ["call/cc", ["lambda", [k]] + self.body(type_, inside, depth)]
        x, kind = self.fresh("x"), self.some_type()
        inside = ctx.bind(Var(x, kind))
        return ["call/cc", ["lambda", [k], [
            "let", [[x, self.expr(kind, ctx, depth - 1)]],
            ["if", self.expr("bool", inside, 2),
             [k, self.expr(type_, inside, depth - 1)],
             self.expr(type_, inside, depth - 1)]]]]

    def leave(self, type_, ctx, depth):
        """An expression of FREE place that need not return."""
        exits = [v for v in ctx.vars if isinstance(v.type, tuple)
                 and v.type[0] == "exit" and v.type[1] in DATA]
        if exits and self.chance(0.6):
            v = self.rng.choice(exits)
            way = [v.name, self.expr(v.type[1], ctx, depth - 1)]
        elif ctx.guarded:
            way = self.raising(ctx, depth)
        else:
            return self.expr(type_, ctx, depth)
        return ["if", self.expr("bool", ctx, 2), way,
                self.expr(type_, ctx, depth)]

    def raising(self, ctx, depth):
        kind = self.rng.choice(("int", "sym", "str", "ints", "flo"))
        wrong = [["car", ["opaque", self.constant("int")]],
                 ["vector-ref", ["opaque", ["vector", "1", "2"]],
                  ["opaque", self.rng.choice(["2", "-1", "100"])]],
                 ["+", "1", ["opaque", ["quote", "one"]]],
                 ["quotient", self.expr("int", ctx.at(STABLE), 1),
                  ["opaque", "0"]],
                 ["/", self.constant("int"), ["opaque", "0"]],
                 ["string-ref", ["opaque", '"abc"'], ["opaque", "3"]],
                 [["opaque", self.constant("int")]],
                 [["opaque", ["lambda", ["x"], "x"]]],
                 ["string-length", ["opaque", self.constant("sym")]],
                 ["error", '"broken"', self.expr("int", ctx, 1)],
                 ["vector-set!", ["opaque", ["vector", "1"]], ["opaque", "1"],
                  "0"],
                 ["raise-continuable", ["quote", "odd"]]]
        if self.chance(0.4):
            return self.rng.choice(wrong)
        return ["raise", self.expr(kind, ctx, depth - 1)]

    def handled(self, type_, ctx, depth):
        """Clauses of guard with the variable that they use."""
        e = self.fresh("e")
        clauses = []
        for test, kind in self.rng.sample(
                (("symbol?", "sym"), ("string?", "str"), ("exact-integer?", "int"),
                 ("list?", "ints")), self.rng.randrange(4)):
            inside = ctx.bind(Var(e, kind))
            clauses.append([[test, e], self.expr(type_, inside, depth)])
        if self.chance(0.2):
            clauses.append([["assv", e, ["quote", [["1", ".", "one"],
                                                   ["alpha", ".", "two"]]]],
                            "=>", ["lambda", ["found"],
                                   self.expr(type_, ctx, depth)]])
        if self.chance(0.5) or not ctx.guarded:
            clauses.append([self.rng.choice(["else", "#t"]),
                            self.expr(type_, ctx, depth)])
        return [e] + clauses if clauses else [e, ["#f", "0"]]

    def guarded(self, type_, ctx, depth):
        if ctx.place == FREE:
            inside = replace(ctx, guarded=True)
            return ["guard", self.handled(type_, ctx, depth - 1)] \
                + self.body(type_, inside, depth)
        x, kind = self.fresh("x"), self.some_type()
        inside = ctx.bind(Var(x, kind))
        way = ["raise", self.expr(self.rng.choice(("int", "sym", "str")), inside,
                                  1)]
        clauses = self.handled(type_, replace(ctx, guarded=False), depth - 1)
        return ["guard", clauses, [
            "let", [[x, self.expr(kind, ctx, depth - 1)]],
            ["if", self.expr("bool", inside, 2), way,
             self.expr(type_, inside, depth - 1)]]]

    def values(self, type_, ctx, depth):
        kinds = [self.some_type() for _ in range(self.rng.randint(2, 4))]
        names = [self.fresh("v") for _ in kinds]
        made = ["values"] + self.args(ctx, depth - 1, *kinds)
        inside = ctx.bind(*map(Var, names, kinds))
        if self.chance(0.3):
            made = ["if", self.expr("bool", ctx, 1), made,
                    ["values"] + self.args(ctx, depth - 2, *kinds)]
        use = self.expr(type_, inside, depth - 1)
        shape = self.rng.randrange(3)
        if shape == 0:
            return ["call-with-values", ["lambda", [], made],
                    ["lambda", names, use]]
        if shape == 1:
            return ["let-values", [[names, made]], use]
        return ["let*-values", [[names, made], [[self.fresh("w")], "0"]], use]

    def sequence(self, type_, ctx, depth):
        if ctx.place != FREE:
            return self.let(type_, ctx, depth)
        if self.chance(0.3):
            return self.leave(type_, ctx, depth)
        return ["begin"] + [self.statement(ctx, depth - 1) for _ in
                            range(self.rng.randint(1, 2))] \
            + [self.expr(type_, ctx, depth)]

    def assigned(self, type_, ctx, depth):
        """A variable that is assigned, also by a closure."""
        name = self.fresh("m")
        kind = type_ if type_ in DATA and type_ != "any" \
            else self.some_type(DATA[:-1])
        inner = ctx.bind(Var(name, kind, fixed=False))
        init = self.expr(kind, ctx, depth - 1)
        if ctx.place != FREE:
            return ["let", [[name, init]],
                    ["set!", name, self.expr(kind, inner, depth - 1)],
                    self.expr(type_, inner, depth - 1)]
        g = self.fresh("g")
        fn = Fn((kind,), kind, effect=True, cost=20)
        p = self.fresh("p")
        body = ["lambda", [p], ["set!", name, self.clamped(kind, self.expr(
            kind, inner.bind(Var(p, kind)).at(PURE).often(3), 2))], name]
        self.spend(ctx, 20)
        return ["let*", [[name, init], [g, body]]] \
            + self.body(type_, inner.bind(Var(g, fn)), depth)

    def stored(self, type_, ctx, depth):
        """A value that goes through a data structure, with a collection."""
        if ctx.place != FREE:
            return self.promise(type_, ctx, depth)
        v = self.fresh("o")
        value = self.expr(type_, ctx, depth - 1)
        make, write, read = self.rng.choice([
            (["cons", "0", "0"], ["set-car!", v, value], ["car", v]),
            (["list", "1", "2"], ["set-cdr!", v, value], ["cdr", v]),
            (["make-vector", "3", "#f"], ["vector-set!", v, "1", value],
             ["vector-ref", v, "1"]),
            ([self.prefix + "make", "0", "0"],
             [self.prefix + "set-b!", v, value], [self.prefix + "b", v])])
        return ["let", [[v, make]], ["collect-garbage"], write,
                ["collect-garbage"], read]

    def promise(self, type_, ctx, depth):
        p = self.fresh("q")
        inner = ctx.at(PURE)
        made = self.rng.choice([
            lambda: ["delay", self.expr(type_, inner, depth - 1)],
            lambda: ["make-promise", self.expr(type_, inner, depth - 1)],
            lambda: ["delay-force", ["delay", self.expr(type_, inner,
                                                        depth - 1)]]])()
        return ["let", [[p, made]], ["force", p]]

    def dispatch(self, type_, ctx, depth):
        kind = self.rng.choice(("int", "sym", "char"))
        keys = {"int": [str(n) for n in SMALL[:10]] + ["-1"],
                "sym": SYMBOLS, "char": CHARS}[kind]
        keys = self.rng.sample(keys, min(len(keys), self.rng.randint(2, 6)))
        at = self.rng.randrange(1, len(keys))
        selector = self.expr(kind, ctx, 2)
        if kind == "int":
            selector = ["modulo", selector, "11"]
        clauses = [[keys[:at], self.expr(type_, ctx, depth - 1)],
                   [keys[at:], self.expr(type_, ctx, depth - 1)],
                   ["else", self.expr(type_, ctx, depth - 1)]]
        return ["case", selector] + clauses

    def parameterized(self, type_, ctx, depth):
        return ["parameterize",
                [[self.prefix + "param", self.expr("int", ctx, 2)]],
                self.expr(type_, ctx, depth - 1)]

    def wound(self, type_, ctx, depth):
        if ctx.place != FREE:
            return self.let_star(type_, ctx, depth)
        return ["dynamic-wind",
                ["lambda", [], ["note", self.tag(), ["quote", "in"]]],
                ["lambda", []] + self.body(type_, ctx, depth - 1),
                # Nothing here may leave while another exit is under way.
                ["lambda", [], ["note", self.tag(),
                                self.expr("int", ctx.at(PURE), 1)]]]

    def macro_use(self, type_, ctx, depth):
        if not self.macros or ctx.place == STABLE:
            return self.let(type_, ctx, depth)
        return self.rng.choice(list(self.macros.values())).use(
            self, type_, ctx, depth)
