"""Work in the background: leases, turns, and what crashes leave behind."""
