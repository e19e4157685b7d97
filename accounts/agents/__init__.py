"""Agents: who acts for which unit, who a person is."""
