"""A person who signs in."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import Language, Role, Theme
from accounts.models.broker import Broker
from core.constraints import one_of
from core.public_ids import uuid7


class UserManager(BaseUserManager["User"]):
    """People by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this e-mail address."""
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":  # noqa: ANN401 -- model fields
        """A person of a brokerage; without a password they sign in through a reset or an invitation."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":  # noqa: ANN401
        """A member of the platform's staff: no brokerage, Django admin only."""
        return self.create_user(email, password, is_staff=True, broker=None, **fields)

    def of(self, broker: Broker) -> models.QuerySet["User"]:
        """The people of one brokerage."""
        return self.filter(broker=broker)

    def candidates(self, giver: "User") -> models.QuerySet["User"]:
        """Those a person may give a lead to: an admin everybody who works there, an agent themselves."""
        team = self.filter(broker=giver.broker, is_active=True)
        return team if giver.is_admin else team.filter(pk=giver.pk)


class User(AbstractBaseUser):
    """A person: of one brokerage with a role, or of the platform's staff (no brokerage)."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    broker = models.ForeignKey(
        Broker, verbose_name=_("corredora"), null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    email = models.EmailField(_("correo"), max_length=254, unique=True)
    name = models.CharField(_("nombre"), max_length=120, blank=True)
    role = models.CharField(_("rol"), max_length=10, choices=Role.choices, default=Role.AGENT)
    language = models.CharField(_("idioma"), max_length=2, choices=Language.choices, default=Language.ES)
    time_zone = models.CharField(_("zona horaria"), max_length=40, blank=True)
    theme = models.CharField(_("tema"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    is_active = models.BooleanField(_("activo"), default=True)
    is_staff = models.BooleanField(_("entra al admin"), default=False)
    date_joined = models.DateTimeField(pgettext_lazy("persona", "desde"), auto_now_add=True)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_user_email_lower"),
            models.UniqueConstraint(
                fields=["broker", "id"], name="accounts_user_broker_id"
            ),  # composite keys point here
            models.CheckConstraint(
                condition=models.Q(broker__isnull=False) | models.Q(is_staff=True), name="accounts_user_has_a_place"
            ),
            one_of("role", Role, name="accounts_user_role"),
            one_of("language", Language, name="accounts_user_language"),
            one_of("theme", Theme, name="accounts_user_theme"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Keep addresses lower-case: they are compared as they stand."""
        super().clean()
        self.email = self.email.lower()

    @property
    def is_platform(self) -> bool:
        """Whether this is platform staff."""
        return self.broker_id is None and self.is_staff

    @property
    def is_admin(self) -> bool:
        """Whether this person runs their brokerage."""
        return self.broker_id is not None and self.role == Role.ADMIN

    @property
    def zone(self) -> ZoneInfo:
        """Their own time zone, else their brokerage's, else the installation's."""
        if self.time_zone:
            return ZoneInfo(self.time_zone)
        return self.broker.zone if self.broker else ZoneInfo(settings.TIME_ZONE)

    # Django admin asks these. Which rows they reach is the walls' business; which models, the admin classes'.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Platform staff may all; a brokerage's staff are let in model by model (core.admin)."""
        return self.is_active and self.is_platform

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        """Whether all of the permissions hold."""
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the admin shows an app's section."""
        return self.is_active and self.is_staff
