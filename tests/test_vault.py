"""Which credential a call uses, and what happens when it cannot be read."""

import base64
import hashlib
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from credentials import spares, vault
from credentials.issue import roll
from credentials.models import AuditEvent, Credential, ServicePolicy, SpareSecret
from services import refusals
from tests.factories import HEYGEN_SECRET, make_account, make_org, make_policy

OWN, PLATFORM = "own-secret-of-the-org-0001", "platform-secret-00000002"
STAGED = "staged-secret-of-the-org-0003"
SECRETS = {"tenant": OWN, "platform": PLATFORM}
UNREADABLE = {
    "detail": "The credential cannot be read.",
    "error": "The credential cannot be read.",
    "code": "credential_unreadable",
    "origin": "proxy",
    "retryable": True,
}


def problem(response: Any) -> dict[str, Any]:
    body = response.json()
    assert body.pop("request_id") == response.headers["X-Request-Id"]
    return body


def outcome(response: Any, vendor: Any) -> Any:
    """The source of a call that passed, or the status and text of one that did not."""
    source = response.headers.get("X-Credential-Source")
    if response.status_code != 200:
        assert (source, vendor.requests) == (None, [])
        return response.status_code, response.json()["detail"]
    [sent] = vendor.requests
    assert sent.header("x-api-key") == [SECRETS[source]]
    return source


def due(policy: dict[str, Any], held: set[str]) -> Any:
    """What the contract says: the default first, the other only as a fallback."""
    default = policy["default_source"]
    other = {"tenant": "platform", "platform": "tenant"}[default]
    allowed = [
        source
        for source, name in ((default, f"allow_{default}_key"), (other, f"allow_{other}_key"))
        if policy[name]
    ]
    if not allowed:
        return 400, "Credential policy does not allow any credential source."
    tried = allowed if policy["fallback_to_platform_key"] else allowed[:1]
    absent = (404, "No allowed credentials found for external proxy service 'heygen'.")
    return next((source for source in tried if source in held), absent)


@pytest.mark.parametrize("held", [set(), {"tenant"}, {"platform"}, {"tenant", "platform"}])
def test_policy_chooses_the_source(db, vendor, held):
    account = make_account(services=())
    for source in held:
        org = account.org if source == "tenant" else None
        vault.store(org=org, service="heygen", secret=SECRETS[source])
    client = Client(headers={"Authorization": account.authorization})
    names = ("allow_tenant_key", "allow_platform_key", "fallback_to_platform_key")
    wrong = []
    for *flags, default in itertools.product(*[(True, False)] * 3, ("tenant", "platform")):
        policy = dict(zip(names, flags, strict=True)) | {"default_source": default}
        ServicePolicy.objects.update_or_create(org=None, service="heygen", defaults=policy)
        vendor.reset()
        response = client.post("/api/ai-proxy/orgs/acme/services/heygen/list-avatars/")
        found = outcome(response, vendor)
        wrong += [] if found == due(policy, held) else [(policy, found)]
    assert wrong == []


def test_no_policy_means_tenant_only(db, vendor):
    account = make_account(services=())
    vault.store(org=None, service="heygen", secret=PLATFORM)
    client = Client(headers={"Authorization": account.authorization})
    url = "/api/ai-proxy/orgs/acme/services/heygen/list-avatars/"
    absent = "No allowed credentials found for external proxy service 'heygen'."
    assert outcome(client.post(url), vendor) == (404, absent)
    vault.store(org=account.org, service="heygen", secret=OWN)
    assert outcome(client.post(url), vendor) == "tenant"


def test_own_policy_overrides_the_general(call, vendor):
    vault.store(org=call.account.org, service="heygen", secret=OWN)
    vault.store(org=None, service="heygen", secret=PLATFORM)
    make_policy(None, allow_platform_key=True, default_source="platform")
    make_policy(None, "elevenlabs", is_enabled=False)
    assert outcome(call("list-avatars"), vendor) == "platform"
    own = make_policy(call.account.org)
    vendor.reset()
    assert outcome(call("list-avatars"), vendor) == "tenant"
    own.delete()
    vendor.reset()
    assert outcome(call("list-avatars"), vendor) == "platform"


