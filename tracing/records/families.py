"""A family of records: those of one kind of goods, whose codes and titles begin alike."""

from __future__ import annotations

from typing import Any, NamedTuple

from tracing.records.base import Record


class Family(NamedTuple):
    """A kind of goods. `code` is its name everywhere and begins the codes of its records, `goods`
    what people call it and begins their titles.
    """

    code: str
    goods: str

    def record(self, what: str, title: str, **parts: Any) -> Record:
        """One of its records; `parts` are those of a `Record` that its name does not settle."""
        return Record(
            code=f"{self.code}-{what}", title=f"{self.goods}{title}", family=self.code, **parts
        )
