"""Formats transcripts as OpenAI does: text, json, verbose_json, and the events of a stream."""

import json
from typing import Any

from flask import Response, jsonify

from winnow_contracts.errors import WinnowError
from winnow_models.heard import HeardSpeech, Utterance
from winnow_models.openai_errors import error_object
from winnow_models.whisper import SpeechProgress


def answer(heard: HeardSpeech, form: str, granularities: set[str]) -> Response:
    """Returns the whole answer; ``form`` is json, text or verbose_json."""
    match form:
        case "text":
            return Response(f"{heard.text}\n", mimetype="text/plain")
        case "json":
            return jsonify(text=heard.text)
        case _:
            return jsonify(_verbose(heard, granularities))


def event(said: SpeechProgress | HeardSpeech | WinnowError, granularities: set[str]) -> str:
    """Returns one event of a stream: progress, the whole verbose form, or an error."""
    match said:
        case SpeechProgress():
            body = {
                "type": "transcript.text.progress",
                "heard_seconds": round(said.heard_seconds, 3),
                "duration_seconds": round(said.duration_seconds, 3),
                "waiting": said.waiting,
            }
        case HeardSpeech():
            body = {"type": "transcript.text.done", **_verbose(said, granularities)}
        case WinnowError():
            body = {"type": "error", "error": error_object(said)}
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _verbose(heard: HeardSpeech, granularities: set[str]) -> dict[str, Any]:
    """OpenAI's verbose form, with the confidence in the languages and a ``probability`` on each word added."""
    answer: dict[str, Any] = {
        "task": "transcribe",
        "language": heard.language,
        "language_probability": round(heard.language_probability, 4),
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
        "language": utterance.language,
        "language_probability": round(utterance.language_probability, 4),
    }
