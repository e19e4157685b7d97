"""SMS behind one interface: `send(Sms(...))`. PORTAL_SMS says which way they go."""

from accounts.sms.sending import Sms, SmsNotSent, send

__all__ = ["Sms", "SmsNotSent", "send"]
