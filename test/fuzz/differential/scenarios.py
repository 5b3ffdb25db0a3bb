"""Larger shapes: control, memory, deep recursion and long loops.

Each method makes one statement of FREE place, with random expressions in it.
"""
from .generator import DATA, EDGES, FREE, PURE, STABLE, Context, Var, replace
from .expressions import Expressions
from . import macros


class Program(Expressions):

    def arithmetic_template(self, ctx, depth):
        """An int expression that makes no names of its own."""
        if depth <= 0 or self.chance(0.2):
            return self.rng.choice([v.name for v in ctx.vars] + ["3"])
        a, b = (self.arithmetic_template(ctx, depth - 1) for _ in range(2))
        return self.rng.choice([["+", a, b], ["-", a, b], ["*", a, b],
                                ["if", ["<", a, b], a, b],
                                ["quotient", a, ["nonzero", b]]])

    def say(self, expr):
        return ["note", self.tag(), expr]

    def scenario(self, ctx, depth):
        method = self.pick([
            (3, self.reentry), (2, self.generators), (2, self.winds),
            (3, self.handlers), (4, self.barriers), (2, self.deep),
            (3, self.long_loop), (2, self.streams), (2, self.many_values),
            (3, self.flonum_kernel), (2, self.closures), (3, self.bignums),
            (3, self.edges), (2, self.interpreter), (2, self.strings),
            (2, self.guards), (2, self.loop_exit), (1, self.coroutines),
            (2, self.records), (2, self.comparisons), (1, self.complexes)])
        return method(ctx, depth)

    # Continuations

    def reentry(self, ctx, depth):
        """A continuation that is entered again a few times."""
        k, n, v, c = (self.fresh(x) for x in ("k", "n", "v", "c"))
        kind = self.some_type(("int", "flo", "ints", "str"))
        inside = ctx.bind(Var(v, kind))
        capture = ["call/cc", ["lambda", [c], ["set!", k, c],
                               self.expr(kind, ctx, 2)]]
        m = self.fresh("m")
        again = self.rng.randint(1, 4)
        around = {
            "int": [["+", self.expr("int", ctx.at(STABLE), 1), capture],
                    ["let", [[m, "10"]], ["+", capture, m]]],
            "flo": [["*", "0.5", capture],
                    ["let", [[m, self.expr("flo", ctx, 2)]],
                     ["+", ["*", m, "2.0"], capture]]],
            "ints": [["cons", self.constant("int"), capture],
                     ["map", "-", capture]],
            "str": [["string-append", '"<"', capture, '">"'],
                    ["list->string", ["string->list", capture]]]}[kind]
        got = self.rng.choice(around + [capture])
        if self.chance(0.3):
            got = ["dynamic-wind", ["lambda", [], self.say(["quote", "in"])],
                   ["lambda", [], got],
                   ["lambda", [], self.say(["quote", "out"])]]
        if self.chance(0.3):
            f, d = self.fresh("f"), self.fresh("d")
            got = ["letrec", [[f, ["lambda", [d], ["if", ["=", d, "0"], got, [
                "let", [[m + "x", [f, ["-", d, "1"]]]], m + "x"]]]]],
                [f, self.rng.choice(["3", "40", "200"])]]
        return ["let", [[k, "#f"], [n, "0"]], [
            "let", [[v, got]],
            ["set!", n, ["+", n, "1"]], self.say(v),
            self.statement(inside, 1),
            ["if", ["<", n, str(again)],
             [k, self.clamped(kind, self.expr(kind, inside.at(PURE), 2))]],
            self.say(n)]]

    def generators(self, ctx, depth):
        """A generator that jumps in and out of a traversal."""
        make, next_, back, resume, x, g, k, r = (
            self.fresh(s) for s in ("make", "next", "back", "resume", "x", "g",
                                    "k", "r"))
        inside = replace(ctx, place=PURE).bind(Var(x, "int"))
        yielded = self.expr("int", inside, 2)
        tree = ["quote", ["1", ["2", ["3", "4"]], "5", ["6"]]]
        walk, t = self.fresh("walk"), self.fresh("t")
        definition = ["define", [make, t],
                      ["define", back, "#f"],
                      ["define", [walk, x], ["cond", [["null?", x], "#f"], [
                          ["pair?", x], [walk, ["car", x]], [walk, ["cdr", x]]],
                          ["else", ["call/cc", ["lambda", [k], [
                              "set!", resume, ["lambda", [], [k, "#f"]]], [
                                  back, yielded]]]]]],
                      ["define", resume, ["lambda", [], [walk, t],
                                          [back, ["quote", "end"]]]],
                      ["lambda", [], ["call/cc", ["lambda", [r],
                                                  ["set!", back, r],
                                                  [resume]]]]]
        loop, got, i = self.fresh("loop"), self.fresh("got"), self.fresh("i")
        collect = [["collect-garbage"]] if self.chance(0.5) else []
        return ["let", [], definition, ["let", [[g, [make, tree]],
                                                [next_, [make, tree]]], [
            "let", loop, [[i, "0"], [got, [g]]], self.say(got)] + collect + [
            ["if", ["=", i, "2"], self.say([next_])],
            ["if", ["and", ["number?", got], ["<", i, "9"]],
             [loop, ["+", i, "1"], [g]]]]]]

    def coroutines(self, ctx, depth):
        """Threads in a queue, each a continuation."""
        queue, spawn, pause, go, k, n, name = (self.fresh(s) for s in (
            "queue", "spawn", "pause", "go", "k", "n", "name"))
        i = self.fresh("i")
        inside = ctx.bind(Var(i, "int"))
        return ["let", [[queue, ["quote", []]]], [
            "letrec", [
                [spawn, ["lambda", [k], ["set!", queue, [
                    "append", queue, ["list", k]]]]],
                [go, ["lambda", [], ["if", ["pair?", queue], [
                    "let", [[k, ["car", queue]]],
                    ["set!", queue, ["cdr", queue]], [k, "#f"]]]]],
                [pause, ["lambda", [], ["call/cc", ["lambda", [k],
                                                    [spawn, k], [go]]]]],
                [n, ["lambda", [name, i], [
                    "if", [">", i, "0"], ["begin", self.say(["cons", name, i]),
                                          self.say(self.expr(
                                              "int", inside.at(PURE), 2)),
                                          [pause], [n, name, ["-", i, "1"]]],
                    [go]]]]],
            ["call/cc", ["lambda", [name],
                         [spawn, ["lambda", ["ignored"], [n, ["quote", "a"],
                                                          "3"]]],
                         [spawn, ["lambda", ["ignored"], [n, ["quote", "b"],
                                                          "2"]]],
                         [spawn, ["lambda", ["ignored"], [name, "0"]]],
                         [n, ["quote", "c"], "4"]]]]]

    def winds(self, ctx, depth):
        """dynamic-wind left and entered again."""
        k, n, out = self.fresh("k"), self.fresh("n"), self.fresh("out")
        plain = replace(ctx, guarded=False)
        body = ["dynamic-wind",
                ["lambda", [], self.say(["quote", "in"])],
                ["lambda", [], ["call/cc", ["lambda", ["c"], ["set!", k, "c"]]],
                 self.statement(plain.at(FREE), 1),
                 ["if", self.expr("bool", ctx.at(PURE), 1),
                  [out, self.expr("int", ctx.at(PURE), 1)]],
                 self.expr("int", ctx.at(PURE), 2)],
                ["lambda", [], self.say(["quote", "out"])]]
        for _ in range(self.rng.randrange(3)):
            body = ["dynamic-wind",
                    ["lambda", [], self.say(["quote", "before"])],
                    ["lambda", [], body],
                    ["lambda", [], self.say(["quote", "after"])]]
        if self.chance(0.3):
            body = ["parameterize", [[self.prefix + "param", "5"]], body]
        return ["let", [[k, "#f"], [n, "0"]],
                self.say(["call/cc", ["lambda", [out], body]]),
                self.say([self.prefix + "param"]),
                ["set!", n, ["+", n, "1"]],
                ["if", ["<", n, str(self.rng.randint(2, 3))], [k, "#f"]]]

    # Exceptions

    def handlers(self, ctx, depth):
        """Handlers that return, in handlers that raise."""
        c, e = self.fresh("c"), self.fresh("e")
        inside = ctx.bind(Var(c, "int")).at(PURE)
        body = ["raise-continuable", self.expr("int", ctx.at(PURE), 2)]
        raises = False
        for _ in range(self.rng.randint(1, 3)):
            kind = self.rng.randrange(4)
            answer = [
                lambda: self.expr("int", inside, 2),
                lambda: ["raise-continuable", ["+", c, "1"]],
                lambda: ["begin", self.say(c), self.expr("int", inside, 1)],
                lambda: ["if", self.expr("bool", inside, 1),
                         ["raise", ["list", c]], c]][kind]()
            # An error of a primitive goes on in Gambit with what the next
            # handler returns, so a handler must not make one of a list.
            if raises:
                answer = ["if", ["number?", c], answer, "7"]
            raises |= kind == 3
            body = ["with-exception-handler", ["lambda", [c], answer],
                    ["lambda", [], ["+", self.constant("int"), body]]]
        if self.chance(0.3):
            # Left by a continuation, a handler is gone.
            k, x = self.fresh("k"), self.fresh("x")
            body = ["let", [[x, ["call/cc", ["lambda", [k], [
                "with-exception-handler",
                ["lambda", [c], ["raise", ["list", c]]],
                ["lambda", [], [k, body]]]]]]],
                ["+", x, ["raise-continuable", self.constant("int")]]]
        if self.chance(0.2):
            # A handler that returns where it must not.
            body = ["with-exception-handler", ["lambda", [c], self.say(c)],
                    ["lambda", [], ["+", "1", ["raise", ["quote", "oops"]]]]]
            return ["guard", [e, ["#t", self.say(["quote", "second"])]],
                    self.say(body)]
        return ["guard", [e, [["pair?", e], self.say(["cons", "0", e])],
                          ["#t", self.say(["quote", "other"])]],
                ["with-exception-handler",
                 ["lambda", [c], ["if", ["number?", c], ["*", "2", c], "7"]],
                 ["lambda", [], self.say(body)]]]

    def guards(self, ctx, depth):
        """A guard that ends, and a raise after it that an outer one catches."""
        e, f = self.fresh("e"), self.fresh("f")
        clauses = [[["symbol?", e], self.say(e)],
                   [["pair?", e], "=>", ["lambda", ["x"], self.say("x")]]]
        text, irritant = self.constant("str"), self.expr("int", ctx.at(PURE), 2)
        thrown = self.rng.choice([
            ["raise", ["quote", "outer"]],
            ["error", text, irritant, ["quote", "x"]],
            self.raising(ctx.at(PURE), 1)])
        shown = f
        if thrown[0] == "error":
            clauses.append(["else", self.say(["quote", "else"])])
            shown = ["cons", ["error-object-message", f],
                     ["error-object-irritants", f]]
        inner = ["guard", [e] + clauses,
                 self.statement(replace(ctx, guarded=True), 2),
                 ["raise", self.rng.choice([["quote", "inner"], ["list", "1"],
                                            "5"])]]
        return ["guard", [f, ["#t", self.say(shown)]], inner,
                self.statement(ctx, 1), thrown]

    def loop_exit(self, ctx, depth):
        """A loop left from a for-each in the middle."""
        k, x = self.fresh("k"), self.fresh("x")
        inside = ctx.bind(Var(x, "int"), Var(k, ("exit", "int")))
        items = [self.integer() for _ in range(5)]
        return self.say(["call/cc", ["lambda", [k], [
            "for-each", ["lambda", [x], ["if", self.expr(
                "bool", inside.at(PURE), 2), [k, x]],
                self.statement(inside.often(5), 1)],
            ["quote", items]], "0"]])

    # Memory

    def barriers(self, ctx, depth):
        """Old objects are made to point to new ones."""
        o, i, x = self.fresh("o"), self.fresh("i"), self.fresh("x")
        fresh = self.rng.choice([
            ["list", i, self.expr("int", ctx.at(PURE), 1)],
            ["string-append", '"s"', ["number->string", i]],
            ["vector", i, ["list", i]], ["*", "1e300", "1e300", ["inexact", i]],
            ["expt", "7", ["+", "30", i]]])
        p = self.prefix
        make, write, read = self.rng.choice([
            (["cons", "0", "0"], ["set-car!", o, fresh], o),
            (["list", "0", "0"], ["set-cdr!", o, fresh], o),
            (["make-vector", self.rng.choice(["5", "40", "600"]), "0"],
             ["vector-set!", o, i, fresh],
             ["list", ["vector-ref", o, "0"], ["vector-ref", o, "2"]]),
            (["make-vector", "4", "0"], ["vector-fill!", o, fresh], o),
            (["make-vector", "4", "0"],
             ["vector-copy!", o, "0", ["vector", fresh, fresh]], o),
            ([p + "make", "0", "0"], [p + "set-a!", o, fresh], [p + "a", o]),
            ([p + "make", "0", "0"], [p + "set-b!", o, fresh], [p + "b", o]),
            (["list", "1", "2", "3"], ["list-set!", o, "1", fresh], o),
            (["let", [[x, "0"]], ["lambda", ["new"], [
                "if", "new", ["set!", x, "new"], ["list", x]]]],
             [o, fresh], [o, "#f"]),
            (["vector", "0", "0"],
             ["let", [[x, ["vector-ref", o, "0"]]],
              ["vector-set!", o, "0", ["cons", fresh, ["if", ["pair?", x], x, [
                  "quote", []]]]]], o)])
        churn = self.rng.choice([
            ["iota*", "200"], ["make-vector", "300", "0"],
            ["map", "list", ["iota*", "100"]], ["collect-garbage"]])
        body = [write, churn]
        if self.chance(0.5):
            body.append(["if", ["=", i, "1"], self.say(read)])
        return ["let", [[o, make]], ["collect-garbage"], ["collect-garbage"],
                ["do", [[i, "0", ["+", i, "1"]]], [["=", i, "3"]]] + body,
                self.say(read)]

    def records(self, ctx, depth):
        r, p = self.fresh("r"), self.prefix
        values = self.args(ctx.at(PURE), 2, "int", "ints")
        s = self.fresh("s")
        return ["let*", [[r, [p + "make"] + values],
                         [s, [p + "make", ["quote", "x"], r]]],
                [p + "set-a!", r, ["+", "1", [p + "a", r]]],
                self.say([p + "a", r]), self.say([p + "a", [p + "b", s]]),
                self.say(["list", [p + "record?", r], [p + "record?", "5"],
                          ["vector?", r], ["pair?", [p + "b", r]]]),
                ["guard", ["e", ["#t", self.say(["quote", "wrong"])]],
                 self.say([p + "a", ["opaque", self.constant("any")]])]]

    def closures(self, ctx, depth):
        """Closures over the variables of a loop, some assigned."""
        fs, i, total, f = (self.fresh(s) for s in ("fs", "i", "total", "f"))
        m, x = self.fresh("m"), self.fresh("x")
        inside = ctx.bind(Var(i, "int"), Var(m, "int", fixed=False),
                          Var(x, "int")).at(PURE)
        made = ["let", [[m, ["*", i, "10"]]], ["cons", [
            "lambda", [x], ["set!", m, ["clamp", self.expr("int", inside, 2)]],
            ["set!", total, ["+", total, "1"]], m],
            ["lambda", [], ["list", i, m]]]]
        return ["let", [[fs, ["make-vector", "3", "#f"]], [total, "0"]],
                ["do", [[i, "0", ["+", i, "1"]]], [["=", i, "3"]],
                 ["vector-set!", fs, i, made]],
                ["vector-for-each", ["lambda", [f],
                                     self.say([["car", f], self.constant("int")]),
                                     self.say([["car", f], "5"])], fs],
                ["vector-for-each", ["lambda", [f], self.say([["cdr", f]])], fs],
                self.say(total)]

    # Recursion

    def deep(self, ctx, depth):
        """Recursion that is not in tail position, left early at times."""
        f, n, k = self.fresh("f"), self.fresh("n"), self.fresh("k")
        inside = ctx.bind(Var(n, "int")).at(PURE)
        levels = self.rng.choice(["50", "400", "1500"])
        end = self.rng.choice([["quote", []], [k, ["list", n]],
                               ["begin", ["collect-garbage"], ["list", n]]])
        return ["letrec", [[f, ["lambda", [n, k], [
            "if", ["=", n, "0"], end,
            ["let", [["rest", [f, ["-", n, "1"], k]]],
             ["if", ["<", ["length", "rest"], "5"],
              ["cons", ["clamp", self.arithmetic_template(Context(
                  vars=(Var(n, "int"),)), 2)], "rest"], "rest"]]]]]],
            self.say(["call/cc", ["lambda", ["c"], [f, levels, "c"]]])]

    def long_loop(self, ctx, depth):
        """A loop by tail calls, too long for a stack that grows."""
        n = self.rng.choice([2000, 30000])
        i, a = self.fresh("i"), self.fresh("a")
        count = self.rng.randint(1, 3)
        fs = [self.fresh("g") for _ in range(count)]
        step = ["+", a, self.rng.choice(["1", i, "2"])]

        def tail(f):
            call = [f, ["-", i, "1"], step]
            return self.rng.choice([
                lambda: call,
                lambda: ["cond", [["odd?", i], call],
                         ["else", [f, ["-", i, "1"], a]]],
                lambda: ["and", "#t", call],
                lambda: ["or", "#f", call],
                lambda: ["let", [["x", call[1]]], [f, "x", step]],
                lambda: ["begin", ["opaque", a], call],
                lambda: ["apply", f, ["list", call[1], step]],
                lambda: ["apply", f, call[1], ["list", step]],
                lambda: ["case", ["modulo", i, "3"], [["0"], call],
                         ["else", [f, ["-", i, "1"], a]]],
                lambda: ["when", "#t", call],
                lambda: [["lambda", ["x"], [f, "x", a]], call[1]],
                lambda: ["call-with-values", ["lambda", [], [
                    "values", call[1], step]], f],
                lambda: ["call/cc", ["lambda", ["k"], call]],
                lambda: [["opaque", f], call[1], step],
                lambda: ["cond", [call[1], "=>", ["lambda", ["x"], [
                    f, "x", step]]], ["else", "0"]],
                lambda: ["do", [], ["#t", call]],
                lambda: ["let-values", [[["x", "y"], ["values", call[1], step]]],
                         [f, "x", "y"]],
                lambda: ["letrec", [["h", ["lambda", ["x"], [f, "x", a]]]],
                         ["h", call[1]]]])()

        bodies = [["if", ["<=", i, "0"], a, tail(self.rng.choice(fs))]
                  for _ in fs]
        formals = [i, a, ".", "more"] if self.chance(0.3) else [i, a]
        definitions = [[f, ["lambda", formals, body]]
                       for f, body in zip(fs, bodies)]
        if self.chance(0.4):
            # Known to nobody: through cells of globals or assigned variables.
            return ["let", [[f, "#f"] for f in fs]] + [
                ["set!"] + d for d in definitions] + [
                self.say([fs[0], str(n), "0"])]
        return ["letrec", definitions, self.say([fs[0], str(n), "0"])]

    def streams(self, ctx, depth):
        """Promises: made once, chained, forced again."""
        s, n, k, c = (self.fresh(x) for x in ("s", "n", "k", "c"))
        inside = ctx.bind(Var(n, "int")).at(PURE)
        loop = self.fresh("loop")
        return ["let", [[c, "0"]], ["letrec", [
            [s, ["lambda", [n], ["cons", ["clamp", self.arithmetic_template(
                Context(vars=(Var(n, "int"),)), 2)], [
                    "delay", ["begin", ["set!", c, ["+", c, "1"]],
                              [s, ["+", n, "1"]]]]]]],
            [k, ["lambda", [n, "st"], ["if", ["=", n, "0"], ["quote", []], [
                "cons", ["car", "st"], [k, ["-", n, "1"],
                                        ["force", ["cdr", "st"]]]]]]],
            [loop, ["lambda", [n], ["if", ["=", n, "0"],
                                    ["delay", c],
                                    ["delay-force", [loop, ["-", n, "1"]]]]]]],
            ["let", [["st", [s, self.constant("int")]]],
             self.say([k, "4", "st"]), self.say([k, "6", "st"]), self.say(c),
             self.say(["force", [loop, self.rng.choice(["10", "3000"])]])]]]

    def many_values(self, ctx, depth):
        k = self.fresh("k")
        parts = self.args(ctx.at(PURE), 2, "int", "flo", "int")
        test = self.expr("bool", ctx.at(PURE), 2)
        made = self.rng.choice([
            ["values"] + parts, ["values"], ["values"] + parts[:2],
            ["if", test, ["values"] + parts, ["values"] + parts[:2]],
            ["call/cc", ["lambda", [k], [k] + parts]],
            ["dynamic-wind", ["lambda", [], "#f"],
             ["lambda", [], ["values"] + parts],
             ["lambda", [], ["values", "1", "2", "3", "4"]]],
            ["guard", ["e", ["#t", ["values", "e", "2"]]],
             ["if", test, ["raise", parts[0]], ["values"] + parts]],
            ["apply", "values", ["list"] + parts],
            ["call-with-values", ["lambda", [], ["values"] + parts],
             ["lambda", ["a", ".", "r"], ["apply", "values", "r"]]]])
        taker = self.rng.choice(["list", ["lambda", "r", ["cons", "0", "r"]],
                                 ["case-lambda", [["a"], "a"],
                                  [["a", "b"], ["list", "b", "a"]],
                                  ["r", ["cons", ["quote", "many"], "r"]]]])
        return self.say(["call-with-values", ["lambda", [], made], taker])

    # Numbers

    def flonum_kernel(self, ctx, depth):
        """A loop over flonums with tests, NaN among them at times."""
        x, y, i, c = (self.fresh(s) for s in ("x", "y", "i", "c"))
        inside = ctx.bind(Var(x, "flo"), Var(y, "flo")).at(PURE)
        times = self.rng.randint(3, 12)
        inside = replace(inside, vars=inside.vars[-2:], times=times)
        start = self.rng.choice(FLONUM_STARTS)
        self.spend(ctx, times)
        return self.say(["do", [
            [i, "0", ["+", i, "1"]],
            [x, start, self.expr("flo", inside, 3)],
            [y, self.rng.choice(FLONUM_STARTS), [
                "if", self.expr("bool", inside, 2), self.expr("flo", inside, 2),
                [self.rng.choice("+-*/"), x, y]]],
            [c, "0", ["if", [self.rng.choice(["<", ">", "<=", ">=", "="]), x, y],
                      ["+", c, "1"], c]]],
            [["or", ["=", i, str(times)], ["and", ["<", x, y], [">", i, "5"]]],
             ["list", i, x, y, c]]])

    def comparisons(self, ctx, depth):
        """Every comparison of two numbers, as a value and as a test."""
        odd = ["(- +inf.0 +inf.0)", "0.0", "-0.0", "1.0", "(sqrt 2.0)", "+inf.0",
               "9007199254740993", "9007199254740992.0", "1/3", "0", "1"]
        odd = [["-", "+inf.0", "+inf.0"] if o.startswith("(-") else
               ["sqrt", "2.0"] if o.startswith("(s") else o for o in odd]
        a, b = self.fresh("a"), self.fresh("b")
        x, y = self.rng.choice(odd), self.rng.choice(odd)
        if self.chance(0.5):
            x, y = ["opaque", x], ["opaque", y]
        return ["let", [[a, x], [b, y]], self.say(["list"] + [
            form for op in ("<", ">", "<=", ">=", "=") for form in (
                [op, a, b], ["if", ["not", [op, a, b]], "1", "2"])])]

    def complexes(self, ctx, depth):
        """Complex numbers whose parts are small, so that nothing is rounded;
        inexact ones, since Guile has no others."""
        def part():
            return self.rng.choice(["1.0", "-2.0", "0.5", "3.0", "4.0", "-1.5"])

        z, w = self.fresh("z"), self.fresh("w")
        values = [["make-rectangular", part(), part()] for _ in range(2)]
        if self.chance(0.5):
            values[0] = ["opaque", values[0]]
        forms = [["+", z, w], ["-", z, w], ["*", z, w], ["-", z], ["*", z, "2"],
                 ["+", z, "1.5"], ["/", z, "4.0"], ["real-part", ["*", w, w]],
                 ["imag-part", ["*", z, z, w]], ["=", z, w], ["=", z, z],
                 ["complex?", z], ["real?", z], ["number?", w], ["zero?", z],
                 ["exact?", w], ["eqv?", z, ["+", z, "0.0"]]]
        return ["let", [[z, values[0]], [w, values[1]]],
                self.say(["list"] + self.rng.sample(forms, 6))]

    def bignums(self, ctx, depth):
        big = [self.integer(), str(self.rng.choice(EDGES)),
               str(self.rng.randrange(10 ** 40)),
               self.expr("int", ctx.at(PURE), 2)]
        a, b = self.fresh("a"), self.fresh("b")
        x, y = self.rng.choice(big), self.rng.choice(big)
        if self.chance(0.5):
            x = ["-", x]
        if self.chance(0.5):
            y = ["-", y]
        ops = self.rng.sample(["quotient", "remainder", "modulo",
                               "floor-quotient", "gcd", "lcm", "*", "-", "+",
                               "/", "max", "min"], 6)
        return ["let", [[a, ["opaque", x]], [b, ["nonzero", y]]],
                self.say(["list"] + [[op, a, b] for op in ops]),
                self.say(["list", ["<", a, b], ["=", a, b],
                          ["number->string", a, "16"],
                          ["inexact", ["/", a, b]]])]

    def edges(self, ctx, depth):
        """Arithmetic at the ends of what a word holds, folded and not."""
        def edge():
            n = self.rng.choice(EDGES)
            return str(-n if self.chance(0.5) else n)

        lines = []
        for _ in range(3):
            a, b = edge(), self.rng.choice([edge(), self.integer()])
            op = self.rng.choice(["+", "-", "*", "quotient", "<", "="])
            if op == "quotient":
                b = self.rng.choice(["-1", "2", "-3", "1"])
            lines.append(["list", [op, a, b], [op, ["opaque", a], b],
                          [op, a, ["opaque", b]]])
            lines.append(["let", [["e", a]], ["list", ["-", "e"], ["abs", "e"],
                                              ["+", "e", "1"], ["-", "e", "1"],
                                              ["*", "e", "e"], ["*", "e", "-1"]]])
        return ["begin"] + [self.say(line) for line in lines]

    # Programs in programs

    def interpreter(self, ctx, depth):
        """A dispatch over symbols on a list of commands."""
        x, acc, loop = self.fresh("x"), self.fresh("acc"), self.fresh("loop")
        inside = ctx.bind(Var(acc, "int")).at(PURE).often(8)
        words = ["push", "add", "neg", "dup", "jump", "halt"]
        self.spend(ctx, 8)
        clauses = [[[w] if self.chance(0.7) else [w, w + "2"],
                    ["clamp", self.expr("int", inside, 2)]] for w in words[:-1]]
        clauses.append([[words[-1]], acc])
        clauses.append(["else", ["-", acc]])
        if self.chance(0.5):
            body = ["case", ["car", x]] + clauses
        else:
            body = ["cond"] + [[["eq?", ["car", x], ["quote", c[0][0]]], c[1]]
                               for c in clauses[:-1]] + [clauses[-1]]
        program = [self.rng.choice(words + ["other", "add2"]) for _ in range(8)]
        return ["let", loop, [[x, ["quote", program]], [acc, "1"]],
                ["if", ["pair?", x], ["let", [["next", body]],
                                      self.say("next"),
                                      [loop, ["cdr", x], "next"]]]]

    def strings(self, ctx, depth):
        """Strings that are written to, also with wider characters."""
        s, c = self.fresh("s"), self.fresh("c")
        wide = self.rng.choice(["#\\x3bb", "#\\x1F600", "#\\xe9", "#\\a"])
        text = self.rng.choice(['"abcdef"', '"h\\xe9;llo"', '"\\x3bb;\\x3bc;xyz"',
                                '"\\x1F600;abc"'])
        i = self.rng.randrange(4)
        return ["let", [[s, ["string-copy", text]]],
                ["string-set!", s, str(i), wide], self.say(s),
                self.say(["string-ref", s, str(self.rng.randrange(4))]),
                ["string-for-each", ["lambda", [c], self.say(
                    ["char->integer", c])], s],
                ["string-copy!", s, "0", self.rng.choice(['"xy"',
                                                          '"\\x3bb;"'])],
                self.say(["string->utf8", s]),
                self.say(["list", ["string<?", s, text], ["string=?", s, text],
                          ["string-length", s],
                          ["substring", s, "1", str(self.rng.randint(1, 4))]]),
                ["string-fill!", s, wide], self.say(s)]

    # The whole

    def program(self):
        """Top-level forms of the program; the last one runs it."""
        p, forms = self.prefix, []
        forms.append(["define-record-type", p + "record",
                      [p + "make", "a", "b"], p + "record?",
                      ["a", p + "a", p + "set-a!"],
                      ["b", p + "b", p + "set-b!"]])
        forms.append(["define", p + "param", ["make-parameter", self.integer()]
                      + ([["lambda", ["x"], ["clamp", ["+", "x", "1"]]]]
                         if self.chance(0.5) else [])])
        ctx = Context()
        for _ in range(self.rng.randrange(3)):
            kind = self.rng.choice(macros.KINDS)
            macro = kind(self, p + kind.__name__.replace("_", "-"))
            if macro.name not in self.macros:
                self.macros[macro.name] = macro
                forms.append(macro.definition())
        for _ in range(self.rng.randint(1, 3)):
            kind = self.some_type(DATA[:-1] + ("vec",))
            name = self.prefix + self.fresh("g")
            forms.append(["define", name, self.constant(kind)])
            ctx = ctx.bind(Var(name, kind, fixed=kind == "vec"
                               or self.chance(0.4)))
        for _ in range(self.rng.randint(1, 3)):
            name = self.prefix + self.fresh("f")
            fn = self.signature(self.some_type(DATA[:-1]), self.chance(0.4))
            formals, body, fn = self.function_body(fn, ctx, 3)
            if fn.cost > self.LIMIT // 8:
                continue
            head = [name] + formals if isinstance(formals, list) \
                else [name, ".", formals]
            if self.chance(0.2):
                forms.append(["define", name, ["lambda", formals] + body])
            else:
                forms.append(["define", head] + body)
            ctx = ctx.bind(Var(name, fn))
        body = []
        for _ in range(self.rng.randint(3, 4)):
            body.append(self.scenario(ctx, 2) if self.chance(0.6)
                        else self.noted(ctx, 4))
        for v in ctx.vars:
            if v.type in DATA:
                body.append(self.say(v.name))
        return forms, body


FLONUM_STARTS = ["0.0", "1.0", "0.5", "-1.5", "3.0", "1e10", "+inf.0", "+nan.0",
                 "0.1"]


def generate(seed, number):
    """The top-level forms of a program."""
    program = Program(seed, number)
    forms, body = program.program()
    name = program.prefix + "main"
    return forms + [["define", [name]] + body, ["run", str(number), name]]
