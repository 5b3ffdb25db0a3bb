"""Lisp values in gdb.

    (gdb) source tools/gdb/plc.py

or the same line in ~/.gdbinit with the full path. Arguments, variables and the
frames of `bt` then show Lisp values as `write` would; `plc WORD` prints the
value of any word or expression, e.g. `plc $r13`. The layout of values stands
in ffi/include/plc/value.h and kinds.def.
"""

import struct

import gdb

MOST_ELEMENTS = 20
MOST_DEPTH = 4
MASK = (1 << 64) - 1

# plc/value.h: constants by their number, kinds as in kinds.def.
CONSTANTS = {
    0: "#f",
    1: "nil",
    2: "#<undefined>",
    4: "#t",
    5: "()",
    6: "#<unspecified>",
    7: "#<eof>",
    8: "#<default>",
    9: "#<unbound>",
    10: "#<values>",
}
KINDS = {
    2: "closure",
    3: "flonum",
    4: "bignum",
    5: "ratnum",
    6: "compnum",
    7: "string",
    8: "bytes",
    9: "symbol",
    10: "vector",
    11: "bytevector",
    12: "numvector",
    13: "record",
    14: "record-type",
    15: "box",
    16: "promise",
    17: "values",
    18: "hash-table",
    19: "port",
    20: "segment",
    21: "environment",
    22: "weak-pair",
    23: "ephemeron",
    24: "guardian",
    25: "parameter",
    26: "foreign",
    27: "cell",
    29: "handle",
}
# How characters are written that have no glyph.
CHARACTERS = {
    0: "null",
    7: "alarm",
    8: "backspace",
    9: "tab",
    10: "newline",
    13: "return",
    27: "escape",
    32: "space",
    127: "delete",
}
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def memory(address, size):
    return bytes(gdb.selected_inferior().read_memory(address & MASK, size))


def words(address, count):
    return struct.unpack("<%dQ" % count, memory(address, 8 * count))


def signed(word):
    return word - (1 << 64) if word >> 63 else word


def double(bits):
    text = repr(struct.unpack("<d", struct.pack("<Q", bits))[0])
    special = {"inf": "+inf.0", "-inf": "-inf.0", "nan": "+nan.0"}
    return special.get(text, text.replace("e+", "e"))


def string_text(value):
    """The characters of a string object."""
    length, storage = words(value + 1, 2)
    (header,) = words(storage - 7, 1)
    length = min(length >> 3, 200)
    if header >> 8 & 1:
        return memory(storage + 1, 4 * length).decode("utf-32-le", "replace")
    return memory(storage + 1, length).decode("latin-1")


def procedure_name(value):
    """From the words before its code (LispEntry.h)."""
    (code,) = words(value + 3, 1)
    least, _, name = struct.unpack("<iiq", memory(code - 16, 16))
    if not name:
        return None
    at = code + name if least >> 30 & 1 else name
    return gdb.Value(at).cast(gdb.lookup_type("char").pointer()).string()


def sequence(opening, items, length, depth):
    shown = [write(item, depth - 1) for item in items]
    if length > len(shown):
        shown.append("...")
    return opening + " ".join(shown) + ")"


def write_list(value, depth):
    items, end = [], ""
    while value & 7 == 3:
        if len(items) == MOST_ELEMENTS:
            end = " ..."
            value = 5 << 8 | 4
            break
        car, value = words(value - 3, 2)
        items.append(write(car, depth - 1))
    if value != 5 << 8 | 4:
        end = " . " + write(value, depth - 1)
    return "(" + " ".join(items) + end + ")"


def write_object(value, depth):
    (header,) = words(value - 7, 1)
    kind = KINDS.get(header >> 3 & 31)
    flags = header >> 8 & 255
    length = header >> 16
    if header & 7 != 4 or kind is None:
        return "#<word 0x%x>" % value
    first = value + 1

    def fields(count):
        return words(first, count)

    if kind == "flonum":
        return double(fields(1)[0])
    if kind == "bignum":
        if length > 1024:
            return "#<integer of %d bits>" % (8 * length)
        magnitude = int.from_bytes(memory(first, length), "little")
        return str(-magnitude if flags & 1 else magnitude)
    if kind == "ratnum":
        return "/".join(write(part, depth) for part in fields(2))
    if kind == "compnum":
        real, imaginary = (write(part, depth) for part in fields(2))
        sign = "" if imaginary[0] in "+-" else "+"
        return ("" if real == "0" else real) + sign + imaginary + "i"
    if kind == "string":
        text = string_text(value)
        return '"' + "".join(ESCAPES.get(c, c) for c in text) + '"'
    if kind == "symbol":
        return string_text(fields(1)[0])
    if kind in ("vector", "values"):
        opening = "#(" if kind == "vector" else "#<values ("
        items = fields(min(length, MOST_ELEMENTS))
        text = sequence(opening, items, length, depth)
        return text if kind == "vector" else text + ">"
    if kind == "bytevector":
        shown = [str(b) for b in memory(first, min(length, MOST_ELEMENTS))]
        more = ["..."] if length > MOST_ELEMENTS else []
        return "#u8(" + " ".join(shown + more) + ")"
    if kind == "box":
        return "#&" + write(fields(1)[0], depth - 1)
    if kind == "record":
        items = fields(min(length, MOST_ELEMENTS))
        (name,) = words(items[0] + 1, 1)
        shown = [string_text(words(name + 1, 1)[0])]
        shown += [write(item, depth - 1) for item in items[1:]]
        return "#<" + " ".join(shown) + ">"
    if kind == "record-type":
        return "#<record-type %s>" % write(fields(1)[0], depth)
    return "#<%s 0x%x>" % (kind, value - 7)


def write(value, depth=MOST_DEPTH):
    """The text of a word as Lisp."""
    value &= MASK
    tag = value & 7
    if tag == 0:
        return str(signed(value) >> 3)
    if tag in (1, 2, 6):
        bits = value ^ 2
        return double((bits >> 4 | bits << 60) & MASK)
    if tag == 4:
        if value & 255 == 12:
            code = value >> 8
            return "#\\" + CHARACTERS.get(code, chr(code & 0x1FFFFF))
        if value & 255 == 4:
            return CONSTANTS.get(value >> 8, "#<constant %d>" % (value >> 8))
        return "#<header 0x%x>" % value
    if depth <= 0:
        return "..."
    try:
        if tag == 3:
            return write_list(value, depth)
        if tag == 5:
            name = procedure_name(value)
            return "#<procedure %s>" % name if name else "#<procedure>"
        return write_object(value, depth)
    except (gdb.MemoryError, gdb.error, struct.error, ValueError):
        # A variable may hold anything before it is set.
        return "#<word 0x%x>" % value


class ValuePrinter:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        if self.value.is_optimized_out:
            return "<optimized out>"
        # By its parts, since registers have no address.
        return write(int(self.value["fixnum"]) << 3 | int(self.value["tag"]))


def find_printer(value):
    if value.type.strip_typedefs().tag == "plc_value":
        return ValuePrinter(value)
    return None


class PlcCommand(gdb.Command):
    """Print a Lisp value: plc EXPRESSION

    The expression is a variable, or anything that gives a word."""

    def __init__(self):
        super().__init__("plc", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        value = gdb.parse_and_eval(argument)
        printer = find_printer(value)
        print(printer.to_string() if printer else write(int(value)))


find_printer.name = "plc"
find_printer.enabled = True
gdb.pretty_printers[:] = [
    p for p in gdb.pretty_printers if getattr(p, "name", "") != "plc"
]
gdb.pretty_printers.append(find_printer)
PlcCommand()
