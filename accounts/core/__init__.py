"""What all of accounts stands on."""
