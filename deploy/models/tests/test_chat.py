"""The running endpoint says what waste a picture shows, to a real OpenAI client."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import openai
import pytest
from PIL import Image, ImageDraw

from winnow_contracts.json_codec import from_json
from winnow_contracts.photo import BetterPhoto, FoundItem, Nothing
from winnow_local.photos.drawings import drawings
from winnow_models import head_card
from winnow_models.app import create_app
from winnow_models.efficientnet import Network
from winnow_models.embeddings import Embedder
from winnow_models.waste import WasteModel
from winnow_models.waste_head import packaged_head
from winnow_models.whisper import Whisper

MODEL = "winnow-waste-1"
pytestmark = pytest.mark.timeout(600)  # the first one may download the weights


def address(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def messages(*addresses: str) -> list[Any]:
    pictures = [{"type": "image_url", "image_url": {"url": address}} for address in addresses]
    return [
        {"role": "system", "content": "You sort waste."},
        {"role": "user", "content": [{"type": "text", "text": "What is it?"}, *pictures]},
    ]


def png(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).ellipse((10, 10, 60, 60), fill=0)
    image.save(out, "PNG")
    return out.getvalue()


BOX = drawings()["cardboard-box.jpg"]


@pytest.mark.real
def test_a_picture_is_answered_with_a_finding_that_costs_nothing(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=messages(address(BOX)), temperature=0.2, max_tokens=300
    )

    finding = json.loads(answer.choices[0].message.content or "")
    item = from_json(FoundItem, finding["items"][0])
    assert 0.2 <= item.confidence <= 1
    assert finding["nothing"] is None
    assert finding["better_photo"] in (None, *BetterPhoto)
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == MODEL
    assert answer.usage is not None
    assert answer.usage.total_tokens == 0


@pytest.mark.real
def test_the_same_picture_gets_the_same_answer_as_png_too(client: openai.OpenAI) -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(BOX)).save(out, "PNG")
    texts = {
        client.chat.completions.create(model=MODEL, messages=messages(each)).choices[0].message.content
        for each in (address(BOX), address(out.getvalue(), "image/png"))
    }
    assert len(texts) == 1


def test_a_blank_picture_shows_nothing_to_throw_away(client: openai.OpenAI) -> None:
    asked = messages(address(drawings()["empty-board.jpg"]))
    answer = client.chat.completions.create(model=MODEL, messages=asked)
    finding = json.loads(answer.choices[0].message.content or "")
    assert finding == {"items": [], "nothing": Nothing.NO_ITEM, "better_photo": None}


@pytest.mark.parametrize(
    "body",
    [
        {"messages": messages("http://127.0.0.1:1/secret.jpg")},
        {"messages": messages("file:///etc/passwd")},
        {"messages": messages("data:image/jpeg,plain")},
        {"messages": messages("data:image/svg+xml;base64,AAAA")},
        {"messages": messages("data:image/jpeg;base64,not base64")},
        {"messages": messages(address(b"no picture"))},
        {"messages": messages(address(png((6000, 6000)), "image/png"))},
        {"messages": messages()},
        {"messages": messages(address(BOX), address(BOX))},
        {"messages": "What is it?"},
        {"messages": messages(address(BOX)), "stream": True},
        {"messages": messages(address(BOX)), "n": 2},
        {},
    ],
    ids=[
        *("link", "file", "plain data", "another type", "not base64", "no picture", "many pixels", "none", "two"),
        *("text", "stream", "two answers", "missing"),
    ],
)
def test_what_can_not_be_looked_at_is_refused_in_openai_s_form(client: openai.OpenAI, body: dict[str, Any]) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.post("/chat/completions", body={"model": MODEL, **body}, cast_to=object)
    assert isinstance(refused.value.body, dict)
    assert refused.value.body["type"] == "invalid_request_error"


def test_a_picture_over_16_mb_is_refused_with_413(client: openai.OpenAI) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        client.chat.completions.create(model=MODEL, messages=messages(address(bytes(17 << 20))))
    assert refused.value.status_code == 413


def test_another_model_does_not_chat(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client.chat.completions.create(model="whisper-base", messages=messages(address(BOX)))
    assert refused.value.code == "model_not_found"


def test_no_model_is_loaded_by_the_start_and_none_by_a_refusal(tmp_path: Path) -> None:
    def never() -> Path:
        raise AssertionError

    waste = WasteModel(network=Network(never, threads=1), head=packaged_head(), threshold=head_card.threshold())
    app = create_app(
        speech=Whisper(never, cores=1, idle_seconds=60), embedder=Embedder(threads=1), waste=waste, api_key="k"
    )
    asked = {"model": MODEL, "messages": messages("http://example.invalid/a.jpg")}
    key = {"Authorization": "Bearer k"}

    assert app.test_client().post("/v1/chat/completions", json=asked, headers=key).status_code == 400
    assert app.test_client().post("/v1/chat/completions", json=asked).status_code == 401
    assert not any(app.test_client().get("/healthz").get_json()["loaded"].values())
