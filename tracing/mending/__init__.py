"""Failing rows put right on the pages: why they fail, corrected, filled in, repaired."""
