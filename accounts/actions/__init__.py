"""The only writer of accounts. Every change and its entry in the operation log are one transaction.

`by` is the account that acts (None for a command), `origin` the place it acts from. What a rule
refuses raises `Refused` with sentences for the user; nothing is stored then.
"""

from accounts.actions.agents import create_agent
from accounts.actions.answers import (
    answer_feedback,
)
from accounts.actions.certificates import add_certificate, remove_certificate
from accounts.actions.closing import close_agent, close_unit, refuse_unfinished
from accounts.actions.documents import (
    keep_document,
    remove_document,
)
from accounts.actions.factors import enrol_factor, new_secret, pass_factor, reset_factor
from accounts.actions.feedback import give_feedback
from accounts.actions.handing_over import hand_over
from accounts.actions.identity import reveal_id_number
from accounts.actions.log import export_log
from accounts.actions.members import (
    Bound,
    Reach,
    add_member,
    bind_known,
    bind_person,
    change_reach,
    prompt_new_password,
    remove_member,
)
from accounts.actions.notices import read_notices
from accounts.actions.oversight import (
    end_all_sessions,
    end_sessions_for,
    unlock_sign_in,
    withdraw_authorization,
)
from accounts.actions.own_data import (
    IdDocument,
    change_contact_mobile,
    change_own_reach,
    renew_document,
)
from accounts.actions.pages import close_page, open_page
from accounts.actions.passwords import change_password, confirm_password, recover_password
from accounts.actions.permissions import Change, grant, revoke, save_permissions
from accounts.actions.qualifications import approve_paper, return_paper, upload_paper
from accounts.actions.recovery import redeem_recovery_code, request_recovery_code
from accounts.actions.regions import (
    note_import,
    remove_region,
    save_region,
)
from accounts.actions.registration import (
    Enterprise,
    FirstAgent,
    check_account_name,
    check_enterprise,
    register_unit,
)
from accounts.actions.requesting import (
    grant_request,
    refuse_request,
    request_access,
    withdraw_request,
)
from accounts.actions.resealing import reseal
from accounts.actions.sessions import (
    begin_session,
    end_session,
    end_sessions,
    note_activity,
    prove_device,
)
from accounts.actions.signing import sign_in, sign_out
from accounts.actions.sms import redeem_sms_code, request_sms_code
from accounts.actions.staff import (
    change_staff,
    create_staff,
    reset_staff_password,
)
from accounts.actions.standing_in import end_stand_in, stand_in
from accounts.actions.unit_oversight import (
    change_unit_kinds,
    reopen_unit,
    resume_unit,
    suspend_unit,
)
from accounts.actions.units import create_unit

__all__ = [
    "Bound",
    "Change",
    "Enterprise",
    "FirstAgent",
    "IdDocument",
    "Reach",
    "add_certificate",
    "add_member",
    "answer_feedback",
    "approve_paper",
    "begin_session",
    "bind_known",
    "bind_person",
    "change_contact_mobile",
    "change_own_reach",
    "change_password",
    "change_reach",
    "change_staff",
    "change_unit_kinds",
    "check_account_name",
    "check_enterprise",
    "close_agent",
    "close_page",
    "close_unit",
    "confirm_password",
    "create_agent",
    "create_staff",
    "create_unit",
    "end_all_sessions",
    "end_session",
    "end_sessions",
    "end_sessions_for",
    "end_stand_in",
    "enrol_factor",
    "export_log",
    "give_feedback",
    "grant",
    "grant_request",
    "hand_over",
    "keep_document",
    "new_secret",
    "note_activity",
    "note_import",
    "open_page",
    "pass_factor",
    "prompt_new_password",
    "prove_device",
    "read_notices",
    "recover_password",
    "redeem_recovery_code",
    "redeem_sms_code",
    "refuse_request",
    "refuse_unfinished",
    "register_unit",
    "remove_certificate",
    "remove_document",
    "remove_member",
    "remove_region",
    "renew_document",
    "reopen_unit",
    "request_access",
    "request_recovery_code",
    "request_sms_code",
    "reseal",
    "reset_factor",
    "reset_staff_password",
    "resume_unit",
    "return_paper",
    "reveal_id_number",
    "revoke",
    "save_permissions",
    "save_region",
    "sign_in",
    "sign_out",
    "stand_in",
    "suspend_unit",
    "unlock_sign_in",
    "upload_paper",
    "withdraw_authorization",
    "withdraw_request",
]
