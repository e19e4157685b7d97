"""The operation log hung into chains: one for each unit, one for what belongs to no unit.

`sealer` hangs new entries in, a few seconds after they were written; `verifier` reads the chains
again from the start; `links` is the form of a link, which both share. Why it is done so, and what
it protects against, stands in docs/adr/0009-the-log-is-chained-after-the-fact.md.
"""
