"""A whole family: a case, three needs, incidents and three children, which act on one another.

It is of the shape of the package's own model, in small. A need that is high makes incidents and
the way to court more likely; a plan makes incidents rarer and recovery faster; what a court
decides moves the children; and how soon they come home depends on a need. Numbers are made up.
"""

from __future__ import annotations

NEEDS, CHILDREN = 3, 3
WORSE, BETTER = 0.01, 0.02
"""Rates of a need from low to high and back."""
BETTER_ON_PLAN = 1.5
INCIDENT, HIGH, WATCHED = 0.03, 2.0, 0.5
"""Rate of incidents; times for each need that is high; times on a plan."""
SEEN = 0.3
"""Chance that an incident leads to a referral if the case is closed."""
TO_COURT = {("in_need", "plan"): 1.5, ("plan", "proceedings"): 1.3}
"""Clocks of the case, and how many times faster they run for each need that is high."""
HOME, HOME_IF_HIGH = 0.01, 0.5
"""Rate at which a child comes home; times if the first need is high."""
MOVES = 0.02
"""Rate at which a child in care moves to other carers."""
