#!/usr/bin/env python3
"""Checks the tables of include/tables, and that the README and --help say what they and the code say.

usage: check_tables.py [BINARY]   check; BINARY is asked for its --help
       check_tables.py --readme   print the README's table of settings
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "include" / "tables"
HEAD = ["| Flag | Variable | Default | |", "|---|---|---|---|"]

# A row of any table: its macro and what stands first in it, a name or a text; that, it is sorted by.
ROW = re.compile(r'^([A-Z_]+)\(\s*"?([^",)\s]+)', re.MULTILINE)
# Endpoints have their methods first, and are sorted by path.
ENDPOINT = re.compile(r'^(ENDPOINT)\("[^"]*",\s*"([^"]*)"', re.MULTILINE)
TEXT = r'"((?:[^"\\]|\\.)*)"'
SETTING = re.compile(rf"^SETTING\({TEXT},\s*(\w+),\s*(\w+),\s*{TEXT},\s*{TEXT},\s*{TEXT}\)", re.MULTILINE)


def unsorted_rows(path):
    """Complaints about rows that do not stand where they should."""
    text = path.read_text(encoding="utf-8")
    rows = ENDPOINT.findall(text) or ROW.findall(text)
    for (_, before), (_, after) in zip(rows, rows[1:]):
        if before > after:
            yield f"include/tables/{path.name}: {after} stands behind {before}"
        if before == after and "ENDPOINT" not in text:
            yield f"include/tables/{path.name}: {after} stands there twice"


def settings():
    """The rows of settings.def: flag, kind, default, values, help."""
    text = (TABLES / "settings.def").read_text(encoding="utf-8")
    found = [(flag, kind, default, values, help_) for flag, kind, _, default, values, help_ in SETTING.findall(text)]
    if len(found) != len(re.findall(r"^SETTING\(", text, re.MULTILINE)):
        raise SystemExit("include/tables/settings.def: a row has a form that scripts/check_tables.py cannot read")
    return found


def variable(flag):
    return "STANDIN_" + flag.upper().replace("-", "_")


def forms(flag, kind, values):
    """How the flag is written: `--x VALUE`, and `--no-x` where there is one."""
    first = f"--{flag} {values}".strip()
    return [first, f"--no-{flag}"] if kind in ("BOOLEAN", "ORIGIN") else [first]


def readme_table():
    rows = list(HEAD)
    for flag, kind, default, values, help_ in settings():
        cells = [
            ", ".join(f"`{form}`" for form in forms(flag, kind, values)).replace("|", "\\|"),
            f"`{variable(flag)}`",
            f"`{default}`" if default else "",
            help_.replace("|", "\\|"),
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return [row.replace("|  |", "| |") for row in rows]


def readme_problems():
    readme = ROOT / "README.md"
    lines = readme.read_text(encoding="utf-8").splitlines() if readme.exists() else []
    table = readme_table()
    if HEAD[0] not in lines:
        yield "README.md: has no table of settings; scripts/check_tables.py --readme prints it"
        return
    start = lines.index(HEAD[0])
    end = next((i for i in range(start, len(lines)) if not lines[i].startswith("|")), len(lines))
    for line in lines[start:end]:
        if line not in table:
            yield f"README.md: not in settings.def: {line}"
    for line in table:
        if line not in lines[start:end]:
            yield f"README.md: the table of settings lacks: {line}"


def left_out_problems():
    """Every update action that answers 501 is named in the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "src").rglob("*.c")):
        for name in re.findall(r'LEFT_OUT\("(\w+)"', path.read_text(encoding="utf-8")):
            if f"`{name}`" not in readme:
                yield f"README.md: does not say that {name} is left out ({path.relative_to(ROOT)})"


def help_problems(binary):
    run = subprocess.run([binary, "--help"], capture_output=True, text=True, timeout=20, check=True)
    shown = " ".join(run.stdout.split())
    for flag, kind, default, values, help_ in settings():
        origin = f"[{variable(flag)}; default: {default}]" if default else f"[{variable(flag)}]"
        expected = " ".join([", ".join(forms(flag, kind, values)), " ".join(help_.split()), origin])
        if expected not in shown:
            yield f"--help does not say: {expected}"


def main():
    if sys.argv[1:] == ["--readme"]:
        print("\n".join(readme_table()))
        return 0
    problems = [problem for path in sorted(TABLES.glob("*.def")) for problem in unsorted_rows(path)]
    problems += readme_problems()
    problems += left_out_problems()
    for binary in sys.argv[1:]:
        problems += help_problems(binary)
    print("\n".join(problems) if problems else "the tables are in order")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
