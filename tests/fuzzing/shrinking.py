"""A finding made small: pieces are left out for as long as the same thing happens."""

from __future__ import annotations

import time
from collections.abc import Callable

from fuzzing.cutting import Files

__all__ = ["shrunk"]


def shrunk(files: Files, same: Callable[[Files], bool], seconds: float = 30.0) -> Files:
    """The smallest input that was come by in so many seconds of which `same` still holds."""
    end = time.monotonic() + seconds
    files = dict(files)
    for name in list(files):
        less = {key: raw for key, raw in files.items() if key != name}
        if less and same(less):
            files = less
    for name in sorted(files, key=lambda key: -len(files[key])):
        for cut_at in (b"\n", b""):
            files[name] = _fewer(
                files[name], cut_at, lambda raw, n=name: same(files | {n: raw}), end
            )
    return files


def _fewer(raw: bytes, sign: bytes, same: Callable[[bytes], bool], end: float) -> bytes:
    """Lines (or bytes) left out, half of them at a time, then fewer."""
    parts = raw.split(sign) if sign else [raw[i : i + 1] for i in range(len(raw))]
    size = max(1, len(parts) // 2)
    while size and time.monotonic() < end:
        at = 0
        while at < len(parts) and time.monotonic() < end:
            less = parts[:at] + parts[at + size :]
            if same(sign.join(less)):
                parts = less
            else:
                at += size
        size //= 2
    return sign.join(parts)
