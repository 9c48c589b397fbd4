"""How services may be used."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from django.db import models
from django.utils import timezone

from credentials import actor
from credentials.models.orgs import Org
from credentials.models.rules import valid_slug, validate_names
from credentials.models.watched import Watched, WatchedQuerySet, changing

_TAKEN_OVER = (
    "set_by_org", "allow_tenant_key", "allow_platform_key", "uncatalogued", "query_token",
)  # fmt: skip


class PolicyQuerySet(WatchedQuerySet):
    """What the staff changes is the staff's from then on."""

    def update(self, **values: Any) -> int:
        with changing():
            if actor.current().kind != "key":
                for row in self.order_by().filter(set_by_org=True):
                    row.save()
            return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]  # no template may call it


class ServicePolicy(Watched):
    """How one org, or every org without a row of its own, may use one service."""

    audited_as = "policy"

    class Source(models.TextChoices):
        TENANT = "tenant", "the org's own credential"
        PLATFORM = "platform", "the platform's credential"

    class Generation(models.TextChoices):
        DEFAULT = "", "as the setting says"
        V3 = "v3", "v3"
        LEGACY = "legacy", "v1 and v2"
        AUTO = "auto", "v1 and v2 until they are gone, then v3"

    class TestMode(models.TextChoices):
        SANDBOX = "sandbox", "answer from the built-in sandbox"
        REFUSE = "refuse", "refuse the call"

    org = models.ForeignKey(
        Org, on_delete=models.CASCADE, null=True, blank=True, related_name="policies",
        help_text="Empty: every org that has no row of its own.",
    )  # fmt: skip
    service = models.CharField(max_length=63, validators=[valid_slug])
    is_enabled = models.BooleanField(default=True)
    disabled_actions = models.JSONField(default=list, blank=True, validators=[validate_names])
    allow_tenant_key = models.BooleanField(default=True)
    allow_platform_key = models.BooleanField(default=False)
    default_source = models.CharField(max_length=10, choices=Source.choices, default=Source.TENANT)
    fallback_to_platform_key = models.BooleanField(
        default=False, help_text="When the default source holds nothing, use the other allowed one."
    )
    upstream_generation = models.CharField(
        max_length=10, choices=Generation.choices, default=Generation.DEFAULT, blank=True
    )
    test_mode = models.CharField(
        max_length=10,
        choices=TestMode.choices,
        default=TestMode.SANDBOX,
        help_text="What a call with `test: true` gets where the vendor has no test mode.",
    )
    paid_per_day = models.PositiveIntegerField(
        null=True, blank=True,
        help_text="Paid calls a day (UTC) of one org. Empty: no limit. Of the row for every org "
        "and the org's own the smaller holds.",
    )  # fmt: skip
    uncatalogued = models.BooleanField(
        db_default=False, default=False,
        help_text="The pass-through takes paths that the catalogue does not have, too: as paid "
        "calls, on the org's own credential only.",
    )  # fmt: skip
    query_token = models.BooleanField(
        db_default=False, default=False,
        help_text="The pass-through takes a key in the query as api_token: it may end up in the "
        "logs of whatever stands before this service.",
    )  # fmt: skip
    approve_above = models.PositiveIntegerField(
        null=True, blank=True,
        help_text="A call of more paid pieces than this waits for a person; 0: every paid call. "
        "Empty: none. Of the row for every org and the org's own the smaller holds.",
    )  # fmt: skip
    set_by_org = models.BooleanField(
        db_default=False,
        default=False, editable=False,
        help_text="A key of the org made it: it narrows what all have, and is the org's to undo.",
    )  # fmt: skip

    objects: ClassVar[Any] = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ("service", "org__slug")
        verbose_name_plural = "service policies"
        constraints = (
            models.UniqueConstraint(fields=["org", "service"], name="one_policy_per_org"),
            models.UniqueConstraint(
                fields=["service"], condition=models.Q(org=None), name="one_policy_for_all"
            ),
        )

    def __str__(self) -> str:
        return f"{self.org or 'every org'} / {self.service}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.set_by_org and actor.current().kind != "key":
            self._take_over()
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, *_TAKEN_OVER}
        super().save(*args, **kwargs)

    def _take_over(self) -> None:
        """Make the org's row the staff's, which then allows no more than it did before."""
        rows = ServicePolicy.objects.filter(org=None, service=self.service)
        roof = rows.first() or ServicePolicy()
        self.set_by_org = False
        self.uncatalogued, self.query_token = roof.uncatalogued, roof.query_token
        self.allow_tenant_key = self.allow_tenant_key and roof.allow_tenant_key
        self.allow_platform_key = self.allow_platform_key and roof.allow_platform_key
        if reaches_platform(self) and not reaches_platform(roof):
            self.allow_platform_key = False


class Retirement(Watched):
    """The vendor told this org that the service's old API is gone."""

    audited_as = "retirement"

    org = models.ForeignKey(Org, on_delete=models.CASCADE, related_name="retirements")
    service = models.CharField(max_length=63)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["org", "service"], name="one_retirement_per_org"),
        )

    def __str__(self) -> str:
        return f"{self.org} / {self.service}"


class Rule(Protocol):
    """What a policy's row and the directory's copy of it have in common."""

    @property
    def allow_tenant_key(self) -> bool: ...
    @property
    def allow_platform_key(self) -> bool: ...
    @property
    def default_source(self) -> str: ...
    @property
    def fallback_to_platform_key(self) -> bool: ...


def reaches_platform(rule: Rule) -> bool:
    """Whether some call may come to the platform's credential: allowed, and in its turn."""
    first = rule.default_source == "platform" or not rule.allow_tenant_key
    return rule.allow_platform_key and (first or rule.fallback_to_platform_key)
