"""Keys that manage the same thing at the same moment: each change comes after all others."""

from __future__ import annotations

from credentials.models import ApiKey, AuditEvent, Credential, ServicePolicy
from tests.managing import Manager, make_manager
from tests.together import parallel, together

FIRST, SECOND = "sk-first-heygen-key-aaaa1111", "sk-second-heygen-key-bbbb2222"


def statuses(*answers: object) -> list[int]:
    return sorted(answer.status_code for answer in answers)  # type: ignore[attr-defined]


def twin(api: Manager) -> Manager:
    """The same key, in a client of its own."""
    return Manager(api.account)


@parallel
def test_one_of_two_adds_the_credential() -> None:
    api = make_manager(services=())
    path = "credentials/?verify=false"
    given = [{"service": "heygen", "key": key} for key in (FIRST, SECOND)]
    posts = [lambda body=body: twin(api)("POST", path, body) for body in given]
    assert statuses(*together(*posts)) == [201, 409]
    assert Credential.objects.get().secret_version == 1


@parallel
def test_one_of_two_rolls_the_key() -> None:
    api = make_manager(services=())
    path = f"api-keys/{api.data('POST', 'api-keys/')['id']}/roll/"
    rolls = [lambda: twin(api)("POST", path, {"for": 60})] * 2
    assert statuses(*together(*rolls)) == [201, 409]
    assert ApiKey.objects.exclude(rolled_from=None).count() == 1


@parallel
def test_one_row_comes_of_many_policies() -> None:
    api = make_manager(services=())
    names = ["list-avatars", "list-voices", "list-templates"]
    path = "policy/heygen/"
    puts = [
        lambda name=name: twin(api)("PUT", path, {"disabled_actions": [name]}) for name in names
    ]
    assert statuses(*together(*puts)) == [200] * 3
    assert ServicePolicy.objects.get().disabled_actions[0] in names


@parallel
def test_nothing_is_made_after_revocation() -> None:
    api = make_manager(services=())
    posts = [lambda: twin(api)("POST", "api-keys/")] * 8
    revoke = [lambda: api.account.key.revoke()]
    answers = together(*posts[:4], *revoke, *posts[4:])
    made = statuses(*(answer for answer in answers if answer is not None))
    assert set(made) <= {201, 401}
    revoked = AuditEvent.objects.get(event="api_key.revoked").seq
    later = AuditEvent.objects.filter(event="api_key.created", seq__gt=revoked)
    assert not later.exists()
    assert made.count(201) == ApiKey.objects.count() - 1


@parallel
def test_managing_and_staff_do_not_block_each_other() -> None:
    api = make_manager(services=())
    path = "credentials/heygen/?verify=false"
    api("PUT", path, {"key": FIRST})
    credential = Credential.objects.get()

    def staff() -> None:
        from credentials import spares, vault

        vault.store(org=api.account.org, service="heygen", secret=SECOND)
        spares.stage(credential, FIRST)
        api.account.key.save()

    def manage() -> list[int]:
        caller = twin(api)
        return [
            caller("PUT", path, {"key": FIRST}).status_code,
            caller("PUT", "credentials/heygen/next/?verify=false", {"key": SECOND}).status_code,
            caller("PATCH", f"api-keys/{api.account.key.id}/", {"name": "x"}).status_code,
        ]

    answers = together(staff, manage, staff, manage)
    assert answers == [None, [200, 200, 200], None, [200, 200, 200]]
