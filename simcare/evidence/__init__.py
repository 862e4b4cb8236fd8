"""Published numbers, each with its unit, range, price year, source, wording and standing.

`load()` gives the `Register`; `Register.get` one figure by id, `Register.search` the figures that
mention a word, `Register.curve` a published survival curve. `value_in` gives a figure in the unit a
model wants, and `rebase` takes pounds from one year's prices to another's. A figure whose
`is_evidence` is False was only ever recalled: a scenario refuses it.
"""

from simcare.evidence.conversion import convert, range_in, value_in
from simcare.evidence.prices import price_index, rebase
from simcare.evidence.records import Curve, Evidence
from simcare.evidence.register import Register, UnknownEvidence, load

__all__ = [
    "Curve",
    "Evidence",
    "Register",
    "UnknownEvidence",
    "convert",
    "load",
    "price_index",
    "range_in",
    "rebase",
    "value_in",
]
