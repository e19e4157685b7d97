class ServerError(Exception):
    """An embedded server could not be started or used; the text says why and what to do."""
