"""Which schema of the database this piece of work means by the names of its tables.

Empty outside the sandbox, where a unit's own software is tried (docs/adr/0037).
portal/database/base.py holds every connection to it, and a thread that is to work in the same
schema is started in a copy of the context.
"""

from contextvars import ContextVar

current_schema: ContextVar[str] = ContextVar("current_schema", default="")


def in_sandbox() -> bool:
    """Whether this piece of work is of a sandbox, which no worker and nobody outside sees."""
    return bool(current_schema.get())
