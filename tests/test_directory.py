"""What workers remember of orgs, keys and credentials, and how soon they see a change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from credentials import directory as module
from credentials import vault
from credentials.auth import new_digest
from credentials.directory import MAX_AGE, Directory, directory
from credentials.errors import DirectoryUnavailable
from credentials.issue import issue
from credentials.models import ApiKey, Credential, Org, Retirement, ServicePolicy
from tests.factories import Account, make_account, make_org, make_policy


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(clock: Clock) -> Directory:
    """A worker's directory, on a clock that stands still."""
    return Directory(clock=clock)


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def digest(account: Account) -> bytes:
    return bytes(account.key.digest)


def test_promise_is_kept_under_a_second():
    assert 0 < MAX_AGE <= 0.95
    assert Directory().max_age == MAX_AGE


def test_second_call_costs_no_query(call, django_assert_num_queries):
    directory.max_age = 60
    headers = {"Origin": "http://testserver"}
    for _ in range(2):
        assert call("list-avatars", **headers).status_code == 200
    with django_assert_num_queries(0):
        assert call("list-avatars", **headers).status_code == 200
        assert call.get("acme/services/", **headers).status_code == 200
        assert call.get("acme/services/heygen/", **headers).status_code == 200


def test_lookups_share_what_they_know(account, book):
    assert queries(lambda: book.key(digest(account))) > 0
    assert queries(lambda: book.org("acme")) > 0
    assert queries(lambda: book.org("nobody")) > 0
    found: list[Any] = []
    assert queries(lambda: found.append(book.key(digest(account)))) == 0
    assert queries(lambda: found.append(async_to_sync(book.find_key)(digest(account)))) == 0
    assert found[0] is found[1]
    assert queries(lambda: found.append(book.org("acme"))) == 0
    assert queries(lambda: found.append(async_to_sync(book.find_org)("acme"))) == 0
    assert found[2] is found[3]
    assert queries(lambda: found.append(async_to_sync(book.find_org)("nobody"))) == 0
    assert found[4] is None


def test_unchanged_revision_is_one_query(account, book, clock):
    book.key(digest(account))
    book.org("acme")
    clock.now += MAX_AGE
    assert queries(lambda: book.key(digest(account))) == 1
    assert queries(lambda: book.org("acme")) == 0


