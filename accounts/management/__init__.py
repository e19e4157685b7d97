"""What is done to accounts by hand, beside the pages."""
