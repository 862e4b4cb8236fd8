"""The one long table of an experiment's results, and its bytes as part of a Parquet dataset."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "draw": "number of the draw of parameters, from 0",
    "seed": "keys every random draw of the simulation; the same families in every draw",
    "replications": "how many times the families were run, seed by seed",
    "families": "families in each replication",
    "horizon_weeks": "weeks followed from week 0",
    "warm_up_weeks": "weeks before it",
    "discount": "name of the discount schedule",
    "policy": "name of the policy",
    "outcome": "name of the outcome",
    "unit": "what the numbers of the outcome are in",
    "mean": "mean under the policy",
    "standard_error": "Monte Carlo standard error of `mean`",
    "difference": "policy minus reference on the same families",
    "difference_standard_error": "Monte Carlo standard error of `difference`",
    "variance_gain": "unpaired variance of the difference over the paired",
    "error_kind": "what the standard errors are over",
}
"""Every column but those of the parameters, which stand before `policy`."""

_NUMBERS = ("mean", "standard_error", "difference", "difference_standard_error", "variance_gain")
_TEXTS = ("discount", "policy", "outcome", "unit", "error_kind")
_DIGEST, _NUMBER = b"simcare_experiment_sha256", b"simcare_part"


def columns_of(parameters: Sequence[str]) -> list[str]:
    """Return the columns of a dataset in order, given the parameters that vary."""
    names = list(COLUMNS)
    at = names.index("policy")
    return [*names[:at], *parameters, *names[at:]]


def encode(table: pd.DataFrame, parameters: Sequence[str], digest: str, part: int) -> bytes:
    """Return a part as the bytes of a Parquet file: the same for the same table.

    table: columns as `columns_of`. Numbers that cannot be known (nan) become nulls.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = dict.fromkeys(_TEXTS, pa.string())
    kinds |= dict.fromkeys((*_NUMBERS, *parameters), pa.float64())
    said = {_DIGEST: digest.encode(), _NUMBER: str(part).encode()}
    said |= {f"column {n}".encode(): what.encode() for n, what in COLUMNS.items()}
    schema = pa.schema(
        [(name, kinds.get(name, pa.int64())) for name in columns_of(parameters)], metadata=said
    )
    made = pa.Table.from_pandas(table, schema, preserve_index=False).replace_schema_metadata(said)
    out = BytesIO()
    pq.write_table(made, out, compression="zstd")
    return out.getvalue()


def is_part(path: Path, digest: str, part: int) -> bool:
    """Say whether a file is that part of the results of the experiment with that digest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        said = pq.read_metadata(path).metadata or {}
    except (pa.ArrowInvalid, OSError):
        return False
    return (said.get(_DIGEST), said.get(_NUMBER)) == (digest.encode(), str(part).encode())
