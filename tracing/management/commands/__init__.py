"""Commands that do what the pages of tracing do, and what keeps its tables true."""
