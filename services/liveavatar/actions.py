"""LiveAvatar's API as a table: one line an action, literals only.

Bodies, answers and notes are in `schemas.json` beside this file, by slug.
"""

from services.action import Action, Pages, Param

ACTIONS: tuple[Action, ...] = (
    Action("create-session-token", "Create a session token", "sessions", "POST", "/v1/sessions/token", request="json", idempotency=None),
    Action("start-session", "Start a session", "sessions", "POST", "/v1/sessions/start", billable=True, idempotency=None, headers=("x-session-token",), session=True),
    Action("stop-session", "Stop a session", "sessions", "POST", "/v1/sessions/stop", request="json", idempotency=None),
    Action("keep-session-alive", "Keep a session alive", "sessions", "POST", "/v1/sessions/keep-alive", request="json", idempotency=None),
    Action("list-sessions", "List sessions", "sessions", "GET", "/v1/sessions", query=(Param("type", required=True, enum=("active", "historic")), Param("page", "integer", default=1, minimum=1), Param("page_size", "integer", default=20, minimum=1, maximum=100), Param("avatar_id"), Param("embed_id"), Param("context_id")), pages=Pages("page", cursor="page", size="page_size", items="data.results", more=None, next="data.next")),
    Action("get-session-transcript", "Read a transcript", "sessions", "GET", "/v1/sessions/{session_id}/transcript", query=(Param("start_timestamp", "integer"), Param("end_timestamp", "integer"))),
    Action("delete-session-events", "Remove session events", "sessions", "DELETE", "/v1/sessions/{session_id}/events", destructive=True, idempotency=None),
    Action("list-avatars", "List own avatars", "avatars", "GET", "/v1/avatars", query=(Param("page", "integer", default=1, minimum=1), Param("page_size", "integer", default=20, minimum=1, maximum=100)), pages=Pages("page", cursor="page", size="page_size", items="data.results", more=None, next="data.next"), ttl=300),
    Action("list-public-avatars", "List public avatars", "avatars", "GET", "/v1/avatars/public", query=(Param("page", "integer", default=1, minimum=1), Param("page_size", "integer", default=20, minimum=1, maximum=100)), pages=Pages("page", cursor="page", size="page_size", items="data.results", more=None, next="data.next"), ttl=3600),
    Action("get-avatar", "Read an avatar", "avatars", "GET", "/v1/avatars/{avatar_id}", ttl=300),
    Action("update-avatar", "Change an avatar", "avatars", "PATCH", "/v1/avatars/{avatar_id}", request="json", idempotency=None),
    Action("delete-avatar", "Remove an avatar", "avatars", "DELETE", "/v1/avatars/{avatar_id}", destructive=True, idempotency=None),
    Action("list-voices", "List voices", "voices", "GET", "/v1/voices", query=(Param("page", "integer", default=1, minimum=1), Param("page_size", "integer", default=20, minimum=1, maximum=100), Param("voice_type", default="public", enum=("public", "private"))), pages=Pages("page", cursor="page", size="page_size", items="data.results", more=None, next="data.next"), ttl=300),
    Action("add-third-party-voice", "Link an external voice", "voices", "POST", "/v1/voices/third_party", request="json", idempotency=None),
    Action("get-voice", "Read a voice", "voices", "GET", "/v1/voices/{voice_id}", ttl=300),
    Action("update-voice", "Rename a voice", "voices", "PATCH", "/v1/voices/{voice_id}", request="json", idempotency=None),
    Action("delete-voice", "Remove a voice", "voices", "DELETE", "/v1/voices/{voice_id}", destructive=True, idempotency=None),
    Action("preview-voice", "Preview a voice", "voices", "GET", "/v1/voices/{voice_id}/preview"),
    Action("list-contexts", "List contexts", "contexts", "GET", "/v1/contexts", query=(Param("page", "integer", default=1, minimum=1), Param("page_size", "integer", default=20, minimum=1, maximum=100)), pages=Pages("page", cursor="page", size="page_size", items="data.results", more=None, next="data.next")),
    Action("create-context", "Create a context", "contexts", "POST", "/v1/contexts", request="json", idempotency=None),
    Action("get-context", "Read a context", "contexts", "GET", "/v1/contexts/{context_id}"),
    Action("update-context", "Change a context", "contexts", "PATCH", "/v1/contexts/{context_id}", request="json", idempotency=None),
    Action("delete-context", "Remove a context", "contexts", "DELETE", "/v1/contexts/{context_id}", destructive=True, idempotency=None),
    Action("list-memories", "List memories", "memory", "GET", "/v1/memory", query=(Param("type", enum=("session",)), Param("page", "integer")), pages=Pages("page", cursor="page", size=None, items=None, more=None, next=None)),
    Action("create-memory", "Create a memory", "memory", "POST", "/v1/memory", request="json", idempotency=None),
    Action("get-memory", "Read a memory", "memory", "GET", "/v1/memory/{memory_id}"),
    Action("delete-memory", "Remove a memory", "memory", "DELETE", "/v1/memory/{memory_id}", destructive=True, idempotency=None),
    Action("list-secrets", "List secrets", "secrets", "GET", "/v1/secrets"),
    Action("create-secret", "Store a secret", "secrets", "POST", "/v1/secrets", request="json", idempotency=None, confidence="medium"),
    Action("delete-secret", "Remove a secret", "secrets", "DELETE", "/v1/secrets/{secret_id}", destructive=True, idempotency=None),
    Action("list-llm-configurations", "List model set-ups", "llm", "GET", "/v1/llm-configurations"),
    Action("create-llm-configuration", "Add a model set-up", "llm", "POST", "/v1/llm-configurations", request="json", idempotency=None),
    Action("get-llm-configuration", "Read a model set-up", "llm", "GET", "/v1/llm-configurations/{config_id}"),
    Action("update-llm-configuration", "Change a model set-up", "llm", "PATCH", "/v1/llm-configurations/{config_id}", request="json", idempotency=None),
    Action("delete-llm-configuration", "Remove a model set-up", "llm", "DELETE", "/v1/llm-configurations/{config_id}", destructive=True, idempotency=None),
    Action("list-llm-models", "List models", "llm", "GET", "/v1/llm-models", confidence="medium", ttl=3600),
    Action("list-languages", "List languages", "account", "GET", "/v1/languages", ttl=3600),
    Action("get-credits", "Read credits", "account", "GET", "/v1/users/credits"),
    Action("create-embedding", "Create an embed", "embeddings", "POST", "/v2/embeddings", request="json", billable=None, idempotency=None, confidence="medium"),
)
