"""Multinomial logistic regression over features by name (scikit-learn trains, numpy predicts).

A model is one `.npz` file of plain arrays; nothing in it is ever unpickled.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dateline.baselines.parts import NONE, Examples, Floats
from dateline.errors import DataError

__all__ = ["Linear", "read_linear", "train_linear"]

_RARE = 2
_LARGEST = 1 << 30


class Linear:
    """`weights` has a row a feature and a column a label; `bias` an entry a label."""

    def __init__(
        self, labels: Sequence[str], features: Sequence[str], weights: Floats, bias: Floats
    ) -> None:
        self.labels = list(labels)
        self._features = list(features)
        self._column = {name: number for number, name in enumerate(features)}
        self._weights = weights
        self._bias = bias

    def scores(self, rows: Sequence[Sequence[str]]) -> Floats:
        """The log-odds of each label, one row a candidate; features that are not known add none."""
        made = np.tile(self._bias, (len(rows), 1))
        column = self._column
        for number, row in enumerate(rows):
            known = [column[name] for name in row if name in column]
            if known:
                made[number] += self._weights[known].sum(axis=0)
        return made

    def write(self, path: Path) -> None:
        """Write the arrays; the same model gives the same bytes."""
        with path.open("wb") as file:
            np.savez(
                file,
                labels=_packed(self.labels),
                features=_packed(self._features),
                weights=self._weights.astype(np.float32),
                bias=self._bias.astype(np.float32),
            )


def train_linear(examples: Examples, strength: float = 1.0, lean: float = 0.0) -> Linear:
    """Train on candidates; features that stand less than twice are left out.

    `strength` is the inverse of the L2 penalty, `lean` what is taken off the score for nothing:
    more of it finds more. The solver (L-BFGS) has no chance in it.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows, labels = examples
    counts = Counter(name for row in rows for name in set(row))
    features = sorted(name for name, count in counts.items() if count >= _RARE)
    names = sorted(set(labels))
    if len(names) < 2 or not features:
        names = names or [NONE]
        return Linear(names, [], np.zeros((0, len(names))), np.zeros(len(names)))
    column = {name: number for number, name in enumerate(features)}
    columns, starts = [], [0]
    for row in rows:
        columns += sorted({column[name] for name in row if name in column})
        starts.append(len(columns))
    matrix = csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), len(features)))
    model = LogisticRegression(C=strength, max_iter=300)
    model.fit(matrix, labels)
    weights, bias = model.coef_.T, model.intercept_
    if len(names) == 2:  # one column stands for both
        weights = np.hstack([np.zeros_like(weights), weights])
        bias = np.array([0.0, *bias])
    if NONE in names:
        bias[names.index(NONE)] -= lean
    # As they are stored, so that a model predicts the same before and after.
    return Linear(
        names,
        features,
        weights.astype(np.float32).astype(np.float64),
        bias.astype(np.float32).astype(np.float64),
    )


def read_linear(path: Path, where: str) -> Linear:
    """Read a model.

    Raises
    ------
    DataError : not such a file, too large, or arrays that do not fit together.
    """
    expected = "a linear model (arrays labels, features, weights, bias)"
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > _LARGEST:
            raise DataError(where, f"{expected} of at most {_LARGEST} bytes", f"{size} bytes")
        with np.load(path, allow_pickle=False) as arrays:
            labels, features = _unpacked(arrays["labels"]), _unpacked(arrays["features"])
            weights = arrays["weights"].astype(np.float64)
            bias = arrays["bias"].astype(np.float64)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(where, expected, str(error) or type(error).__name__) from None
    if weights.shape != (len(features), len(labels)) or bias.shape != (len(labels),):
        found = f"weights {weights.shape}, bias {bias.shape}"
        raise DataError(where, f"{len(features)} features by {len(labels)} labels", found)
    if not labels or not (np.isfinite(weights).all() and np.isfinite(bias).all()):
        raise DataError(where, "finite weights of one label or more", "others")
    return Linear(labels, features, weights, bias)


def _packed(names: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def _unpacked(raw: NDArray[np.uint8]) -> list[str]:
    if raw.dtype != np.uint8 or raw.ndim != 1:
        raise ValueError("names that are not bytes")
    text = raw.tobytes().decode()
    return text.split("\n") if text else []
