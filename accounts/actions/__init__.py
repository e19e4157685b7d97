"""The only writer of accounts. Every change and its entry in the operation log are one transaction.

`by` is the account that acts (None for a command), `origin` the place it acts from. What a rule
refuses raises `Refused` with sentences for the user; nothing is stored then.
"""

from accounts.actions.agents import add_member, create_agent
from accounts.actions.factors import enrol_factor, new_secret, pass_factor, reset_factor
from accounts.actions.handing_over import hand_over
from accounts.actions.permissions import Change, grant, revoke, save_permissions
from accounts.actions.qualifications import approve_paper, return_paper, upload_paper
from accounts.actions.requesting import (
    grant_request,
    refuse_request,
    request_access,
    withdraw_request,
)
from accounts.actions.sessions import begin_session, end_session, end_sessions, note_activity
from accounts.actions.signing import sign_in, sign_out
from accounts.actions.sms import redeem_sms_code, request_sms_code
from accounts.actions.standing_in import end_stand_in, stand_in
from accounts.actions.units import create_unit

__all__ = [
    "Change",
    "add_member",
    "approve_paper",
    "begin_session",
    "create_agent",
    "create_unit",
    "end_session",
    "end_sessions",
    "end_stand_in",
    "enrol_factor",
    "grant",
    "grant_request",
    "hand_over",
    "new_secret",
    "note_activity",
    "pass_factor",
    "redeem_sms_code",
    "refuse_request",
    "request_access",
    "request_sms_code",
    "reset_factor",
    "return_paper",
    "revoke",
    "save_permissions",
    "sign_in",
    "sign_out",
    "stand_in",
    "upload_paper",
    "withdraw_request",
]
