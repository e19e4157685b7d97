"""The readers of lists and traces. Every list is one unit's; a trace asks who looks."""
