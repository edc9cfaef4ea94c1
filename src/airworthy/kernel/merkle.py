"""RFC 9162 (Certificate Transparency 2.0) Merkle tree hashes over the ledger's entries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf, RFC 9162 section 2.1.1: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes, RFC 9162 section 2.1.1.

    >>> root_hash([]).hex()[:12]
    'e3b0c44298fc'
    """
    stack = Frontier()
    for leaf in leaves:
        stack.append(leaf)
    return stack.root()


class Frontier:
    """The right edge of a growing tree: appending is O(log n), so is the root.

    `nodes` holds the roots of the perfect subtrees from left (largest) to right (smallest); their sizes are
    the set bits of `size`.
    """

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        self.size = size
        self.nodes = list(nodes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self.nodes.pop(), node)
            size >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The tree head over everything appended."""
        if not self.nodes:
            return hashlib.sha256(b"").digest()
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root
