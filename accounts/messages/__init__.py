"""Notices, feedback and documents to download."""
