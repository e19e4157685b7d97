"""How long a text may be, as its column declares it."""

from django.db import models


def length_of(model: type[models.Model], name: str) -> int:
    """Return the most characters that a column of text holds."""
    length = getattr(model._meta.get_field(name), "max_length", None)
    if not isinstance(length, int):
        raise TypeError(f"{model.__name__}.{name} has no length")
    return length
