"""Whether forms of a program that was cut still make sense.

Only what generated programs contain is known here. A name that some binding of
the program made must be bound where it is used; all others are taken for names
of the language.
"""
from .macros import Expansion


class IllFormed(Exception):
    pass


def need(condition):
    if not condition:
        raise IllFormed


def formals_of(formals):
    if isinstance(formals, str):
        return [formals]
    need(all(isinstance(f, str) for f in formals))
    if "." in formals:
        need(formals.index(".") == len(formals) - 2)
    names = [f for f in formals if f != "."]
    need(len(set(names)) == len(names))
    return names


class Checker:
    def __init__(self, binders):
        self.binders = binders

    def body(self, forms, bound):
        need(forms)
        defined = []
        for form in forms:
            if isinstance(form, list) and form and form[0] == "define":
                need(len(form) > 2 and len(defined) == forms.index(form))
                defined.append(form[1] if isinstance(form[1], str)
                               else form[1][0])
        need(len(defined) < len(forms))
        bound = bound | set(defined)
        for form in forms:
            self.definition(form, bound)

    def definition(self, form, bound):
        if not (isinstance(form, list) and form and form[0] == "define"):
            return self.expr(form, bound)
        need(len(form) > 2)
        if isinstance(form[1], str):
            need(len(form) == 3)
            return self.expr(form[2], bound)
        need(form[1] and isinstance(form[1][0], str))
        formals = form[1][1:]
        if formals[:1] == ["."]:
            formals = formals[1]
        self.body(form[2:], bound | set(formals_of(formals)))

    def all(self, forms, bound):
        for form in forms:
            self.expr(form, bound)

    def pairs(self, bindings, count=(2,)):
        need(isinstance(bindings, list) and all(
            isinstance(b, list) and len(b) in count and isinstance(b[0], str)
            for b in bindings))
        names = [b[0] for b in bindings]
        need(len(set(names)) == len(names))
        return names

    def clauses(self, clauses, bound):
        need(clauses)
        for i, clause in enumerate(clauses):
            need(isinstance(clause, list) and len(clause) > 1)
            if clause[0] == "else":
                need(i == len(clauses) - 1)
                self.all(clause[1:], bound)
            elif "=>" in clause:
                need(len(clause) == 3 and clause[1] == "=>")
                self.all([clause[0], clause[2]], bound)
            else:
                self.all(clause, bound)

    def expr(self, form, bound):
        if isinstance(form, str):
            # What an expansion renamed has a ~.
            return need(form in bound or form not in self.binders
                        and "~" not in form[1:])
        need(form)
        head, rest = form[0], form[1:]
        special = getattr(self, "on_" + head.replace("*", "_star")
                          .replace("-", "_").replace("!", ""), None) \
            if isinstance(head, str) and head not in bound else None
        if special:
            special(rest, bound)
        else:
            need(head not in ("else", "=>", ".", "..."))
            self.all(form, bound)

    def on_quote(self, rest, bound):
        need(len(rest) == 1)

    def on_quasiquote(self, rest, bound):
        need(len(rest) == 1 and isinstance(rest[0], list))
        for item in rest[0]:
            if isinstance(item, list):
                need(len(item) == 2)
                self.expr(item[1], bound)

    def on_lambda(self, rest, bound):
        need(len(rest) > 1)
        self.body(rest[1:], bound | set(formals_of(rest[0])))

    def on_case_lambda(self, rest, bound):
        for clause in rest:
            need(isinstance(clause, list))
            self.on_lambda(clause, bound)

    def on_if(self, rest, bound):
        need(len(rest) in (2, 3))
        self.all(rest, bound)

    def on_set(self, rest, bound):
        need(len(rest) == 2 and isinstance(rest[0], str)
             and rest[0] in self.binders)
        self.all(rest, bound)

    def on_when(self, rest, bound):
        need(len(rest) > 1)
        self.all(rest, bound)

    on_unless = on_when

    def on_begin(self, rest, bound):
        need(rest)
        self.all(rest, bound)

    def on_delay(self, rest, bound):
        need(len(rest) == 1)
        self.all(rest, bound)

    on_delay_force = on_delay

    def on_let(self, rest, bound):
        if rest and isinstance(rest[0], str):
            need(len(rest) > 2)
            names = self.pairs(rest[1])
            self.all([b[1] for b in rest[1]], bound)
            return self.body(rest[2:], bound | {rest[0]} | set(names))
        need(len(rest) > 1)
        names = self.pairs(rest[0])
        self.all([b[1] for b in rest[0]], bound)
        self.body(rest[1:], bound | set(names))

    def on_let_star(self, rest, bound):
        need(len(rest) > 1 and isinstance(rest[0], list))
        for binding in rest[0]:
            names = self.pairs([binding])
            self.expr(binding[1], bound)
            bound = bound | set(names)
        self.body(rest[1:], bound)

    def on_letrec(self, rest, bound):
        need(len(rest) > 1)
        bound = bound | set(self.pairs(rest[0]))
        self.all([b[1] for b in rest[0]], bound)
        self.body(rest[1:], bound)

    def on_let_values(self, rest, bound):
        need(len(rest) > 1 and isinstance(rest[0], list))
        for binding in rest[0]:
            need(isinstance(binding, list) and len(binding) == 2)
            self.expr(binding[1], bound)
            bound = bound | set(formals_of(binding[0]))
        self.body(rest[1:], bound)

    on_let_star_values = on_let_values

    def on_do(self, rest, bound):
        need(len(rest) > 1 and isinstance(rest[1], list) and rest[1])
        names = self.pairs(rest[0], (2, 3))
        self.all([b[1] for b in rest[0]], bound)
        bound = bound | set(names)
        self.all([b[2] for b in rest[0] if len(b) == 3], bound)
        self.all(rest[1] + rest[2:], bound)

    def on_cond(self, rest, bound):
        self.clauses(rest, bound)

    def on_case(self, rest, bound):
        need(len(rest) > 1)
        self.expr(rest[0], bound)
        for i, clause in enumerate(rest[1:]):
            need(isinstance(clause, list) and len(clause) > 1)
            need(clause[0] == "else" and i == len(rest) - 2
                 or isinstance(clause[0], list))
            self.all(clause[1:], bound)

    def on_guard(self, rest, bound):
        need(len(rest) > 1 and isinstance(rest[0], list) and rest[0]
             and isinstance(rest[0][0], str))
        self.clauses(rest[0][1:], bound | {rest[0][0]})
        self.body(rest[1:], bound)

    def on_parameterize(self, rest, bound):
        need(len(rest) > 1)
        self.all([b[1] for b in rest[0]], bound)
        self.pairs(rest[0])
        self.body(rest[1:], bound)

    def on_else(self, rest, bound):
        raise IllFormed


