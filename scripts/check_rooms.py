#!/usr/bin/env python3
"""Holds the sources, and what a build made of them, to the rooms of src/rooms.txt.

usage: check_rooms.py [--root FOLDER] [BUILD]  check; with a build folder, its object files too
       check_rooms.py --readme                 print the table of rooms for src/README.md

A room includes and calls itself and rooms of lower rank; rooms of one rank are strangers; libraries are used where the
list names them. No two sources call each other in a circle, what a public header declares is defined in the source of
its name, no folder holds more than MOST_SOURCES, and src/README.md shows the rooms as they are.
Prints every place that breaks a rule and exits with 1 if there is one.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_SOURCES = 22

# Headers of libraries, by the name that the list of rooms uses.
LIBRARIES = {
    "jansson.h": "jansson",
    "libpq-fe.h": "libpq",
    "math.h": "math",
    "microhttpd.h": "microhttpd",
    "pthread.h": "threads",
    "sodium.h": "sodium",
    "sqlite3.h": "sqlite3",
    "uuid/uuid.h": "uuid",
}

# Rooms without a row: lists that everyone includes.
LISTS = "tables"

ROW = re.compile(r"^ *(\d+) +([a-z]+) +([a-z0-9-]+(?: [a-z0-9-]+)*)  +(\S.*)$", re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class Room:
    def __init__(self, rank, name, libraries, purpose):
        self.rank, self.name, self.libraries, self.purpose = int(rank), name, libraries.split(), purpose


def rooms_of(root):
    """The rooms of the list, by name, in the order of the list."""
    text = (root / "src" / "rooms.txt").read_text(encoding="utf-8")
    return {row[1]: Room(*row) for row in ROW.findall(text)}


def sources(root):
    """Each source and header with its room: what stands in the first folder below src or include."""
    for top in ("include", "src"):
        for path in sorted((root / top).rglob("*.[ch]")):
            yield path, path.relative_to(root / top).parts[0]


# -- includes --


def include_problem(rooms, path, room, kind, header):
    """Why a file of a room may not include a header; None if it may."""
    if kind == "<":
        library = LIBRARIES.get(header)
        if library and library not in rooms[room].libraries:
            return f"{room}/ does not use the library {library}"
        return None
    target = header.split("/")[0]
    if "/" not in header or target in (room, LISTS):
        return None
    beside = (path.parent / header).resolve()
    if target == ".." or beside.exists():
        top = next(folder for folder in path.parents if folder.name == room).resolve()
        return None if top in beside.parents else f"a path that leaves {room}/"
    if target not in rooms:
        return f"there is no room {target}/"
    if rooms[target].rank > rooms[room].rank:
        return f"{target}/ is above {room}/"
    if rooms[target].rank == rooms[room].rank:
        return f"{target}/ is beside {room}/"
    return None


def include_problems(root, rooms):
    for path, room in sources(root):
        name = path.relative_to(root).as_posix()
        if room == LISTS:
            continue
        if room not in rooms:
            yield f"{name}: src/rooms.txt has no room {room}/"
            continue
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            why = include_problem(rooms, path, room, *match.groups())
            if why:
                yield f"{name}:{text.count(chr(10), 0, match.start()) + 1}: includes {match.group(2)}: {why}"


def folder_problems(root):
    for folder in sorted({path.parent for path in (root / "src").rglob("*.c")}):
        count = len(list(folder.glob("*.c")))
        if count > MOST_SOURCES:
            yield f"{folder.relative_to(root)}/: {count} sources, more than {MOST_SOURCES}: it wants to be two rooms"


# -- objects --


class Objects:
    """What the object files of a build define and need: by source, as `room/name` or `room/folder/name`."""

    def __init__(self, root, build):
        self.definer, self.needs = {}, {}
        for path in sorted((build / "CMakeFiles").glob("standin*.dir/src/**/*.c.o")):
            source = path.as_posix().rsplit(".dir/src/", 1)[1].removesuffix(".c.o")
            if not (root / "src" / f"{source}.c").exists():
                continue  # left over from before a source was moved
            self.needs[source] = set()
            run = subprocess.run(["nm", "-g", path], capture_output=True, text=True, check=True)
            for line in run.stdout.splitlines():
                words = line.split()
                if words[-2] == "U":
                    self.needs[source].add(words[-1])
                elif words[-2] in "TDRBCG":
                    self.definer[words[-1]] = source

    def edges(self, source):
        """The other sources that a source needs, each with the names of what it needs of them."""
        found = {}
        for symbol in sorted(self.needs[source]):
            target = self.definer.get(symbol)
            if target and target != source:
                found.setdefault(target, []).append(symbol)
        return found


def call_problems(rooms, objects):
    for source in objects.needs:
        room = source.split("/")[0]
        for target, symbols in objects.edges(source).items():
            above = target.split("/")[0]
            if above != room and rooms[above].rank >= rooms[room].rank:
                where = "above" if rooms[above].rank > rooms[room].rank else "beside"
                yield f"src/{source}.c: needs {', '.join(symbols)} of {target}.c: {above}/ is {where} {room}/"


def circles(graph):
    """The groups of sources that need each other (Tarjan's strongly connected components, without recursion)."""
    index, low, stack, on_stack = {}, {}, [], set()
    for start in graph:
        if start in index:
            continue
        work = [(start, iter(graph[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = stack[stack.index(node):]
                    del stack[stack.index(node):]
                    on_stack.difference_update(group)
                    if len(group) > 1:
                        yield sorted(group)


def circle_problems(objects):
    graph = {source: [target for target in objects.edges(source)] for source in objects.needs}
    for group in circles(graph):
        inside = set(group)
        yield "a circle of sources: " + " ".join(group)
        for source in group:
            for target, symbols in objects.edges(source).items():
                if target in inside:
                    yield f"    {source} needs {', '.join(symbols)} of {target}"


def header_problems(root, objects):
    """What a header declares is defined in the source of its name."""
    for path in sorted((root / "include").rglob("*.h")):
        header = path.relative_to(root / "include").with_suffix("").as_posix()
        room, stem = header.split("/")[0], path.stem
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        for symbol in sorted(set(re.findall(r"\b(\w+)\s*(?:\(|\[|;|,)", text))):
            source = objects.definer.get(symbol)
            if not source or not re.search(rf"^(?!typedef|\t|#).*\b{symbol}\b\s*(?:\(|\[|;|,)", text, re.MULTILINE):
                continue
            if source.split("/")[0] == room and source.rsplit("/", 1)[1] != stem:
                yield f"include/{header}.h: {symbol} is defined in {source}.c"


# -- the map --


def readme_table(rooms):
    rows = ["| rank | room | what it is |", "|---|---|---|"]
    for room in reversed(rooms.values()):
        rows.append(f"| {room.rank} | `{room.name}/` | {room.purpose} |")
    return rows


def readme_problems(root, rooms):
    text = (root / "src" / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- rooms -->\n(.*?)\n<!-- /rooms -->", text, re.DOTALL)
    if not found or found.group(1).splitlines() != readme_table(rooms):
        yield "src/README.md: its rooms are not those of src/rooms.txt; scripts/check_rooms.py --readme prints them"


def main():
    arguments = sys.argv[1:]
    root = ROOT
    if arguments[:1] == ["--root"]:
        root = Path(arguments[1])
        arguments = arguments[2:]
    rooms = rooms_of(root)
    if arguments == ["--readme"]:
        print("\n".join(readme_table(rooms)))
        return 0
    problems = list(include_problems(root, rooms)) + list(folder_problems(root)) + list(readme_problems(root, rooms))
    if arguments:
        objects = Objects(root, Path(arguments[0]))
        if not objects.needs:
            problems.append(f"{arguments[0]}: has no object files of ours")
        problems += list(call_problems(rooms, objects)) + list(circle_problems(objects))
        problems += list(header_problems(root, objects))
    print("\n".join(problems) if problems else f"the {len(rooms)} rooms are in order")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
