"""``POST /v1/audio/transcriptions`` as OpenAI defines it, answered by the local Whisper."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from winnow_local.models import decoding, whisper
from winnow_local.models.openai_errors import invalid, no_such_model
from winnow_local.models.whisper import Heard, Utterance, Whisper

MAX_UPLOAD_BYTES = 25 * 1024 * 1024


def speech_blueprint(model: Whisper) -> Blueprint:
    """The route, answered by ``model``."""
    routes = Blueprint("speech", __name__)

    @routes.post("/v1/audio/transcriptions")
    def transcribe() -> Response:
        """One recording to text."""
        upload = request.files.get("file")
        if upload is None:
            raise invalid("A recording is needed in the field 'file'.", "file")
        if request.form.get("model") != whisper.MODEL_ID:
            raise no_such_model(request.form.get("model"))
        form = request.form.get("response_format", "json")
        if form not in ("json", "text", "verbose_json"):
            raise invalid(
                f"The response format {form!r} is not supported: json, text, verbose_json.", "response_format"
            )
        granularities = request.form.getlist("timestamp_granularities[]") or ["segment"]
        if not set(granularities) <= {"word", "segment"}:
            raise invalid("Timestamps can be had for 'word' and 'segment'.", "timestamp_granularities")
        with tempfile.TemporaryDirectory(prefix="winnow-speech-") as folder:
            path = Path(folder) / "recording"
            upload.save(path)
            if path.stat().st_size > MAX_UPLOAD_BYTES:
                raise RequestEntityTooLarge
            samples = decoding.decode(path)
        heard = model.hear(
            samples, language=request.form.get("language") or None, prompt=request.form.get("prompt") or None
        )
        return _answer(heard, form, set(granularities))

    return routes


def _answer(heard: Heard, form: str, granularities: set[str]) -> Response:
    match form:
        case "text":
            return Response(f"{heard.text}\n", mimetype="text/plain")
        case "json":
            return jsonify(text=heard.text)
        case _:
            return jsonify(_verbose(heard, granularities))


def _verbose(heard: Heard, granularities: set[str]) -> dict[str, Any]:
    """OpenAI's verbose form, with ``probability`` on each word besides."""
    answer: dict[str, Any] = {
        "task": "transcribe",
        "language": heard.language,
        "duration": heard.duration_seconds,
        "text": heard.text,
    }
    if "segment" in granularities:
        answer["segments"] = [_segment(number, utterance) for number, utterance in enumerate(heard.utterances)]
    if "word" in granularities:
        answer["words"] = [
            {
                "word": word.word,
                "start": round(word.start_seconds, 3),
                "end": round(word.end_seconds, 3),
                "probability": round(word.probability, 4),
            }
            for utterance in heard.utterances
            for word in utterance.words
        ]
    return answer


def _segment(number: int, utterance: Utterance) -> dict[str, Any]:
    return {
        "id": number,
        "seek": 0,
        "start": round(utterance.start_seconds, 3),
        "end": round(utterance.end_seconds, 3),
        "text": utterance.text,
        "tokens": [],
        "temperature": utterance.temperature,
        "avg_logprob": utterance.avg_logprob,
        "compression_ratio": utterance.compression_ratio,
        "no_speech_prob": utterance.no_speech_prob,
    }
