"""Units: registration, papers, certificates, regions, and the end of an account."""
