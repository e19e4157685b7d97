"""Django's own way to PostgreSQL, for the versions that we promise (ENGINE in the settings)."""
