"""Random syntax-rules macros, and their expansion for Gambit.

Gambit 4.9.3 has no syntax-rules that deserves the name, so that this file
expands the macros of a program before Gambit sees it: hygienically, since the
generator knows which names a template binds.
"""
from .generator import PURE, Context, Var


class Macro:
    """The rules of a macro, (pattern, template), the names that its templates
    bind, and how to use it: use(generator, type, context, depth)."""

    def __init__(self, name, literals, rules, binders, use):
        self.name, self.literals, self.rules = name, literals, rules
        self.binders, self.use = binders, use

    def definition(self):
        return ["define-syntax", self.name,
                ["syntax-rules", self.literals] + [[p, t] for p, t in self.rules]]


def match(pattern, form, literals, found):
    if isinstance(pattern, str):
        if pattern in literals:
            return form == pattern
        if pattern != "_":
            found[pattern] = form
        return True
    if not isinstance(form, list):
        return False
    if len(pattern) >= 2 and pattern[-1] == "...":
        fixed = pattern[:-2]
        if len(form) < len(fixed):
            return False
        rest = []
        for item in form[len(fixed):]:
            inner = {}
            if not match(pattern[-2], item, literals, inner):
                return False
            rest.append(inner)
        for name in variables(pattern[-2], literals):
            found[name] = [inner[name] for inner in rest]
        form = form[:len(fixed)]
        pattern = fixed
    return len(pattern) == len(form) and all(
        match(p, f, literals, found) for p, f in zip(pattern, form))


def variables(pattern, literals):
    if isinstance(pattern, str):
        return [] if pattern in literals or pattern in ("_", "...") else [pattern]
    return [name for item in pattern for name in variables(item, literals)]


def instantiate(template, found):
    if isinstance(template, str):
        return found.get(template, template)
    result, at = [], 0
    while at < len(template):
        item = template[at]
        if at + 1 < len(template) and template[at + 1] == "...":
            levels = found["..."]
            names = {n for n in variables(item, ()) if levels.get(n)}
            for i in range(max(len(found[n]) for n in names)):
                inner = dict(found)
                inner.update((n, found[n][i]) for n in names)
                inner["..."] = {n: level - (n in names)
                                for n, level in levels.items()}
                result.append(instantiate(item, inner))
            at += 2
        else:
            result.append(instantiate(item, found))
            at += 1
    return result


def levels_of(pattern, level=0):
    """How many ellipses follow each variable of a pattern."""
    if isinstance(pattern, str):
        return {} if pattern == "..." else {pattern: level}
    levels = {}
    for i, item in enumerate(pattern):
        more = i + 1 < len(pattern) and pattern[i + 1] == "..."
        levels.update(levels_of(item, level + more))
    return levels


class Expansion:
    """Replaces all uses of macros in forms."""

    def __init__(self):
        self.macros, self.count = {}, 0

    def forms(self, forms):
        result = []
        for form in forms:
            if isinstance(form, list) and form and form[0] == "define-syntax":
                self.define(form[1], form[2])
            else:
                result.append(self.expand(form))
        return result

    def define(self, name, rules):
        self.macros[name] = (rules[1], rules[2:])

    def expand(self, form):
        if isinstance(form, str) or not form or form[0] == "quote":
            return form
        head = form[0]
        if isinstance(head, str) and head in self.macros:
            literals, rules = self.macros[head]
            for pattern, template in rules:
                found = {}
                if match(pattern[1:], form[1:], literals, found):
                    found["..."] = levels_of(pattern[1:])
                    self.count += 1
                    for name in binders(template):
                        if name not in found:
                            found[name] = f"{name}~{self.count}"
                    return self.expand(instantiate(template, found))
            raise ValueError(f"no rule of {head} fits")
        return [self.expand(item) for item in form]


def binders(template):
    """Names that a template binds itself: those of let, let*, letrec, do, lambda
    and named let. What it takes from its use is no string in these places, or a
    pattern variable."""
    if isinstance(template, str) or not template or template[0] == "quote":
        return []
    names, head = [], template[0]
    if head in ("let", "let*", "letrec", "do") and len(template) > 2:
        bindings = template[1]
        if isinstance(bindings, str):
            names.append(bindings)
            bindings = template[2]
        names += [b[0] for b in bindings
                  if isinstance(b, list) and isinstance(b[0], str)]
    if head == "lambda":
        formals = template[1] if isinstance(template[1], list) else [template[1]]
        names += [f for f in formals if isinstance(f, str)
                  and f not in (".", "...")]
    for item in template:
        names += binders(item)
    return names


# Macros that generated programs define: each makes its rules with random parts.

