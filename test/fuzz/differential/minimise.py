"""Makes a program that shows a difference small.

Parts are left out, replaced by a part of theirs or by a constant, largest first,
as long as the difference stays.
"""
from . import sexpr
from .engines import PLC_COLLECTS, PRELUDE, R7RS

CONSTANTS = ["0", "#t", ["quote", []]]
TRIALS = 1500


def paths(tree, path=()):
    """Places of all lists in a tree, outer ones first."""
    queue = [(path, tree)]
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
        if not isinstance(tree, list) or i >= len(tree):
            return None
        tree = tree[i]
    return tree


def variants(node):
    """Smaller lists and atoms in place of a list, the smallest first."""
    if node and node[0] == "quote":
        if node != ["quote", []] and isinstance(node[1], list):
            yield ["quote", []]
        return
    yield from (c for c in CONSTANTS if sexpr.size(c) < sexpr.size(node))
    children = [c for c in node[1:] if isinstance(c, list) and c]
    yield from sorted(children, key=sexpr.size)
    for child in children:  # a body of a let or a branch in it
        yield from (c for c in child if isinstance(c, list) and c
                    and c[0] != "quote")
    size = len(node) // 2
    while size:
        for start in range(1, len(node), size):
            yield node[:start] + node[start + size:]
        size //= 2


def minimise(forms, differs, quick):
    """The smallest forms found that differ; the last form runs the program."""
    trials, seen = 0, {sexpr.program_text(forms)}

    def holds(candidate):
        nonlocal trials
        text = sexpr.program_text(candidate)
        if text in seen or trials >= TRIALS:
            return False
        seen.add(text)
        trials += 1
        return quick(candidate) and differs(candidate)

    forms = drop(forms, holds)
    changed = True
    while changed and trials < TRIALS:
        changed = False
        done = set()
        while True:
            place = next((p for p, node in paths(forms)
                          if p and p[0] != len(forms) - 1
                          and (p, sexpr.flat(node)) not in done), None)
            if place is None or trials >= TRIALS:
                break
            node = at(forms, place)
            done.add((place, sexpr.flat(node)))
            for variant in variants(node):
                if sexpr.size(variant) >= sexpr.size(node):
                    continue
                candidate = replaced(forms, place, variant)
                if holds(candidate):
                    forms, changed = candidate, True
                    break
        smaller = drop(forms, holds)
        changed = changed or smaller != forms
        forms = smaller
    return forms


def drop(forms, holds):
    """Without the top-level forms that do not matter."""
    at_ = 0
    while at_ < len(forms) - 1:
        candidate = forms[:at_] + forms[at_ + 1:]
        if holds(candidate):
            forms = candidate
        else:
            at_ += 1
    return forms


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
