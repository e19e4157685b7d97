"""Which schema of the database this piece of work means by the names of its tables.

Empty outside the sandbox. portal/database/base.py holds every connection to it, and a thread that
is to work in the same schema is started in a copy of the context.
"""

from contextvars import ContextVar

current_schema: ContextVar[str] = ContextVar("current_schema", default="")
