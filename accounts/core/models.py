"""One account model, three kinds: unit account, agent, staff."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q

from accounts.core.names import CLOSED_PATTERN, NAME_LENGTH, NAME_PATTERNS, AccountKind


class AccountManager(BaseUserManager["Account"]):
    """Creates accounts; their names are canonical already (see accounts.core.names)."""

    def create_account(self, kind: AccountKind, name: str, password: str | None) -> "Account":
        """Store an account; the database refuses a name that does not fit its kind.

        With `password` None nobody can sign in until one is set.
        """
        account = self.model(kind=kind, name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, name: str, password: str | None = None, **extra: Any) -> "Account":
        """Store a staff account with every right; the `createsuperuser` command calls this."""
        account = self.model(kind=AccountKind.STAFF, name=name, is_superuser=True, **extra)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """Someone or something that signs in, under one canonical name.

    Sign-in times are kept as a pair, this and the previous one, because the pages show both;
    Django's own single `last_login` would say the same thing a third time and is switched off.
    """

    last_login = None  # Django's documented way to drop the column

    kind = models.CharField(
        "账号类别", max_length=5, choices=[(k.value, k.value) for k in AccountKind]
    )
    name = models.CharField("账号", max_length=NAME_LENGTH, unique=True, db_collation="C")
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    closed_at = models.DateTimeField("注销时间", null=True, blank=True)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    this_sign_in_at = models.DateTimeField("本次登录时间", null=True, blank=True)
    this_sign_in_address = models.GenericIPAddressField("本次登录IP", null=True, blank=True)
    last_sign_in_at = models.DateTimeField("上次登录时间", null=True, blank=True)
    last_sign_in_address = models.GenericIPAddressField("上次登录IP", null=True, blank=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="account_name_fits_kind",
                condition=Q(
                    kind=AccountKind.UNIT.value, name__regex=NAME_PATTERNS[AccountKind.UNIT]
                )
                | Q(kind=AccountKind.AGENT.value, name__regex=NAME_PATTERNS[AccountKind.AGENT])
                | Q(kind=AccountKind.STAFF.value, name__regex=NAME_PATTERNS[AccountKind.STAFF])
                | Q(closed_at__isnull=False, name__regex=CLOSED_PATTERN),
            ),
            models.CheckConstraint(
                name="account_closed_is_inactive",
                condition=Q(closed_at=None) | Q(is_active=False),
            ),
            models.CheckConstraint(
                name="account_rights_are_for_staff",
                condition=Q(kind=AccountKind.STAFF.value) | Q(is_superuser=False),
            ),
            # Units and agents refer to (id, kind), so that neither can hang on another kind.
            models.UniqueConstraint(name="account_with_kind", fields=["id", "kind"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets this account in."""
        return self.kind == AccountKind.STAFF