def bound_names(tree):
    """All names that look like those of bindings: generated ones and what any
    form lists first in its parentheses below a binding form."""
    names = set()
    if isinstance(tree, str) or not tree or tree[0] == "quote":
        return names
    head = tree[0]
    if head in ("lambda", "define") and len(tree) > 2:
        names |= {n for n in (tree[1] if isinstance(tree[1], list)
                              else [tree[1]]) if isinstance(n, str)}
    elif head in ("let", "let*", "letrec", "do") and len(tree) > 2:
        names |= {tree[1]} if isinstance(tree[1], str) else set()
        bindings = tree[2] if isinstance(tree[1], str) else tree[1]
        names |= {b[0] for b in bindings if b and isinstance(b[0], str)}
    elif head in ("let-values", "let*-values"):
        for binding in tree[1]:
            names |= set(formals_of(binding[0]))
    elif head == "guard":
        names.add(tree[1][0])
    elif head == "case-lambda":
        for clause in tree[1:]:
            names |= set(formals_of(clause[0]))
    elif head == "define-record-type":
        names |= {tree[3], tree[2][0]}
        names |= {n for field in tree[4:] for n in field[1:]}
    for item in tree:
        names |= bound_names(item)
    return names - {".", "..."}


def well_formed(forms, binders):
    """Whether forms use no name of `binders` that they do not bind."""
    try:
        expanded = Expansion().forms(forms)
        bound = set()
        for form in expanded:
            if form[0] == "define":
                need(len(form) > 2 and form[1])
                bound.add(form[1] if isinstance(form[1], str) else form[1][0])
            elif form[0] == "define-record-type":
                bound |= bound_names(form)
        checker = Checker(binders)
        for form in expanded:
            if form[0] != "define-record-type":
                checker.definition(form, bound)
        return True
    except (IllFormed, ValueError, IndexError, TypeError, AttributeError,
            KeyError):
        return False