CHANGES: dict[str, Callable[[Account], Any]] = {
    "key revoked": lambda account: account.key.revoke(),
    "key saved": lambda account: ApiKey(
        **{f.attname: getattr(account.key, f.attname) for f in ApiKey._meta.fields}
        | {"scopes": ["heygen:*"]}
    ).save(),
    "key updated": lambda account: ApiKey.objects.update(scopes=["heygen:*"]),
    "key updated through org": lambda account: account.org.keys.update(origins=["*"]),
    "key bulk updated": lambda account: ApiKey.objects.bulk_update(
        [ApiKey(id=account.key.id, scopes=["a:b"])], ["scopes"]
    ),
    "key deleted": lambda account: account.key.delete(),
    "keys deleted": lambda account: ApiKey.objects.filter(pk=account.key.pk).delete(),
    "keys of org deleted": lambda account: account.org.keys.all().delete(),
    "org off": lambda account: Org.objects.update(is_active=False),
    "org saved": lambda account: Org.objects.update_or_create(
        slug="acme", defaults={"origins": ["https://app.example.com"]}
    ),
    "org deleted": lambda account: account.org.delete(),
    "orgs deleted": lambda account: Org.objects.all().delete(),
    "credential replaced": lambda account: vault.store(
        org=account.org, service="heygen", secret="another"
    ),
    "credential added": lambda account: vault.store(org=account.org, service="x", secret="s" * 9),
    "platform credential added": lambda account: vault.store(org=None, service="x", secret="s" * 9),
    "credential updated": lambda account: Credential.objects.update(sealed=""),
    "credentials deleted": lambda account: Credential.objects.all().delete(),
    "credentials made": lambda account: Credential.objects.bulk_create(
        [Credential(org=None, service="x", sealed="")]
    ),
    "policy for all": lambda account: make_policy(None, is_enabled=False),
    "policy of org": lambda account: make_policy(account.org, disabled_actions=["a"]),
    "policies made": lambda account: ServicePolicy.objects.bulk_create(
        [ServicePolicy(org=None, service="heygen", default_source="platform")]
    ),
    "retirement": lambda account: Retirement.objects.get_or_create(
        org=account.org, service="heygen"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_every_change_is_seen_in_time(account, book, clock, change):
    other = Directory(clock=clock)  # a worker that looks now and then, at another moment
    picture = book.key(digest(account)), book.org("acme")
    clock.now += MAX_AGE / 2
    assert (other.key(digest(account)), other.org("acme")) == picture
    change(account)
    truth = Directory()
    now = truth.key(digest(account)), truth.org("acme")
    assert now != picture
    clock.now += MAX_AGE / 2
    assert (book.key(digest(account)), book.org("acme")) == now
    clock.now += MAX_AGE / 2
    assert (other.key(digest(account)), other.org("acme")) == now


def test_new_names_are_seen_in_time(account, book, clock):
    text = "aips_" + "x" * 46
    assert (book.org("globex"), book.key(new_digest(text))) == (None, None)
    org = make_org("globex")
    row, text = issue(org)
    assert book.key(bytes(row.digest)).org == "globex"  # a name not asked before is looked up
    clock.now += MAX_AGE
    assert book.org("globex").slug == "globex"


@contextmanager
def meanwhile(table: str, work: Callable[[], Any]) -> Iterator[None]:
    """Once, between the database's answer from `table` and its use, do `work`."""
    waiting = [work]

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if waiting and f'FROM "{table}"' in sql:
            waiting.pop()()
        return result

    with connection.execute_wrapper(run):
        yield
    assert not waiting


def test_outdated_load_is_not_kept(account, book, clock):
    def change() -> None:
        account.key.revoke()
        clock.now += MAX_AGE
        book.org("acme")  # somebody else's call notices the change first

    with meanwhile("credentials_apikey", change):
        book.key(digest(account))
    assert book.key(digest(account)) is None


def test_change_during_load_is_seen_in_time(account, book, clock):
    with meanwhile("credentials_apikey", account.key.revoke):
        book.key(digest(account))
    clock.now += MAX_AGE
    assert book.key(digest(account)) is None


def test_change_during_revision_check_is_seen(account, book, clock):
    book.key(digest(account))
    clock.now += MAX_AGE
    with meanwhile("credentials_revision", account.key.revoke):
        book.key(digest(account))
    clock.now += MAX_AGE
    assert book.key(digest(account)) is None


def test_unknown_names_push_nothing_out(account, book, monkeypatch):
    monkeypatch.setattr(module, "SIZE", 3)
    keys = [bytes(issue(account.org)[0].digest) for _ in range(3)]
    for key in keys:
        assert book.key(key)
    for number in range(20):
        assert book.key(b"%032d" % number) is None
        assert book.org(f"nobody-{number}") is None
    assert queries(lambda: [book.key(key) for key in keys]) == 0
    assert book.org("acme").slug == "acme"
    assert queries(lambda: book.org("acme")) == 0


def test_memory_is_bounded(account, book, monkeypatch):
    monkeypatch.setattr(module, "SIZE", 4)
    keys = [bytes(issue(account.org)[0].digest) for _ in range(12)]
    orgs = [make_org(f"org-{number}").slug for number in range(12)]
    for key, org in zip(keys, orgs, strict=True):
        assert book.key(key)
        assert book.org(org)
    assert sum(queries(lambda key=key: book.key(key)) == 0 for key in reversed(keys)) == 4
    assert sum(queries(lambda org=org: book.org(org)) == 0 for org in reversed(orgs)) == 4


@contextmanager
def database_away(fault: Exception) -> Iterator[None]:
    def refuse(*given: Any) -> None:
        raise fault

    with connection.execute_wrapper(refuse):
        yield


FAULTS = [OperationalError("host db.internal refused"), InterfaceError("connection closed")]


@pytest.mark.parametrize("fault", FAULTS)
def test_outage_ends_what_is_remembered(account, book, clock, fault):
    assert book.key(digest(account))
    with database_away(fault):
        clock.now += MAX_AGE / 2
        assert book.key(digest(account)).org == "acme"
        clock.now += MAX_AGE / 2
        for look in (book.key, async_to_sync(book.find_key)):
            with pytest.raises(DirectoryUnavailable):
                look(digest(account))
        for look in (book.org, async_to_sync(book.find_org)):
            with pytest.raises(DirectoryUnavailable):
                look("acme")
    assert book.key(digest(account)).org == "acme"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("path", ["services/heygen/list-avatars/", "services/", "services/heygen/"])
def test_outage_is_503_for_everybody(call, vendor, path, fault):
    unknown = "Api-Key " + issue(make_org("globex"))[1]
    ApiKey.objects.filter(org__slug="globex").delete()
    method = "POST" if path.endswith("avatars/") else "GET"
    for authorization in (call.account.authorization, unknown):
        headers = {"Authorization": authorization, "Origin": "https://app.example.com"}
        with database_away(fault):
            url = f"/api/ai-proxy/orgs/acme/{path}"
            response = call.client.generic(method, url, headers=headers)
        body = response.json()
        assert body.pop("request_id")
        assert (response.status_code, body) == (
            503,
            {
                "detail": "The service is temporarily unavailable.",
                "error": "The service is temporarily unavailable.",
                "code": "directory_unavailable",
                "origin": "proxy",
                "retryable": True,
            },
        )
        assert response.headers["Retry-After"] == "1"
        assert response.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Origin" not in response.headers
    assert vendor.requests == []


@pytest.mark.parametrize("path", ["services/heygen/list-avatars/", "services/"])
def test_outage_leaves_malformed_refused(call, path):
    headers = {"Authorization": "Api-Key nonsense"}
    with database_away(OperationalError()):
        method = "POST" if path.endswith("avatars/") else "GET"
        url = f"/api/ai-proxy/orgs/acme/{path}"
        assert call.client.generic(method, url, headers=headers).status_code == 401
        preflight = call.client.options(url, headers={"Origin": "https://app.example.com"})
    assert preflight.status_code == 204
    assert "Access-Control-Allow-Origin" not in preflight.headers


def test_lookup_leaves_transaction_alone(account, book):
    """A look-up inside a transaction, as every test here is, must not end it."""
    held = connection.connection
    book.org("acme")
    assert connection.connection is held
    assert make_account("globex").org in Org.objects.all()
