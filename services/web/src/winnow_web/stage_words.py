"""A job's stages in words for each of their states, in English, and those of photos in Korean too."""

from typing import Any

Words = dict[str, dict[str, str]]
"""A stage's name to its words by its status; ``fetch`` comes first for a link alone."""


def _english(waiting: str, running: str, done: str) -> dict[str, str]:
    return {
        "waiting": waiting,
        "running": running,
        "done": done,
        "retrying": f"{running}: trying again",
        "failed": f"could not {waiting}",
        "cancelled": f"{running}: cancelled",
    }


def _korean(waiting: str, running: str, done: str) -> dict[str, str]:
    return {
        "waiting": waiting,
        "running": running,
        "done": done,
        "retrying": f"{running}: 다시 시도",
        "failed": f"{waiting}: 실패",
        "cancelled": f"{running}: 취소됨",
    }


_FETCH = _english("fetch the file", "fetching the file", "fetched")
RECORDING_WORDS: Words = {
    "fetch": _FETCH,
    "check": _english("check the file", "checking the file", "checked"),
    "audio": _english("take out the sound", "taking out the sound", "sound and pictures ready"),
    "transcribe": _english("write down what is said", "transcribing", "transcribed"),
    "understand": _english("understand it", "understanding it", "understood"),
    "store": _english("make it searchable", "making it searchable", "searchable"),
}
PHOTO_WORDS: Words = {
    "fetch": _FETCH,
    "prepare": _english("get the photo ready", "getting the photo ready", "photo ready"),
    "classify": _english("look what it is", "looking what it is", "looked at"),
    "guidance": _english("find where it goes", "finding where it goes", "rule found"),
    "store": _english("keep the answer", "keeping the answer", "kept"),
}
_PHOTO_KOREAN: Words = {
    "fetch": _korean("파일 가져오기", "파일을 가져오는 중", "가져옴"),
    "prepare": _korean("사진 준비", "사진을 준비하는 중", "사진 준비됨"),
    "classify": _korean("무엇인지 보기", "무엇인지 보는 중", "살펴봄"),
    "guidance": _korean("버릴 곳 찾기", "버릴 곳을 찾는 중", "규정 찾음"),
    "store": _korean("답 저장", "답을 저장하는 중", "저장됨"),
}


def photo_words(language: str) -> Words:
    """The words of a photo's stages in a language (ISO 639-1); English if there are none."""
    return _PHOTO_KOREAN if language == "ko" else PHOTO_WORDS


def for_job(words: Words, job: dict[str, Any] | None) -> Words:
    """Returns the words of a job's stages: without those of fetching unless it began with a link."""
    by_link = any(stage["name"] == "fetch" for stage in (job or {}).get("stages", []))
    return words if by_link else {name: said for name, said in words.items() if name != "fetch"}
