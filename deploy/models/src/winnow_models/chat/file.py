"""Checks the GGUF file of a person's own chat model before anything starts."""

import importlib.util
import os
import stat
from pathlib import Path

from winnow_contracts.errors import Misconfigured
from winnow_models import e5

SETTING = "WINNOW_LOCAL_CHAT_GGUF"
_MAGIC = b"GGUF"


def model_id(path: Path) -> str:
    """The model's name in the stack: its file's name without the extension."""
    return path.stem


def check_file(path: Path) -> None:
    """Raises Misconfigured, one sentence, if the file is missing, is no GGUF file, or nothing here can run it."""
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
        head = _head(path) if is_file else b""
    except OSError as error:
        raise _refused(f"{path} cannot be read: {error.strerror}") from error
    if not is_file or head != _MAGIC:
        raise _refused(f"{path} is no GGUF file")
    if not e5.runs_here():
        raise _refused("this processor has no AVX2, which llama.cpp is built for here")
    if importlib.util.find_spec("xllamacpp") is None:
        raise _refused("xllamacpp, which runs the chat model, is not installed: ./winnow installs it")


def _head(path: Path) -> bytes:
    # A FIFO would block on open; it is no regular file, so it is not opened.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, len(_MAGIC))
    finally:
        os.close(descriptor)


def _refused(sentence: str) -> Misconfigured:
    return Misconfigured(
        f"There is no chat model: {sentence}",
        hint=f"{SETTING} names a chat model's GGUF file; without one, guidance is in the rule's own words.",
    )
