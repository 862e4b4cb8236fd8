"""What is written of a calibration, so that it can be judged, used and made again."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import simcare
from simcare.experiment.calibration import keep, tables
from simcare.experiment.calibration.coverage import LEVELS
from simcare.experiment.calibration.plan import CalibrationPlan
from simcare.experiment.calibration.tried import nearest_table, recovery_table

if TYPE_CHECKING:
    from simcare.experiment.calibration.found import Calibrated

_PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn", "numba", "simpy", "pydantic")


def begun(plan: CalibrationPlan) -> dict[str, Any]:
    """Return what a manifest says before anything is run."""
    ready, prior = plan.ready, plan.prior
    return {
        "title": f"Calibration of {ready.scenario.title}",
        "complete": False,
        "calibration_sha256": plan.digest,
        "scenario_sha256": ready.loaded.digest,
        "files": [Path(f).name for f in ready.loaded.files],
        "policy": ready.scenario.reference,
        "prior": {
            "shape": prior.shape,
            "ranges": {
                n: [float(low), float(high)]
                for n, low, high in zip(prior.names, prior.low, prior.high, strict=True)
            },
        },
        "targets": {
            t.name: {
                "role": t.role, "published": t.value, "sd": t.sd, "discrepancy": t.discrepancy,
                "evidence": list(t.ids),
            }
            for t in plan.targets
        },
        "waves": plan.waves,
        "runs": list(plan.sizes),
        "families": plan.families,
        "draws": plan.draws,
        "seed": plan.seed,
        "spread_over_draws": "parameter uncertainty, given the targets, their tolerances and the "
        "ranges assumed",
        "versions": {"simcare": simcare.__version__, "python": platform.python_version(), **{
            name: known for name in _PACKAGES if (known := _version(name)) is not None}},
        "platform": f"{platform.system()} {platform.machine()} {sys.byteorder}",
    }  # fmt: skip


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def write_record(found: Calibrated, held: keep.CalibrationFolder) -> None:
    """Write the posterior with its provenance, every table and the manifest."""
    posterior = keep.as_csv(tables.draws_table(found))
    held.write(keep.POSTERIOR, posterior)
    held.write(keep.PROVENANCE, _provenance(found, posterior).encode())
    made = (
        tables.numbers_table, tables.targets_table, tables.informs_table,
        tables.correlations_table, tables.waves_table, tables.predictions_table,
        nearest_table, recovery_table,
    )  # fmt: skip
    for name, make in zip(keep.TABLES, made, strict=True):
        held.write(name, keep.as_csv(make(found)))
    path = held.folder / keep.MANIFEST
    # The versions stay those of the run that made the results.
    said = json.loads(path.read_text(encoding="utf-8"))
    held.write(keep.MANIFEST, keep.as_json({**said, "complete": True, **_outcome(found)}))


def _outcome(found: Calibrated) -> dict[str, Any]:
    proposals = len(found.weighed.weights)
    return {
        "proposals": proposals,
        "effective_sample_size": round(found.weighed.effective, 2),
        "correction_by_real_runs": round(found.weighed.correction, 4),
        "effective_if_corrected_in_full": round(found.weighed.in_full, 2),
        "accepted": round(found.weighed.effective / proposals, 4),
        "distinct_draws": len(np.unique(found.chosen)),
        "largest_weight": round(float(found.weighed.weights.max()), 5),
        "recovery": None if found.covered is None else {
            f"{level:.0%}": [round(x, 4) for x in found.covered.pooled(level)] for level in LEVELS
        } | {"is": "share, low and high: 95 %, Student's t over the truths"},
        "emulators": {
            name: {"explained": round(float(explained), 4), "sd": round(float(sd), 5)}
            for name, explained, sd in zip(
                found.plan.observed.names, found.last.explained, np.sqrt(found.last.variance),
                strict=True,
            )
        },
    }  # fmt: skip


def _provenance(found: Calibrated, posterior: bytes) -> str:
    """Return the provenance of the posterior, as TOML."""
    plan = found.plan
    fitted = [plan.targets[i].name for i in plan.fitted]
    lines = [
        "# Where posterior.csv comes from: a row for each draw, a column for each number that was",
        "# calibrated. Made again by the command below; docs/calibration.md has the method.",
        "",
        f"scenario = {_quoted(plan.name)}",
        f"command = {_quoted(' '.join(command(plan)))}",
        f"simcare = {_quoted(simcare.__version__)}",
        f"posterior_sha256 = {_quoted(hashlib.sha256(posterior).hexdigest())}",
        f"calibration_sha256 = {_quoted(plan.digest)}",
        f"draws = {plan.draws}",
        f"effective_sample_size = {found.weighed.effective:.1f}",
        f"correction_by_real_runs = {found.weighed.correction:.3f}",
        f"effective_if_corrected_in_full = {found.weighed.in_full:.1f}",
        f"distinct_draws = {len(np.unique(found.chosen))}",
        f"runs = {list(plan.sizes)}",
        f"families = {plan.families}",
        f"seed = {plan.seed}",
        f"prior = {_quoted(plan.prior.shape)}",
        "targets = [",
        *(f"    {_quoted(name)}," for name in fitted),
        "]",
        "",
        "# The range of each number that was drawn from. A scenario that states another has its",
        "# own way with that number, and the posterior is not used for it.",
        "[ranges]",
    ]
    ranges = zip(plan.prior.names, plan.prior.low, plan.prior.high, strict=True)
    lines += [f"{name} = [{float(low)!r}, {float(high)!r}]" for name, low, high in ranges]
    return "\n".join(lines) + "\n"


def command(plan: CalibrationPlan) -> list[str]:
    """Return what to type to have the same calibration again."""
    words = ["simcare", "calibrate", plan.name, "--waves", str(plan.waves)]
    words += ["--runs", str(plan.runs), "--draws", str(plan.draws)]
    words += ["--families", str(plan.families), "--seed", str(plan.seed)]
    return [*words, *([] if plan.prior.shape == "uniform" else ["--prior", plan.prior.shape])]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
