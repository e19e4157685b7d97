"""Sign-in, second step, sessions, codes by SMS, passwords and recovery."""
