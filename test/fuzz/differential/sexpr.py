"""S-expressions as Python data, for generated programs.

A list is a Python list, any other datum its text: "12", "#\\\\a", '"text"', "x".
Quotation is spelled out, ["quote", x]; a dotted pair has the item ".".
"""
import re

TOKEN = re.compile(r"""\s+|;[^\n]*|(?P<open>\#u8\(|\#\(|\()|(?P<close>\))
                       |(?P<quote>['`]|,@|,)|(?P<text>"(?:\\.|[^"\\])*")
                       |(?P<char>\#\\(?:[A-Za-z0-9]+|.))|(?P<word>[^\s()'`,";]+)""",
                   re.VERBOSE | re.DOTALL)
QUOTES = {"'": "quote", "`": "quasiquote", ",": "unquote",
          ",@": "unquote-splicing"}
PREFIXES = {name: prefix for prefix, name in QUOTES.items()}
# What a vector literal starts with, as the first item of its list.
VECTORS = ("#(", "#u8(")


def parse(text):
    """All data of a text."""
    stack, quotes = [[]], [[]]

    def add(datum):
        while quotes[-1]:
            datum = [quotes[-1].pop(), datum]
        stack[-1].append(datum)

    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            stack.append([] if token.group() == "(" else [token.group()])
            quotes.append([])
        elif kind == "close":
            quotes.pop()
            add(stack.pop())
        elif kind == "quote":
            quotes[-1].append(QUOTES[token.group()])
        elif kind:
            add(token.group())
    if len(stack) != 1:
        raise ValueError("unbalanced parentheses")
    return stack[0]


def flat(datum):
    """The text of a datum in one line."""
    if isinstance(datum, str):
        return datum
    if len(datum) == 2 and isinstance(datum[0], str) and datum[0] in PREFIXES:
        return PREFIXES[datum[0]] + flat(datum[1])
    if datum and isinstance(datum[0], str) and datum[0] in VECTORS:
        return datum[0] + " ".join(map(flat, datum[1:])) + ")"
    return "(" + " ".join(map(flat, datum)) + ")"


def pretty(datum, indent=0, width=78):
    """The text of a datum in lines that fit the width where they can."""
    line = flat(datum)
    if isinstance(datum, str) or indent + len(line) <= width or len(datum) < 2 \
            or line[0] != "(":
        return line
    head = datum[0] if isinstance(datum[0], str) else None
    # Defining and binding forms keep what they bind on their first line.
    kept = 2 if head and head in (
        "define", "lambda", "let", "let*", "letrec", "letrec*", "if", "guard",
        "do", "when", "unless", "case", "let-values", "let*-values",
        "parameterize", "define-syntax", "define-record-type") else 1
    if head == "let" and isinstance(datum[1], str):
        kept = 3
    first, at = "(", indent + 1
    parts = []
    for item in datum[:kept]:
        text = pretty(item, at, width)
        parts.append(text)
        at = at + len(text) + 1 if "\n" not in text \
            else indent + 1
    first += " ".join(parts)
    lines = [first]
    for item in datum[kept:]:
        lines.append(" " * (indent + 2) + pretty(item, indent + 2, width))
    return "\n".join(lines) + ")"


def program_text(forms):
    return "\n".join(pretty(form) for form in forms) + "\n"


def size(datum):
    """The number of atoms and lists."""
    if isinstance(datum, str):
        return 1
    return 1 + sum(map(size, datum))
