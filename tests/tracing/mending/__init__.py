"""Mending on the pages."""
