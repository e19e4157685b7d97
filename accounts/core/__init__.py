"""Accounts and their names, kinds of unit, and what every part of accounts needs."""
