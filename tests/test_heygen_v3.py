"""The documented HeyGen actions, translated to v3 and back: whole plans and whole answers."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import services.heygen
from services.action import Call
from services.errors import BadRequest, UpstreamFailed
from services.heygen.actions import ACTIONS
from services.heygen.v3 import TRANSLATIONS
from services.heygen.v3.plans import MAX_NOTE, MAX_NOTES
from services.service import Plan, Step

SCHEMAS = json.loads((Path(services.heygen.__file__).parent / "schemas.json").read_text())
OLD = {
    slug: jsonschema_rs.validator_for(SCHEMAS[slug]["body"])
    for slug in ("generate-video", "generate-template-video")
}
NEW = {
    slug: jsonschema_rs.validator_for(SCHEMAS[slug]["body"])
    for slug in ("v3-create-video", "v3-generate-template-video")
}
LOST = "has no v3 counterpart and was ignored"
FRAME = {"aspect_ratio": "16:9", "resolution": "720p"}
AVATAR = {"type": "avatar", "avatar_id": "a1"}
PHOTO = {"type": "talking_photo", "talking_photo_id": "p1"}
TEXT = {"type": "text", "voice_id": "v1", "input_text": "Hello"}
AUDIO = {"type": "audio", "audio_url": "https://x.test/a.mp3"}
SPOKEN = {"type": "avatar", "avatar_id": "a1", "voice_id": "v1", "script": "Hello"}


def one(character: Any = AVATAR, voice: Any = TEXT, **more: Any) -> dict[str, Any]:
    return {"character": character, "voice": voice, **more}


def render(*inputs: Any, query: Any = None, **top: Any) -> Call:
    return Call(query=query or {}, body={"video_inputs": list(inputs), **top})


def template(variables: Any, **top: Any) -> Call:
    return Call(path_params={"template_id": "t1"}, body={"variables": variables, **top})


def created(*notes: str, test: Any = False, **body: Any) -> Plan:
    return Plan((Step("v3-create-video", body=body),), notes, test)


def filled(*notes: str, test: Any = False, **body: Any) -> Plan:
    step = Step("v3-generate-template-video", path_params={"template_id": "t1"}, body=body)
    return Plan((step,), notes, test)


def plan(slug: str, call: Call) -> Plan:
    return TRANSLATIONS[slug].plan(call)


def outcome(slug: str, call: Call) -> Plan | BadRequest:
    try:
        return plan(slug, call)
    except BadRequest as exc:
        return exc


SCRIPT = {"script": {"name": "script", "type": "text", "properties": {"content": "Hi"}}}
NEW_SCRIPT = {"script": {"type": "text", "content": "Hi"}}
TEMPLATES = Step("v3-list-templates", query={"limit": 100}, paged=True)
LOOKS = Step("v3-list-avatar-looks", query={"limit": 50}, paged=True)
VOICES = (
    Step("v3-list-voices", query={"type": "public", "limit": 100}, paged=True),
    Step("v3-list-voices", query={"type": "private", "limit": 100}, paged=True),
)
STATUS = Step("v3-get-video", path_params={"video_id": "x1"})

PLANS = [
    ("list-templates", Call(), Plan((TEMPLATES,))),
    ("list-avatars", Call(body={}), Plan((LOOKS,))),
    ("list-voices", Call(query={"limit": None}), Plan(VOICES)),
    (
        "list-voices",
        Call(query={"limit": 5}, body={"test": True}),
        Plan(VOICES, (f"query.limit {LOST}", f"body.test {LOST}")),
    ),
    ("list-avatars", Call(body=[1]), Plan((LOOKS,), (f"body {LOST}",))),
    ("video-status", Call(query={"video_id": "x1"}), Plan((STATUS,))),
    (
        "video-status",
        Call(query={"video_id": "x1", "verbose": True}),
        Plan((STATUS,), (f"query.verbose {LOST}",)),
    ),
    (  # the documented example
        "generate-video",
        render(
            one({**AVATAR, "avatar_style": "normal"}),
            test=True,
            dimension={"width": 1280, "height": 720},
        ),
        created(test=True, **SPOKEN, **FRAME),
    ),
    ("generate-video", render(one(), test=False), created(**SPOKEN, **FRAME)),
    (
        "generate-video",
        render(one(), query={"test": "true"}),
        created(test=True, **SPOKEN, **FRAME),
    ),
    (
        "generate-video",
        render(one(), query={"x": 1}),
        created(f"query.x {LOST}", **SPOKEN, **FRAME),
    ),
    (
        "generate-video",
        render(
            one(),
            title="T",
            caption=True,
            callback_id="c",
            callback_url="https://x.test/",
            folder_id="f1",
            aspect_ratio=None,
            dimension={"width": 1280, "height": 720, "depth": 3},
        ),
        created(
            f"folder_id: f1 {LOST}",
            f"dimension.depth {LOST}",
            **SPOKEN,
            **FRAME,
            title="T",
            caption={"style": "default"},
            callback_id="c",
            callback_url="https://x.test/",
        ),
    ),
    ("generate-video", render(one(), caption=False), created(**SPOKEN, **FRAME)),
    (
        "generate-video",
        render(one(), aspect_ratio="9:16"),
        created(**SPOKEN, aspect_ratio="9:16", resolution="720p"),
    ),
    (
        "generate-video",
        render(one(), aspect_ratio="auto"),
        created(**SPOKEN, aspect_ratio="auto", resolution="720p"),
    ),
    (
        "generate-video",
        render(one(), aspect_ratio="4:5", dimension={"width": 2160, "height": 2700}),
        created(**SPOKEN, aspect_ratio="4:5", resolution="4k"),
    ),
    (
        "generate-video",
        render(
            one(
                {**PHOTO, "matting": True, "talking_style": "expressive", "scale": 1.5},
                {**AUDIO, "audio_asset_id": "s1"},
                background={"type": "image", "image_asset_id": "i1", "fit": "contain"},
            )
        ),
        created(
            f"video_inputs[0].character.scale: 1.5 {LOST}",
            f"video_inputs[0].character.talking_style: expressive {LOST}",
            f"video_inputs[0].background.fit: contain {LOST}",
            type="avatar",
            avatar_id="p1",
            remove_background=True,
            audio_url="https://x.test/a.mp3",
            audio_asset_id="s1",
            background={"type": "image", "asset_id": "i1"},
            **FRAME,
        ),
    ),
    (
        "generate-video",
        render(
            one(
                voice={**TEXT, "speed": 1.2, "pitch": 3, "locale": "en-GB", "emotion": "Serious"},
                background={"type": "color", "value": "#fff", "shade": 2},
            )
        ),
        created(
            f"video_inputs[0].voice.emotion: Serious {LOST}",
            f"video_inputs[0].background.shade {LOST}",
            **SPOKEN,
            voice_settings={"speed": 1.2, "pitch": 3, "locale": "en-GB"},
            background={"type": "color", "value": "#fff"},
            **FRAME,
        ),
    ),
    (
        "generate-video",
        render(
            one(
                {**AVATAR, "offset": {"x": 0, "y": 0.5, "z": 1}, "matting": False, "scale": 1},
                background={"type": "image", "url": "https://x.test/i.png", "fit": "cover"},
            ),
            engine="avatar_v",
        ),
        created(
            f"engine {LOST}",
            f"video_inputs[0].character.offset.y: 0.5 {LOST}",
            f"video_inputs[0].character.offset.z {LOST}",
            **SPOKEN,
            background={"type": "image", "url": "https://x.test/i.png"},
            **FRAME,
        ),
    ),
    (
        "generate-video",
        render(
            one({**AVATAR, "avatar_style": "circle"}, background={"type": "color", "value": "red"}),
            one({**PHOTO, "matting": False}, AUDIO),
            title="T",
        ),
        created(
            f"video_inputs[0].character.avatar_style: circle {LOST}",
            type="studio",
            scenes=[
                {
                    "type": "avatar_video",
                    "input": {**SPOKEN, "background": {"type": "color", "color": "red"}},
                },
                {
                    "type": "avatar_video",
                    "input": {
                        "type": "avatar",
                        "avatar_id": "p1",
                        "audio_url": "https://x.test/a.mp3",
                    },
                },
            ],
            title="T",
            **FRAME,
        ),
    ),
    (  # the documented example
        "generate-template-video",
        template(SCRIPT, test=True, caption=False),
        filled(test=True, variables=NEW_SCRIPT, caption=False),
    ),
    (
        "generate-template-video",
        template(
            {
                "host": {
                    "name": "presenter",
                    "type": "character",
                    "properties": {"character_id": "a1", "type": "avatar"},
                    "hint": 1,
                }
            },
            title="T",
            dimension={"width": 640, "height": 480},
            include_gif=True,
            enable_sharing=True,
            folder_id="f",
            brand_voice_id="b",
            callback_id="c",
            callback_url="https://x.test/",
            scene_ids=["s1"],
            colour="red",
        ),
        filled(
            f"colour {LOST}",
            f"variables.host.name: presenter {LOST}",
            f"variables.host.hint {LOST}",
            variables={
                "host": {"type": "character", "character_id": "a1", "character_type": "avatar"}
            },
            title="T",
            dimension={"width": 640, "height": 480},
            include_gif=True,
            enable_sharing=True,
            folder_id="f",
            brand_voice_id="b",
            callback_id="c",
            callback_url="https://x.test/",
            scene_ids=["s1"],
        ),
    ),
]

ONLY = "has no v3 counterpart."
SCENES = "has no v3 counterpart in a video of several scenes."
SIZES = (
    "1280x720, 1920x1080, 3840x2160, 720x1280, 1080x1920, 2160x3840, 720x720, 1080x1080, "
    "2160x2160, 720x900, 1080x1350, 2160x2700, 900x720, 1350x1080, 2700x2160"
)
REFUSALS = [
    ("generate-video", render(), "video_inputs must hold at least one input."),
    (
        "generate-video",
        render(one(), dimension={"width": 1280, "height": 721}),
        f"dimension: 1280x721 has no v3 counterpart; it knows {SIZES}.",
    ),
    ("generate-video", render(one(), aspect_ratio="2:1"), f"aspect_ratio: 2:1 {ONLY}"),
    (
        "generate-video",
        render(one(), aspect_ratio="9:16", dimension={"width": 1280, "height": 720}),
        "aspect_ratio: 9:16 contradicts dimension, which is 16:9.",
    ),
    (
        "generate-video",
        render(one(voice={"duration": 3, "type": "silence"})),
        f"video_inputs[0].voice.type: silence {ONLY}",
    ),
    (
        "generate-video",
        render(one(voice={"type": "audio"})),
        "video_inputs[0].voice needs audio_url or audio_asset_id.",
    ),
    (
        "generate-video",
        render(one(background={"url": "https://x.test/", "type": "video"})),
        f"video_inputs[0].background.type: video {ONLY}",
    ),
    (
        "generate-video",
        render(one(background={"type": "image"})),
        "video_inputs[0].background needs url or image_asset_id.",
    ),
    (
        "generate-video",
        render(one(text={"text": "Hi"})),
        f'video_inputs[0].text: {{"text": "Hi"}} {ONLY}',
    ),
    (
        "generate-video",
        render(one(), one(background={"type": "image", "url": "https://x.test/"})),
        f"video_inputs[1].background.type: image {SCENES}",
    ),
    (
        "generate-video",
        render(one(), one(background={"type": "video"})),
        f"video_inputs[1].background.type: video {ONLY}",
    ),
    (
        "generate-video",
        render(one({**PHOTO, "matting": True}), one()),
        f"video_inputs[0].character.matting: true {SCENES}",
    ),
    ("generate-template-video", template({}), "variables must hold at least one variable."),
    (
        "generate-template-video",
        template(SCRIPT, dimension={"width": 640}),
        "dimension needs width and height.",
    ),
    (
        "generate-template-video",
        template({"x": {"name": "x", "type": "list", "properties": {}}}),
        f"variables.x.type: list {ONLY}",
    ),
    (
        "generate-template-video",
        template({"x": {"name": "x", "type": "voice", "properties": {"type": "fish"}}}),
        f"variables.x.properties.type: fish {ONLY}",
    ),
    (
        "generate-template-video",
        template(
            {
                "x": {
                    "name": "x",
                    "type": "character",
                    "properties": {"type": "avatar", "character_type": "talking_photo"},
                }
            }
        ),
        f"variables.x.properties.type: avatar {ONLY}",
    ),
]

LOOK = {
    "id": "a1",
    "name": "Abigail",
    "avatar_type": "studio_avatar",
    "gender": "female",
    "preview_image_url": "https://x.test/i",
    "preview_video_url": None,
    "tags": ["NEW"],
    "default_voice_id": "v1",
    "group_id": "g1",
}
VOICE = {
    "voice_id": "v1",
    "name": "Brian",
    "language": "English",
    "gender": "male",
    "preview_audio_url": "https://x.test/a",
    "support_pause": True,
    "support_locale": False,
    "type": "public",
}
OLD_VOICE = {
    "voice_id": "v1",
    "language": "English",
    "gender": "male",
    "name": "Brian",
    "preview_audio": "https://x.test/a",
    "support_pause": True,
    "emotion_support": None,
    "support_interactive_avatar": None,
    "support_locale": False,
    "type": "public",
}
NO_STATUS = {
    "id": None,
    "status": None,
    "video_url": None,
    "video_url_caption": None,
    "caption_url": None,
    "thumbnail_url": None,
    "gif_url": None,
    "duration": None,
    "created_at": None,
    "callback_id": None,
    "error": None,
}
DONE = {
    "id": "x1",
    "status": "completed",
    "video_url": "https://x.test/v",
    "captioned_video_url": "https://x.test/c",
    "subtitle_url": "https://x.test/s",
    "thumbnail_url": "https://x.test/t",
    "gif_url": "",
    "duration": 3.5,
    "created_at": 1700000000,
    "completed_at": 1700000060,
    "failure_code": None,
    "failure_message": None,
    "title": "T",
}
ANSWERS: list[tuple[str, tuple[Any, ...], Any]] = [
    ("generate-video", ({"video_id": "x1", "status": "waiting"},), {"video_id": "x1"}),
    ("generate-template-video", ({"id": "x2", "status": "pending"},), {"video_id": "x2"}),
    ("list-templates", ([],), {"templates": []}),
    (
        "list-templates",
        ([{"id": "t1", "name": "N", "thumbnail_url": "https://x.test/t", "created_at": 1}],),
        {
            "templates": [
                {
                    "template_id": "t1",
                    "name": "N",
                    "thumbnail_image_url": "https://x.test/t",
                    "aspect_ratio": None,
                    "created_at": 1,
                }
            ]
        },
    ),
    (
        "list-avatars",
        ([LOOK, {"id": "p1", "name": "Me", "avatar_type": "photo_avatar", "group_id": "g2"}],),
        {
            "avatars": [
                {
                    "avatar_id": "a1",
                    "avatar_name": "Abigail",
                    "gender": "female",
                    "preview_image_url": "https://x.test/i",
                    "preview_video_url": None,
                    "premium": None,
                    "type": None,
                    "tags": ["NEW"],
                    "default_voice_id": "v1",
                    "avatar_type": "studio_avatar",
                    "group_id": "g1",
                }
            ],
            "talking_photos": [
                {
                    "talking_photo_id": "p1",
                    "talking_photo_name": "Me",
                    "preview_image_url": None,
                    "avatar_type": "photo_avatar",
                    "group_id": "g2",
                }
            ],
        },
    ),
    (
        "list-voices",
        ([VOICE], [{**VOICE, "voice_id": "v2", "type": "private"}]),
        {"voices": [OLD_VOICE, {**OLD_VOICE, "voice_id": "v2", "type": "private"}]},
    ),
    ("video-status", ({"status": "waiting"},), {**NO_STATUS, "status": "pending"}),
    ("video-status", ({"status": "pending"},), {**NO_STATUS, "status": "pending"}),
    ("video-status", ({"status": "processing"},), {**NO_STATUS, "status": "processing"}),
    (
        "video-status",
        (DONE,),
        {
            "id": "x1",
            "status": "completed",
            "video_url": "https://x.test/v",
            "video_url_caption": "https://x.test/c",
            "caption_url": "https://x.test/s",
            "thumbnail_url": "https://x.test/t",
            "gif_url": None,
            "duration": 3.5,
            "created_at": 1700000000,
            "callback_id": None,
            "error": None,
            "completed_at": 1700000060,
            "title": "T",
        },
    ),
    (
        "video-status",
        ({"status": "failed", "failure_code": "c1", "failure_message": "Too long."},),
        {**NO_STATUS, "status": "failed", "error": "Too long.", "error_code": "c1"},
    ),
    (
        "video-status",
        ({"status": "failed", "failure_code": "c1", "failure_message": {"x": 1}},),
        {
            **NO_STATUS,
            "status": "failed",
            "error": "Video generation failed (c1).",
            "error_code": "c1",
        },
    ),
    (
        "video-status",
        ({"status": "failed"},),
        {**NO_STATUS, "status": "failed", "error": "Video generation failed.", "error_code": None},
    ),
]
UNUSABLE: list[tuple[str, tuple[Any, ...]]] = [
    ("generate-video", ({"status": "waiting"},)),
    ("generate-template-video", (None,)),
    ("list-avatars", ({"looks": []},)),
    ("list-voices", ([], ["v1"])),
    ("video-status", ([],)),
]


@pytest.mark.parametrize(("slug", "call", "wanted"), PLANS)
def test_request_becomes_v3_steps(slug: str, call: Call, wanted: Plan) -> None:
    assert plan(slug, call) == wanted


@pytest.mark.parametrize(("slug", "call", "detail"), REFUSALS)
def test_unrenderable_request_is_refused(slug: str, call: Call, detail: str) -> None:
    with pytest.raises(BadRequest) as caught:
        plan(slug, call)
    assert (caught.value.detail, caught.value.code) == (detail, "no_v3_counterpart")


@pytest.mark.parametrize(("slug", "values", "wanted"), ANSWERS)
def test_v3_answer_becomes_documented_one(slug: str, values: tuple[Any, ...], wanted: Any) -> None:
    answer = TRANSLATIONS[slug].answer(values)
    assert answer == wanted
    assert list(answer) == list(wanted)


@pytest.mark.parametrize(("slug", "values"), UNUSABLE)
def test_unusable_v3_answer_is_upstream_failure(slug: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(UpstreamFailed) as caught:
        TRANSLATIONS[slug].answer(values)
    assert caught.value.code == "upstream_bad_answer"


@pytest.mark.parametrize(("slug", "call", "_detail"), REFUSALS)
def test_refused_request_was_valid(slug: str, call: Call, _detail: str) -> None:
    OLD[slug].validate(call.body)


@pytest.mark.parametrize(("slug", "call"), [(slug, call) for slug, call, _ in PLANS if slug in OLD])
def test_planned_body_fits_v3_schema(slug: str, call: Call) -> None:
    OLD[slug].validate(call.body)
    for step in plan(slug, call).steps:
        NEW[step.action].validate(step.body)


def test_every_step_is_a_catalogued_action() -> None:
    known = {action.slug: action for action in ACTIONS}
    for slug, call, _ in PLANS:
        for step in plan(slug, call).steps:
            action = known[step.action]
            assert set(step.path_params) == set(action.path_params)
            assert set(step.query) <= action.query_names
            assert (step.body is None) == (action.request == "none")
            assert step.paged == (action.pages is not None)


def test_every_standard_size_has_its_shape() -> None:
    sides = {"720p": 720, "1080p": 1080, "4k": 2160}
    for size in SIZES.split(", "):
        width, height = map(int, size.split("x"))
        (step,) = plan(
            "generate-video", render(one(), dimension={"width": width, "height": height})
        ).steps
        across, down = map(int, step.body["aspect_ratio"].split(":"))
        assert width * down == height * across
        assert min(width, height) == sides[step.body["resolution"]]


NEEDED = {"image": {"url": "https://x.test/"}}  # what the schema forgets to ask for
MARKS = {"string": "marked", "number": 7.5, "integer": 1234, "boolean": True}


def mark(schema: Mapping[str, Any]) -> Any:
    """A valid value that is not the default one, and that can be recognised."""
    options = [value for value in schema.get("enum", ()) if value != schema.get("default")]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return options[-1] if options else MARKS[kinds[0]]


def least(schema: Mapping[str, Any]) -> Any:
    """The smallest valid value of a schema without alternatives."""
    if schema["type"] != "object":
        return mark(schema)
    return {name: least(schema["properties"][name]) for name in schema.get("required", ())}


def leaves(schema: Mapping[str, Any]) -> Iterator[tuple[Any, Any, str, Any]]:
    """(without, with, path, value) for each scalar at or below an object schema."""
    base = least(schema)
    for name, part in schema["properties"].items():
        if part["type"] == "object":
            for plain, marked, path, value in leaves(part):
                yield {**base, name: plain}, {**base, name: marked}, f"{name}.{path}", value
        elif name != "type":
            plain = {key: value for key, value in base.items() if key != name}
            yield (base if name in base else plain), {**base, name: mark(part)}, name, mark(part)


def field_cases() -> Iterator[Any]:
    """(body without the field, body with it, its path, its value), for every field."""
    top = dict(SCHEMAS["generate-video"]["body"]["properties"])
    parts = top.pop("video_inputs")["items"]["properties"]
    for plain, marked, path, value in leaves({"type": "object", "properties": top}):
        rest = {"video_inputs": [one()]}
        yield pytest.param({**rest, **plain}, {**rest, **marked}, path, value, id=path)
    for part, schema in parts.items():
        for kind in schema["oneOf"]:
            (word,) = kind["properties"]["type"]["enum"]
            for plain, marked, path, value in leaves(kind):
                spot = f"video_inputs[0].{part}.{path}"
                whole = ({**NEEDED.get(word, {}), **each} for each in (plain, marked))
                bodies = ({"video_inputs": [one(**{part: each})]} for each in whole)
                yield pytest.param(*bodies, spot, value, id=f"{word}: {spot}")


@pytest.mark.parametrize(("plain", "marked", "path", "value"), list(field_cases()))
def test_every_old_field_is_mapped_noted_or_refused(
    plain: dict[str, Any], marked: dict[str, Any], path: str, value: Any
) -> None:
    OLD["generate-video"].validate(marked)
    shown = value if isinstance(value, str) else json.dumps(value)
    found = outcome("generate-video", Call(body=marked))
    if isinstance(found, BadRequest):
        parent = path.rpartition(".")[0]
        by_value = found.detail.startswith((path, "dimension: ")) and shown in found.detail
        assert by_value or found.detail.startswith(f"{parent}.type: "), found.detail
    elif isinstance(value, bool):
        assert found != outcome("generate-video", Call(body=plain))
    elif f"{path}: {shown} {LOST}" not in found.notes:
        assert found.notes == ()
        assert json.dumps(value) in json.dumps(found.steps[0].body)


def test_case_table_reaches_whole_old_schema() -> None:
    def scalars(schema: Mapping[str, Any]) -> int:
        nested = [*schema.get("oneOf", ()), *schema.get("properties", {}).values()]
        nested += [schema["items"]] if "items" in schema else []
        return sum(map(scalars, nested)) if nested else 1

    kinds = 2 + 3 + 3  # the `type` of each character, voice and background
    assert len(list(field_cases())) == scalars(SCHEMAS["generate-video"]["body"]) - kinds


def test_notes_are_bounded_and_counted() -> None:
    strange = {f"field{n}": n for n in range(30)}
    found = plan("generate-video", render(one(), **strange))
    kept = tuple(f"field{n} {LOST}" for n in range(MAX_NOTES))
    assert found.notes == (*kept, "10 more fields had no v3 counterpart")


def test_repeated_notes_are_given_once() -> None:
    long = {"x" * 50 + str(n): n for n in range(3)}
    assert plan("generate-video", render(one(), **long)).notes == (f"{'x' * 37}... {LOST}",)


def test_note_text_cannot_break_its_header() -> None:
    call = render(one({**PHOTO, "talking_photo_style": "a\r\nb, ü; c"}), **{"k\0\n": 1, " ": 2})
    assert plan("generate-video", call).notes == (
        f"k?? {LOST}",
        f"? {LOST}",
        f"video_inputs[0].character.talking_photo_style: a??b? ?? c {LOST}",
    )


def test_unknown_field_value_is_not_repeated() -> None:
    notes = plan("generate-video", render(one(), api_key="sk_secret")).notes
    assert notes == (f"api_key {LOST}",)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.text() | st.sampled_from(["url", "text", "type", "engine", "test", "scale", "value"])
NEW_ONLY = {"fps", "scene_ids", "subtitles", "reorder_music", "keep_text_vertically_centered"}
EXTRA = st.dictionaries(NAMES, JSON, max_size=4)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    extras=st.lists(EXTRA, min_size=6, max_size=6),
    scenes=st.integers(1, 3),
    test=st.booleans(),
    query=EXTRA,
)
@example(extras=[{"test ": True}, {}, {}, {}, {}, {}], scenes=1, test=True, query={})
@example(extras=[{}, {"test": True}, {}, {}, {}, {}], scenes=1, test=False, query={})
def test_extra_fields_never_break_the_plan(
    extras: list[dict[str, Any]], scenes: int, test: bool, query: dict[str, Any]
) -> None:
    top, item, character, voice, background, offset = extras
    each = {
        **item,
        "character": {**character, **AVATAR, "offset": {**offset, "x": 0}},
        "voice": {**voice, **TEXT},
        "background": {**background, "type": "color", "value": "#fff"},
    }
    body = {**top, "video_inputs": [each] * scenes, "test": test}
    query.pop("test", None)
    assume(OLD["generate-video"].is_valid(body))
    call = Call(query=query, body=body)
    found = outcome("generate-video", call)
    if isinstance(found, BadRequest):
        assert found.code == "no_v3_counterpart"
        return
    assert found.test is call.says_test  # a scene that says it makes it a promise too
    assert found.test or not test
    (step,) = found.steps
    NEW["v3-create-video"].validate(step.body)
    assert "test" not in step.body
    assert_fit_a_header(found.notes)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(top=EXTRA, variables=st.dictionaries(NAMES, EXTRA, min_size=1, max_size=3))
def test_extra_fields_never_break_a_template(
    top: dict[str, Any], variables: dict[str, Any]
) -> None:
    filled_in = {
        key: {**value, "name": key, "type": "text", "properties": value}
        for key, value in variables.items()
    }
    # v3's own fields pass as they are: v3 itself judges them.
    old = {name: value for name, value in top.items() if name not in NEW_ONLY}
    body = {**old, "variables": filled_in, "test": True}
    assume(OLD["generate-template-video"].is_valid(body))
    call = Call(path_params={"template_id": "t1"}, body=body)
    found = outcome("generate-template-video", call)
    if isinstance(found, BadRequest):
        assert found.code == "no_v3_counterpart"
        return
    assert found.test
    NEW["v3-generate-template-video"].validate(found.steps[0].body)
    assert_fit_a_header(found.notes)


def assert_fit_a_header(notes: tuple[str, ...]) -> None:
    assert len(notes) <= MAX_NOTES + 1
    assert len(set(notes)) == len(notes)
    for note in notes:
        assert note.isascii()
        assert note.isprintable()
        assert len(note) <= MAX_NOTE
        assert not set(note) & set(",;")
