"""The worker: its queues, and whether it lives."""
