"""Whose doing a change is: the person at the console, from where, and nobody else's beside."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from console.security.models import Authenticator
from credentials import actor
from credentials.models import AuditEvent
from tests.asgi import posted
from tests.factories import make_org
from tests.signin import PASSWORD, browser, events, has_app, logged_in, person

PEOPLE, EACH = ("ada", "grace", "edsger"), 4
JOINED = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
NOBODY: Any = SimpleNamespace(authorization="")


class Crossing:
    """A view in which all requests are at the same time; then each records something."""

    def __init__(self, size: int) -> None:
        self.inside, self.size = 0, size
        self.all = asyncio.Event()
        self.writing = asyncio.Lock()  # SQLite in memory knows no waiting

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        self.inside += 1
        if self.inside == self.size:
            self.all.set()
        await asyncio.wait_for(self.all.wait(), 10)
        async with self.writing:
            await sync_to_async(AuditEvent.append)("probe", target=request.META["HTTP_X_TAG"])
        return HttpResponse()


async def probe(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = await crossing(request)
    return answer


crossing: Any = None
urlpatterns = [
    path("admin/probe/", csrf_exempt(probe)),
    path("admin/", include("console.security.urls")),
    path("admin/", admin.site.urls),
]


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.django_db(transaction=True)
def test_people_at_once_are_not_mixed_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    global crossing
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    cookies = {}
    for name in PEOPLE:
        person(name)
        cookies[name] = logged_in(name).cookies["sessionid"].value
    settings.ROOT_URLCONF, settings.TRUSTED_PROXIES = "tests.test_actor", 1
    crossing = Crossing(len(PEOPLE) * EACH)
    sent = [(name, f"192.0.2.{n}") for n in range(EACH) for name in PEOPLE]

    async def all_at_once() -> list[int]:
        calls = (
            posted(
                NOBODY,
                "/admin/probe/",
                [b""],
                cookie=f"sessionid={cookies[name]}",
                x_forwarded_for=address,
                x_tag=f"{name} {address}",
            )
            for name, address in sent
        )
        return [answer.status for answer in await asyncio.gather(*calls)]

    assert asyncio.run(all_at_once()) == [200] * len(sent)
    rows = AuditEvent.objects.filter(event="probe").values_list("actor", "address", "target")
    assert sorted(rows) == sorted((name, at, f"{name} {at}") for name, at in sent)
    assert actor.current() == actor.Actor()


@pytest.mark.django_db
def test_change_names_person_and_address() -> None:
    person()
    org = make_org("acme")
    client = logged_in(address="198.51.100.9")
    client.post("/admin/auth/group/add/", {"name": "readers"})
    client.post(
        "/admin/auth/user/add/",
        {"username": "grace", "password1": PASSWORD, "password2": PASSWORD},
    )
    group = Group.objects.get()
    client.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    rows = events("org.created", "group.created", "user.created", "group.deleted")
    assert [(event, who, at) for event, who, at, _ in rows] == [
        ("org.created", "service", ""),
        ("group.created", "ada", "198.51.100.9"),
        ("user.created", "ada", "198.51.100.9"),
        ("group.deleted", "ada", "198.51.100.9"),
    ]
    assert org.slug == "acme"


@pytest.mark.django_db
def test_new_powers_are_recorded() -> None:
    person()
    grace = person("grace", superuser=False)
    form = {"username": "grace", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    form |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    client = logged_in()
    assert client.post(f"/admin/auth/user/{grace.pk}/change/", form).status_code == 302
    new = {"password1": "another-horse-7", "password2": "another-horse-7"}
    assert client.post(f"/admin/auth/user/{grace.pk}/password/", new).status_code == 302
    powers, password = events("user.changed")
    assert powers[1] == password[1] == "ada"
    assert powers[3]["is_superuser"] == [False, True]
    assert "password" in str(password[3])
    assert "another-horse-7" not in str(list(AuditEvent.objects.values()))


def told(name: str) -> list[dict[str, Any]]:
    """What the events of this name say was changed, without the form's own words."""
    return [
        {key: value for key, value in detail.items() if key != "change"}
        for *_, detail in events(name)
    ]


@pytest.mark.django_db
def test_record_tells_powers_before_and_after() -> None:
    person()
    grace = person("grace", superuser=False)
    readers = Group.objects.create(name="readers")
    permission = Permission.objects.get(codename="add_org")
    url, client = f"/admin/auth/user/{grace.pk}/change/", logged_in()
    form = {"is_active": "on", "is_staff": "on"} | JOINED
    more = {"is_superuser": "on", "groups": readers.pk, "user_permissions": permission.pk}
    for sent in (form | more, JOINED):
        assert client.post(url, sent).status_code == 302
    client.post(f"/admin/auth/user/{grace.pk}/delete/", {"post": "yes"})
    code = "credentials.add_org"
    given = {"is_superuser": [False, True], "groups": [[], ["readers"]]}
    taken = {"is_active": [True, False], "is_staff": [True, False], "is_superuser": [True, False]}
    assert told("user.changed") == [
        given | {"permissions": [[], [code]]},
        taken | {"groups": [["readers"], []], "permissions": [[code], []]},
    ]
    assert told("user.deleted") == [{"username": ["grace", None]}]


