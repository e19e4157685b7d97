"""Measurements: our way, the floor under it and django-import-export, side by side in one run.

They run in databases of their own, made for the run and dropped after it.
"""
