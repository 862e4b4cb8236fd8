"""Print a command that README.md gives its readers, so that the checks run just that.

Usage: python3 .ci/readme_command.py NAME README

The command is the single line of the fence that follows `<!-- command: NAME -->`. It needs only
the standard library, since it runs before anything is installed.
"""

import re
import sys
from pathlib import Path


def command(text: str, name: str) -> str:
    """Return the command marked `name`; raise ValueError unless there is just one, of one line."""
    marker = f"<!-- command: {name} -->"
    if text.count(marker) != 1:
        raise ValueError(f"expected one '{marker}', found {text.count(marker)}.")
    pattern = rf"^{re.escape(marker)}\n```sh\n(?P<command>[^\n]+)\n```$"
    fence = re.search(pattern, text, re.MULTILINE)
    if fence is None:
        raise ValueError(f"expected a fence of one line, opened by ```sh, right after '{marker}'.")
    return fence["command"]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Usage: python3 .ci/readme_command.py NAME README")
    name, readme = sys.argv[1:]
    try:
        print(command(Path(readme).read_text(encoding="utf-8"), name))
    except ValueError as problem:
        sys.exit(f"{readme}: {problem}")
