"""What hangs together: the connected components of a graph."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

__all__ = ["components"]

Node = TypeVar("Node", bound=Hashable)


def components(nodes: Iterable[Node], joints: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """The connected components of a graph, each with its nodes in the order given.

    Joints that end at no node count for nothing.
    """
    top = {node: node for node in nodes}

    def find(node: Node) -> Node:
        while top[node] != node:
            top[node] = node = top[top[node]]  # half the way, so that long chains cost no more
        return node

    for a, b in joints:
        if a in top and b in top:
            top[find(b)] = find(a)
    found: dict[Node, list[Node]] = {}
    for node in top:
        found.setdefault(find(node), []).append(node)
    return list(found.values())
