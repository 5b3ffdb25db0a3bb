"""Checks the tables of plc/plugin.h as Rust has them, which no compiler compares:
the functions of plc_host, the operations of plc_plugin, the statuses and the
version. Arguments: the root, then files of Rust below it."""

import re
import sys

root, files = sys.argv[1], sys.argv[2:]


def read(path):
    with open(f"{root}/{path}", encoding="utf-8") as file:
        return re.sub(r"//[^\n]*|/\*.*?\*/", "", file.read(), flags=re.S)


def fields_of_rust(text, name):
    body = re.search(r"^pub struct %s \{(.*?)^\}" % name, text, re.M | re.S)[1]
    # `await` is a word of Rust.
    return [name.rstrip("_") for name in re.findall(r"^    pub (\w+):", body, re.M)]


start = ["struct_size", "abi_major", "abi_minor"]
header = read("ffi/include/plc/plugin.h")
rows = read("ffi/include/plc/host_slots.def")
host = start + re.findall(r"^HOST_SLOT\([^,]+, (\w+),", rows, re.M)
body = re.search(r"^struct plc_plugin \{(.*?)^\};", header, re.M | re.S)[1]
names = [a or b for a, b in re.findall(r"\(\*(\w+)\)\(|\b(\w+);", body)]
plugin = start + names[names.index("language") :]
plugin = ["wait" if name == "await" else name for name in plugin]  # a word of Rust
statuses = dict(re.findall(r"PLC_(OK|END|E_\w+) = (\d+)", header))
assert len(host) > 40 and len(plugin) > 30 and len(statuses) > 8

failed = False
for path in files:
    text = read(path)
    known = re.findall(r"pub const (\w+): Status = (\d+);", text)
    for what, wanted, found in (
        ("Host", host, fields_of_rust(text, "Host")),
        ("Plugin", plugin, fields_of_rust(text, "Plugin")),
        ("statuses", [(name, statuses.get(name)) for name, _ in known], known),
    ):
        if wanted != found:
            wanted, found = wanted + ["nothing"], found + ["nothing"]
            a, b = next(pair for pair in zip(wanted, found) if pair[0] != pair[1])
            print(f"{path}: {what}: {b} where plc/plugin.h has {a}")
            failed = True
# What shims are given, in the crate only.
shims = read("ffi/include/plc/shims.h")
text = read(files[0])
for c_name, rust_name in (
    ("object", "ShimObject"),
    ("member", "ShimMember"),
    ("class", "ShimClass"),
    ("host", "ShimHost"),
):
    body = re.search(r"struct plc_shim_%s \{(.*?)^\}" % c_name, shims, re.M | re.S)[1]
    wanted = []
    for field in body.split(";"):
        function = re.findall(r"\(\*(\w+)\)\(", field)[:1]
        wanted += function or re.findall(r"(\w+)\s*(?:,|$)", field.strip())
    found = fields_of_rust(text, rust_name)
    assert len(wanted) > 3
    if wanted != found:
        print(f"{files[0]}: {rust_name}: {found} where plc/shims.h has {wanted}")
        failed = True
version = [re.search(r"ABI_%s (\d+)" % n, header)[1] for n in ("MAJOR", "MINOR")]
for path in ("ffi/rust/plc/src/export.rs", "plugins/example/rust/src/lib.rs"):
    found = re.search(r"abi_major: (\d+),\s*abi_minor: (\d+),", read(path))
    if list(found.groups()) != version:
        print(f"{path}: version {found.groups()} where plc/plugin.h has {version}")
        failed = True
sys.exit(failed)
