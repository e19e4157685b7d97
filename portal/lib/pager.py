"""The pager's arithmetic: 总共N条 显示a-b条 < 1 2 … > 10条/页 前往 X 页."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Pager:
    """Where one stands in a list of `total` rows, `size` to a page, on page `number` from 1."""

    total: int
    number: int = 1
    size: int = 10

    sizes: ClassVar[tuple[int, ...]] = (10, 20, 50, 100)

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1; 1 also for an empty list, as 显示1-0条."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The number of the last row shown; 0 for an empty list."""
        return min(self.total, self.number * self.size)

    @property
    def previous(self) -> int:
        """The page before this one."""
        return max(1, self.number - 1)

    @property
    def next(self) -> int:
        """The page after this one."""
        return min(self.pages, self.number + 1)

    @property
    def numbers(self) -> list[int]:
        """The page numbers to offer: the ends and those around; 0 stands for a gap."""
        near = range(self.number - 2, self.number + 3)
        offered = sorted({1, self.pages, *(n for n in near if 1 <= n <= self.pages)})
        numbers: list[int] = []
        for number in offered:
            gap = number - numbers[-1] if numbers else 1
            if gap == 2:
                numbers.append(number - 1)
            elif gap > 2:
                numbers.append(0)
            numbers.append(number)
        return numbers

    def within(self, total: int) -> Pager:
        """The same page of a list of `total` rows; past its end, the last page."""
        whole = Pager(total, 1, self.size)
        return Pager(total, min(max(1, self.number), whole.pages), self.size)


def asked(page: str, size: str) -> Pager:
    """The page that an address asks for; what is not a number of ours counts as the default."""
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 10 else 1
    chosen = int(size) if size in map(str, Pager.sizes) else Pager.sizes[0]
    return Pager(total=0, number=max(1, number), size=chosen)
