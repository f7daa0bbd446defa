"""``POST /v1/audio/transcriptions`` as OpenAI defines it, answered by the local Whisper, also as a stream."""

import tempfile
from collections.abc import Generator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from winnow_base.http.callers import has_gone
from winnow_contracts.errors import WinnowError
from winnow_models import decoding, whisper
from winnow_models.heard import HeardSpeech
from winnow_models.line import QueueFull, QueuePlace
from winnow_models.openai_errors import RequestRefused, gone, invalid, no_such_model
from winnow_models.speech_answers import answer, event
from winnow_models.speech_languages import HEARD_AS, LANGUAGES
from winnow_models.speech_task import SpeechOptions
from winnow_models.whisper import SpeechProgress, Whisper

MAX_UPLOAD_BYTES = 25 * 1024 * 1024

_RETRY_AFTER_SECONDS = 2
_FORMS = ("json", "text", "verbose_json")


def speech_blueprint(model: Whisper) -> Blueprint:
    """The route, answered by ``model``."""
    routes = Blueprint("speech", __name__)

    @routes.after_request
    def tell_places(response: Response) -> Response:
        response.headers["Winnow-Places"] = str(whisper.PLACES)
        return response

    @routes.post("/v1/audio/transcriptions")
    def transcribe() -> Response:
        """Transcribes one recording."""
        with ExitStack() as held:
            turn = _enter(model)  # before the recording is read
            held.callback(turn.leave)
            form, granularities, streamed, wish = _asked()
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="winnow-speech-")))
            recording = _received(request.files["file"], folder, request.environ)
            heard = held.enter_context(closing(_hear(model, turn, recording, wish, request.environ)))
            if not streamed:
                return answer(_last(heard), form, granularities)
            response = Response(_events(heard, granularities), mimetype="text/event-stream")
            response.headers["Cache-Control"] = "no-store"
            response.call_on_close(held.pop_all().close)
            return response

    return routes


def _enter(model: Whisper) -> QueuePlace:
    try:
        return model.enter()
    except QueueFull:
        message = f"{whisper.PLACES} recordings are served at once and as many wait already."
        raise RequestRefused(429, message, code="busy", retry_after_seconds=_RETRY_AFTER_SECONDS) from None


def _asked() -> tuple[str, set[str], bool, SpeechOptions]:
    """Returns the answer's form, its timestamps, whether it is streamed, and the speech options."""
    given = request.form
    if "file" not in request.files:
        raise invalid("A recording is needed in the field 'file'.", "file")
    if given.get("model") != whisper.MODEL_ID:
        raise no_such_model(given.get("model"))
    form = given.get("response_format", "json")
    if form not in _FORMS:
        raise invalid(f"The response format {form!r} is not supported: {', '.join(_FORMS)}.", "response_format")
    granularities = set(given.getlist("timestamp_granularities[]")) or {"segment"}
    if not granularities <= {"word", "segment"}:
        raise invalid("Timestamps can be had for 'word' and 'segment'.", "timestamp_granularities")
    streamed = given.get("stream", "false").lower() in ("true", "1")
    if streamed and form != "verbose_json":
        raise invalid("A stream has the response format verbose_json.", "response_format")
    language = HEARD_AS.get(given.get("language", ""), given.get("language")) or None
    if language is not None and language not in LANGUAGES:
        raise invalid(f"The model does not know the language {language!r}.", "language")
    return form, granularities, streamed, SpeechOptions(language=language, prompt=given.get("prompt") or None)


def _received(upload: FileStorage, folder: Path, environ: dict[str, Any]) -> decoding.Recording:
    """Returns the uploaded recording, decoded in ``folder``."""
    path = folder / "recording"
    upload.save(path)
    if path.stat().st_size > MAX_UPLOAD_BYTES:
        raise RequestEntityTooLarge
    return decoding.decode(path, folder / "samples", lambda: _require_caller(environ))


def _hear(
    model: Whisper, turn: QueuePlace, recording: decoding.Recording, wish: SpeechOptions, environ: dict[str, Any]
) -> Generator[SpeechProgress | HeardSpeech]:
    """Yields the model's answers as long as the caller is connected."""
    with closing(model.hear(turn, recording, wish)) as heard:
        for said in heard:
            _require_caller(environ)
            yield said


def _require_caller(environ: dict[str, Any]) -> None:
    if has_gone(environ):
        raise gone()


def _last(heard: Generator[SpeechProgress | HeardSpeech]) -> HeardSpeech:
    *_, last = heard
    assert isinstance(last, HeardSpeech)
    return last


def _events(heard: Generator[SpeechProgress | HeardSpeech], granularities: set[str]) -> Generator[str]:
    try:
        for said in heard:
            yield event(said, granularities)
    except WinnowError as error:
        yield event(error, granularities)
    except RequestRefused:
        return  # nobody is there to be told
