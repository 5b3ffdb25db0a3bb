"""Expressions of each type, and statements. See generator.py for the rules."""
from .generator import CHARS, DATA, FREE, PURE, Fn, Generator, Var, replace


def small(expr):
    """An exact integer from 0 to 7."""
    return ["modulo", expr, "8"]


class Expressions(Generator):

    def one(self, ctx, depth, *choices):
        """One of (weight, form), a form being made of context and depth."""
        return self.pick(list(choices))(ctx, depth)

    def make_int(self, ctx, depth):
        f = self.form
        return self.one(
            ctx, depth,
            (5, f("+", "int", "int")), (5, f("-", "int", "int")),
            (3, f("*", "int", "int")), (1, f("+", "int", "int", "int")),
            (1, f("-", "int")), (1, f("abs", "int")), (1, f("square", "int")),
            (2, self.increment), (2, self.division), (1, self.halves),
            (1, f("max", "int", "int")), (1, f("min", "int", "int")),
            (1, f("gcd", "int", "int")), (1, f("lcm", "int", "int")),
            (1, self.power), (1, self.root),
            (1, f("numerator", "rat")), (1, f("denominator", "rat")),
            (1, f("flonum->integer", "flo")), (1, self.rounded_ratio),
            (1, self.read_back), (2, f("length", "ints")),
            (1, f("string-length", "str")), (1, f("char->integer", "char")),
            (2, self.vector_element), (1, self.byte), (2, self.element),
            (1, self.sum), (1, self.parameter), (1, self.looked_up))

    def increment(self, ctx, depth):
        return [self.rng.choice("+-"), self.expr("int", ctx, depth),
                self.rng.choice("123")]

    def division(self, ctx, depth):
        x, y = self.args(ctx, depth, "int", "int")
        if self.chance(0.4):
            y = self.rng.choice(["2", "3", "-3", "10", "-7", "16"])
        else:
            y = ["nonzero", y]
        return [self.rng.choice(["quotient", "remainder", "modulo",
                                 "floor-quotient", "floor-remainder",
                                 "truncate-quotient", "truncate-remainder"]), x, y]

    def halves(self, ctx, depth):
        x, y = self.args(ctx, depth, "int", "int")
        a, b = self.fresh("a"), self.fresh("b")
        return ["call-with-values",
                ["lambda", [], [self.rng.choice(["floor/", "truncate/"]), x,
                                ["nonzero", y]]],
                ["lambda", [a, b], [self.rng.choice("+-"), a, b]]]

    def power(self, ctx, depth):
        return ["expt", ["clamp", self.expr("int", ctx, depth)],
                str(self.rng.randrange(6))]

    def root(self, ctx, depth):
        a, b = self.fresh("a"), self.fresh("b")
        return ["let-values", [[[a, b], ["exact-integer-sqrt",
                                         ["abs", self.expr("int", ctx, depth)]]]],
                ["+", a, b]]

    def rounded_ratio(self, ctx, depth):
        return [self.rng.choice(["floor", "ceiling", "round", "truncate"]),
                self.expr("rat", ctx, depth)]

    def read_back(self, ctx, depth):
        radix = self.rng.choice(["2", "8", "10", "16"])
        return ["string->number", ["number->string", self.expr("int", ctx, depth),
                                   radix], radix]

    def parameter(self, ctx, depth):
        return [self.prefix + "param"]

    def element(self, ctx, depth):
        x = self.fresh("l")
        list_ = self.expr("ints", ctx, depth)
        reads = [["car", x], ["list-ref", x, ["-", ["length", x], "1"]],
                 ["apply", self.rng.choice(["+", "max", "min"]), x],
                 ["if", ["pair?", ["cdr", x]], ["cadr", x], ["car", x]]]
        return ["let", [[x, list_]], [
            "if", ["pair?", x], self.rng.choice(reads), self.constant("int")]]

    def vector_element(self, ctx, depth):
        v = self.variable(ctx, "vec")
        if v and self.chance(0.6):
            return ["vector-ref", v, ["modulo", self.expr("int", ctx, depth),
                                      ["vector-length", v]]]
        v = self.fresh("v")
        inside = ctx.bind(Var(v, "vec"))
        return ["let", [[v, self.expr("vec", ctx, depth)]],
                ["vector-ref", v, ["modulo", self.expr("int", inside, depth - 1),
                                   ["vector-length", v]]]]

    def byte(self, ctx, depth):
        b = self.fresh("b")
        return ["let", [[b, self.expr("bv", ctx, depth)]],
                self.rng.choice([["bytevector-length", b],
                                 ["bytevector-u8-ref", b, ["-", [
                                     "bytevector-length", b], "1"]]])]

    def sum(self, ctx, depth):
        """A fold over a list by a procedure."""
        if not self.affordable(ctx, 200):
            return self.atom("int", ctx)
        self.spend(ctx, 100)
        fn = Fn(("int", "int"), "int", cost=10)
        list_, seed = self.args(ctx.at(PURE), depth, "ints", "int")
        return ["fold-left*", self.procedure(fn, ctx.at(PURE), depth - 1),
                seed, list_]

    def looked_up(self, ctx, depth):
        key = self.expr("int", ctx, 2)
        table = [[str(i), ".", self.integer()] for i in range(4)]
        x = self.fresh("p")
        return ["let", [[x, [self.rng.choice(["assv", "assoc"]),
                             ["modulo", key, "6"], ["quote", table]]]],
                ["if", x, ["cdr", x], self.constant("int")]]

    # Exact zero times a flonum is 0 in some Schemes and 0.0 in others, so exact
    # and inexact numbers meet only where the exact one is a literal.
    def make_flo(self, ctx, depth):
        f = self.form
        return self.one(
            ctx, depth,
            (5, f("+", "flo", "flo")), (5, f("-", "flo", "flo")),
            (5, f("*", "flo", "flo")), (3, f("/", "flo", "flo")),
            (1, f("+", "flo", "flo", "flo")), (1, f("-", "flo")),
            (1, f("abs", "flo")), (2, self.mixed), (1, self.square_root),
            (1, self.converted), (1, self.rounded), (1, self.lesser),
            (1, f("square", "flo")))

    def mixed(self, ctx, depth):
        pair = [self.expr("flo", ctx, depth),
                self.rng.choice(["1", "2", "-3", "1/2", "10"])]
        if self.chance(0.5):
            pair.reverse()
        return [self.rng.choice("+-*")] + pair

    def square_root(self, ctx, depth):
        return ["sqrt", ["abs", self.expr("flo", ctx, depth)]]

    def converted(self, ctx, depth):
        kind = self.rng.choice(("int", "rat"))
        return ["inexact", self.clamped(kind, self.expr(kind, ctx, depth))]

    def rounded(self, ctx, depth):
        # Gambit loses the sign of zero here, and raises for what is not finite.
        return ["+", "0.0", [self.rng.choice(["floor", "ceiling", "round",
                                              "truncate"]),
                             ["clamp-flonum", self.expr("flo", ctx, depth)]]]

    def lesser(self, ctx, depth):
        a, b = self.fresh("a"), self.fresh("b")
        x, y = self.args(ctx, depth, "flo", "flo")
        return ["let", [[a, x], [b, y]], [
            "if", [self.rng.choice(["<", ">", "<=", ">=", "="]), a, b], a, b]]

    def make_rat(self, ctx, depth):
        f = self.form
        return self.one(
            ctx, depth,
            (3, f("+", "rat", "rat")), (3, f("-", "rat", "rat")),
            (3, f("*", "rat", "rat")), (2, f("+", "rat", "int")),
            (2, f("*", "int", "rat")), (1, f("abs", "rat")), (3, self.quotient),
            (1, f("exact-flonum", "flo")), (1, f("-", "rat")))

    def quotient(self, ctx, depth):
        x, y = self.args(ctx, depth, self.rng.choice(("int", "rat")), "int")
        return ["/", x, ["nonzero", y]]

    def make_bool(self, ctx, depth):
        f, rng = self.form, self.rng
        order = rng.choice(["<", ">", "<=", ">=", "="])
        number = rng.choice(("int", "int", "flo", "flo", "rat"))
        return self.one(
            ctx, depth,
            (8, f(order, number, number)), (1, f(order, "int", "int", "int")),
            (1, f(order, "rat", "int")), (2, self.against),
            (1, f(rng.choice(["zero?", "positive?", "negative?"]), number)),
            (1, f(rng.choice(["odd?", "even?"]), "int")),
            (3, self.connected), (2, f("not", "bool")),
            (1, f("eq?", "sym", "sym")), (1, f("eqv?", "int", "int")),
            (1, f("eqv?", "char", "char")), (1, f("boolean=?", "bool", "bool")),
            (1, f("equal?", "ints", "ints")), (1, f("equal?", "any", "any")),
            (1, f("equal?", "vec", "vec")), (1, f("symbol=?", "sym", "sym")),
            (1, f(rng.choice(["char<?", "char=?", "char>?", "char<=?"]),
                  "char", "char")),
            (1, f(rng.choice(["string=?", "string<?", "string>?", "string<=?"]),
                  "str", "str")),
            (1, f(rng.choice(["null?", "pair?"]), "ints")),
            (2, f(rng.choice(["null?", "pair?", "symbol?", "string?", "vector?",
                              "char?", "boolean?", "number?", "procedure?",
                              "list?"]), "any")),
            (1, lambda c, d: [rng.choice(["char-alphabetic?", "char-numeric?",
                                          "char-whitespace?"]),
                              ["ascii", self.expr("char", c, d)]]),
            (1, f(rng.choice(["integer?", "exact?"]), number)),
            (1, self.member))

    def against(self, ctx, depth):
        """Comparison of an exact with an inexact number."""
        pair = ["int", "flo"]
        self.rng.shuffle(pair)
        return [self.rng.choice(["<", ">", "<=", ">=", "="])] \
            + self.args(ctx, depth, *pair)

    def connected(self, ctx, depth):
        return [self.rng.choice(["and", "or"])] + [
            self.expr("bool", ctx, depth)
            for _ in range(self.rng.randint(2, 3))]

    def member(self, ctx, depth):
        x, list_ = self.args(ctx, depth, "int", "ints")
        return ["if", [self.rng.choice(["memv", "member"]), x, list_], "#t", "#f"]

    def make_char(self, ctx, depth):
        f = self.form
        return self.one(
            ctx, depth, (3, self.character),
            # Gambit knows case and classes of ASCII only.
            (2, lambda c, d: [self.rng.choice(["char-upcase", "char-downcase"]),
                              ["ascii", self.expr("char", c, d)]]),
            (2, lambda c, d: ["integer->char", [
                "+", "97", ["modulo", self.expr("int", c, d), "26"]]]))

    def character(self, ctx, depth):
        s = self.fresh("s")
        inside = ctx.bind(Var(s, "str"))
        return ["let", [[s, self.expr("str", ctx, depth)]],
                ["if", ["=", ["string-length", s], "0"], self.rng.choice(CHARS),
                 ["string-ref", s, ["modulo", self.expr("int", inside, depth - 1),
                                    ["string-length", s]]]]]

    def make_str(self, ctx, depth):
        f = self.form
        return self.one(
            ctx, depth, (3, f("string-append", "str", "str")),
            (2, self.substring), (1, f("string", "char", "char")),
            (1, f("number->string", "int")), (1, f("symbol->string", "sym")),
            (1, lambda c, d: ["make-string", small(self.expr("int", c, d)),
                              self.rng.choice(CHARS)]),
            (1, lambda c, d: ["list->string", ["reverse", [
                "string->list", self.expr("str", c, d)]]]),
            (1, self.mapped_string), (1, self.printed),
            (1, lambda c, d: ["utf8->string", ["string->utf8",
                                               self.expr("str", c, d)]]),
            (1, lambda c, d: ["vector->string", ["string->vector",
                                                 self.expr("str", c, d)]]))

    def substring(self, ctx, depth):
        s, i = self.fresh("s"), self.fresh("i")
        inside = ctx.bind(Var(s, "str"))
        return ["let*", [[s, self.expr("str", ctx, depth)],
                         [i, ["modulo", self.expr("int", inside, depth - 1),
                              ["+", ["string-length", s], "1"]]]],
                self.rng.choice([["substring", s, i, ["string-length", s]],
                                 ["string-copy", s, "0", i],
                                 ["string-append", ["string-copy", s, i],
                                  ["string-copy", s, "0", i]]])]

    def mapped_string(self, ctx, depth):
        fn = Fn(("char",), "char", cost=20)
        if not self.affordable(ctx, 300):
            return self.atom("str", ctx)
        self.spend(ctx, 300)
        pure = ctx.at(PURE)
        return ["string-map", self.procedure(fn, pure, depth - 1),
                ["clamp-string", self.expr("str", pure, depth - 1)]]

    def printed(self, ctx, depth):
        port = self.fresh("port")
        # Where all write the same: no flonums, no odd characters.
        kind = self.rng.choice(("int", "bool", "rat", "ints"))
        inside = ctx.bind(Var(port, "port"))
        return ["let", [[port, ["open-output-string"]]],
                [self.rng.choice(["write", "display"]),
                 self.expr(kind, inside, depth - 1), port],
                ["write-char", "#\\:", port], ["get-output-string", port]]

    def make_sym(self, ctx, depth):
        return self.one(
            ctx, depth,
            (1, self.form("string->symbol", "str")),
            (2, lambda c, d: self.conditional("sym", c, d)))

    def make_ints(self, ctx, depth):
        f = self.form
        return self.one(
            ctx, depth, (4, f("cons", "int", "ints")),
            (2, f("append", "ints", "ints")), (1, f("reverse", "ints")),
            (2, f("list", "int", "int")), (1, f("list", "int", "int", "int")),
            (3, self.mapped), (1, self.kept), (1, f("list-copy", "ints")),
            (1, self.rest_of), (1, f("vector->list", "vec")), (1, self.mapped_two),
            (1, lambda c, d: ["iota*", small(self.expr("int", c, d))]),
            (1, lambda c, d: ["map", "char->integer", [
                "string->list", ["clamp-string", self.expr("str", c, d)]]]),
            (1, self.quasiquoted))

    def mapped(self, ctx, depth):
        if not self.affordable(ctx, 200):
            return self.atom("ints", ctx)
        self.spend(ctx, 200)
        pure = ctx.at(PURE)
        return ["map", self.procedure(Fn(("int",), "int", cost=20), pure,
                                      depth - 1),
                ["clamp-list", self.expr("ints", pure, depth - 1)]]

    def mapped_two(self, ctx, depth):
        if not self.affordable(ctx, 100):
            return self.atom("ints", ctx)
        self.spend(ctx, 100)
        pure = ctx.at(PURE)
        return ["map", self.rng.choice(["+", "-", "*", self.procedure(
            Fn(("int", "int"), "int", cost=10), pure, depth - 1)])] \
            + self.args(pure, depth - 1, "ints", "ints")

    def kept(self, ctx, depth):
        if not self.affordable(ctx, 200):
            return self.atom("ints", ctx)
        self.spend(ctx, 200)
        pure = ctx.at(PURE)
        return ["keep", self.procedure(Fn(("int",), "bool", cost=20), pure,
                                       depth - 1),
                ["clamp-list", self.expr("ints", pure, depth - 1)]]

    def rest_of(self, ctx, depth):
        x = self.fresh("l")
        return ["let", [[x, self.expr("ints", ctx, depth)]],
                ["if", ["null?", x], x, self.rng.choice(
                    [["cdr", x], ["list-tail", x, "1"],
                     ["append", ["cdr", x], ["list", ["car", x]]]])]]

    def quasiquoted(self, ctx, depth):
        x, more = self.args(ctx, depth, "int", "ints")
        return ["quasiquote", ["1", ["unquote", x], ["unquote-splicing", more],
                               "2"]]

    def make_any(self, ctx, depth):
        f = self.form
        kind = self.rng.choice(DATA[:-1])
        return self.one(
            ctx, depth, (3, f("cons", "any", "any")), (1, f("list", kind, "any")),
            (1, f("vector", kind, "any")), (2, lambda c, d: self.expr(kind, c, d)),
            (1, f("vector", "flo", "flo")), (1, lambda c, d: self.expr("bv", c, d)))

    def make_vec(self, ctx, depth):
        f = self.form
        return self.one(
            ctx, depth, (3, f("vector", "int", "int", "int")),
            (1, lambda c, d: ["make-vector", ["+", "1", small(
                self.expr("int", c, d))], self.constant("int")]),
            (1, lambda c, d: ["list->vector", ["cons", "0", [
                "clamp-list", self.expr("ints", c, d)]]]),
            (1, lambda c, d: ["vector-copy", self.expr("vec", c, d)]),
            (1, self.vector_mapped))

    def vector_mapped(self, ctx, depth):
        if not self.affordable(ctx, 200):
            return self.atom("vec", ctx)
        self.spend(ctx, 200)
        pure = ctx.at(PURE)
        return ["vector-map", self.procedure(Fn(("int",), "int", cost=20), pure,
                                             depth - 1),
                self.expr("vec", pure, depth - 1)]

    def make_bv(self, ctx, depth):
        byte = ["modulo", self.expr("int", ctx, depth), "256"]
        return self.rng.choice([
            ["bytevector", self.rng.choice("123"), byte],
            ["make-bytevector", "3", byte],
            ["bytevector-append", ["bytevector", byte], ["bytevector", "255"]]])

    # Statements: expressions of FREE place whose value nobody looks at

    def statement(self, ctx, depth):
        method = self.pick([
            (5, self.noted), (4, self.assign), (2, self.effect_call),
            (2, self.branching), (2, self.each), (2, self.vector_change),
            (1, self.loop_of_statements), (1, self.dropped)])
        return method(ctx, depth)

    def noted(self, ctx, depth):
        kind = self.some_type()
        return ["note", self.tag(), self.expr(kind, ctx, depth)]

    def dropped(self, ctx, depth):
        return self.expr(self.some_type(), ctx, depth)

    def assign(self, ctx, depth):
        found = [v for v in ctx.vars if not v.fixed]
        if not found:
            return self.noted(ctx, depth)
        v = self.rng.choice(found)
        return ["set!", v.name, self.clamped(v.type, self.expr(v.type, ctx,
                                                               depth))]

    def effect_call(self, ctx, depth):
        found = [v for v in ctx.vars if isinstance(v.type, Fn) and v.type.effect
                 and self.affordable(ctx, v.type.cost)]
        return self.call_of(self.rng.choice(found), ctx, depth - 1) if found \
            else self.noted(ctx, depth)

    def branching(self, ctx, depth):
        test = self.expr("bool", ctx, min(depth, 3))
        head = self.rng.choice(["when", "unless", "if"])
        if head == "if":
            return ["if", test, self.statement(ctx, depth - 1),
                    self.statement(ctx, depth - 1)]
        return [head, test] + [self.statement(ctx, depth - 1)
                               for _ in range(self.rng.randint(1, 2))]

    def each(self, ctx, depth):
        if ctx.times > 60:
            return self.noted(ctx, depth)
        kind, collection, loop = self.rng.choice(
            (("int", "ints", "for-each"), ("int", "vec", "vector-for-each"),
             ("char", "str", "string-for-each")))
        x = self.fresh("x")
        inside = ctx.bind(Var(x, kind)).often(8)
        self.spend(ctx, 8)
        made = self.expr(collection, ctx.at(PURE), depth - 1)
        return [loop, ["lambda", [x], self.statement(inside, depth - 1)],
                self.clamped(collection, made)]

    def vector_change(self, ctx, depth):
        v = self.variable(ctx, "vec")
        if not v:
            return self.assign(ctx, depth)
        index, value = self.args(ctx, depth, "int", "int")
        value = self.clamped("int", value)
        if self.chance(0.15):
            return ["vector-fill!", v, value]
        return ["vector-set!", v, ["modulo", index, ["vector-length", v]], value]

    def loop_of_statements(self, ctx, depth):
        if ctx.times > 60:
            return self.noted(ctx, depth)
        i, n = self.fresh("i"), self.rng.randint(1, 4)
        self.spend(ctx, n)
        inside = ctx.bind(Var(i, "int")).often(n)
        return ["do", [[i, "0", ["+", i, "1"]]], [["=", i, str(n)]]] + [
            self.statement(inside, depth - 1)
            for _ in range(self.rng.randint(1, 2))]
