"""Whose ElevenLabs' things are, by action.

One line an action, literals only; see `services/rule.py` for what they say.
"""

from services.rule import Ownership, Rule

# Whatever has one of these names, wherever it stands in a call, is the id of such a thing.
_NAMES = {
    "voice_id": "voice",
    "voice_ids": "voice",
    "dubbing_id": "dubbing",
    "history_item_id": "history",
    "history_item_ids": "history",
    "start_after_history_item_id": "history",
    "last_history_item_id": "history",
    "pronunciation_dictionary_id": "dictionary",
}

_FREE = {
    "model_id": "of the vendor's models, which are everybody's",
    "request_id": "of a call, which no action reads by it",
    "previous_request_ids": "of calls whose speech this one continues in tone; their text is not read",
    "next_request_ids": "of calls whose speech follows this one in tone; their text is not read",
    "version_id": "a part of the dictionary beside it",
}

# Of these an account has some that everybody may use: stock, or the operator's.
_COMMON = frozenset(("dictionary", "voice"))

_RULES = {
    "list-voices": Rule("filtered", lists={"voices[].voice_id": "voice"}),
    "get-voice": Rule("own", uses={"path.voice_id": "voice"}),
    "add-voice": Rule("own", makes={"voice_id": "voice"}),
    "edit-voice": Rule("own", alters={"path.voice_id": "voice"}),
    "delete-voice": Rule("own", alters={"path.voice_id": "voice"}),
    "get-voice-settings": Rule("own", uses={"path.voice_id": "voice"}),
    "list-models": Rule("yes"),
    "tts": Rule("own", uses={"path.voice_id": "voice", "body.pronunciation_dictionary_locators[].pronunciation_dictionary_id": "dictionary"}),
    "tts-stream": Rule("own", uses={"path.voice_id": "voice", "body.pronunciation_dictionary_locators[].pronunciation_dictionary_id": "dictionary"}),
    "tts-timestamps": Rule("own", uses={"path.voice_id": "voice", "body.pronunciation_dictionary_locators[].pronunciation_dictionary_id": "dictionary"}),
    "sound-generation": Rule("yes"),
    "audio-isolation": Rule("yes"),
    "audio-isolation-stream": Rule("yes"),
    "create-dubbing": Rule("own", makes={"dubbing_id": "dubbing"}),
    "get-dubbing": Rule("own", uses={"path.dubbing_id": "dubbing"}),
    "get-dubbed-audio": Rule("own", uses={"path.dubbing_id": "dubbing"}),
    "delete-dubbing": Rule("own", alters={"path.dubbing_id": "dubbing"}),
    "get-history": Rule("no", uses={"query.start_after_history_item_id": "history", "query.voice_id": "voice"}),
    "get-history-item": Rule("no", uses={"path.history_item_id": "history"}),
    "get-history-audio": Rule("no", uses={"path.history_item_id": "history"}),
    "delete-history-item": Rule("no", alters={"path.history_item_id": "history"}),
    "get-user": Rule("no"),
    "get-subscription": Rule("no"),
}

OWNERSHIP = Ownership(_RULES, _NAMES, _COMMON, _FREE)
