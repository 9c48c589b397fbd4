"""Whose LiveAvatar's things are, by action.

One line an action, literals only; see `services/rule.py` for what they say.
"""

from services.rule import Ownership, Rule

# Whatever has one of these names, wherever it stands in a call, is the id of such a thing.
_NAMES = {
    "avatar_id": "avatar",
    "voice_id": "voice",
    "default_voice_id": "voice",
    "context_id": "context",
    "embed_id": "embed",
    "memory_id": "memory",
    "session_memory_id": "memory",
    "session_id": "session",
    "prev_session_id": "session",
    "secret_id": "secret",
    "config_id": "llm",
    "llm_configuration_id": "llm",
}

_FREE = {
    "agent_id": "at another vendor, under the secret beside it",
    "agora_app_id": "at another vendor, under the token beside it",
    "agora_uid": "at another vendor, under the token beside it",
    "links[].id": "the caller's own text, a link's name",
    "voice_agent.id": "of the vendor's own agents",
    "provider_voice_id": "at another vendor, under the secret beside it",
}

# Of these an account has some that everybody may use: stock, or the operator's.
_COMMON = frozenset(("avatar", "voice"))

_RULES = {
    "create-session-token": Rule("own", uses={"body.avatar_id": "avatar", "body.avatar_persona.voice_id": "voice", "body.avatar_persona.context_id": "context", "body.llm_configuration_id": "llm", "body.memory.prev_session_id": "session", "body.memory.session_memory_id": "memory", "body.elevenlabs_agent_config.secret_id": "secret", "body.elevenlabs_agent_config.voice_id": "voice", "body.openai_realtime_config.secret_id": "secret", "body.openai_realtime_config.context_id": "context", "body.gemini_realtime_config.secret_id": "secret", "body.gemini_realtime_config.context_id": "context"}, makes={"session_id": "session"}),
    "start-session": Rule("own", makes={"session_id": "session"}),
    "stop-session": Rule("own", alters={"body.session_id": "session"}),
    "keep-session-alive": Rule("own", uses={"body.session_id": "session"}),
    "list-sessions": Rule("filtered", uses={"query.avatar_id": "avatar", "query.embed_id": "embed", "query.context_id": "context"}, lists={"results[].id": "session", "results[].session_id": "session"}),
    "get-session-transcript": Rule("own", uses={"path.session_id": "session"}),
    "delete-session-events": Rule("own", alters={"path.session_id": "session"}),
    "list-avatars": Rule("filtered", lists={"results[].id": "avatar", "results[].avatar_id": "avatar"}),
    "list-public-avatars": Rule("yes"),
    "get-avatar": Rule("own", uses={"path.avatar_id": "avatar"}),
    "update-avatar": Rule("own", uses={"body.default_voice_id": "voice"}, alters={"path.avatar_id": "avatar"}),
    "delete-avatar": Rule("own", alters={"path.avatar_id": "avatar"}),
    "list-voices": Rule("filtered", lists={"results[].id": "voice", "results[].voice_id": "voice"}),
    "add-third-party-voice": Rule("own", uses={"body.secret_id": "secret"}, makes={"id": "voice", "voice_id": "voice"}),
    "get-voice": Rule("own", uses={"path.voice_id": "voice"}),
    "update-voice": Rule("own", alters={"path.voice_id": "voice"}),
    "delete-voice": Rule("own", alters={"path.voice_id": "voice"}),
    "preview-voice": Rule("own", uses={"path.voice_id": "voice"}),
    "list-contexts": Rule("filtered", lists={"results[].id": "context", "results[].context_id": "context"}),
    "create-context": Rule("own", makes={"id": "context", "context_id": "context"}),
    "get-context": Rule("own", uses={"path.context_id": "context"}),
    "update-context": Rule("own", alters={"path.context_id": "context"}),
    "delete-context": Rule("own", alters={"path.context_id": "context"}),
    "list-memories": Rule("filtered", lists={"results[].id": "memory", "results[].memory_id": "memory", "[].id": "memory", "[].memory_id": "memory"}),
    "create-memory": Rule("own", uses={"body.session_id": "session"}, makes={"id": "memory", "memory_id": "memory"}),
    "get-memory": Rule("own", uses={"path.memory_id": "memory"}),
    "delete-memory": Rule("own", alters={"path.memory_id": "memory"}),
    "list-secrets": Rule("filtered", lists={"results[].id": "secret", "results[].secret_id": "secret", "[].id": "secret", "[].secret_id": "secret"}),
    "create-secret": Rule("own", makes={"id": "secret", "secret_id": "secret"}),
    "delete-secret": Rule("own", alters={"path.secret_id": "secret"}),
    "list-llm-configurations": Rule("filtered", lists={"results[].id": "llm", "[].id": "llm"}),
    "create-llm-configuration": Rule("own", uses={"body.secret_id": "secret"}, makes={"id": "llm"}),
    "get-llm-configuration": Rule("own", uses={"path.config_id": "llm"}),
    "update-llm-configuration": Rule("own", uses={"body.secret_id": "secret"}, alters={"path.config_id": "llm"}),
    "delete-llm-configuration": Rule("own", alters={"path.config_id": "llm"}),
    "list-llm-models": Rule("yes"),
    "list-languages": Rule("yes"),
    "get-credits": Rule("no"),
    "create-embedding": Rule("own", uses={"body.avatar_id": "avatar", "body.context_id": "context", "body.voice_id": "voice"}, makes={"id": "embed", "embed_id": "embed"}),
}

OWNERSHIP = Ownership(_RULES, _NAMES, _COMMON, _FREE)
