"""The demo's units, people, batches, codes and traces: fictitious, and the same everywhere."""
