#!/usr/bin/env python3
"""Checks who includes whom: a layer includes itself and lower ranks; libraries have their few places.

Prints every include that breaks a rule and exits with 1 if there is one.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Layers of one rank are siblings: they do not include each other.
RANKS = {"base": 0, "predicate": 1, "db": 1, "domain": 2, "api": 3, "server": 4, "admin": 4, "app": 5}

# Where a library's header may stand: a layer, or single files.
PLACES = {
    "microhttpd.h": ["server/"],
    "sqlite3.h": ["db/"],
    "libpq-fe.h": ["db/"],
    "sodium.h": ["base/random.c", "base/secret.c", "domain/password.c"],
    "uuid/uuid.h": ["base/random.c"],
}

# And where it may not.
ELSEWHERE = {"jansson.h": ["db/"]}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def problem(place, header):
    """Why a file (`layer/name`) may not include a header; None if it may."""
    layer, target = place.split("/")[0], header.split("/")[0]
    if header in PLACES and not any(place.startswith(allowed) for allowed in PLACES[header]):
        return "only in " + ", ".join(PLACES[header])
    if any(place.startswith(refused) for refused in ELSEWHERE.get(header, [])):
        return f"not in {layer}/"
    if target == layer or target not in RANKS:
        return None
    if RANKS[target] > RANKS[layer]:
        return f"{target}/ is above {layer}/"
    if RANKS[target] == RANKS[layer]:
        return f"{target}/ is beside {layer}/"
    return None


def main():
    found = 0
    for top in ("include", "src"):
        for path in sorted((ROOT / top).glob("*/*.[ch]")):
            place = path.relative_to(ROOT / top).as_posix()
            if place.split("/")[0] not in RANKS:
                continue
            text = path.read_text(encoding="utf-8")
            for match in INCLUDE.finditer(text):
                why = problem(place, match.group(2))
                if why:
                    line = text.count("\n", 0, match.start()) + 1
                    print(f"{top}/{place}:{line}: includes {match.group(2)}: {why}")
                    found += 1
    if found:
        print(f"{found} includes break the order of the layers")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
