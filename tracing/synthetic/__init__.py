"""Fictitious makers, batches, codes and workbooks, for samples, the demo and measurements.

Everything follows from a seed, so that the same call gives the same rows. Every number has valid
check digits and lies in a range that no real firm has; every name says 某某.
"""