SERVICE_GONE = (404, "External proxy service 'heygen' not found or disabled.")
ACTION_GONE = (
    404,
    "Action 'list-avatars' not found or disabled for external proxy service 'heygen'.",
)


@pytest.mark.parametrize(
    ("everyone", "own", "answer"),
    [
        ({"is_enabled": False}, None, SERVICE_GONE),
        ({"is_enabled": False}, {"is_enabled": True}, SERVICE_GONE),
        ({"is_enabled": True}, {"is_enabled": False}, SERVICE_GONE),
        (None, {"is_enabled": False}, SERVICE_GONE),
        ({"disabled_actions": ["list-avatars"]}, None, ACTION_GONE),
        ({"disabled_actions": ["list-avatars"]}, {"disabled_actions": []}, ACTION_GONE),
        ({"disabled_actions": []}, {"disabled_actions": ["list-avatars"]}, ACTION_GONE),
        ({"disabled_actions": ["list-voices"]}, {"disabled_actions": ["x"]}, "tenant"),
        ({}, {}, "tenant"),
    ],
)
def test_switched_off_is_not_found(call, vendor, everyone, own, answer):
    vault.store(org=call.account.org, service="heygen", secret=OWN)
    for org, fields in ((None, everyone), (call.account.org, own)):
        if fields is not None:
            make_policy(org, **fields)
    assert outcome(call("list-avatars"), vendor) == answer


def test_unknown_reads_like_disabled(call, vendor):
    make_policy(None, "elevenlabs", is_enabled=False)
    make_policy(None, disabled_actions=["list-voices"])
    disabled = (call("list-voices", service="elevenlabs"), call("list-voices"))
    unknown = (call("list-voices", service="NAME"), call("NAME"))
    for one, other, name in zip(disabled, unknown, ("elevenlabs", "list-voices"), strict=True):
        assert (one.status_code, other.status_code) == (404, 404)
        named = {key: str(value).replace(name, "NAME") for key, value in problem(one).items()}
        assert named == {key: str(value) for key, value in problem(other).items()}
    assert vendor.requests == []


def test_orgs_never_share_credentials(db, vendor):
    poor = make_account("acme", services=())
    make_account("globex")
    make_policy(None, fallback_to_platform_key=True, allow_platform_key=True)
    client = Client(headers={"Authorization": poor.authorization})
    response = client.post("/api/ai-proxy/orgs/acme/services/heygen/list-avatars/")
    absent = "No allowed credentials found for external proxy service 'heygen'."
    assert outcome(response, vendor) == (404, absent)


def rows(slug: str, service: str = "heygen") -> Any:
    return Credential.objects.filter(org__slug=slug, service=service)


def put(name: str, value: Callable[[], Any]) -> Callable[[], None]:
    def change() -> None:
        rows("acme").update(**{name: value()})

    return change


def swap_texts() -> None:
    one, other = rows("acme").get(), rows("globex").get()
    rows("acme").update(sealed=other.sealed)
    rows("globex").update(sealed=one.sealed)


def swap_contents() -> None:
    """Everything that a row says of its secret, not only the text."""
    one, other = rows("acme").get(), rows("globex").get()
    for slug, source in (("acme", other), ("globex", one)):
        version = source.secret_version
        rows(slug).update(sealed=source.sealed, secret_version=version, last_four=source.last_four)


def move_row() -> None:
    """The other org's whole row, in place of the org's own."""
    org = rows("acme").get().org
    rows("acme").delete()
    rows("globex").update(org=org)


def move_service() -> None:
    rows("acme").delete()
    rows("acme", "elevenlabs").update(service="heygen")


def move_platform() -> None:
    org = rows("acme").get().org
    rows("acme").delete()
    Credential.objects.filter(org=None).update(org=org)


def copy_platform() -> None:
    rows("acme").update(sealed=Credential.objects.get(org=None).sealed)


def layer_of(other: str, at: int) -> Callable[[], None]:
    """One layer of another row's text in the own one: 2 is the wrapped data key, 3 the secret."""

    def change() -> None:
        own, foreign = (rows(slug).get().sealed.split(".") for slug in ("acme", other))
        rows("acme").update(sealed=".".join((*own[:at], foreign[at], *own[at + 1 :])))

    return change


