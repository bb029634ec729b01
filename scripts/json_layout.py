"""Lays out JSON within the columns of the project: what fits stays as it was written, what does not is broken between
members. Order and spelling stay, so a text is the same data before and after.

A member that has to be broken begins a line; what it holds stands two columns further in, the first of it behind the
brace. A list of objects or lists has one on a line, a list of anything else is filled.
"""

import re
from dataclasses import dataclass, field

COLUMNS = 120
STEP = 2
BRACE = re.compile(r'"(?:\\.|[^"\\])*"|\{(?=[^\s}])|(?<=[^\s{])\}')  # texts, and braces that lack a space
TOKEN = re.compile(r'\s*("(?:\\.|[^"\\])*"|[][{},:]|[^][{},:\s"]+)')
SPACED = {"{": "{ ", "}": " }"}


@dataclass
class Value:
    """A value of the text, or a member of an object, which is a value with a key."""

    text: str  # what was written, all lines of it
    column: int  # of its first character
    indent: int  # of the line that it begins in
    starts_line: bool
    key: str = ""
    brackets: str = ""  # of an object or a list
    inside: list = field(default_factory=list)
    closes_line: bool = False  # the closing bracket began a line

    def flat(self):
        """All in one line."""
        if not self.brackets:
            return self.key + self.text
        space = " " if self.brackets == "{}" and self.inside else ""
        return self.key + self.brackets[0] + space + ", ".join(one.flat() for one in self.inside) + space + \
            self.brackets[1]


class Parser:
    """Reads the values of a text with where they stand."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def token(self):
        match = TOKEN.match(self.text, self.at)
        if not match:
            raise ValueError(f"not JSON at offset {self.at}")
        self.at = match.end()
        return match.group(1)

    def begins_line(self, start):
        return not self.text[self.text.rfind("\n", 0, start) + 1:start].strip()

    def value(self, start=None, key=""):
        token = self.token()
        start = self.at - len(token) if start is None else start
        line = self.text.rfind("\n", 0, start) + 1
        rest = self.text[line:]
        value = Value("", start - line, len(rest) - len(rest.lstrip(" ")), self.begins_line(start), key)
        if token in "[{":
            value.brackets = "[]" if token == "[" else "{}"
            self.fill(value)
        value.text = self.text[start:self.at] if value.brackets or not key else token
        return value

    def fill(self, value):
        while True:
            before = self.at
            token = self.token()
            if token == value.brackets[1]:
                value.closes_line = self.begins_line(self.at - 1)
                return
            if token == ",":
                continue
            self.at = before
            if value.brackets == "[]":
                value.inside.append(self.value())
                continue
            key = self.token()
            start = self.at - len(key)
            if self.token() != ":":
                raise ValueError(f"a key without a value at offset {start}")
            value.inside.append(self.value(start, key + ": "))


class Printer:
    """Writes values one after the other."""

    def __init__(self):
        self.lines = [""]

    def column(self):
        return len(self.lines[-1])

    def write(self, text):
        self.lines[-1] += text

    def begin(self, column):
        self.lines.append(" " * column)

    def as_written(self, value, base, tail):
        """The lines of a value as they were, moved to where it stands now; None if they do not fit there."""
        lines = value.text.split("\n") if value.brackets else [value.flat()]
        move = base - value.column if value.starts_line else \
            len(self.lines[-1]) - len(self.lines[-1].lstrip(" ")) - value.indent
        lines[1:] = [" " * (len(line) - len(line.lstrip(" ")) + move) + line.lstrip(" ") for line in lines[1:]]
        widths = [self.column() + len(lines[0])] + [len(line) for line in lines[1:]]
        widths[-1] += tail
        return lines if max(widths) <= COLUMNS else None

    def value(self, value, base, tail):
        """Writes a value that belongs to what begins in column base, and is followed by tail characters."""
        lines = self.as_written(value, base, tail)
        if lines:
            self.write(lines[0])
            self.lines += lines[1:]
        elif not value.inside:
            self.write(value.flat())
        else:
            self.write(value.key + value.brackets[0])
            self.inside(value, base, tail)
            self.write(value.brackets[1])

    def inside(self, value, base, tail):
        inside, braces = value.inside, value.brackets == "{}"
        space = 1 if braces else 0
        if not braces and len(inside) == 1 and not inside[0].starts_line:
            self.value(inside[0], base, tail + 1)
            return
        listed = not braces and any(one.brackets for one in inside) and not any(one.starts_line for one in inside)
        block = listed or inside[0].starts_line
        broken = False  # the value before takes several lines
        for index, one in enumerate(inside):
            last = index == len(inside) - 1
            end = (0 if block else tail + space + 1) if last else 1
            column = base + STEP
            here = self.fits(one, end + 1) or not self.fits(one, end + 1, column)
            if index == 0 and not block and (here or not braces):
                self.write(" " * space)
            elif broken or listed or one.starts_line or not self.fits(one, end + 1):
                self.begin(column)
            else:
                self.write(" ")
            first = len(self.lines)
            self.value(one, column, end)
            broken = len(self.lines) > first
            if not last:
                self.write(",")
        if block:
            self.begin(base)
        else:
            self.write(" " * space)

    def fits(self, value, tail, column=None):
        """Does a value fit into one line, here or in a column?"""
        column = self.column() if column is None else column
        return "\n" not in value.text and column + len(value.flat()) + tail <= COLUMNS


def laid_out(text):
    """The text of one JSON document, laid out."""
    parser = Parser(BRACE.sub(lambda match: SPACED.get(match.group(), match.group()), text))
    value = parser.value()
    printer = Printer()
    printer.value(value, 0, 0)
    return "\n".join(printer.lines) + "\n"
