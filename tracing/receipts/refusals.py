"""Refusals of checking receipts."""

from portal.lib.refused import Ground, declare

declare(
    Ground.TOO_OFTEN,
    {
        "receipt_checks_too_many": "核验回执过于频繁；请在 {wait}后再试。",
    },
)
