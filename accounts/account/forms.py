"""The forms in which people change what is known of themselves."""

from accounts.account.actions import IdDocument
from accounts.agents.forms import FOR_EVER, PersonForm
from accounts.signing_in.forms_fields import MobileField, SmsCodeForm
from accounts.signing_in.forms_passwords import PresentPasswordForm


class ContactForm(PresentPasswordForm, SmsCodeForm):
    """变更联系手机号: the new number with a code sent to it, and the password again."""

    mobile = MobileField(label="新联系手机号")

    field_order = ("password", "mobile", "sms_code")


class IdDocumentForm(PersonForm):
    """更新证件信息: the document alone; its number is typed anew, since no page shows it."""

    name = email = address = postcode = None  # type: ignore[assignment]

    def document(self) -> IdDocument:
        """Return the document; only for a valid form."""
        values = self.cleaned_data
        return IdDocument(
            id_type=values["id_type"],
            id_number=values["id_number"],
            id_valid_until=values["id_valid_until"],
            id_valid_for_ever=values["id_term"] == FOR_EVER,
        )
