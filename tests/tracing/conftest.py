"""The agents who ask are fixtures of every test here."""

from tests.tracing.asking import asker, codes

__all__ = ["asker", "codes"]
