"""Rows on their way in: read, checked, staged, confirmed."""
