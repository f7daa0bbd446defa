"""GET /v1/rules…: disposal rules with their sources, by region and language."""

import hashlib
import json
from typing import Any

from flask import Response

from winnow_gateway.api.schema_parts import ref
from winnow_gateway.api.serving import IF_NONE_MATCH, has_version
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_photos.post_photo import LANGUAGE, REGION, spoken_language
from winnow_photos.rule_reads import RuleReads


class Rules:
    """Reads of rules."""

    def __init__(self, reads: RuleReads, region: str) -> None:
        self._reads = reads
        self._region = region

    def all(self, call: Call) -> Response:
        """Returns the rules of a region."""
        return _versioned(call, self._reads.rules(*self._wanted(call)))

    def one(self, call: Call) -> Response:
        """Returns the rule for an item."""
        return _versioned(call, self._reads.rule(call.path["item"], *self._wanted(call)))

    def _wanted(self, call: Call) -> tuple[str, str]:
        return call.query["region"] or self._region, call.query["language"] or spoken_language(call.request)


def _versioned(call: Call, value: dict[str, Any]) -> Response:
    """Returns the answer with an ETag over its version and content; 304 if the client has it."""
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
    etag = f"{value['version']}-{digest}"
    headers = {"ETag": f'"{etag}"', "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
    if has_version(call, etag):
        return Response(status=304, headers=headers)
    return json_answer(value, headers=headers)


def operations(reads: RuleReads, region: str) -> tuple[Operation, ...]:
    """The operations on rules; ``region`` is whose rules a caller gets who names none."""
    rules = Rules(reads, region)
    known = ApiAnswer(status=304, about="The caller has this version.", content={}, headers=("ETag",))
    return (
        Operation(
            name="list_rules",
            method="GET",
            path="/v1/rules",
            about="Every disposal rule of a region with its source, and the regions there are.",
            handler=rules.all,
            query=(REGION, LANGUAGE),
            headers=(IF_NONE_MATCH,),
            answers=(
                ApiAnswer(status=200, about="All.", content={"application/json": ref("Rules")}, headers=("ETag",)),
                known,
            ),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="get_rule",
            method="GET",
            path="/v1/rules/{item}",
            about="The rule for an item: its own, else its category's, else the general one; fallback says so.",
            handler=rules.one,
            query=(REGION, LANGUAGE),
            headers=(IF_NONE_MATCH,),
            answers=(
                ApiAnswer(status=200, about="It.", content={"application/json": ref("Rule")}, headers=("ETag",)),
                known,
            ),
            problems=("not-found", "unavailable"),
        ),
    )
