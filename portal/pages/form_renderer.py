"""How every form field is written into a page, those of packages and of the admin too."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest


class WholeTexts(DjangoTemplates):
    """Django's own templates, but the browser is not told how long a text may be.

    It would cut off what is pasted without a word: a list of codes would become one code and a
    piece, a password another one. The field itself measures what arrives, and says what is wrong.
    """

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """Render a widget or a form."""
        if "widget" in context:
            context["widget"]["attrs"].pop("maxlength", None)
        return super().render(template_name, context, request)
