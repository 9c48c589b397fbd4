"""The avatars, voices and templates that every account sees: seeded, so always the same.

People are groups in v3; their looks are what v2 calls avatars and talking photos, under one id.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from sandbox.words import LANGUAGES, MEN, MOODS, PLACES, POSES, TAGS, TEMPLATES, WOMEN

AvatarType = Literal["studio_avatar", "digital_twin", "photo_avatar"]

CREATED = 1_732_147_200  # unix seconds shown as the creation time of everything here
FIRST_AVATAR = "Abigail_expressive_2024112501"
FIRST_VOICE = "f38a635bee7a4d1f9b0a654a31d050d2"
_FILES = "https://files2.heygen.ai"
_RESOURCES = "https://resource2.heygen.ai"


@dataclass(frozen=True, slots=True)
class Look:
    """One picture of a person: what `avatar_id` means in a request for a video."""

    id: str
    name: str
    gender: str
    group_id: str
    type: AvatarType
    public: bool
    voice_id: str
    image: str
    video: str | None
    tags: tuple[str, ...] = ()
    premium: bool = False
    portrait: bool = False

    @property
    def engines(self) -> tuple[str, ...]:
        return ("avatar_iii", "avatar_iv", *(("avatar_v",) if self.type != "studio_avatar" else ()))


@dataclass(frozen=True, slots=True)
class Group:
    """One person."""

    id: str
    name: str
    gender: str
    public: bool
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    id: str
    name: str
    language: str
    gender: str
    preview: str
    public: bool = True
    support_pause: bool = True
    emotion_support: bool = False
    support_locale: bool = False
    interactive: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """`variables` maps a name to its type; every template has a text variable named `script`."""

    id: str
    name: str
    aspect_ratio: str
    thumbnail: str
    scenes: tuple[str, ...]
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    groups: tuple[Group, ...]
    looks: Mapping[str, Look]
    voices: Mapping[str, Voice]
    templates: Mapping[str, Template]


@cache
def catalogue() -> Catalogue:
    # Not a secret: the same seed must give the same catalogue in every process.
    rng = random.Random(20241125)
    voices = tuple(_voices(rng))
    groups = tuple(_groups(rng, [voice for voice in voices if voice.language == "English"]))
    looks = {look.id: look for group in groups for look in group.looks}
    templates = {template.id: template for template in _templates(rng)}
    return Catalogue(groups, looks, {voice.id: voice for voice in voices}, templates)


def _hex(rng: random.Random) -> str:
    return f"{rng.getrandbits(128):032x}"


def _voices(rng: random.Random) -> Iterator[Voice]:
    preview = _RESOURCES + "/text_to_speech/{}/id={}.wav"
    yield Voice(FIRST_VOICE, "Chill Brian", "English", "male", preview.format("f38a", FIRST_VOICE))
    for language, locale, count in LANGUAGES:
        for _ in range(count):
            gender = rng.choice(("female", "male"))
            name = f"{rng.choice(MOODS)} {rng.choice(WOMEN if gender == 'female' else MEN)}"
            voice_id = _hex(rng)
            yield Voice(
                voice_id,
                name,
                language,
                gender,
                preview.format(_hex(rng), voice_id),
                support_pause=rng.random() < 0.9,
                emotion_support=rng.random() < 0.2,
                support_locale=locale is None,
                interactive=rng.random() < 0.8,
            )
    for name, gender in (("My Voice", "female"), ("Narration Clone", "male"), ("CEO", "male")):
        voice_id = _hex(rng)
        url = preview.format(_hex(rng), voice_id)
        yield Voice(voice_id, name, "English", gender, url, public=False)


def _groups(rng: random.Random, voices: list[Voice]) -> Iterator[Group]:
    people = [(name, "female") for name in WOMEN] + [(name, "male") for name in MEN]
    rng.shuffle(people)
    people.sort(key=lambda person: person[0] != "Abigail")
    for name, gender in people:
        yield _person(rng, name, gender, "studio_avatar", rng.randint(6, 9), voices)
    for name, gender in people[5:185]:
        yield _person(rng, name, gender, "photo_avatar", 1, voices)
    for name, gender in (("Dana Keller", "female"), ("Sam Okafor", "male")):
        yield _person(rng, name, gender, "digital_twin", 2, voices, public=False)
    yield _person(rng, "Morgan Photo", "female", "photo_avatar", 3, voices, public=False)


def _person(
    rng: random.Random,
    name: str,
    gender: str,
    kind: AvatarType,
    count: int,
    voices: list[Voice],
    *,
    public: bool = True,
) -> Group:
    group_id = _hex(rng)
    voice = rng.choice([voice for voice in voices if voice.gender == gender])
    places = rng.sample(PLACES, count)
    looks = tuple(
        _look(rng, name, gender, kind, group_id, voice.id, place, public=public) for place in places
    )
    if name == "Abigail" and kind == "studio_avatar":
        looks = (_abigail(looks[0]), *looks[1:])
    return Group(group_id, name, gender, public, looks)


def _look(
    rng: random.Random,
    name: str,
    gender: str,
    kind: AvatarType,
    group_id: str,
    voice_id: str,
    place: str,
    *,
    public: bool,
) -> Look:
    pose, folder = rng.choice(POSES), f"{_hex(rng)}_{rng.randint(2000, 65000)}"
    photo, studio = kind == "photo_avatar", kind == "studio_avatar"
    spoken = f"{name}_{place}_{pose}_public".replace(" ", "_")
    return Look(
        id=spoken if studio else _hex(rng),
        name=f"{name} in {place}" if photo else f"{name} in {place} ({pose})",
        gender=gender,
        group_id=group_id,
        type=kind,
        public=public,
        voice_id=voice_id,
        image=f"{_FILES}/avatar/v3/{folder}/preview_{'talk_1' if photo else 'target'}.webp",
        video=None if photo else f"{_FILES}/avatar/v3/{folder}/preview_video_target.mp4",
        tags=tuple(rng.sample(TAGS, rng.randint(0, 2))),
        premium=rng.random() < 0.1,
        portrait=rng.random() < 0.2,
    )


def _abigail(look: Look) -> Look:
    return replace(look, id=FIRST_AVATAR, name="Abigail (Upper Body)", tags=("NEW",))


def _templates(rng: random.Random) -> Iterator[Template]:
    extra = (("headline", "text"), ("logo", "image"), ("clip", "video"), ("music", "audio"),
             ("narrator", "voice"), ("presenter", "character"))  # fmt: skip
    for name in TEMPLATES:
        template_id = _hex(rng)
        yield Template(
            id=template_id,
            name=name,
            aspect_ratio=rng.choice(("landscape", "landscape", "portrait")),
            thumbnail=f"{_RESOURCES}/image/{_hex(rng)}/original/{template_id}.jpg",
            scenes=tuple(_hex(rng) for _ in range(rng.randint(1, 4))),
            variables={"script": "text", **dict(rng.sample(extra, rng.randint(0, 4)))},
        )
