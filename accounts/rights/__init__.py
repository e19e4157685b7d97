"""Businesses and who may do them: granting, handing over, standing in, asking; the hall."""
