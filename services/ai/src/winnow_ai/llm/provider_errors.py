"""Maps a provider's HTTP errors to ours: wait, correct the configuration, or refuse the content."""

from collections.abc import Mapping
from typing import Any

from winnow_ai.llm.endpoint_settings import LIMIT_PARAMETERS
from winnow_ai.llm.retry_after import retry_after_seconds
from winnow_contracts.errors import BadInput, RateLimited, Temporary, TimedOut, Unavailable, WinnowError

_SHOWN = 300
"""How many characters of the endpoint's own message are passed on."""
_CHOSEN_WITH_THE_MODEL = ("model", "response_format", "dimensions", "temperature")
"""Parameters that some models do not take; the operator has to choose another model."""
_FILTERED = ("content_filter", "content_policy_violation")
_WHERE_TOO_LARGE = {
    "WINNOW_AI_TRANSCRIPTION_MODEL": "Lower WINNOW_AI_PIECE_LIMIT_BYTES and run the job again.",
}
_OTHERWISE_TOO_LARGE = "The endpoint takes less than this in one call: raise its limit and run the job again."


def of_status(status: int, said: str, body: Any, headers: Mapping[str, str], setting: str) -> WinnowError:
    """The error for a status of 400 or more. ``body`` is OpenAI's error object, ``setting`` names the variable."""
    told: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    sentence = f"the AI endpoint answered {status}: {said[:_SHOWN]}"
    about_setup = told.get("code") == "model_not_found" or told.get("param") in _CHOSEN_WITH_THE_MODEL
    match status:
        case 429 if told.get("code") == "insufficient_quota":
            return not_set_up(sentence, "WINNOW_AI_API_KEY: its account has no money left")
        case 429:
            return RateLimited(sentence, retry_after_seconds=retry_after_seconds(headers))
        case 401 | 403:
            return not_set_up(sentence, "WINNOW_AI_API_KEY")
        case 404:
            return not_set_up(sentence, setting)
        case 400 | 422 if told.get("param") in LIMIT_PARAMETERS:
            return not_set_up(sentence, "WINNOW_AI_LIMIT_PARAMETER")
        case 400 | 422 if told.get("code") in _FILTERED:
            return of_content(said[:_SHOWN])
        case 400 | 422 if about_setup:
            return not_set_up(sentence, setting)
        case 408 | 504:
            return TimedOut(sentence, code="upstream-timeout")
        case 413:
            return BadInput(sentence, code="too-large", hint=_WHERE_TOO_LARGE.get(setting, _OTHERWISE_TOO_LARGE))
        case 400 | 422:
            return BadInput(sentence, code="upstream-invalid", hint="The endpoint does not accept this content.")
        case _:
            return Unavailable(sentence, dependency="ai", code="model-unavailable")


def not_set_up(sentence: str, setting: str) -> Unavailable:
    """The error for a call that cannot work until ``setting`` is corrected."""
    # Not Misconfigured, which stops the process, and not Permanent: the jobs are good and wait for the correction.
    return Unavailable(sentence, dependency="ai", code="model-unavailable", hint=f"Correct {setting}.")


def silent(reason: object) -> Unavailable:
    """The error for an endpoint that does not answer."""
    return Unavailable(
        f"the AI endpoint does not answer: {reason}",
        dependency="ai",
        code="model-unavailable",
        hint="See that the endpoint of WINNOW_AI_BASE_URL runs and can be reached.",
    )


def of_content(said: str) -> BadInput:
    """The error for content that the model refuses; ``said`` is the model's own message, or empty."""
    words = f": {said[:_SHOWN]}" if said else ""
    return BadInput(
        f"the AI model refuses this content{words}",
        code="upstream-invalid",
        hint="Take a photo of the item alone, without people or papers.",
    )


def half() -> Temporary:
    """The error for an answer that broke off."""
    return Temporary(
        "the AI endpoint broke off in the middle of its answer",
        code="upstream-invalid",
        hint="Look at what answers under WINNOW_AI_BASE_URL, and at proxies on the way.",
    )


def too_slow() -> TimedOut:
    """The error for an answer that did not come in time."""
    return TimedOut("the AI endpoint took too long to answer", code="upstream-timeout")
