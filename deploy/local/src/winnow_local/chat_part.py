"""The chat model as a part of the stack, and the ai service's settings for it."""

import sys
from collections.abc import Callable

from winnow_contracts.errors import Misconfigured
from winnow_local.part import Part
from winnow_local.plan import Plan
from winnow_local.probes import answers_http
from winnow_models.chat.file import SETTING, check_file, model_id

_READY_SECONDS = 600
"""Long, because the model reads gigabytes from the disk first."""
_ANSWER_SECONDS = 180
"""Long, because two processors write about five words a second with a small model."""
_PER_MINUTE = 6_000


def chat_part(plan: Plan, say: Callable[[str], None]) -> Part | None:
    """Returns the part, or None if no file is set or it is unusable. ``say`` gets the reason, and the stack starts
    without it.
    """
    file = plan.settings.chat_file
    if file is None:
        return None
    try:
        check_file(file)
    except Misconfigured as error:
        say(f"{error.detail}. {error.hint}")
        return None
    url = plan.url("chat")
    return Part(
        name="chat",
        command=(sys.executable, "-m", "winnow_models.chat.server"),
        environment={
            SETTING: str(file),
            "WINNOW_CHAT_PORT": str(plan.ports["chat"]),
            "WINNOW_CHAT_API_KEY_FILE": str(plan.secret_file("chat-key")),
        },
        url=f"{url}/v1",
        probe=lambda: answers_http(f"{url}/health", "chat"),
        ready_seconds=_READY_SECONDS,
        is_optional=True,
    )


def text_model(plan: Plan, chat: Part) -> dict[str, str]:
    """The ai service's settings for writing guidance with this model."""
    assert plan.settings.chat_file is not None
    return {
        "WINNOW_AI_TEXT_MODEL": model_id(plan.settings.chat_file),
        "WINNOW_AI_TEXT_BASE_URL": chat.url,
        "WINNOW_AI_TEXT_API_KEY_FILE": str(plan.secret_file("chat-key")),
        "WINNOW_AI_TEXT_TIMEOUT_SECONDS": str(_ANSWER_SECONDS),
        "WINNOW_AI_TEXT_PER_MINUTE": str(_PER_MINUTE),
        "WINNOW_AI_TEXT_CALLS": "1",
    }
