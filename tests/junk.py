"""Values of JSON that nearly are what a reader wants."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

__all__ = ["json_values"]


def json_values(keys: list[str], text: str) -> st.SearchStrategy[Any]:
    """Objects under keys that a reader knows, with values of any kind below; or anything else."""
    odd = [-1, 0, 3, 4, 10, 999, 10**12, 10**30, 0.5, 3.0, 1e300, float("nan"), "", "0", text]
    plain = st.none() | st.booleans() | st.integers(-2, 45) | st.sampled_from(odd) | st.text()
    known = st.sampled_from(["GPE", "COERCE", "CLUSTER", "actor", "STANCE", "Town", "accept"])
    key = st.sampled_from(keys) | st.text(max_size=3)
    value = st.recursive(
        plain | known,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(key, inner, max_size=5),
        max_leaves=30,
    )
    whole = st.dictionaries(key, value, max_size=8).map(lambda found: {"text": text} | found)
    return whole | whole | value
