"""What a form carries along unseen."""

from typing import Any

from django import forms
from django.utils.http import MAX_URL_LENGTH


class HiddenText(forms.CharField):
    """A text that a page of ours has written into a form, at most as long as an address.

    What is longer was not written by us: it counts as nothing, as anything else that is wrong
    here, because nobody could mend a field that is not seen.
    """

    def __init__(self) -> None:
        super().__init__(required=False, max_length=MAX_URL_LENGTH, widget=forms.HiddenInput)

    def to_python(self, value: Any) -> str:
        """Return the text, or nothing for one that is too long."""
        text = super().to_python(value) or ""
        return text if len(text) <= MAX_URL_LENGTH else ""
