#!/usr/bin/env python3
"""Checks what a reader of the C sources relies on: formatted (scripts/format), no `//` comments, no function of more
than 80 lines. Prints every place that breaks a rule and exits with 1 if there is one.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 80

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


def main():
    problems = []
    for path in sorted(path for top in ("include", "src", "tests") for path in (ROOT / top).rglob("*.[ch]")):
        name = path.relative_to(ROOT).as_posix()
        if "node_modules" in name:
            continue
        text = path.read_text(encoding="utf-8")
        problems += [f"{name}:{line}: a // comment" for line in line_comments(text)]
        problems += [f"{name}:{line}: a function of {count} lines" for line, count in long_functions(text)]
    for problem in problems:
        print(problem)
    if not shutil.which("clang-format"):
        print("clang-format is not there: the format was not checked")
        return 1 if problems else 0
    formatted = subprocess.run([sys.executable, ROOT / "scripts" / "format", "--check"], check=False).returncode == 0
    return 0 if formatted and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
