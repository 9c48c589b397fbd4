"""How LiveAvatar answers: a code, the data and a message; lists by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.answers import Refusal
from sandbox.desk import Order
from sandbox.liveavatar.account import Account

Json = dict[str, Any]


class Denial(Exception):
    def __init__(self, status: int, message: str, code: int = 4000) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


def success(data: object, status: int = 200) -> Response:
    return JSONResponse({"code": 1000, "data": data, "message": "Success"}, status)


def refused(denial: Denial) -> Response:
    body = {"code": denial.code, "data": None, "message": denial.message}
    return JSONResponse(body, denial.status)


def unfit(refusal: Refusal) -> Response:
    """What the shared checks refused: 422 for what is not valid."""
    status = refusal.failure.status
    denial = Denial(422 if status == 400 else status, refusal.message)
    response = refused(denial)
    response.headers.update(refusal.headers)
    return response


def page(order: Order[Account], items: Sequence[Json]) -> Json:
    number, size = int(order.asked("page") or 1), int(order.asked("page_size") or 20)
    start, end = (number - 1) * size, number * size
    path = order.base_url + order.action.path
    return {
        "count": len(items),
        "next": f"{path}?page={number + 1}&page_size={size}" if end < len(items) else None,
        "previous": f"{path}?page={number - 1}&page_size={size}" if number > 1 else None,
        "results": list(items[start:end]),
    }
