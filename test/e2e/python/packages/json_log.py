import json
import re
from collections import Counter, OrderedDict, defaultdict

LOG = """2024-05-01 10:00:01 GET /index.html 200 512
2024-05-01 10:00:07 GET /missing 404 12
2024-05-01 10:01:22 POST /form 302 0
2024-05-01 10:02:00 GET /index.html 200 512
broken line
2024-05-01 10:02:30 GET /λ 200 77
"""
PATTERN = re.compile(r"(?P<day>\S+) (?P<time>\S+) (?P<method>[A-Z]+) (?P<path>/\S*) "
                     r"(?P<status>\d{3}) (?P<size>\d+)")
entries = []
for number, line in enumerate(LOG.splitlines(), 1):
    match = PATTERN.fullmatch(line)
    if match is None:
        print("line", number, "is no entry")
        continue
    entry = match.groupdict()
    entry["size"] = int(entry["size"])
    entries.append(entry)
print(len(entries), entries[0]["path"])
counts = Counter(entry["path"] for entry in entries)
print(counts.most_common(1))
print(sum(entry["size"] for entry in entries))
sizes = defaultdict(list)
for entry in entries:
    sizes[entry["status"]].append(entry["size"])
print(dict(sizes))
text = json.dumps(entries, indent=1, ensure_ascii=False, sort_keys=True)
print(text[:60])
print(json.loads(text) == entries)
print(json.dumps({"a": [1, 2.5, None, True], "b": {"c": "d\"e"}}))
print(re.sub(r"\d+", lambda match: str(int(match.group()) * 2), "1 and 20"))
print(re.split(r"[,;]\s*", "a, b;c"))


def refuse(x):
    raise TypeError("no JSON for " + type(x).__name__)


try:
    json.dumps([{1, 2}], default=refuse)
except TypeError as error:
    print(type(error).__name__, error)
try:
    json.loads('{"a": ')
except json.JSONDecodeError as error:
    print("JSONDecodeError", error)
print(list(OrderedDict([("z", 1), ("a", 2)]).items()))
