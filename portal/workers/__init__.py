"""Processes beside the website: how a worker listens, and whether background work is being done."""
