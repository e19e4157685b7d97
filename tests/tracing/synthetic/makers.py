"""Makers for tests of samples."""

from datetime import date

from tracing.records.terms import Context
from tracing.synthetic.codes import credit_code
from tracing.synthetic.products import Maker

MAKER = Maker("某某药业有限公司", credit_code("test", 1))
OTHER = Maker("某某制药有限公司", credit_code("test", 2))


def context(rows: int) -> Context:
    """The world around a sheet of so many rows below one heading row."""
    return Context(date(2026, 11, 21), MAKER.uscc, row_numbers=range(2, rows + 2))
