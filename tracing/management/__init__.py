"""What commands about rows share: who acts, and for which unit."""
