"""Units: registration, papers, certificates, opening and closing."""
