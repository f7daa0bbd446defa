"""``POST /v1/chat/completions`` as OpenAI defines it, answered by the local waste model: one picture, one finding.

The text of the messages is not read: this model can only classify the waste on a picture, as a finding.
"""

import base64
import binascii
import json
import secrets
import time
from typing import Any

from flask import Blueprint, Response, jsonify, request

from winnow_models import head_card
from winnow_models.openai_errors import RequestRefused, invalid, no_such_model
from winnow_models.pictures import read_picture
from winnow_models.waste import WasteModel

MAX_PICTURE_BYTES = 16 * 1024 * 1024

_MEDIA_TYPES = ("image/jpeg", "image/png")


def chat_blueprint(model: WasteModel) -> Blueprint:
    """The route, answered by ``model``."""
    routes = Blueprint("chat", __name__)

    @routes.post("/v1/chat/completions")
    def complete() -> Response:
        """Answers a picture with a finding."""
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict):
            raise RequestRefused(400, "The body must be a JSON object.")
        if asked.get("model") != head_card.MODEL_ID:
            raise no_such_model(asked.get("model"))
        if asked.get("stream"):
            raise invalid("This model answers in one piece.", "stream")
        if asked.get("n") not in (None, 1):
            raise invalid("This model gives one answer.", "n")
        picture = read_picture(_picture_bytes(_address(asked.get("messages"))))
        return jsonify(_completion(json.dumps(model.classify(picture))))

    return routes


def _address(messages: object) -> str:
    """Returns the address of the one picture in the messages."""
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise invalid("The messages are a list of objects.", "messages")
    contents = [message.get("content") for message in messages]
    parts = [part for content in contents if isinstance(content, list) for part in content if isinstance(part, dict)]
    pictures = [part.get("image_url") for part in parts if part.get("type") == "image_url"]
    if len(pictures) != 1:
        raise invalid(f"The messages need one picture and have {len(pictures)}.", "messages")
    address = pictures[0].get("url") if isinstance(pictures[0], dict) else None
    if not isinstance(address, str):
        raise invalid("The picture has no address.", "messages")
    return address


def _picture_bytes(address: str) -> bytes:
    head, separator, body = address.partition(",")
    kind, _, coding = head.removeprefix("data:").partition(";")
    if not head.startswith("data:") or not separator or coding != "base64":
        # A link would make this process fetch any address a caller names.
        raise invalid("The picture must lie in the request, as data:image/jpeg;base64,...", "messages")
    if kind not in _MEDIA_TYPES:
        raise invalid(f"The picture is one of {', '.join(_MEDIA_TYPES)}.", "messages")
    if len(body) > MAX_PICTURE_BYTES * 4 // 3 + 4:
        raise RequestRefused(413, f"The picture is larger than {MAX_PICTURE_BYTES >> 20} MB.", param="messages")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid("The picture is not base64.", "messages") from error


def _completion(text: str) -> dict[str, Any]:
    """Returns OpenAI's form. It reports no tokens: there are none, and no cost."""
    return {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": head_card.MODEL_ID,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    }
