"""Addresses of accounts. Pages of a unit stand under /u/<slug>/, the slug being its account."""

from captcha.views import captcha_image
from django.urls import include, path
from django.views.decorators.http import require_safe

from accounts.account import views as account
from accounts.agents import views as agents
from accounts.agents import views_adding as agents_adding
from accounts.agents import views_changing as agents_changing
from accounts.keys import views as keys
from accounts.keys import views_calls as keys_calls
from accounts.keys import views_changing as keys_changing
from accounts.keys import views_debugging as keys_debugging
from accounts.keys import views_webhooks as webhooks
from accounts.keys import views_webhooks_sent as webhooks_sent
from accounts.log import views as log
from accounts.messages import views as messages
from accounts.rights import views as rights
from accounts.rights import views_asking as access
from accounts.rights import views_hall as hall
from accounts.rights import views_services as services
from accounts.signing_in import views as signing
from accounts.signing_in import views_recovery as recovery
from accounts.signing_in import views_second_step as sign_in_code
from accounts.signing_in import views_sessions as sessions
from accounts.units import views_certificates as certificates
from accounts.units import views_closing as closing
from accounts.units import views_qualifications as qualifications
from accounts.units import views_registration as registration

app_name = "accounts"

# Below /u/<slug>/.
unit_pages = [
    path("", hall.hall, name="hall"),
    path("pages/close/", hall.close_page, name="close-page"),
    path("agents/", agents.agents, name="agents"),
    path("agents/add/", agents_adding.add, name="agent-add"),
    path("agents/add/person/", agents_adding.add_person, name="agent-add-person"),
    path("agents/<int:agent_id>/", agents.permissions, name="agent-permissions"),
    path("agents/<int:agent_id>/edit/", agents_changing.edit, name="agent-edit"),
    path("agents/<int:agent_id>/number/", agents_changing.show_number, name="agent-number"),
    path("agents/<int:agent_id>/password/", agents_changing.reset_password, name="agent-password"),
    path("agents/<int:agent_id>/remove/", agents_changing.remove, name="agent-remove"),
    path("businesses/<slug:business>/hand-over/", rights.hand_over, name="hand-over"),
    path("businesses/<slug:business>/stand-in/", rights.stand_in, name="stand-in"),
    path("businesses/<slug:business>/ask/", access.ask, name="access-request"),
    path("stand-ins/<int:stand_in_id>/end/", rights.end_stand_in, name="stand-in-end"),
    path("requests/<int:request_id>/", access.answer, name="access-answer"),
    path("requests/<int:request_id>/withdraw/", access.withdraw, name="access-withdraw"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:key_id>/secret/", keys.secret, name="key-secret"),
    path("keys/<int:key_id>/change/", keys_changing.change, name="key-change"),
    path("keys/<int:key_id>/rotate/", keys_changing.rotate, name="key-rotate"),
    path("keys/<int:key_id>/freeze/", keys_changing.freeze, name="key-freeze"),
    path("keys/<int:key_id>/thaw/", keys_changing.thaw, name="key-thaw"),
    path("keys/<int:key_id>/end/", keys_changing.end, name="key-end"),
    path("keys/<int:key_id>/calls/", keys_calls.calls, name="key-calls"),
    path("keys/<int:key_id>/calls/<int:call_id>/", keys_calls.call, name="key-call"),
    path("keys/debug/", keys_debugging.debug, name="key-debug"),
    path("unit-keys/", keys_changing.unit_keys, name="unit-keys"),
    path("unit-keys/<int:key_id>/freeze/", keys_changing.unit_freeze, name="unit-key-freeze"),
    path("unit-keys/<int:key_id>/thaw/", keys_changing.unit_thaw, name="unit-key-thaw"),
    path("unit-keys/<int:key_id>/end/", keys_changing.unit_end, name="unit-key-end"),
    path(
        "unit-keys/webhooks/<int:webhook_id>/end/",
        keys_changing.unit_webhook_end,
        name="unit-webhook-end",
    ),
    path("api/webhooks/", webhooks.webhooks, name="webhooks"),
    path("api/webhooks/add/", webhooks.add, name="webhook-add"),
    path("api/webhooks/<int:webhook_id>/", webhooks_sent.webhook, name="webhook"),
    path("api/webhooks/<int:webhook_id>/secret/", webhooks.secret, name="webhook-secret"),
    path("api/webhooks/<int:webhook_id>/edit/", webhooks.edit, name="webhook-edit"),
    path("api/webhooks/<int:webhook_id>/pause/", webhooks.pause, name="webhook-pause"),
    path("api/webhooks/<int:webhook_id>/resume/", webhooks.resume, name="webhook-resume"),
    path("api/webhooks/<int:webhook_id>/end/", webhooks.end, name="webhook-end"),
    path("api/webhooks/<int:webhook_id>/test/", webhooks.test, name="webhook-test"),
    path(
        "api/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/again/",
        webhooks_sent.again,
        name="webhook-again",
    ),
    path("log/", log.log, name="log"),
    path("log/export/", log.export, name="log-export"),
    path("qualifications/", qualifications.qualifications, name="qualifications"),
    path("qualifications/<slug:kind>/upload/", qualifications.upload, name="qualification-upload"),
    path("qualifications/<uuid:paper_id>/", qualifications.show, name="qualification"),
    path("qualifications/<uuid:paper_id>/file/", qualifications.file, name="qualification-file"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/upload/", certificates.upload, name="certificate-upload"),
    path(
        "certificates/<int:certificate_id>/remove/", certificates.remove, name="certificate-remove"
    ),
]

urlpatterns = [
    path("", services.front, name="home"),
    path("services/", services.catalogue, name="services"),
    path("services/<slug:code>/", services.service, name="service"),
    path("start/", signing.start, name="start"),
    path("login/", signing.login, name="login"),
    path("login/code/", sign_in_code.code, name="login-code"),
    path("login/certificate/", signing.certificate, name="certificate-sign-in"),
    path("login/picture/", signing.picture, name="picture"),
    path(
        "login/picture/<slug:key>/",
        require_safe(captcha_image),
        {"scale": 2},
        name="picture-image",
    ),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="change-password"),
    path("account/contact/", account.contact, name="change-contact"),
    path("account/reach/", account.reach, name="change-reach"),
    path("account/document/", account.document, name="renew-document"),
    path("close/", closing.close, name="close"),
    path("close/done/", closing.done, name="close-done"),
    path("recover/", recovery.recover, name="recover"),
    path("recover/password/", recovery.recover_password, name="recover-password"),
    path("register/", registration.account, name="register"),
    path("register/enterprise/", registration.enterprise, name="register-enterprise"),
    path("register/agent/", registration.agent, name="register-agent"),
    path("register/done/", registration.done, name="register-done"),
    path("logout/", signing.logout, name="logout"),
    path("session/", sessions.session, name="session"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/end/", sessions.end, name="sessions-end"),
    path("units/", hall.units, name="units"),
    path("u/<unit:slug>/", include(unit_pages)),
    path("notices/", messages.notices, name="notices"),
    path("notices/read/", messages.read, name="notices-read"),
    path("help/faq/", messages.faq, name="faq"),
    path("help/feedback/", messages.feedback, name="feedback"),
    path("documents/<int:document_id>/", messages.document, name="document"),
]
