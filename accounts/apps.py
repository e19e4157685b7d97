"""App configuration of accounts."""

from django.apps import AppConfig

from portal.lib.refused import load


class AccountsConfig(AppConfig):
    """Accounts, units, agents and authorisations."""

    name = "accounts"
    verbose_name = "单位与账号"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make `<unit:slug>` known to every URL module, sessions to every sign-in, and keys to
        the rights that they follow."""
        from accounts.core import converters  # noqa: F401

        load(self.name)
        from accounts.keys.actions_ending import keys_follow, webhooks_follow
        from accounts.keys.queries import keys_going_along
        from accounts.keys.queries_webhooks import webhooks_going_along
        from accounts.rights import followers, unfinished
        from accounts.signing_in import sessions  # noqa: F401

        followers.declare(keys_follow)
        followers.declare(webhooks_follow)
        unfinished.declare(keys_going_along)
        unfinished.declare(webhooks_going_along)
