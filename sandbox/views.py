"""The catalogue in the words of each API generation."""

from __future__ import annotations

from sandbox.catalogue import CREATED, Group, Look, Template, Voice

Json = dict[str, object]


def legacy_avatar(look: Look) -> Json:
    return {
        "avatar_id": look.id,
        "avatar_name": look.name,
        "gender": look.gender,
        "preview_image_url": look.image,
        "preview_video_url": look.video,
        "premium": look.premium,
        "type": None,
        "tags": list(look.tags) or None,
        "default_voice_id": look.voice_id,
    }


def talking_photo(look: Look) -> Json:
    return {
        "talking_photo_id": look.id,
        "talking_photo_name": look.name,
        "preview_image_url": look.image,
    }


def photo_avatar(look: Look) -> Json:
    return {
        "id": look.id,
        "group_id": look.group_id,
        "name": look.name,
        "status": "completed",
        "image_url": look.image,
        "is_motion": False,
        "business_type": "uploaded",
    }


def legacy_group(group: Group) -> Json:
    return {
        "id": group.id,
        "name": group.name,
        "created_at": CREATED,
        "num_looks": len(group.looks),
        "preview_image": group.looks[0].image,
        "group_type": "PUBLIC" if group.public else "PRIVATE",
        "train_status": None,
        "default_voice_id": group.looks[0].voice_id,
    }


def v3_look(look: Look) -> Json:
    wide, high = (1080, 1920) if look.portrait else (1920, 1080)
    return {
        "id": look.id,
        "name": look.name,
        "group_id": look.group_id,
        "avatar_type": look.type,
        "gender": look.gender,
        "status": "completed",
        "preview_image_url": look.image,
        "preview_video_url": look.video,
        "default_voice_id": look.voice_id,
        "preferred_orientation": "portrait" if look.portrait else "landscape",
        "supported_api_engines": list(look.engines),
        "image_width": wide,
        "image_height": high,
        "tags": list(look.tags),
        "error": None,
    }


def v3_group(group: Group) -> Json:
    first = group.looks[0]
    return {
        "id": group.id,
        "name": group.name,
        "gender": group.gender,
        "status": "completed",
        "consent_status": None if group.public else "approved",
        "looks_count": len(group.looks),
        "default_voice_id": first.voice_id,
        "preview_image_url": first.image,
        "preview_video_url": first.video,
        "created_at": CREATED,
        "error": None,
    }


def legacy_voice(voice: Voice) -> Json:
    return {
        "voice_id": voice.id,
        "language": voice.language,
        "gender": voice.gender,
        "name": voice.name,
        "preview_audio": voice.preview,
        "support_pause": voice.support_pause,
        "emotion_support": voice.emotion_support,
        "support_interactive_avatar": voice.interactive,
        "support_locale": voice.support_locale,
    }


def v3_voice(voice: Voice) -> Json:
    return {
        "voice_id": voice.id,
        "name": voice.name,
        "language": voice.language,
        "gender": voice.gender,
        "type": "public" if voice.public else "private",
        "preview_audio_url": voice.preview,
        "support_pause": voice.support_pause,
        "support_locale": voice.support_locale,
    }


def v3_voice_detail(voice: Voice) -> Json:
    known = v3_voice(voice)
    names = ("voice_id", "name", "language", "gender", "preview_audio_url", "support_pause")
    return {name: known[name] for name in names} | {
        "support_interactive_avatar": voice.interactive,
        "status": "complete",
        "created_at": CREATED,
        "failure_message": None,
    }


def legacy_template(template: Template) -> Json:
    return {
        "template_id": template.id,
        "name": template.name,
        "thumbnail_image_url": template.thumbnail,
        "aspect_ratio": template.aspect_ratio,
    }


def legacy_variables(template: Template) -> Json:
    return {
        name: {"name": name, "type": kind, "properties": _sample(kind)}
        for name, kind in template.variables.items()
    }


def legacy_scenes(template: Template) -> list[Json]:
    variables = [{"name": name, "variable_type": kind} for name, kind in template.variables.items()]
    return [
        {"scene_id": scene, "script": "{{script}}", "variables": variables}
        for scene in template.scenes
    ]


def v3_template(template: Template) -> Json:
    return {
        "id": template.id,
        "name": template.name,
        "aspect_ratio": "9:16" if template.aspect_ratio == "portrait" else "16:9",
        "thumbnail_url": template.thumbnail,
        "created_at": CREATED,
        "updated_at": CREATED,
    }


def v3_template_detail(template: Template) -> Json:
    return v3_template(template) | {
        "scene_ids": list(template.scenes),
        "scenes": legacy_scenes(template),
        "variables": {
            name: {"type": kind, **_sample(kind)} for name, kind in template.variables.items()
        },
    }


def _sample(kind: str) -> Json:
    if kind == "text":
        return {"content": "Hello, welcome to this video."}
    if kind == "character":
        return {"character_id": "", "character_type": "avatar"}
    if kind == "voice":
        return {"voice_id": ""}
    sample: Json = {"url": "", "asset_id": None}
    return sample if kind == "audio" else sample | {"fit": "none"}
