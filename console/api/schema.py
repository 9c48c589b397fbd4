"""The OpenAPI 3.1 document of the management API, made from the views themselves."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

_making = threading.Lock()


def document() -> bytes:
    """The document as JSON; the same for every org."""
    with _making:  # the generator works on what all of its threads share
        return _document()


@lru_cache(maxsize=1)
def _document() -> bytes:
    generator: Any = SchemaGenerator  # which comes without types
    made = generator().get_schema(request=None, public=True)
    return bytes(OpenApiJsonRenderer().render(made, renderer_context={}))


def only_management(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """The management API's views alone: what an action takes is told by discovery."""
    return [item for item in endpoints if item[3].cls.__module__.startswith("console.api.")]


def finished(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """What the generator cannot know: requests are strict, and when to come back."""
    result["servers"] = [{"url": "/"}]
    result["externalDocs"] = {
        "url": "/api/ai-proxy/docs/",
        "description": "Reads this document, and the actions' (`services/{service}/openapi.json`).",
    }
    components = result["components"]["schemas"]
    for name in _taken(result):
        components[name]["additionalProperties"] = False
    later = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            for code in {"429", "503"} & set(operation["responses"]):
                operation["responses"][code]["headers"] = later
    return result


def _taken(result: Any) -> set[str]:
    """The names of the components that are a request's body."""
    return {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/")[-1]
        for operations in result["paths"].values()
        for operation in operations.values()
        if "requestBody" in operation
    }


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a key is sent: in its own scheme, or as clients made from the document send it."""

    target_class = "credentials.auth.ApiKeyAuthentication"
    name = ["ApiKey", "Bearer"]  # noqa: RUF012

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        about = "`Api-Key <key>`, with a key that has `manage` access."
        return [
            {"type": "apiKey", "in": "header", "name": "Authorization", "description": about},
            {"type": "http", "scheme": "bearer", "description": "The same key."},
        ]

    def get_security_requirement(self, auto_schema: Any) -> Any:
        return [{"ApiKey": []}, {"Bearer": []}]
