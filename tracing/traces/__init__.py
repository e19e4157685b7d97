"""Traces and lists of codes: the chain, the timeline, what a unit may find."""
