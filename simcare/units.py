"""Lengths of time in terms of one another. The unit of time in simcare is the week."""

from __future__ import annotations

DAYS_PER_WEEK = 7
WORKING_DAYS_PER_WEEK = 5
MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = 365.2425
"""The mean length of a year of the Gregorian calendar."""
WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK
"""52.1775."""
WEEKS_PER_MONTH = WEEKS_PER_YEAR / MONTHS_PER_YEAR
"""4.348125."""
