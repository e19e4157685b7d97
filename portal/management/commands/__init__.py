"""Commands that run the product as a whole."""
