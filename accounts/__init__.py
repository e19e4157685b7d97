"""Who may do what for which unit: accounts, units, agents, authorisations, the operation log."""
