"""The v3 operations on the catalogue: templates, avatar groups, looks, voices."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox import pages, renders, views
from sandbox.answers import Refusal, Reply
from sandbox.catalogue import Group, Look, Voice, catalogue
from sandbox.legacy import find_template
from sandbox.state import Visit

LOOKS = "/v3/avatars/looks"


def list_templates(visit: Visit) -> Reply:
    return pages.v3(visit, [views.v3_template(item) for item in catalogue().templates.values()])


def get_template(visit: Visit) -> Reply:
    return Reply(views.v3_template_detail(find_template(visit)))


def _groups(visit: Visit) -> list[Group]:
    every = {group.id: group for group in catalogue().groups} | visit.account.groups
    return [group for group in every.values() if group.id not in visit.account.deleted]


def list_groups(visit: Visit) -> Reply:
    groups = [group for group in _groups(visit) if _owned(visit, group.public)]
    return pages.v3(visit, [views.v3_group(group) for group in groups])


def _owned(visit: Visit, public: bool) -> bool:
    return visit.query.get("ownership") in (None, "", "public" if public else "private")


def get_group(visit: Visit) -> Reply:
    return Reply(views.v3_group(find_group(visit)))


def find_group(visit: Visit) -> Group:
    for group in _groups(visit):
        if group.id == visit.params["group_id"]:
            return group
    raise Refusal("avatar_group_not_found", "Avatar group not found", param="group_id")


def delete_group(visit: Visit) -> Reply:
    group = find_group(visit)
    _refuse_public(group.public, "avatar_group_not_found")
    visit.account.groups.pop(group.id, None)
    visit.account.deleted.add(group.id)
    return Reply({"id": group.id})


def _refuse_public(public: bool, kind: str) -> None:
    if public:
        raise Refusal(kind, "Only what belongs to the account can be changed.")


def consent(visit: Visit) -> Reply:
    group = find_group(visit)
    url = f"https://app.heygen.com/consent/{group.id}"
    return Reply({"avatar_group": views.v3_group(group), "url": url})


def list_looks(visit: Visit) -> Reply:
    group_id, kind = visit.query.get("group_id"), visit.query.get("avatar_type")
    looks = [
        look
        for group in _groups(visit)
        if (not group_id or group.id == group_id) and _owned(visit, group.public)
        for look in group.looks
        if (not kind or look.type == kind) and look.id not in visit.account.deleted
    ]
    return pages.v3(visit, [views.v3_look(look) for look in looks])


def find_look(visit: Visit) -> Look:
    look = visit.account.look(visit.params["look_id"])
    if look is None or look.id in visit.account.deleted:
        raise Refusal("avatar_not_found", "Avatar look not found", param="look_id")
    return look


def get_look(visit: Visit) -> Reply:
    made = visit.account.made.get(visit.params["look_id"])
    data = views.v3_look(find_look(visit))
    if made is not None:
        data["status"] = renders.status(visit, made, pending=("processing",))
    return Reply(data)


def rename_look(visit: Visit) -> Reply:
    look = find_look(visit)
    _refuse_public(look.public, "avatar_not_found")
    return Reply(views.v3_look(look) | {"name": visit.body.get("name", look.name)})


def delete_look(visit: Visit) -> Reply:
    look = find_look(visit)
    _refuse_public(look.public, "avatar_not_found")
    visit.account.deleted.add(look.id)
    return Reply({"id": look.id})


def create_avatar(visit: Visit) -> Reply:
    """A look of a new person, or of one there is; it carries the id of the job that makes it."""
    wanted = visit.body.get("avatar_group_id")
    known = next((group for group in _groups(visit) if wanted and group.id == wanted), None)
    if wanted and (known is None or known.public):
        raise Refusal("avatar_group_not_found", "Avatar group not found", param="avatar_group_id")
    look = _new_look(visit, known)
    earlier = known.looks if known else ()
    name = known.name if known else look.name
    group = Group(look.group_id, name, look.gender, public=False, looks=(*earlier, look))
    visit.account.groups[group.id] = group
    item = views.v3_look(look) | {"status": "processing"}
    return Reply({"avatar_group": views.v3_group(group), "avatar_item": item})


def _new_look(visit: Visit, group: Group | None) -> Look:
    made = renders.start(visit, LOOKS, visit.body)
    model = next(look for look in catalogue().looks.values() if not look.public)
    return Look(
        id=made.id,
        name=str(visit.body["name"]),
        gender=group.gender if group else model.gender,
        group_id=group.id if group else made.id,
        type="digital_twin" if visit.body["type"] == "digital_twin" else "photo_avatar",
        public=False,
        voice_id=model.voice_id,
        image=f"{visit.base_url}/files/{made.id}.jpg",
        video=None,
    )


def _voices(visit: Visit) -> Iterable[Voice]:
    gone = visit.account.deleted
    for voice in (*catalogue().voices.values(), *visit.account.voices.values()):
        if voice.id not in gone:
            yield voice


def list_voices(visit: Visit) -> Reply:
    public = (visit.query.get("type") or "public") == "public"
    language, gender = visit.query.get("language", ""), visit.query.get("gender", "")
    voices = [
        views.v3_voice(voice)
        for voice in _voices(visit)
        if voice.public == public
        and language.lower() in ("", voice.language.lower())
        and gender.lower() in ("", voice.gender)
    ]
    return pages.v3(visit, voices)


def _find_voice(visit: Visit) -> Voice:
    voice = visit.account.voice(visit.params["voice_id"])
    if voice is None:
        raise Refusal("voice_not_found", "Voice not found", param="voice_id")
    return voice


def get_voice(visit: Visit) -> Reply:
    return Reply(views.v3_voice_detail(_find_voice(visit)))


def delete_voice(visit: Visit) -> Reply:
    voice = _find_voice(visit)
    _refuse_public(voice.public, "voice_not_found")
    visit.account.deleted.add(voice.id)
    return Reply({"voice_id": voice.id})


def clone_voice(visit: Visit) -> Reply:
    made = renders.start(visit, "/v3/voices", visit.body, price=0)
    preview, name = f"{visit.base_url}/files/{made.id}.wav", str(visit.body["voice_name"])
    language = str(visit.body.get("language") or "English")
    voice = Voice(made.id, name, language, "female", preview, public=False)
    visit.account.voices[made.id] = voice
    return Reply({"voice_clone_id": made.id})


def design_voice(visit: Visit) -> Reply:
    gender = visit.body.get("gender")
    found = [voice for voice in _voices(visit) if gender in (None, "", voice.gender)][:3]
    return Reply({"seed": visit.body.get("seed") or 0, "voices": list(map(views.v3_voice, found))})


HANDLERS = {
    "v3-list-templates": list_templates,
    "v3-get-template": get_template,
    "v3-list-avatars": list_groups,
    "v3-get-avatar": get_group,
    "v3-delete-avatar": delete_group,
    "v3-create-avatar": create_avatar,
    "v3-create-avatar-consent": consent,
    "v3-list-avatar-looks": list_looks,
    "v3-get-avatar-look": get_look,
    "v3-update-avatar-look": rename_look,
    "v3-delete-avatar-look": delete_look,
    "v3-list-voices": list_voices,
    "v3-get-voice": get_voice,
    "v3-delete-voice": delete_voice,
    "v3-clone-voice": clone_voice,
    "v3-design-voice": design_voice,
}
