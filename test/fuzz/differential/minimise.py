"""Makes a program that shows a difference small.

Parts are left out, replaced by a part of theirs or by a constant, larger parts
first, as long as the difference stays. Candidates that cannot compile are not
tried, the others several in one process.
"""
from . import sexpr
from .engines import PLC_COLLECTS, PRELUDE, R7RS
from .wellformed import bound_names, well_formed

CONSTANTS = ["0", "#t", ["quote", []]]
TOGETHER = 16
# Heads of lists that are sequences first of all.
BODIES = ("define", "let", "let*", "letrec", "lambda", "begin", "when", "unless",
          "guard", "dynamic-wind")


def paths(tree):
    """Places of all lists in a tree, outer ones first."""
    queue = [((), tree)]
    while queue:
        path, node = queue.pop(0)
        if isinstance(node, list):
            yield path, node
            queue += [(path + (i,), item) for i, item in enumerate(node)]


def replaced(tree, path, new):
    if not path:
        return new
    copy = list(tree)
    copy[path[0]] = replaced(tree[path[0]], path[1:], new)
    return copy


def at(tree, path):
    for i in path:
        tree = tree[i]
    return tree


def without_parts(node):
    size = max(1, len(node) // 2)
    while size:
        for start in range(len(node) - size, 0, -size):
            yield node[:start] + node[start + size:]
        size //= 2


def variants(node):
    """Smaller data in place of a list."""
    if not node:
        return []
    if node[0] == "quote":
        return [["quote", []]] if node != ["quote", []] else []
    found = []
    if node[0] in BODIES:
        found += without_parts(node)
    found += CONSTANTS
    children = [c for c in node[1:] if isinstance(c, list) and c]
    found += sorted(children, key=sexpr.size)
    found += [c for c in node[1:] if isinstance(c, str)]
    for child in children:  # the body of a let, a branch in it
        found += [c for c in child if isinstance(c, list) and c
                  and c[0] != "quote"]
    if node[0] not in BODIES:
        found += without_parts(node)
    return [v for v in found if sexpr.size(v) < sexpr.size(node)]


class Minimiser:
    """`first(candidates)` answers the index of one that still differs, or None;
    `trials` bounds how many are tried."""

    def __init__(self, first, trials=3000):
        self.first, self.trials = first, trials
        self.seen = set()

    def better(self, candidates):
        """The first candidate that holds, or None."""
        fit = []
        for candidate in candidates:
            text = sexpr.program_text(candidate)
            if text not in self.seen:
                self.seen.add(text)
                if well_formed(candidate, self.binders):
                    fit.append(candidate)
        size = 4  # most steps succeed early or not at all
        while fit and self.trials > 0:
            part, fit = fit[:size], fit[size:]
            self.trials -= len(part)
            index = self.first(part)
            if index is not None:
                return part[index]
            size = TOGETHER
        return None

    def minimise(self, forms):
        """The smallest forms found; the last form runs the program."""
        self.binders = set().union(*map(bound_names, forms))
        self.binders |= {form[1] for form in forms if form[0] == "define-syntax"}
        self.seen.add(sexpr.program_text(forms))
        before = None
        while forms != before and self.trials > 0:
            before = forms
            forms = self.drop(forms)
            forms = self.shrink(forms)
        return forms

    def shrink(self, forms):
        done = set()
        while True:
            for path, node in paths(forms[:-1]):
                if len(path) > 0 and (path, sexpr.flat(node)) not in done:
                    break
            else:
                return forms
            done.add((path, sexpr.flat(node)))
            found = self.better([replaced(forms, path, v)
                                 for v in variants(node)])
            if found is not None:
                forms = found

    def drop(self, forms):
        """Without the top-level forms that do not matter."""
        place = 0
        while place < len(forms) - 1:
            rest = forms[:place] + forms[place + 1:]
            form = forms[place]
            candidates = [rest]
            if form[0] == "define" and isinstance(form[1], str) \
                    and isinstance(form[2], str):
                candidates.append(renamed(rest, form[1], form[2], whole=True))
            found = self.better(candidates)
            if found is not None:
                forms = found
            else:
                place += 1
        return forms


def renamed(tree, old, new, whole=False):
    """The tree with another prefix of its names, or with one other name."""
    if isinstance(tree, str):
        if tree == old or not whole and tree.startswith(old):
            return new + tree[len(old):]
        return tree
    return [renamed(item, old, new, whole) for item in tree]


def words(tree):
    if isinstance(tree, str):
        return {tree}
    return set().union(*map(words, tree)) if tree else set()


def needed_prelude(forms):
    """The definitions of the prelude that forms use, themselves or by others."""
    definitions = sexpr.parse(PRELUDE)
    used, kept = words(forms), []
    changed = True
    while changed:
        changed = False
        for definition in definitions:
            name = definition[1] if isinstance(definition[1], str) \
                else definition[1][0]
            if name in used and definition not in kept:
                kept.append(definition)
                used |= words(definition)
                changed = True
    collects = PLC_COLLECTS if "collect-garbage" in used else ""
    return R7RS + collects + sexpr.program_text(
        [d for d in definitions if d in kept])
