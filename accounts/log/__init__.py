"""The operation log: what was done, its words, its chain."""
