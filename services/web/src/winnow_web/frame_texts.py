"""The texts around a page's content, and of the parts that pages share, in English and Korean."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FrameTexts:
    """One language's texts; ``{}`` stands for a name. ``places`` are by address, ``kinds`` by a media's kind."""

    language: str
    skip: str
    places_label: str
    places: dict[str, str]
    sign_out: str
    stages: str
    sending: str
    cancel: str
    how_much: str
    by: str
    """Of what a row of facets tells apart."""
    kinds: dict[str, str]
    delete: str
    delete_about: str
    delete_it: str
    export: str
    export_about: str
    export_it: str
    export_small: str
    edit: str
    title: str
    tags: str
    save: str


ENGLISH = FrameTexts(
    language="en",
    skip="Skip to content",
    places_label="Places",
    places={
        "/": "Recordings",
        "/photos": "Photos",
        "/feeds": "Feeds",
        "/webhooks": "Webhooks",
        "/usage": "Usage",
        "/account": "Account",
        "/ops": "Operations",
    },
    sign_out="Sign out",
    stages="Stages",
    sending="Sending",
    cancel="Cancel",
    how_much="How much is done",
    by="By {}",
    kinds={"photo": "photo", "recording": "recording"},
    delete="Delete …",
    delete_about="This {} goes with everything that was made of it, for good. Nobody can bring it back.",
    delete_it="Delete it for good",
    export="Export …",
    export_about=(
        "All that is known of it as a ZIP file: the original, pictures, what is said, and the history of its job."
    ),
    export_it="Export it",
    export_small="Without the original",
    edit="Title and tags …",
    title="Title",
    tags="Tags, with commas between",
    save="Save",
)

KOREAN = FrameTexts(
    language="ko",
    skip="본문으로 건너뛰기",
    places_label="이동",
    places={
        "/": "녹화와 녹음",
        "/photos": "사진",
        "/feeds": "피드",
        "/webhooks": "웹훅",
        "/usage": "사용량",
        "/account": "계정",
        "/ops": "운영",
    },
    sign_out="로그아웃",
    stages="단계",
    sending="보내는 중",
    cancel="취소",
    how_much="진행 정도",
    by="{}별",
    kinds={"photo": "사진", "recording": "녹화나 녹음"},
    delete="삭제 …",
    delete_about="이 {}과 여기서 만든 모든 것이 완전히 지워집니다. 누구도 되돌릴 수 없습니다.",
    delete_it="완전히 삭제",
    export="내보내기 …",
    export_about="알려진 모든 것을 ZIP 파일로: 원본, 그림, 말한 내용, 작업 이력.",
    export_it="내보내기",
    export_small="원본 없이",
    edit="제목과 태그 …",
    title="제목",
    tags="태그(쉼표로 구분)",
    save="저장",
)

_LANGUAGES = {"en": ENGLISH, "ko": KOREAN}


def frame_texts(language: str) -> FrameTexts:
    """Returns the texts of a language (ISO 639-1); English if there are none."""
    return _LANGUAGES.get(language, ENGLISH)