def staged(slug: str = "acme", service: str = "heygen") -> SpareSecret:
    return spares.stage(rows(slug, service).get(), OWN)


def take_text_of_spare() -> None:
    rows("acme").update(sealed=staged().sealed)


def give_text_to_spare() -> None:
    put_in_spare(staged(), sealed=rows("acme").get().sealed)


def spare_of(slug: str, service: str) -> Callable[[], None]:
    """Somebody else's staged secret, moved to this credential and promoted."""

    def change() -> None:
        put_in_spare(staged(slug, service), credential=rows("acme").get())

    return change


def damage_spare() -> None:
    waiting = staged()
    put_in_spare(waiting, sealed=waiting.sealed[:-1] + "_")


def renumber_spare() -> None:
    put_in_spare(staged(), version=7)


def put_in_spare(spare: SpareSecret, **fields: Any) -> None:
    SpareSecret.objects.filter(pk=spare.pk).update(**fields)
    spares.promote(rows("acme").get())


def edited(change: Callable[[str], str]) -> Callable[[], None]:
    return put("sealed", lambda: change(rows("acme").get().sealed))


DAMAGE: dict[str, Callable[[], None]] = {
    "swapped texts": swap_texts,
    "swapped contents": swap_contents,
    "row of another org": move_row,
    "row of another service": move_service,
    "row of the platform": move_platform,
    "text of the platform": copy_platform,
    "wrapped key of another org": layer_of("globex", 2),
    "ciphertext of another org": layer_of("globex", 3),
    "text of a spare": take_text_of_spare,
    "text in a spare": give_text_to_spare,
    "spare of another org": spare_of("globex", "heygen"),
    "spare of another service": spare_of("acme", "elevenlabs"),
    "damaged spare": damage_spare,
    "renumbered spare": renumber_spare,
    "version up": put("secret_version", lambda: 2),
    "version down": put("secret_version", lambda: 0),
    "other format": edited(lambda text: text.replace("v1.", "v0.", 1)),
    "other key id": edited(lambda text: text.replace("v1.k1.", "v1.k2.", 1)),
    "cut": edited(lambda text: text[:-1]),
    "emptied": edited(lambda text: ""),
    "plaintext": edited(lambda text: HEYGEN_SECRET),
    "not ASCII": edited(lambda text: "v1.k1.é.é"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_unreadable_never_falls_back(call, vendor, damage):
    make_account("globex")
    vault.store(org=None, service="heygen", secret=PLATFORM)
    make_policy(None, allow_platform_key=True, fallback_to_platform_key=True)
    assert call("list-avatars").status_code == 200
    vendor.reset()
    damage()
    response = call("list-avatars")
    assert (response.status_code, problem(response)) == (503, UNREADABLE)
    assert response.headers["Retry-After"] == "1"
    assert "X-Credential-Source" not in response.headers
    assert vendor.requests == []


def test_unreadable_is_recorded(call, vendor):
    swap = DAMAGE["wrapped key of another org"]
    make_account("globex")
    swap()
    for _ in range(3):
        assert call("list-avatars").status_code == 503
    refusals.flush()
    event = AuditEvent.objects.latest("seq")
    assert (event.event, event.org, event.target) == (
        "credential.unreadable",
        "acme",
        call.account.key.pk,
    )
    assert event.detail["count"] == 3
    assert vendor.requests == []


@pytest.mark.parametrize("ring", ["", "k2:" + "A" * 43, "k1:" + "B" * 42 + "A"])
def test_without_its_key_nothing_opens(call, vendor, settings, ring):
    settings.CREDENTIAL_KEYS = ring
    response = call("list-avatars")
    assert (response.status_code, problem(response)) == (503, UNREADABLE)
    assert vendor.requests == []
    assert call.get("acme/services/heygen/").status_code == 200


def test_ring_with_old_key_opens(call, vendor, settings):
    settings.CREDENTIAL_KEYS = "k2:" + "B" * 42 + "A" + "," + settings.CREDENTIAL_KEYS
    assert call("list-avatars").status_code == 200
    assert vendor.requests[0].header("x-api-key") == [HEYGEN_SECRET]


def test_storing_again_replaces(db, vendor):
    account = make_account(services=())
    first = vault.store(org=account.org, service="heygen", secret=PLATFORM)
    Credential.objects.update(check_result="ok", checked_at=first.created_at)
    second = vault.store(org=account.org, service="heygen", secret=OWN)
    [row] = Credential.objects.all()
    assert (row.pk, first.pk, second.pk) == (first.pk,) * 3
    assert (first.secret_version, row.secret_version) == (1, 2)
    assert (row.last_four, row.check_result, row.checked_at) == (OWN[-4:], "", None)
    client = Client(headers={"Authorization": account.authorization})
    response = client.post("/api/ai-proxy/orgs/acme/services/heygen/list-avatars/")
    assert outcome(response, vendor) == "tenant"


def test_platform_stores_again(db):
    for secret in (OWN, PLATFORM):
        stored = vault.store(org=None, service="heygen", secret=secret)
    [row] = Credential.objects.all()
    assert (row.org, row.secret_version, row.last_four) == (None, 2, PLATFORM[-4:])
    assert stored.pk == row.pk


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "   \n",
        "sk-HOSTILE\nsecond-line",
        "sk-HOSTILE\r\nX-Evil: 1",
        "sk-HOSTILE\u200b",
        "\ufeffsk-HOSTILE",
        "sk-HOSTILE two",
        "sk-HOSTILE\0",
        "sk-HOSTILE\x7f",
        "sk-HOSTILE-é",
        "HOSTILE" + "x" * 506,
    ],
)
def test_unusable_secret_is_refused_unseen(db, secret):
    with pytest.raises(vault.UnusableSecret) as caught:
        vault.store(org=make_org(), service="heygen", secret=secret)
    assert "HOSTILE" not in str(caught.value)
    assert not Credential.objects.exists()


