"""The shapes in which an experiment file states things, field by field."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field

from simcare.scenario.parts import Name, Strict

Kind = Literal["grid", "latin_hypercube", "sobol", "table", "posterior"]
Shape = Literal["uniform", "triangular", "normal", "lognormal", "beta", "gamma"]
T = TypeVar("T")


def _listed(given: Any) -> Any:
    """Take one value for a list of one."""
    return given if isinstance(given, list) else [given]


Several = Annotated[list[T], BeforeValidator(_listed), Field(min_length=1)]


class DesignSpec(Strict):
    """How the draws are chosen.

    `grid`: every combination of the parameters' `values`. `latin_hypercube` and `sobol`: so
    many `draws`, keyed by `seed`. `table`: the draws written out, as `rows` or in a CSV `file`
    beside the experiment with a column for each parameter. `posterior`: the first so many
    `draws` of the posterior that ships with the scenario, or of the CSV `file` that `simcare
    calibrate` wrote; what it does not cover is drawn by Latin hypercube. Left out: `posterior`
    where what the scenario assumes is to vary and a posterior ships with it; `latin_hypercube`
    where none does; `grid` where single parameters are named.
    """

    kind: Kind | None = None
    draws: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    seed: Annotated[int | None, Field(ge=0)] = None
    rows: list[dict[str, float]] | None = None
    file: str | None = None


class VariedSpec(Strict):
    """How a parameter varies.

    `values`, each as likely as the others where draws are sampled; or a `distribution`, by
    `low` and `high`, by `mean` and `sd`, or `from` the "range" that the scenario gives it.
    """

    values: Annotated[list[float] | None, Field(min_length=1)] = None
    distribution: Shape | None = None
    from_: Annotated[Literal["range"] | None, Field(alias="from")] = None
    low: float | None = None
    high: float | None = None
    mode: float | None = None
    mean: float | None = None
    sd: float | None = None


class AssumedSpec(Strict):
    """The distribution of every parameter that the scenario assumes, over its own range."""

    distribution: Shape = "uniform"


class SettingsSpec(Strict):
    """Settings to run every draw at; of each, one value or several. Left out: the scenario's."""

    families: Several[Annotated[int, Field(ge=1)]] | None = None
    replications: Several[Annotated[int, Field(ge=1, le=10_000)]] | None = None
    horizon_weeks: Several[Annotated[int, Field(gt=0, le=5218)]] | None = None
    warm_up_weeks: Several[Annotated[int, Field(ge=0, le=2610)]] | None = None
    discount: Several[str] | None = None


class Experiment(Strict):
    """A whole experiment file."""

    title: str
    scenario: str
    policies: Annotated[list[str] | None, Field(min_length=1)] = None
    seeds: Several[Annotated[int, Field(ge=0)]] | None = None
    design: DesignSpec = DesignSpec()
    settings: SettingsSpec = SettingsSpec()
    assumed: AssumedSpec | None = None
    parameters: dict[Name, VariedSpec] = Field(default_factory=dict)
