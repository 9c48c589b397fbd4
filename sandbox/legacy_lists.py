"""The v1 and v2 operations that read the catalogue: templates, avatars, voices."""

from __future__ import annotations

from functools import cache

from sandbox import generic, renders, views
from sandbox.answers import Generation, Refusal, Reply, wrap
from sandbox.catalogue import CREATED, Group, Look, catalogue
from sandbox.legacy import find_template
from sandbox.state import Account, Visit


def list_templates(visit: Visit) -> Reply:
    items = [views.legacy_template(item) for item in catalogue().templates.values()]
    return Reply({"templates": items})


def get_template(visit: Visit) -> Reply:
    template = find_template(visit)
    return Reply({"version": "v2", "variables": views.legacy_variables(template)})


def get_template_details(visit: Visit) -> Reply:
    template = find_template(visit)
    scenes = views.legacy_scenes(template)
    variables = views.legacy_variables(template)
    return Reply({"version": "v4", "variables": variables, "scenes": scenes})


def list_avatars(visit: Visit) -> Reply:
    if not visit.account.groups:
        return Reply(raw=_avatars(visit.generation))
    return Reply(_looks(visit.account))


@cache
def _avatars(generation: Generation) -> bytes:
    # A megabyte that never changes is encoded once.
    return wrap(Reply(_looks(Account("", 0))), generation)


def _looks(account: Account) -> dict[str, object]:
    looks = [look for group in _groups(account) for look in group.looks]
    photos = [look for look in looks if look.type == "photo_avatar"]
    others = [look for look in looks if look.type != "photo_avatar"]
    return {
        "avatars": [views.legacy_avatar(look) for look in others],
        "talking_photos": [views.talking_photo(look) for look in photos],
    }


def _groups(account: Account) -> list[Group]:
    return list(({group.id: group for group in catalogue().groups} | account.groups).values())


def list_voices(visit: Visit) -> Reply:
    voices = [*catalogue().voices.values(), *visit.account.voices.values()]
    gone = visit.account.deleted
    return Reply({"voices": [views.legacy_voice(item) for item in voices if item.id not in gone]})


def list_talking_photos(visit: Visit) -> Reply:
    photos = [look for look in catalogue().looks.values() if look.type == "photo_avatar"]
    return Reply([{"id": look.id, "image_url": look.image, "circle_image": ""} for look in photos])


def list_groups(visit: Visit) -> Reply:
    public = visit.query.get("include_public") == "true"
    groups = [group for group in _groups(visit.account) if public or not group.public]
    return Reply(
        {"avatar_group_list": [views.legacy_group(group) for group in groups], "total": len(groups)}
    )


def search_groups(visit: Visit) -> Reply:
    text = visit.query.get("query", "").lower()
    found = [g for g in catalogue().groups if g.public and text in g.name.lower()]
    try:
        page, size = int(visit.query.get("page", 1)), int(visit.query.get("page_size", 20))
    except ValueError as exc:
        raise Refusal("bad_query", "page is invalid.", param="page") from exc
    shown = found[max(page - 1, 0) * size : max(page, 1) * size]
    return Reply({"avatar_groups": [views.legacy_group(g) for g in shown], "total": len(found)})


def list_group_avatars(visit: Visit) -> Reply:
    for group in _groups(visit.account):
        if group.id == visit.params["group_id"]:
            return Reply({"avatar_list": [views.legacy_avatar(look) for look in group.looks]})
    raise Refusal("avatar_group_not_found", "Avatar group not found", param="group_id")


def avatar_details(visit: Visit) -> Reply:
    look = _look(visit, "avatar_id")
    return Reply(views.legacy_avatar(look) | {"id": look.id, "name": look.name})


def photo_avatar(visit: Visit) -> Reply:
    (name,) = visit.action.path_params
    made = visit.account.made.get(visit.params[name])
    if made is None or made.kind != "/v3/avatars/looks":
        return Reply(views.photo_avatar(_look(visit, name)))
    status = renders.status(visit, made, pending=("pending",))
    data = {"id": made.id, "group_id": made.body.get("group_id", made.id), "status": status}
    named = {"name": renders.title(made), "image_url": None, "is_motion": False}
    return Reply(data | named | {"business_type": "uploaded"})


def delete_group(visit: Visit) -> Reply:
    group = _group(visit)
    visit.account.groups.pop(group.id, None)
    visit.account.deleted.add(group.id)
    return Reply(None)


def training_status(visit: Visit) -> Reply:
    """How a training goes; a group that nobody trained is as ready as it gets."""
    try:
        return generic.handle(visit)
    except Refusal:
        _group(visit)
    return Reply({"status": "ready", "error_msg": None, "created_at": CREATED, "updated_at": None})


def _group(visit: Visit) -> Group:
    for group in _groups(visit.account):
        if group.id == visit.params["group_id"] and not group.public:
            return group
    raise Refusal("avatar_group_not_found", "Avatar group not found", param="group_id")


def _look(visit: Visit, name: str) -> Look:
    look = visit.account.look(visit.params[name])
    if look is None:
        raise Refusal("avatar_not_found", "Avatar not found", param=name)
    return look


HANDLERS = {
    "list-templates": list_templates,
    "get-template": get_template,
    "get-template-details": get_template_details,
    "list-avatars": list_avatars,
    "list-avatars-v1": list_avatars,
    "list-voices": list_voices,
    "list-voices-v1": list_voices,
    "list-tts-voices": list_voices,
    "list-talking-photos": list_talking_photos,
    "list-avatar-groups": list_groups,
    "search-public-avatar-groups": search_groups,
    "list-avatars-in-group": list_group_avatars,
    "delete-photo-avatar-group": delete_group,
    "get-photo-avatar-training-status": training_status,
    "get-avatar-details": avatar_details,
    "get-photo-avatar": photo_avatar,
    "photo-avatar-train-status": photo_avatar,
}
