"""Money in time: what later pounds are worth today.

Pounds of one year in another year's prices are in `simcare.evidence.prices`. Nothing here knows
how a result was simulated.
"""

from simcare.economics.discounting import (
    Schedule,
    present_value,
    schedule,
    schedule_names,
)

__all__ = [
    "Schedule",
    "present_value",
    "schedule",
    "schedule_names",
]