def swap(g, name):
    t = g.rng.choice(["t", "tmp", "u"])

    def use(g, type_, ctx, depth):
        a, b = g.fresh("m"), g.rng.choice(["t", "tmp", "u", g.fresh("m")])
        kind = g.some_type(("int", "flo", "sym", "str"))
        inside = ctx.bind(Var(a, kind), Var(b, kind))
        inits = g.args(ctx, depth - 1, kind, kind)
        return ["let", [[a, inits[0]], [b, inits[1]]],
                [name, a, b], g.expr(type_, inside, depth - 1)]

    return Macro(name, [], [(["_", "a", "b"], ["let", [[t, "a"]], [
        "set!", "a", "b"], ["set!", "b", t]])], [t], use)


def first_true(g, name):
    t = g.rng.choice(["t", "tmp", "x"])

    def use(g, type_, ctx, depth):
        v = g.rng.choice(["t", "tmp", "x"])
        inside = ctx.bind(Var(v, "bool"))
        tests = [g.expr("bool", inside, 2) for _ in range(g.rng.randrange(3))]
        return ["let", [[v, g.expr("bool", ctx, 1)]], [
            "if", [name] + tests + [v], g.expr(type_, inside, depth - 1),
            g.expr(type_, inside, depth - 1)]]

    return Macro(name, [], [
        (["_"], "#f"), (["_", "e"], "e"),
        (["_", "e", "r", "..."], ["let", [[t, "e"]], ["if", t, t,
                                                      [name, "r", "..."]]])],
        [t], use)


def my_let(g, name):
    def use(g, type_, ctx, depth):
        kinds = [g.some_type() for _ in range(g.rng.randint(1, 3))]
        names = [g.fresh("x") for _ in kinds]
        inits = g.args(ctx, depth - 1, *kinds)
        return [name, [[n, e] for n, e in zip(names, inits)],
                g.expr(type_, ctx.bind(*map(Var, names, kinds)), depth - 1)]

    return Macro(name, [], [(["_", [["x", "e"], "..."], "body", "b", "..."], [
        ["lambda", ["x", "..."], "body", "b", "..."], "e", "..."])], [], use)


def count_loop(g, name):
    """(name x from n acc init step): a loop with its literal."""
    loop = g.rng.choice(["loop", "again"])

    def use(g, type_, ctx, depth):
        if not g.accumulable(type_) or ctx.times > 60:
            return g.let(type_, ctx, depth)
        x, a, n = g.fresh("i"), g.fresh("a"), g.rng.randint(1, 4)
        g.spend(ctx, n)
        inside = ctx.bind(Var(x, "int"), Var(a, type_)).often(n)
        return [name, x, "from", str(n), a, g.expr(type_, ctx, depth - 1),
                g.clamped(type_, g.expr(type_, inside.at(PURE), depth - 1))]

    return Macro(name, ["from"], [
        (["_", "x", "from", "n", "a", "init", "step"],
         ["let", loop, [["x", "n"], ["a", "init"]], [
             "if", ["=", "x", "0"], "a", [loop, ["-", "x", "1"], "step"]]]),
        (["_", "x", "to", "n", "a", "init", "step"], "init")], [loop], use)


def random_expression(g, name):
    """A macro whose template is a random expression in its two operands."""
    t = g.rng.choice(["t", "u", "v", "tmp"])
    operands = Context(vars=(Var("a", "int"), Var("b", "int")), place=PURE)
    template = ["let", [[t, g.arithmetic_template(operands, 2)]],
                g.arithmetic_template(operands.bind(Var(t, "int")), 3)]

    def use(g, type_, ctx, depth):
        x, v = g.fresh("x"), g.rng.choice(["t", "u", "v", "tmp"])
        ctx2 = ctx.bind(Var(v, "int"))
        call = [name] + [g.expr("int", ctx2.at(PURE), min(depth, 2))
                         for _ in range(2)]
        inside = ctx2.bind(Var(x, "int"))
        return ["let*", [[v, g.expr("int", ctx, 1)], [x, call]],
                g.expr(type_, inside, depth - 1)]

    return Macro(name, [], [(["_", "a", "b"], template)], [t], use)


def table(g, name):
    """Ellipses in ellipses."""
    def use(g, type_, ctx, depth):
        x = g.fresh("x")
        rows = [[["quote", g.rng.choice(["alpha", "beta"])]] + [
            g.expr("int", ctx.at(PURE), 2) for _ in range(g.rng.randrange(3))]
            for _ in range(g.rng.randint(1, 3))]
        inside = ctx.bind(Var(x, "any"))
        return ["let", [[x, [name] + rows]], g.expr(type_, inside, depth - 1)]

    return Macro(name, [], [(["_", ["k", "v", "..."], "..."], [
        "list", ["cons", "k", ["list", "v", "..."]], "..."])], [], use)


KINDS = [swap, first_true, my_let, count_loop, random_expression, table]
