"""Random draws that belong to a decision, not to a stream.

A draw is a pure function of (seed, family, decision, occurrence, purpose), so a family that a
policy does not reach meets exactly the same luck under it, and nothing that one family does
can change the luck of another (the idea of decision-keyed common random numbers: Klein et al.
2024 for agent models; Salmon et al. 2011 for counter-based generators).

The mixing function is the finaliser of splitmix64 (Steele, Lea and Flood 2014), applied once
for each part of the key. The plain-integer and the numpy forms give the same bits.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

MASK = 0xFFFF_FFFF_FFFF_FFFF
GOLDEN = 0x9E37_79B9_7F4A_7C15
M1 = 0xBF58_476D_1CE4_E5B9
M2 = 0x94D0_49BB_1331_11EB
SCALE = 2.0**-52

DURATION = 0
CHOICE = 1


def mix(value: int) -> int:
    """Scramble a 64-bit integer (bijective)."""
    value = ((value ^ (value >> 30)) * M1) & MASK
    value = ((value ^ (value >> 27)) * M2) & MASK
    return value ^ (value >> 31)


def decision_key(name: str) -> int:
    """Return a stable 64-bit key for a named decision, the same under any hash seed."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def family_key(seed: int, family: int) -> int:
    """Return the 64-bit key of one family under one seed."""
    return mix((mix((seed + GOLDEN) & MASK) + family * GOLDEN + 1) & MASK)


def replication_seed(seed: int, replication: int) -> int:
    """Return the seed of one replication: the seed itself for the first, far from any other's."""
    return (
        seed if replication == 0 else mix((mix((seed + GOLDEN) & MASK) + replication) & MASK) >> 1
    )


def family_keys(seed: int, families: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the keys of families under one seed: the array form of `family_key`, shape (n,)."""
    with np.errstate(over="ignore"):
        base = np.uint64(mix((seed + GOLDEN) & MASK))
        return _mix_array(base + families.astype(np.uint64) * np.uint64(GOLDEN) + np.uint64(1))


def clock_key(family: int, decision: int) -> int:
    """Return the 64-bit key of one decision of one family, from their two keys."""
    return mix(family ^ decision)


def uniform(key: int, occurrence: int, purpose: int) -> float:
    """Return a number strictly between 0 and 1 for one occurrence of a keyed decision."""
    # `mix`, written out: a call costs plain Python as much as the sums.
    value = (key + (2 * occurrence + purpose + 1) * GOLDEN) & MASK
    value = ((value ^ (value >> 30)) * M1) & MASK
    value = ((value ^ (value >> 27)) * M2) & MASK
    return (((value ^ (value >> 31)) >> 12) + 0.5) * SCALE


def unit_exponential(key: int, occurrence: int) -> float:
    """Return the unit exponential that a clock spends over one of its lives."""
    return -math.log(uniform(key, occurrence, DURATION))


def uniforms(seed: int, families: NDArray[np.int64], name: str) -> NDArray[np.float64]:
    """Return one uniform per family for the decision `name`: the array form of `uniform`.

    families: shape (n,), family numbers. Returns shape (n,), the first occurrence's choice.
    """
    with np.errstate(over="ignore"):
        key = _mix_array(family_keys(seed, families) ^ np.uint64(decision_key(name)))
        bits = _mix_array(key + np.uint64(CHOICE + 1) * np.uint64(GOLDEN))
    return ((bits >> np.uint64(12)).astype(np.float64) + 0.5) * SCALE


def _mix_array(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(M1)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(M2)
    return value ^ (value >> np.uint64(31))
