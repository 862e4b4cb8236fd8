"""What a return of simulated children counts is what the model counted of them."""

from __future__ import annotations

import datetime
from pathlib import Path

from simcare.experiment.compare import compare
from simcare.experiment.ready import with_settings
from simcare.local.form import read_plan
from simcare.local.returns.counts import count
from simcare.local.returns.disclosure import disclosed
from simcare.local.returns.spells import read_care
from simcare.local.trial import trial_of
from simcare.scenario.schema import OutcomeMeasure
from tests.local.children import written
from tests.local.exporting import PLACES, exported

FAMILIES = 3000


def test_a_return_of_simulated_children_counts_what_the_model_did(tmp_path: Path) -> None:
    plan = read_plan()
    moves = OutcomeMeasure.model_validate(
        {
            "title": "Moves",
            "unit": "children",
            "kind": "moves",
            "region": "placement",
            "from": list(PLACES),
            "to": ["moving"],
        }
    )
    plan = plan.model_copy(update={"measures": {**plan.measures, "moves": moves}})
    short = {"warm_up_weeks": 104, "horizon_weeks": 52}
    ready = with_settings(trial_of(plan, FAMILIES).ready, short)
    reference, start = ready.scenario.reference, ready.scenario.start_date
    done = compare(ready, [reference], families=FAMILIES, keep="log")
    model = {n: float(done.columns[reference][n].sum()) for n in plan.measures}

    files = written(tmp_path, *exported(done.events, start))
    care = read_care(*files, plan.codes)
    found = count(care, plan.codes, datetime.date(start.year + 1, 3, 31))

    assert model["local_care_starts"] > 20
    assert care.oddities.overlaps == 0
    assert found.starts == disclosed(model["local_care_starts"])
    assert found.ends == disclosed(model["local_care_ends"])
    assert found.moves == disclosed(model["moves"])
    assert found.exits["exits_returned"] == disclosed(model["local_returns"])
    assert found.exits["exits_guardianship"] == disclosed(model["local_guardianships"])
    assert found.exits["exits_adopted"] == disclosed(model["local_adoptions"])
    years = model["local_care_weeks"] / 52.1775
    # A day begins at midnight, and counts are rounded to five.
    assert abs(found.child_years.value - years) < 4
