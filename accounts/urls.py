"""Addresses of accounts. Pages of a unit stand under /u/<slug>/, the slug being its account."""

from captcha.views import captcha_image
from django.urls import path

from accounts.views import agents, hall, log, services, signing

app_name = "accounts"

urlpatterns = [
    path("", services.front, name="home"),
    path("services/", services.catalogue, name="services"),
    path("services/<slug:code>/", services.service, name="service"),
    path("start/", signing.start, name="start"),
    path("login/", signing.login, name="login"),
    path("login/certificate/", signing.certificate, name="certificate-sign-in"),
    path("login/picture/", signing.picture, name="picture"),
    path("login/picture/<slug:key>/", captcha_image, {"scale": 2}, name="picture-image"),
    path("logout/", signing.logout, name="logout"),
    path("units/", hall.units, name="units"),
    path("u/<unit:slug>/", hall.hall, name="hall"),
    path("u/<unit:slug>/agents/", agents.agents, name="agents"),
    path("u/<unit:slug>/agents/<int:agent_id>/", agents.permissions, name="agent-permissions"),
    path("u/<unit:slug>/log/", log.log, name="log"),
]
