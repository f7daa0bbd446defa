"""The texts of the photo pages around the answers, in English and Korean."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PhotoPageTexts:
    """One language's texts; ``{}`` stands for a figure, time or name. ``facets`` and ``statuses`` are by the API's
    names.
    """

    photos: str
    question: str
    take: str
    choose: str
    about: str
    explain_in: str
    by_rules_of: str
    send: str
    may_only_look: str
    just_sent: str
    yours: str
    no_list: str
    only_recent: str
    facets: dict[str, str]
    statuses: dict[str, str]
    older: str
    none_such: str
    show_all: str
    none_yet: str
    newest: str
    looking: str
    looking_again: str
    answer_stays: str
    not_again: str
    scheduled: str
    cancelled: str
    cancelled_title: str
    stopped: str
    stopped_for_now: str
    """As ``stopped``, for those who may try again."""
    shows_itself: str
    retry: str
    another: str
    how_found: str
    model: str
    model_prompt: str
    threshold: str
    claims_from: str
    sure: str
    calls: str
    calls_made: str
    original: str
    download: str
    may_tell: str
    unusable_title: str
    unusable_detail: str
    unusable_hint: str
    again: str
    again_summary: str
    again_from: str
    again_where: str
    again_what: str


ENGLISH = PhotoPageTexts(
    photos="Photos",
    question="What is it, and where does it go?",
    take="Take a photo",
    choose="Choose photos",
    about=(
        "One item fills the picture best. Or drop photos anywhere on this page, up to {} each. They stay private, and"
        " where they were taken is removed."
    ),
    explain_in="Explain in",
    by_rules_of="by the rules of",
    send="Send the photo",
    may_only_look="This key may look at photos, but not send any.",
    just_sent="Photos just sent",
    yours="Your photos",
    no_list="The list cannot be read just now",
    only_recent="The index does not answer just now: only what was sent here lately is shown.",
    facets={"category": "category", "tag": "tag", "status": "status"},
    statuses={"ready": "ready", "processing": "being looked at", "failed": "could not be used"},
    older="Older photos",
    none_such="Nothing is like that.",
    show_all="Show all",
    none_yet="Nothing here yet. Hold a bottle, can or box into the camera.",
    newest="To the newest",
    looking="being looked at",
    looking_again="being looked at again",
    answer_stays="The answer below stays until the new one is there.",
    not_again="It could not be looked at again",
    scheduled="scheduled for {}",
    cancelled="cancelled",
    cancelled_title="Cancelled",
    stopped="Nothing more is done with this photo.",
    stopped_for_now=(
        "Nothing more is done with this photo unless you try again: it then goes on where it was stopped."
    ),
    shows_itself="This page shows the answer by itself when it is there.",
    retry="Try again",
    another="Take another photo",
    how_found="How this was found",
    model="Model",
    model_prompt="{}, prompt {}",
    threshold="Threshold",
    claims_from="{} %; below it nothing is claimed",
    sure="{} % sure",
    calls="AI calls",
    calls_made="{} paid, {} answered from before",
    original="Original",
    download="Download it",
    may_tell="it may tell where it was taken",
    unusable_title="This photo could not be used",
    unusable_detail="Its job failed; the reason cannot be read just now.",
    unusable_hint="Reload this page in a moment.",
    again="Look again",
    again_summary="Look again …",
    again_from="Find out anew",
    again_where="where it goes",
    again_what="what it is",
)

KOREAN = PhotoPageTexts(
    photos="사진",
    question="이것은 무엇이고, 어디에 버릴까요?",
    take="사진 찍기",
    choose="사진 고르기",
    about=(
        "물건 하나가 화면에 꽉 차면 가장 좋습니다. 이 페이지 아무 곳에나 사진을 끌어다 놓아도 됩니다(한 장에 최대 {})."
        " 사진은 공개되지 않으며 찍은 곳은 지워집니다."
    ),
    explain_in="설명 언어",
    by_rules_of="적용할 규정",
    send="사진 보내기",
    may_only_look="이 키로는 사진을 볼 수만 있고 보낼 수는 없습니다.",
    just_sent="방금 보낸 사진",
    yours="내 사진",
    no_list="지금은 목록을 읽을 수 없습니다",
    only_recent="지금은 색인이 답하지 않아 얼마 전에 여기로 보낸 것만 보입니다.",
    facets={"category": "종류", "tag": "태그", "status": "상태"},
    statuses={"ready": "완료", "processing": "살펴보는 중", "failed": "쓸 수 없음"},
    older="이전 사진",
    none_such="그런 사진이 없습니다.",
    show_all="모두 보기",
    none_yet="아직 아무것도 없습니다. 병이나 캔, 상자를 카메라에 비춰 보세요.",
    newest="최신 사진으로",
    looking="살펴보는 중",
    looking_again="다시 살펴보는 중",
    answer_stays="새 답이 나올 때까지 아래의 답이 그대로 있습니다.",
    not_again="다시 살펴보지 못했습니다",
    scheduled="{}에 시작 예정",
    cancelled="취소됨",
    cancelled_title="취소됨",
    stopped="이 사진으로는 더 하는 일이 없습니다.",
    stopped_for_now="다시 시도하지 않으면 이 사진으로는 더 하는 일이 없습니다. 다시 시도하면 멈춘 곳부터 이어 갑니다.",
    shows_itself="답이 나오면 이 페이지에 저절로 나타납니다.",
    retry="다시 시도",
    another="다른 사진 찍기",
    how_found="어떻게 알아냈나요",
    model="모델",
    model_prompt="{}, 프롬프트 {}",
    threshold="기준",
    claims_from="{} %; 이보다 낮으면 단정하지 않습니다",
    sure="확신 {} %",
    calls="AI 호출",
    calls_made="유료 {}번, 저장된 답 {}번",
    original="원본",
    download="내려받기",
    may_tell="찍은 곳이 드러날 수 있습니다",
    unusable_title="이 사진은 쓸 수 없었습니다",
    unusable_detail="작업이 실패했으며, 지금은 까닭을 읽을 수 없습니다.",
    unusable_hint="잠시 뒤 이 페이지를 다시 불러오세요.",
    again="다시 살펴보기",
    again_summary="다시 살펴보기 …",
    again_from="새로 알아볼 것",
    again_where="버리는 방법",
    again_what="무엇인지",
)

_LANGUAGES = {"en": ENGLISH, "ko": KOREAN}


def page_texts(language: str) -> PhotoPageTexts:
    """Returns the texts of a language (ISO 639-1); English if there are none."""
    return _LANGUAGES.get(language, ENGLISH)
