"""Supports held to their studies: what was published beside what the model gives.

A study is a scenario that ships in `scenarios/studies` and has a table `[study]`: its people, its
follow-up, its two arms and its findings. Nothing is tuned here. A finding from which a support
takes a parameter shows whether the model gives back what was put in; any other is a check.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from simcare.errors import UserError, unknown
from simcare.experiment.compare import Comparison, Size, choose_size, compare
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.statistics import Estimate, ratio_of
from simcare.experiment.studies.estimates import arm_of, estimate
from simcare.experiment.studies.published import NONE, Published, published
from simcare.experiment.studies.terms import (
    AGREES,
    CLOSE,
    COLUMNS,
    CONTRASTS,
    FOLDER,
    MISSES,
    NEAR,
    NO_COMPARISON,
    NO_INTERVAL,
    NOTHING,
    RATIOS,
    TWOFOLD,
    study_of,
)
from simcare.experiment.workers import Progress
from simcare.scenario.load import Loaded, load
from simcare.scenario.shipped import folder
from simcare.scenario.study import FindingSpec, StudySpec

if TYPE_CHECKING:
    import pandas as pd


def study_names() -> list[str]:
    """Return the names of the studies that ship, in alphabetical order."""
    return sorted(path.stem for path in (folder() / FOLDER).glob("*.toml"))


def ready_studies(only: Sequence[str] | None = None) -> dict[str, Ready]:
    """Return studies ready to run, by name.

    only: names of studies that ship, or paths of files (default: all that ship). Raises
    UserError for a name that is unknown, and for a file that is no study or has mistakes.
    """
    found: dict[str, Ready] = {}
    for name in only if only is not None else study_names():
        loaded = _load(name)
        study = loaded.scenario.study
        if study is None:
            raise UserError(
                f"{loaded.path.name}: it has no table `[study]`, which says what was published; "
                f"name a study: {', '.join(study_names())}."
            )
        found[loaded.path.stem] = make_ready(loaded, [study.policy])
    return found


def _load(name: str) -> Loaded:
    if name in study_names():
        return load(f"{FOLDER}/{name}")
    try:
        return load(name)
    except UserError as error:
        if "there is no such scenario file" not in str(error):
            raise
        raise UserError(unknown("study", name, study_names())) from None


def validate_studies(
    studies: dict[str, Ready],
    *,
    families: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run studies and hold what they give to what was published: one row for each finding.

    studies: as `ready_studies` gives them. families: of each arm (default: each file's own).
    Columns: `COLUMNS`. `simulated` has a 95 % Monte Carlo interval, `low` to `high`: how far
    more simulated families could move it, and nothing else. The published interval is of
    another kind, and the two are never mixed: `verdict` says whether the simulated value lies
    in the published interval, `carried` how much of the published effect there is (1: all), and
    `far_off` whether it is not within half to twice of what was published.
    Raises UserError as `compare` does.
    """
    import pandas as pd

    sizes = {name: choose_size(ready, families=families) for name, ready in studies.items()}
    lives = {name: 2 * size.families * size.replications for name, size in sizes.items()}
    starts = [0]
    for count in lives.values():
        starts.append(starts[-1] + count)
    rows: list[tuple[object, ...]] = []
    for (name, ready), (before, _) in zip(studies.items(), pairwise(starts), strict=True):
        tell = _from(progress, before, starts[-1])
        study = study_of(ready)
        ran = compare(ready, [study.policy], families=families, workers=workers, progress=tell)
        rows += _rows(name, ready, study, ran, sizes[name])
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _from(progress: Progress | None, before: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, _: progress(before + done, total)


def _rows(
    name: str, ready: Ready, study: StudySpec, ran: Comparison, size: Size
) -> Iterator[tuple[object, ...]]:
    for finding in study.findings:
        simulated, shares = simulate(ran, study, finding)
        held = published(ready, finding, shares)
        says = verdict(finding, held, simulated)
        ids = [*_evidence(ready, finding.published), *_evidence(ready, finding.published_control)]
        yield (
            name, study.title, study.citation, study.design, study.policy, finding.title,
            finding.effect_on or finding.title, finding.role, ", ".join(finding.sets),
            finding.quantity, _unit(ready, finding), held.value, held.low, held.high, held.kind,
            simulated.mean, simulated.low, simulated.high, "95 % Monte Carlo",
            carried(finding, held, simulated), far_off(finding, held, simulated), says,
            "" if _near(says, held, simulated) else finding.if_missed, finding.mapping,
            ", ".join(dict.fromkeys([*ids, *finding.evidence])), size.families, size.seed,
        )  # fmt: skip


def simulate(
    ran: Comparison, study: StudySpec, finding: FindingSpec
) -> tuple[Estimate, tuple[float, float]]:
    """Return a finding's quantity in the model, and the shares in policy and control behind it."""
    values = ran.ready.values
    policy = arm_of(ran.columns[study.policy], finding, values)
    control = arm_of(ran.columns[study.control], finding, values)
    shares = ratio_of(policy.top, policy.bottom).mean, ratio_of(control.top, control.bottom).mean
    return estimate(finding, policy, control, values), shares


def carried(finding: FindingSpec, held: Published, simulated: Estimate) -> float:
    """Return how much of a published effect the model gives: 1 is all of it, 0 none.

    Ratios are compared by their logarithms. nan where nothing is compared, or nothing was found.
    """
    if finding.quantity == "difference" and held.value != 0.0:
        return simulated.mean / held.value
    if finding.quantity in RATIOS and held.value not in (0.0, 1.0) and simulated.mean > 0.0:
        return math.log(simulated.mean) / math.log(held.value)
    return math.nan


def far_off(finding: FindingSpec, held: Published, simulated: Estimate) -> bool:
    """Say whether a simulated value is not within half to twice of the published one.

    Of a contrast that is said of the effect (`carried`). False where nothing can be compared.
    """
    if finding.role == "no comparison" or not math.isfinite(simulated.mean):
        return False
    part = carried(finding, held, simulated)
    if finding.quantity not in CONTRASTS and held.value != 0.0:
        part = simulated.mean / held.value
    return math.isfinite(part) and not 1.0 / TWOFOLD <= part <= TWOFOLD


def verdict(finding: FindingSpec, held: Published, simulated: Estimate) -> str:
    """Say whether a simulated value lies in the published interval.

    Where its own Monte Carlo interval reaches over a limit, more families are needed to tell;
    where what the finding counts never happens in the model, nothing can be held to it.
    """
    if finding.role == "no comparison":
        return NO_COMPARISON
    if not math.isfinite(simulated.mean):
        return NOTHING
    if held.kind == NONE:
        return NO_INTERVAL
    if any(simulated.low < limit < simulated.high for limit in (held.low, held.high)):
        return CLOSE
    return AGREES if held.low <= simulated.mean <= held.high else MISSES


def _near(says: str, held: Published, simulated: Estimate) -> bool:
    """Say whether there is nothing to explain: it agrees, or is about as published."""
    if says == NO_INTERVAL:
        return abs(simulated.mean - held.value) <= NEAR * abs(held.value)
    return says in (AGREES, NO_COMPARISON)


def _evidence(ready: Ready, name: str | int | None) -> list[str]:
    if not isinstance(name, str):
        return []
    given = ready.scenario.parameters[name].evidence
    return [given] if isinstance(given, str) else list(given or [])


def _unit(ready: Ready, finding: FindingSpec) -> str:
    if finding.quantity in RATIOS:
        return "ratio"
    if isinstance(finding.published, str):
        return ready.scenario.parameters[finding.published].unit
    return "share"
