"""Signing in and out: the second step, devices, sessions, SMS, passwords, recovery, lock-out."""