@pytest.mark.parametrize(
    ("given", "sent", "shown"),
    [
        (" \tsk-pasted-with-space-1234\n", "sk-pasted-with-space-1234", "1234"),
        ("!" + "~" * 511, "!" + "~" * 511, "~~~~"),
        ("short", "short", ""),
        ("elevenchars", "elevenchars", ""),
        ("twelve-chars", "twelve-chars", "hars"),
    ],
)
def test_usable_secret_is_sent(call, vendor, given, sent, shown):
    stored = vault.store(org=call.account.org, service="heygen", secret=given)
    assert stored.last_four == shown
    assert call("list-avatars").status_code == 200
    assert vendor.requests[0].header("x-api-key") == [sent]


def dump() -> str:
    """Everything in every table, as the database gives it; bytes also as hexadecimal."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  a table's own name
            told += [value for row in cursor.fetchall() for value in row]
    raw = [bytes(value) for value in told if isinstance(value, bytes | memoryview)]
    return "\n".join(map(str, told + raw + [value.hex() for value in raw]))


def test_dump_of_database_holds_no_secret(call, settings):
    settings.API_KEY_PEPPER = "newer-pepper-" + "n" * 40 + "," + settings.API_KEY_PEPPER
    settings.CREDENTIAL_KEYS = "k2:" + "B" * 42 + "A" + "," + settings.CREDENTIAL_KEYS
    row = vault.store(org=None, service="heygen", secret=PLATFORM)
    spares.stage(row, OWN)
    spares.promote(row)
    spares.stage(row, STAGED)
    _, rolled = roll(call.account.key, until=timezone.now() + timedelta(hours=1))
    assert call("list-avatars").status_code == 200
    found = dump()
    assert call.account.key.id in found
    assert AuditEvent.objects.count() > 8
    secrets = [HEYGEN_SECRET, PLATFORM, OWN, STAGED]
    for text in (call.account.text, rolled):
        secrets += [text, text[13:45], hashlib.sha256(text.encode()).hexdigest()]
    secrets += [settings.SECRET_KEY, *settings.API_KEY_PEPPER.split(",")]
    secrets += [entry.partition(":")[2] for entry in settings.CREDENTIAL_KEYS.split(",")]
    assert [text for text in secrets if text in found] == []
    encoded = [base64.b64encode(text.encode()).decode()[:-4] for text in secrets]
    assert [text for text in encoded if text in found] == []
