"""Emulators: quick stand-ins for the simulation, one for each target.

Each is a polynomial of the second degree in the assumed numbers, every range scaled to run from
-1 to 1: all first powers, all squares, and the products of the numbers that matter most. The lasso
(Tibshirani 1996), with its penalty chosen by cross-validation, decides which of these terms are
kept. decisions/0008 has what else was tried.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError

Floats = NDArray[np.float64]
LEADING = 20
"""Products are formed among so many numbers: those that alone explain most."""

FOLDS = 5
_PENALTIES = 30
_SQUARE = 1.0 / 3.0
"""Mean of a square over a range from -1 to 1, taken off so that it does not move the mean."""


@dataclass(frozen=True)
class Emulators:
    """Emulators of m targets in k numbers.

    constant: (m,); first: (m, k); second: (m, k, k), symmetric. variance: (m,) of what an
    emulator gets wrong, from cross-validation, less the Monte Carlo noise of the runs. explained:
    (m,) share of the variance between runs, Monte Carlo noise left out, that is explained in
    cross-validation.
    """

    constant: Floats
    first: Floats
    second: Floats
    variance: Floats
    explained: Floats

    def mean(self, x: Floats) -> Floats:
        """Return what the emulators expect at scaled points (n, k), of shape (n, m)."""
        found: Floats = self.constant + x @ self.first.T
        for j, used, q in self._products:
            part = x[:, used]
            found[:, j] += ((part @ q) * part).sum(axis=1)
        return found

    @cached_property
    def _products(self) -> list[tuple[int, NDArray[np.int64], Floats]]:
        """The numbers that each target's second powers are of, and their coefficients."""
        every = [(j, np.flatnonzero(q.any(axis=0)), q) for j, q in enumerate(self.second)]
        return [(j, used, q[np.ix_(used, used)]) for j, used, q in every if len(used)]

    def shares(self) -> Floats:
        """Return the share of each target's emulated variance that each number brings, (m, k).

        Over the whole ranges, uniformly: the variance of a number's own first power and square,
        and half of that of each product that it has a part in; rows sum to 1, or to 0 for a
        target that does not move at all.
        """
        own = np.einsum("mkk->mk", self.second)
        # The variance of x is 1/3, of x squared 4/45, of a product of two 1/9.
        products = 2.0 * self.second - 2.0 * np.einsum("mk,kl->mkl", own, np.eye(own.shape[1]))
        parts = self.first**2 / 3.0 + own**2 * 4.0 / 45.0 + (products**2).sum(axis=2) / 18.0
        total = parts.sum(axis=1, keepdims=True)
        found: Floats = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0.0)
        return found


def fit(x: Floats, z: Floats, noise: Floats, seed: int) -> Emulators:
    """Fit an emulator to each target.

    x: (n, k) scaled points; z: (n, m) what the model gave; noise: (n, m) its Monte Carlo
    variances. seed: of the folds. Raises UserError if the extra `calibrate` is not installed.
    """
    fitted = [_fit_one(x, z[:, j], noise[:, j], seed) for j in range(z.shape[1])]
    return Emulators(*(np.array([getattr(f, name) for f in fitted]) for name in _FIELDS))


_FIELDS = ("constant", "first", "second", "variance", "explained")


@dataclass(frozen=True)
class _One:
    constant: float
    first: Floats
    second: Floats
    variance: float
    explained: float


def _fit_one(x: Floats, z: Floats, noise: Floats, seed: int) -> _One:
    k = x.shape[1]
    weight = 1.0 / (noise + max(float(noise.mean()), 1e-12))
    weight = weight / weight.mean()
    total = float(np.average((z - np.average(z, weights=weight)) ** 2, weights=weight))
    if total < 1e-20:
        return _One(float(z.mean()), np.zeros(k), np.zeros((k, k)), 0.0, 1.0)
    leading = _leading(x, z, weight, seed)
    rows, columns = (leading[i] for i in np.triu_indices(len(leading), 1))
    terms = np.column_stack([x, x**2 - _SQUARE, x[:, rows] * x[:, columns]])
    model, missed = _lasso(terms, z, weight, seed)
    rough = float(np.average(noise, weights=weight))
    # What is left is itself an estimate: one standard error of it is added, lest a lucky fit be
    # trusted too far.
    variance = max(missed - rough, 0.0) + missed * np.sqrt(2.0 / len(z))
    explained = 1.0 - max(missed - rough, 0.0) / max(total - rough, 1e-300)
    second = np.zeros((k, k))
    second[np.arange(k), np.arange(k)] = model.coef_[k : 2 * k]
    products = model.coef_[2 * k :] / 2.0
    second[rows, columns] += products
    second[columns, rows] += products
    constant = float(model.intercept_) - _SQUARE * float(model.coef_[k : 2 * k].sum())
    return _One(
        constant, model.coef_[:k].copy(), second, float(variance), float(np.clip(explained, 0, 1))
    )


def _leading(x: Floats, z: Floats, weight: Floats, seed: int) -> NDArray[np.int64]:
    """Return the numbers whose own first powers and squares explain most, in their order."""
    k = x.shape[1]
    model, _ = _lasso(np.column_stack([x, x**2 - _SQUARE]), z, weight, seed)
    explains = model.coef_[:k] ** 2 / 3.0 + model.coef_[k:] ** 2 * 4.0 / 45.0
    order = np.argsort(-explains, kind="stable")[:LEADING]
    return np.sort(order[explains[order] > 0.0]).astype(np.int64)


def _lasso(terms: Floats, z: Floats, weight: Floats, seed: int) -> tuple[Any, float]:
    """Return a lasso and its mean squared error in cross-validation."""
    selection = _sklearn("model_selection")
    folds = selection.KFold(FOLDS, shuffle=True, random_state=seed)
    spread = terms.std(axis=0)
    spread[spread == 0.0] = 1.0
    model = _sklearn("linear_model").LassoCV(alphas=_PENALTIES, cv=folds, max_iter=5_000)
    with warnings.catch_warnings():
        # The smallest penalties may not be followed to the last digit; they are not chosen then.
        warnings.simplefilter("ignore")
        model.fit(terms / spread, z, sample_weight=weight)
    model.coef_ = model.coef_ / spread
    return model, float(model.mse_path_.mean(axis=1).min())


def _sklearn(part: str) -> Any:
    require_extra()
    return import_module(f"sklearn.{part}")


def require_extra() -> None:
    """Make sure that scikit-learn is there; UserError if not."""
    try:
        import_module("sklearn")
    except ImportError:
        raise UserError(
            "calibration needs a package that is not installed; install simcare with its extra "
            "`calibrate` (pip install 'simcare[calibrate]')."
        ) from None


@contextmanager
def one_thread() -> Iterator[None]:
    """Let linear algebra run on one thread, whose sums have one order on every machine."""
    require_extra()
    with import_module("threadpoolctl").threadpool_limits(1):
        yield


def informed_by(emulators: Emulators, targets: Sequence[str], names: Sequence[str]) -> Any:
    """Return a table of which target depends on which number: target, parameter, share.

    Shares below one in a hundred are left out; the largest come first.
    """
    import pandas as pd

    shares = emulators.shares()
    rows = [
        (target, names[i], float(shares[j, i]))
        for j, target in enumerate(targets)
        for i in np.argsort(-shares[j], kind="stable")
        if shares[j, i] >= 0.01
    ]
    return pd.DataFrame(rows, columns=["target", "parameter", "share"])
