import base64
import difflib
import hashlib
import struct
import textwrap
import unicodedata
import zlib

text = "The quick brown fox jumps over the lazy dog. " * 5
packed = zlib.compress(text.encode())
print(len(text), len(packed) < 100, zlib.decompress(packed).decode() == text)
print(hashlib.sha256(text.encode()).hexdigest()[:16])
digest = hashlib.md5(usedforsecurity=False)
for part in ("a", "b", "c"):
    digest.update(part.encode())
print(digest.hexdigest())
encoded = base64.b64encode(b"\x00\x01\xfe\xff")
print(encoded, base64.b64decode(encoded))
record = struct.pack("<iHd", -2, 65535, 1.5)
print(record, struct.unpack("<iHd", record))
for line in textwrap.wrap(text, width=40)[:2]:
    print(line)
print(textwrap.dedent("""
    one
      two
""").strip())
before, after = ["a", "b", "c"], ["a", "x", "c"]
print([line for line in difflib.unified_diff(before, after, lineterm="")][3:])
print(difflib.get_close_matches("appel", ["ape", "apple", "peach"]))
print(unicodedata.normalize("NFD", "é").encode("utf-8"), unicodedata.name("λ"))
print("{:>8}|{:<6}|{:^7}".format("right", "left", "mid"))
print("%05.1f %x %r" % (3.14159, 255, "q"))
print("straße".upper(), "ǅ".title(), "a-b_c".translate({45: 43, 95: None}))
print("x=1;y=2".partition(";"), "abcabc".rfind("b"), "a,b,,c".split(","))
try:
    b"\xff".decode("utf-8")
except UnicodeDecodeError as error:
    print(type(error).__name__, error.start, error.reason)
try:
    base64.b64decode("abc")
except ValueError as error:
    print(error)
