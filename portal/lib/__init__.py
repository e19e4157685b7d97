"""Leaf helpers. Pure Python: nothing here imports Django or any other part of the product."""
