"""The description of the model: the hand-written template with the generated parts in place.

`python -m simcare.report.description > docs/model-description.md` writes the page for England.
"""

from __future__ import annotations

import re
import sys
from importlib import resources

from simcare.experiment.ready import Ready, make_ready
from simcare.report.description.tables import generated

COMMAND = "python -m simcare.report.description > docs/model-description.md"
TEMPLATE = "template.md"
_PLACE = re.compile(r"\{\{ ([a-z_]+) \}\}")


def template() -> str:
    """Return the hand-written parts, with `{{ name }}` where a generated one goes."""
    place = resources.files("simcare.report.description").joinpath(TEMPLATE)
    return place.read_text(encoding="utf-8")


def page(ready: Ready) -> str:
    """Return the page in Markdown. KeyError if the template names a part that is not made."""
    parts = generated(ready) | {"command": f"`{COMMAND}`", "title": ready.scenario.title}
    return _PLACE.sub(lambda match: parts[match[1]], template())


def main() -> None:
    """Print the page for England."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page(make_ready("england")))
