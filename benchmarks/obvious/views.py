"""The obvious proxy's one view: look everything up, decrypt, call with `requests`, unwrap."""

from __future__ import annotations

from typing import Any, cast

import requests
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.obvious.models import Action, ApiKey, Credential, Service

TIMEOUT = 60.0  # seconds


class UpstreamFailed(APIException):
    status_code = 502
    default_detail = "The upstream external service request failed."


class Invoke(APIView):
    def post(self, request: Request, org: str, service: str, action: str) -> Response:
        caller = cast(ApiKey, request.user)
        if caller.org.slug != org:
            raise PermissionDenied
        if not isinstance(request.data, dict):
            raise ValidationError("A JSON object is expected.")
        found = get_object_or_404(Service, slug=service, is_enabled=True)
        called = get_object_or_404(Action, service=found, slug=action, is_enabled=True)
        credential = get_object_or_404(Credential, org=caller.org, service=found)
        answer = send(found, called, request.data, secret=credential.open())
        return Response(unwrapped(answer), status=answer.status_code)


def send(
    service: Service, action: Action, envelope: dict[str, Any], *, secret: str
) -> requests.Response:
    try:
        path = action.path_template.format(**envelope.get("path_params", {}))
    except KeyError as exc:
        raise ValidationError(f"Missing required path parameter: {exc.args[0]}") from exc
    try:
        return requests.request(
            action.method,
            service.base_url + path,
            params=envelope.get("query"),
            json=envelope.get("body"),
            headers={service.auth_header: secret},
            timeout=TIMEOUT,
        )
    except requests.RequestException as exc:
        raise UpstreamFailed from exc


def unwrapped(answer: requests.Response) -> dict[str, Any]:
    """HeyGen's own envelope taken off, so that callers find its payload directly under `data`."""
    if not answer.ok:
        raise UpstreamFailed
    value = answer.json()
    return {"data": value["data"] if isinstance(value, dict) and "data" in value else value}
