"""How much one uploaded file may cost."""

from __future__ import annotations

from dataclasses import dataclass

from tracing.records.cells import LONGEST_CELL

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How much one file may cost. Sizes in bytes.

    `cpu_seconds` is for an empty file and grows by `cpu_seconds_per_mebibyte`: a small hostile
    file ends soon, a large honest one gets its time. `wall_seconds` is the last resort.
    """

    max_bytes: int
    max_unpacked: int
    max_rows: int
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    cpu_seconds_per_mebibyte: int = 2

    def for_child(self, size: int) -> dict[str, int]:
        """The limits of the process that reads a file of `size` bytes."""
        return {
            "max_unpacked": self.max_unpacked,
            "max_rows": self.max_rows,
            "longest_cell": LONGEST_CELL,
            "memory_bytes": self.memory_bytes,
            "answer_bytes": self.max_unpacked,
            "cpu_seconds": self.cpu_seconds + self.cpu_seconds_per_mebibyte * size // MEBIBYTE,
        }


PAGE_LIMITS = Limits(
    max_bytes=10 * MEBIBYTE,
    max_unpacked=300 * MEBIBYTE,
    max_rows=200_000,
    memory_bytes=1024 * MEBIBYTE,
    cpu_seconds=3,
    wall_seconds=60,
)
COMMAND_LIMITS = Limits(
    max_bytes=200 * MEBIBYTE,
    max_unpacked=3000 * MEBIBYTE,
    max_rows=1_000_000,
    memory_bytes=8192 * MEBIBYTE,
    cpu_seconds=10,
    wall_seconds=900,
)


def sizes(found: int, limit: int) -> dict[str, str]:
    """A `size` and the `limit` that it is over, as people read them: in bytes where they would
    look the same in MB.
    """
    words = {"size": _mebibytes(found), "limit": _mebibytes(limit)}
    if words["size"] == words["limit"]:
        return {"size": f"{found} 字节", "limit": f"{limit} 字节"}
    return words


def _mebibytes(size: int) -> str:
    return f"{size / MEBIBYTE:.1f}".removesuffix(".0") + " MB"
