"""Small real comparisons, run once each: listed families, sampled families, limited places."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.compare import Comparison, compare

SAMPLED = """
extends = "three_families"
title = "Many families in a made-up council"
plain = "For the tests of the report room"
families = 120
horizon_weeks = 520
warm_up_weeks = 104
seed = 7
harm_clock = "life/as_it_is/incident"

[groups]
meanwhile = ["meanwhile"]
known = ["referral", "assessment", "plan", "proceedings"]
final = ["order"]

[parameters]
incident_rate = { value = 0.02, unit = "per week", source = "made up" }
moderate_remission = { value = 0.004, unit = "per week", source = "made up" }
severe_remission = { value = 0.002, unit = "per week", source = "made up" }
harm_moderate = { value = 2, unit = "ratio", source = "made up" }
harm_severe = { value = 4, unit = "ratio", source = "made up" }
harm_more = { value = 8, unit = "ratio", source = "made up" }
relapse_scale = { value = 300, unit = "weeks", source = "made up" }
relapse_shape = { value = 0.8, unit = "ratio", source = "made up" }
half = { value = 0.5, unit = "share", assumed = { low = 0.2, high = 0.8, reason = "nothing better is known" } }
seen = { value = 0.4, unit = "share", assumed = { low = 0.2, high = 0.8, reason = "nothing better is known" } }
most = { value = 0.8, unit = "share", source = "made up" }
stay_price = { value = 60, unit = "£/week", price_year = "2024-25", source = "made up" }
long_weeks = { value = 156, unit = "weeks", source = "made up" }
protect = { value = 0.6, unit = "ratio", source = "made up" }
faster = { value = 3, unit = "ratio", source = "made up" }
return_weeks = { value = 300, unit = "weeks", source = "made up" }
year = { value = 52, unit = "weeks", source = "made up" }
ten_years = { value = 522, unit = "weeks", source = "made up" }
frailty_variance = { value = 0.5, unit = "ratio", source = "made up" }

[needs.drugs]
severe_share = "half"
moderate_remission = "moderate_remission"
severe_remission = "severe_remission"
relapse_scale = "relapse_scale"
relapse_shape = "relapse_shape"
harm_moderate = "harm_moderate"
harm_severe = "harm_severe"

[regions.life]
title = "Life at home"
start = "as_it_is"

[regions.life.levels.as_it_is]
title = "As it is"
clocks.incident = { rate = "incident_rate", factors = [{ any_child_in = "@home" }, { register = "frailty" }], outcomes = [
    { share = "seen", title = "Incident, reported", do = ["case from closed to referral"] },
    { title = "Incident that nobody sees" },
] }

[regions.placement.levels.foster]
clocks.returns = { mean_weeks = "return_weeks", outcomes = [{ to = "home", title = "Return home" }] }

[supports.stay]
title = "Long-term support"
serves = ["drugs"]
take_up = "most"
planned_weeks = "long_weeks"
speeds_remission = "faster"
protects = "protect"
per_week = [
    { amount = "stay_price", payer = "childrens_services", category = "help", item = "family support worker" },
]
evidence_strength = "argument only"
cannot_show = "Anything: it is made up."

[supports.advice]
title = "Costly advice"
serves = ["drugs"]
take_up = "most"
planned_weeks = "long_weeks"
per_week = [
    { amount = "stay_price", payer = "nhs", category = "help", item = "advice" },
]
evidence_strength = "argument only"
cannot_show = "Anything: it is made up."

[policies.stay]
title = "Long-term family support"
plain = "A worker for three years from the assessment on"
offers = [{ support = "stay", at = ["assessment"] }]

[policies.late]
title = "Treatment in proceedings only"
plain = "Treatment once the case is in court"
offers = [{ support = "treatment", at = ["proceedings"] }]

[policies.harmful]
title = "Treatment that leaves homes more dangerous"
plain = "Treatment, and more incidents, so that a warning is due"
extends = "treatment"
use = { harm_moderate = "harm_more" }

[policies.dear]
title = "Costly advice that does nothing"
plain = "Advice, and nothing changes but the bill"
offers = [{ support = "advice", at = ["assessment"] }]

[policies.nothing_new]
title = "As now under another name"
plain = "Nothing is offered"

[population]
child_shares = ["half", "half"]
age_ends = ["year", "ten_years"]
age_shares = ["half", "half"]
sibling_gap_weeks = "year"
frailty_variance = "frailty_variance"
max_children = 2

[population.types.single]
title = "Single issue"
share = "half"
needs = { drugs = "most" }

[population.types.many]
title = "Multiple difficulties"
share = "half"
needs = { drugs = 1 }

[outcomes.child_weeks_at_home]
title = "Child-weeks at home"
unit = "child-weeks per family"
kind = "weeks"
region = "placement"
to = ["@home"]
better = "neither"

[outcomes.incidents_at_home]
title = "Incidents at home"
unit = "per child-year at home"
kind = "fires"
region = "life"
clock = "as_it_is/incident"
per_year_of = "child_weeks_at_home"
"""

PLACES = """
extends = "sampled"
title = "Many families and few places"

[parameters]
few = { value = 2, unit = "count", source = "made up" }

[places.beds]
title = "Beds"
capacity = "few"

[supports.treatment]
place = "beds"
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("scenarios")
    (made / "sampled.toml").write_text(SAMPLED, encoding="utf-8")
    (made / "places.toml").write_text(PLACES, encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def listed() -> Comparison:
    """Three families by name: nothing is sampled, so no interval can be given."""
    return compare("three_families", workers=1)


@pytest.fixture(scope="session")
def sampled(folder: Path) -> Comparison:
    """Independent families and six policies."""
    return compare(folder / "sampled.toml", workers=1)


@pytest.fixture(scope="session")
def rationed(folder: Path) -> Comparison:
    """Families who share places, in a single replication: no interval can be given."""
    return compare(folder / "places.toml", ["treatment"], families=40, replications=1, workers=1)
