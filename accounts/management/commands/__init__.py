"""Commands about sessions, sealed columns, factors and the log."""
