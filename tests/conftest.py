"""What every test may use. Fixtures of one part stand beside its tests."""
