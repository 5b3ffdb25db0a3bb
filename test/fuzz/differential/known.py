"""Differences of one peer that have a reason, looked for in what is left of the
program after minimising.

What Scheme leaves open, or a peer does otherwise in many programs, is not
generated in the first place:

  exact zero times a flonum   0 or 0.0; exact and inexact numbers meet only where
                              the exact one is a literal other than 0
  exact complex numbers       Guile has none
  max and min of NaN          which operand is the answer differs
  results of libm             the last digit differs; only + - * / and sqrt are
                              used, which IEEE 754 rounds correctly
  floor, round ... of what    Gambit loses the sign of zero and raises for
    is zero or not finite     infinities
  case and classes of         Gambit knows ASCII only
    characters
  texts of conditions         only those of `error` are printed

Gambit 4.9.3 also writes into the dividend of some divisions; prelude-gambit.scm
has the remedy.
"""

HANDLING = ("guard", "with-exception-handler")


def contains(tree, words):
    if isinstance(tree, str):
        return tree in words
    return any(contains(item, words) for item in tree)


def lists(tree):
    if isinstance(tree, list):
        yield tree
        for item in tree:
            yield from lists(item)


def handler_in_handler(forms):
    """A handler that handles conditions itself, or calls what does."""
    words = set(HANDLING)
    for node in lists(forms):
        if len(node) > 1 and node[0] == "define" and contains(node[2:], HANDLING):
            words.add(node[1] if isinstance(node[1], str) else node[1][0])
        elif len(node) == 2 and isinstance(node[0], str) \
                and isinstance(node[1], list) and node[1][:1] == ["lambda"] \
                and contains(node[1], HANDLING):
            words.add(node[0])
    return any(node[:1] == ["with-exception-handler"] and len(node) > 1
               and contains(node[1], words) for node in lists(forms))


# Peer, whether its minimised program shows it, why it differs.
KNOWN = [
    ("guile", handler_in_handler,
     "Guile 3.0.8 does not see handlers that a running handler installs"),
]


def reason(verdict, forms):
    """Why the peer of this verdict differs, or None."""
    if verdict.kind != "peer":
        return None
    return next((why for peer, shows, why in KNOWN
                 if verdict.odd == [peer] and shows(forms)), None)
