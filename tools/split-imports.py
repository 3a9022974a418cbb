"""Splits an archive of Windows' objects in two: split-imports.py ARCHIVE OBJECTS IMPORTS

rustc writes imports not as objects but as short records, on which LLVM's objcopy fails. OBJECTS gets the objects and IMPORTS the records, in
their order; neither has an index. The status is 3 if there are no such records, and nothing is written then.
"""

import pathlib
import sys

MAGIC, HEADER = b"!<arch>\n", 60
#: How such a record begins: no machine, which an object has, and version 0, which LLVM's bitcode objects don't have.
RECORD = b"\x00\x00\xff\xff\x00\x00"

archive, *targets = map(pathlib.Path, sys.argv[1:])
data = archive.read_bytes()
assert data.startswith(MAGIC), f"{archive} is no archive"
parts = [[MAGIC], [MAGIC]]
at = len(MAGIC)
while at < len(data):
    size = int(data[at + 48 : at + 58])
    end = at + HEADER + size + size % 2
    member, name = data[at:end], data[at : at + 16].rstrip()
    if name == b"//":
        # The names that are too long for a header, to which headers of both parts point.
        parts[0].append(member)
        parts[1].append(member)
    elif name != b"/":
        parts[member[HEADER:].startswith(RECORD)].append(member)
    at = end
if not any(member[HEADER:].startswith(RECORD) for member in parts[1][1:]):
    sys.exit(3)
for target, part in zip(targets, parts):
    target.write_bytes(b"".join(part))
