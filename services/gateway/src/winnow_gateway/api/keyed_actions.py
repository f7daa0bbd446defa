"""Idempotency-Key on every POST that acts: the first request with a key does it, a repeat gets the first's answer.

Uploads, drills and batches have claims of their own, because their keys name the jobs that they make.
"""

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from flask import Request, Response

from winnow_contracts import identity
from winnow_contracts.errors import Unavailable
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Call, Operation, QueryParameter
from winnow_gateway.uploads.action_claims import ActionClaims, KeptAnswer
from winnow_gateway.uploads.idempotency import KEY, only_one, read_key

_LOG = logging.getLogger(__name__)
_REPLAYED = "Idempotency-Replayed"
_MOST_BODY_BYTES = 1 << 20
_PROBLEMS = ("idempotency-in-progress", "idempotency-mismatch", "too-large", "unavailable")
_HEADER = QueryParameter(
    name=KEY.name,
    about="A repeat with the same key does nothing and gets the first request's answer.",
    schema=KEY.schema,
)


def act_once_a_key(operations: Iterable[Operation], parts: Dependencies) -> tuple[Operation, ...]:
    """Returns the operations; those that act and do not heed an Idempotency-Key themselves act once for each key."""
    claims = ActionClaims(parts.objects)
    return tuple(
        _keyed(operation, claims, parts.data_dir / "keyed") if _acts(operation) else operation
        for operation in operations
    )


def _acts(operation: Operation) -> bool:
    """Whether it does something for the holder of a key that HTTP does not call idempotent by itself."""
    heeds = KEY.name in {header.name for header in operation.headers}
    return operation.method == "POST" and operation.scope is not None and not heeds


def _keyed(operation: Operation, claims: ActionClaims, locks: Path) -> Operation:
    route = f"{operation.method} {operation.path}"

    def act(call: Call) -> Response:
        key = read_key(call.request.headers.get(KEY.name))
        if key is None:
            return operation.handler(call)
        action_id = identity.keyed_action_id(call.tenant_id, route, key)
        with only_one(locks, action_id):
            return _once(operation, call, claims, action_id)

    return replace(
        operation,
        handler=act,
        headers=(*operation.headers, _HEADER),
        answers=tuple(replace(answer, headers=(*answer.headers, _REPLAYED)) for answer in operation.answers),
        problems=(*operation.problems, *_PROBLEMS),
    )


def _once(operation: Operation, call: Call, claims: ActionClaims, action_id: str) -> Response:
    """Acts, or answers as the first request was answered. Only a success is kept: what failed may be tried again."""
    sha256 = _hash(call.request)
    kept = claims.take(call.tenant_id, action_id, sha256)
    if kept is not None:
        return Response(kept.body, kept.status, {**kept.headers, _REPLAYED: "true"})
    try:
        response = operation.handler(call)
    except BaseException:
        _free(claims, call.tenant_id, action_id)
        raise
    try:
        claims.keep(call.tenant_id, action_id, sha256, _kept(response, operation.shown_once))
    except Unavailable as error:
        # It is done, so the client hears so. A repeat would do it again in two minutes.
        _LOG.warning("An answer could not be kept for repeats.", extra={"route": operation.path, "error": error.detail})
    return response


def _hash(request: Request) -> str:
    """A hash of what makes two requests the same: method, address and body."""
    request.max_content_length = _MOST_BODY_BYTES
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    digest.update(request.get_data())
    return digest.hexdigest()


def _kept(response: Response, secrets: tuple[str, ...]) -> KeptAnswer:
    body = response.get_data(as_text=True)
    if secrets:
        told = {name: value for name, value in json.loads(body).items() if name not in secrets}
        body = json.dumps(told, ensure_ascii=False)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return KeptAnswer(status=response.status_code, headers=headers, body=body)


def _free(claims: ActionClaims, tenant_id: str, action_id: str) -> None:
    try:
        claims.give_up(tenant_id, action_id)
    except Unavailable as error:
        _LOG.warning("An Idempotency-Key stays taken for two minutes.", extra={"error": error.detail})
