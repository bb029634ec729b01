#!/usr/bin/env python3
"""Checks what a reader relies on: files formatted (scripts/format), no line of more than 120 columns in code, tables
and data, C files that open with what they are for, no `//` comments, no function of more than 80 lines. Prints every
place that breaks a rule and exits with 1 if there is one.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 80
COLUMNS, TAB = 120, 4
TOPS = ("include", "src", "tests", "scripts")
KINDS = {".c", ".h", ".def", ".json", ".md", ".mjs", ".py", ".sql", ".svg", ".txt", ""}
NO_TEXT = ("node_modules", "tests/fuzz/corpus/", "package-lock.json")  # not ours, or not for reading

# What cannot be broken may be longer: a text in JSON, if its line holds nothing but it, its keys and closing brackets;
# a row of a table in Markdown.
UNBREAKABLE = {
    ".json": re.compile(r'^\s*(?:[\[{] ?|"[^"]*": )*"(?:\\.|[^"\\])*"[]}, ]*$'),
    ".md": re.compile(r"^\|"),
}

# Texts and comments, so that what looks like one inside the other does not count.
TOKENS = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|(//)', re.DOTALL)


def line_comments(text):
    """The numbers of the lines with a `//` comment."""
    return [text.count("\n", 0, match.start()) + 1 for match in TOKENS.finditer(text) if match.group(1)]


def long_functions(text):
    """First line and length of each function that is too long: from a `{` to a `}` in the first column."""
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > MOST_LINES:
                yield start, number - start - 1
            start = 0


def wide_lines(path, text):
    """The numbers of the lines that are too wide."""
    for number, line in enumerate(text.splitlines(), 1):
        unbreakable = UNBREAKABLE.get(path.suffix)
        if len(line.expandtabs(TAB)) > COLUMNS and not (unbreakable and unbreakable.match(line)):
            yield number


def opens(path, text):
    """Does a C file say what it is for, itself or in the header that it includes first and that is its own?"""
    if text.startswith("/* "):
        return True
    first = re.match(r'(?:#define .*\n)*#include "(.*)"', text)
    if not first or Path(first.group(1)).stem.removesuffix("_priv") != path.stem.removesuffix("_test"):
        return False
    headers = [ROOT / "include" / first.group(1), *(ROOT / "src").rglob(Path(first.group(1)).name)]
    return any(header.exists() and header.read_text(encoding="utf-8").startswith("/* ") for header in headers)


def files():
    """Each file that is read by people, by its name."""
    for path in sorted(path for top in TOPS for path in (ROOT / top).rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.is_file() and path.suffix in KINDS and not any(part in name for part in NO_TEXT):
            yield name, path


def problems_of(name, path):
    text = path.read_text(encoding="utf-8")
    yield from (f"{name}:{line}: more than {COLUMNS} columns" for line in wide_lines(path, text))
    if path.suffix not in (".c", ".h"):
        return
    if not opens(path, text):
        yield f"{name}:1: no sentence that says what the file is for"
    yield from (f"{name}:{line}: a // comment" for line in line_comments(text))
    yield from (f"{name}:{line}: a function of {count} lines" for line, count in long_functions(text))


def main():
    problems = [problem for name, path in files() for problem in problems_of(name, path)]
    for problem in problems:
        print(problem)
    if not shutil.which("clang-format"):
        print("clang-format is not there: the format was not checked")
        return 1 if problems else 0
    formatted = subprocess.run([sys.executable, ROOT / "scripts" / "format", "--check"], check=False).returncode == 0
    return 0 if formatted and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