@pytest.mark.django_db
def test_record_tells_a_groups_permissions() -> None:
    person()
    client = logged_in()
    add, view = (Permission.objects.get(codename=f"{verb}_org") for verb in ("add", "view"))
    client.post("/admin/auth/group/add/", {"name": "readers", "permissions": [view.pk]})
    url = f"/admin/auth/group/{Group.objects.get().pk}"
    client.post(f"{url}/change/", {"name": "writers", "permissions": [view.pk, add.pk]})
    client.post(f"{url}/delete/", {"post": "yes"})
    read, both = ["credentials.view_org"], ["credentials.add_org", "credentials.view_org"]
    assert [told(f"group.{word}") for word in ("created", "changed", "deleted")] == [
        [{"name": [None, "readers"], "permissions": [None, read]}],
        [{"name": ["readers", "writers"], "permissions": [read, both]}],
        [{"name": ["writers", None], "permissions": [both, None]}],
    ]


@pytest.mark.django_db
def test_nobody_takes_another_name() -> None:
    """Else later events would carry a name that was somebody else's."""
    for name in ("ada", "grace"):
        person(name)
        user = get_user_model().objects.get(username=name)
        form = {"username": "root", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        url = f"/admin/auth/user/{user.pk}/change/"
        assert logged_in().post(url, form | JOINED).status_code == 302
    assert {user.username for user in get_user_model().objects.all()} == {"ada", "grace"}


@pytest.mark.django_db
def test_only_superusers_give_powers() -> None:
    root = person("root")
    grace = person("grace", superuser=False, may=("change_user", "view_user", "delete_user"))
    client = logged_in("grace")
    form = {"username": "grace", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    form |= {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    client.post(f"/admin/auth/user/{grace.pk}/change/", form)
    new = {"password1": "another-horse-7", "password2": "another-horse-7"}
    refused = [
        client.post(f"/admin/auth/user/{root.pk}/change/", form),
        client.post(f"/admin/auth/user/{root.pk}/password/", new),
        client.post(f"/admin/auth/user/{root.pk}/delete/", {"post": "yes"}),
    ]
    assert [answer.status_code for answer in refused] == [403, 403, 403]
    grace.refresh_from_db()
    root.refresh_from_db()
    assert (grace.is_superuser, root.username, root.check_password(PASSWORD)) == (
        False,
        "root",
        True,
    )


@pytest.mark.django_db
def test_groups_are_the_superusers_to_change() -> None:
    """A member with the right to change them would give herself every permission."""
    may = ("add_group", "change_group", "view_group", "delete_group")
    group = Group.objects.create(name="readers")
    person("grace", superuser=False, may=may).groups.add(group)
    client, url = logged_in("grace"), f"/admin/auth/group/{group.pk}"
    form = {"name": "readers", "permissions": [row.pk for row in Permission.objects.all()]}
    answers = [
        client.post(f"{url}/change/", form),
        client.post(f"{url}/delete/", {"post": "yes"}),
        client.post("/admin/auth/group/add/", form | {"name": "more"}),
        client.get(f"{url}/change/"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 200]
    assert [(row.name, row.permissions.count()) for row in Group.objects.all()] == [("readers", 0)]


@pytest.mark.django_db
def test_staff_leave_each_other_alone() -> None:
    """Who changes people could become any peer who may more; herself and others she may change."""
    may = ("change_user", "view_user", "delete_user")
    grace = person("grace", superuser=False, may=may)
    peer = person("edsger", superuser=False, may=("add_org",))
    plain = get_user_model().objects.create_user("plain", password=PASSWORD)
    has_app(peer)
    client, new = logged_in("grace"), {"password1": "another-horse-7"}
    new |= {"password2": "another-horse-7"}
    for action in ("remove_second_factor", "delete_selected"):
        form = {"action": action, "_selected_action": [peer.pk], "post": "yes"}
        client.post("/admin/auth/user/", form)
    paths = ((peer, "password"), (peer, "change"), (peer, "delete"))
    answers = [client.post(f"/admin/auth/user/{who.pk}/{word}/", new) for who, word in paths]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    peer.refresh_from_db()
    assert (peer.check_password(PASSWORD), Authenticator.of(peer) is not None) == (True, True)
    for who in (grace, plain):
        assert client.get(f"/admin/auth/user/{who.pk}/password/").status_code == 200


@pytest.mark.django_db
def test_request_of_nobody_has_no_person() -> None:
    person()
    browser().get("/admin/")
    assert list(AuditEvent.objects.exclude(event__startswith="org.")) == []
