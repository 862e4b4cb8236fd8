"""Slips of the pen that make a file no TOML, in a sentence that says how to mend the line."""

from __future__ import annotations

import re
import tomllib

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_LONGEST = 50
_ANYTHING = "write 0.6 and not 0,6 or 60%, 1200 and not 1,200, and straight quotes"
_TWICE = "the same name is said twice; leave one of them out, or give one another name"
_BRACE = "a table that begins with `{` is not closed with `}` on the same line, or lacks a comma"
_BY_MESSAGE = (
    ("Cannot overwrite a value", _TWICE),
    ("Cannot declare", _TWICE),
    ("Unclosed array", "a list that begins with `[` is not closed with `]`, or lacks a comma"),
    ("Unclosed inline table", _BRACE),
    ("Expected '=' after a key", "a line is a key, `=` and a value; a remark begins with #"),
    ("Illegal character '\\n'", "a text is not closed with a quote"),
    ("Expected ']' at the end of a table", "a name may have lower-case letters, digits and _ only"),
)  # fmt: skip
_BY_TEXT = (
    (r"[“”‘’„]", 'write straight quotes (") and not curly ones'),
    (r"= *[\d.]+ *%", "write a share and not a percentage: 0.4 for 40 %"),
    (r"= *£", "write the number without a pound sign"),
    (r"= *\d{1,3}(,\d{3})+", "write 1200 and not 1,200"),
    (r"= *\d+,\d", "write 0.6 and not 0,6"),
)


def slip(text: str, error: tomllib.TOMLDecodeError) -> str:
    """Return what is wrong with a text that is no TOML, and how to mend it.

    text: the whole of the file; error: what the parser said of it.
    """
    message = str(error)
    where = _AT.search(message)
    number = int(where[1]) if where and where[1] else None
    if number and where and message.startswith("Unclosed"):
        number = _line_of(text, number, int(where[2]))
    line = text.splitlines()[number - 1].strip() if number else ""
    said = _AT.sub("", message)
    place = f"line {number}" if number else "the end of the file"
    shown = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
    quoted = f" (`{shown}`)" if shown else ""
    return f"this is not TOML: {said} at {place}{quoted}; mend that line: {_remedy(said, line)}."


def _remedy(message: str, line: str) -> str:
    found = [remedy for pattern, remedy in _BY_TEXT if re.search(pattern, _outside_text(line))]
    if _outside_text(line).count("{") > _outside_text(line).count("}"):
        found.append(_BRACE)
    found += [remedy for begins, remedy in _BY_MESSAGE if message.startswith(begins)]
    return found[0] if found else _ANYTHING


def _line_of(text: str, line: int, column: int) -> int:
    """Return the line at fault: what is missing before a line is missing at the end of another."""
    lines = text.splitlines()
    if line <= len(lines) and lines[line - 1][: column - 1].strip():
        return line
    above = [i for i in range(1, line) if lines[i - 1].strip()]
    return above[-1] if above else line


def _outside_text(line: str) -> str:
    """Return a line without what stands in straight quotes."""
    return re.sub(r'"[^"]*"', '""', line)
