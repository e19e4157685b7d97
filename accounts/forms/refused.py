"""Where a form shows what an action has refused."""

from django import forms

from accounts.refusals import Refused

# The field that a refusal is about, for every form that has it.
FIELDS: dict[str, str] = {
    "account_name_invalid": "account_name",
    "account_name_taken": "account_name",
    "contact_same": "mobile",
    "mobile_invalid": "mobile",
    "password_same": "new_password",
    "password_tries_spent": "password",
    "password_weak": "new_password",
    "password_wrong": "password",
    "sms_code_wrong": "sms_code",
    "sms_tries_spent": "sms_code",
    "uscc_invalid": "uscc",
    "uscc_taken": "uscc",
}


def show_refusals(form: forms.Form, refused: Refused, field: str | None = None) -> None:
    """Put each refusal at the field it is about, else at `field`, and without one on top."""
    for refusal in refused.refusals:
        own = FIELDS.get(refusal.code)
        error = forms.ValidationError(refusal.message, code=refusal.code)
        form.add_error(own if own in form.fields else field, error)
