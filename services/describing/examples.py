"""A call to start from, for every action: the documented one, or one made of its schema. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.action import Action, Param
from services.describing.shapes import resolved
from services.service import Service

Json = dict[str, Any]
_SCRIPT = "Hello, this is a test video."
_AVATAR = "Abigail_expressive_2024112501"
_VOICE = "f38a635bee7a4d1f9b0a654a31d050d2"
_SPEAKER = "21m00Tcm4TlvDq8ikWAM"  # a voice that every ElevenLabs account has

# What the documented pages show, with `test: true` wherever the call would cost something.
DOCUMENTED: Mapping[tuple[str, str], Json] = {
    ("heygen", "generate-video"): {
        "body": {
            "test": True,
            "video_inputs": [
                {
                    "character": {
                        "type": "avatar",
                        "avatar_id": _AVATAR,
                        "avatar_style": "normal",
                    },
                    "voice": {"type": "text", "input_text": _SCRIPT, "voice_id": _VOICE},
                }
            ],
            "dimension": {"width": 1280, "height": 720},
        }
    },
    ("heygen", "v3-create-video"): {
        "body": {
            "test": True,
            "type": "avatar",
            "avatar_id": _AVATAR,
            "voice_id": _VOICE,
            "script": _SCRIPT,
            "resolution": "720p",
            "aspect_ratio": "16:9",
        }
    },
    ("heygen", "generate-template-video"): {
        "path_params": {"template_id": "your-template-id"},
        "body": {
            "test": True,
            "caption": False,
            "variables": {
                "script": {
                    "name": "script",
                    "type": "text",
                    "properties": {"content": _SCRIPT},
                }
            },
        },
    },
    ("heygen", "v3-create-speech"): {"body": {"text": _SCRIPT, "voice_id": _VOICE}},
    ("heygen", "text-to-speech"): {"body": {"text": _SCRIPT, "voice_id": _VOICE}},
    ("elevenlabs", "tts"): {
        "path_params": {"voice_id": _SPEAKER},
        "body": {"text": "Hello, this is a test.", "model_id": "eleven_multilingual_v2"},
    },
    ("elevenlabs", "tts-stream"): {
        "path_params": {"voice_id": _SPEAKER},
        "body": {"text": "Hello, this is a test.", "model_id": "eleven_multilingual_v2"},
    },
    ("elevenlabs", "tts-timestamps"): {
        "path_params": {"voice_id": _SPEAKER},
        "body": {"text": "Hello, this is a test.", "model_id": "eleven_multilingual_v2"},
    },
    ("elevenlabs", "sound-generation"): {"body": {"text": "Rain on a tin roof"}},
}


def example(service: Service, action: Action) -> Json:
    """An envelope that the action takes, without fields that say nothing."""
    found = DOCUMENTED.get((service.slug, action.slug))
    if found is not None:
        return found
    made: Json = {}
    if action.path_params:
        made["path_params"] = {
            name: f"your-{name.replace('_', '-')}" for name in action.path_params
        }
    if query := {param.name: _query(param) for param in action.query if param.required}:
        made["query"] = query
    if action.session:
        made["headers"] = {name: _placeholder(name) for name in action.headers}
    if action.request in ("json", "multipart"):
        schema = resolved(service, action)
        made["body"] = value(schema) if schema else {}
    return made


def value(schema: Json, name: str = "") -> Any:
    """A small value that the schema takes: what it requires, and no more."""
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if "oneOf" in schema:
        return value(schema["oneOf"][0], name)
    kind = _kind(schema)
    if kind == "object":
        properties = schema.get("properties", {})
        return {key: value(properties.get(key, {}), key) for key in schema.get("required", ())}
    if kind == "array":
        return [value(schema.get("items", {}), name)]
    return _scalar(kind, schema, name)


def _kind(schema: Json) -> str:
    """The schema's type; of several, the first that is not null."""
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return next((kind for kind in kinds if kind != "null"), "null")


def _scalar(kind: str, schema: Json, name: str) -> Any:
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    return None if kind == "null" else _wording(name)


def _wording(name: str) -> str:
    """A text for a field of this name."""
    if name == "avatar_id":
        return _AVATAR
    if name == "voice_id":
        return _VOICE
    if name.endswith("url"):
        return f"https://example.com/{name.removesuffix('url').strip('_') or 'file'}"
    if name in ("text", "script", "input_text", "prompt", "content"):
        return _SCRIPT
    return _placeholder(name) if name else "text"


def _placeholder(name: str) -> str:
    return f"your-{name.replace('_', '-')}"


def _query(param: Param) -> Any:
    one = _one(param)
    return [one] if param.type == "array" else one


def _one(param: Param) -> Any:
    if param.default is not None:
        return param.default
    if param.enum:
        return param.enum[0]
    if param.type in ("integer", "number"):
        return int(param.minimum or 1)
    return False if param.type == "boolean" else _placeholder(param.name)
