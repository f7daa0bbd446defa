"""The texts around an answer about a photo, in English and Korean."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AnswerTexts:
    """One language's sentences and labels; ``{}`` stands for a name or date."""

    not_sure: str
    between: str
    """Between two things that something may be."""
    no_guess: str
    where: str
    how: str
    mind: str
    by_model: str
    by_rule: str
    category_fallback: str
    general_fallback: str
    source: str
    dated: str
    read_on: str
    also: str
    seen_before: str
    wrong: str
    what_really: str
    which_item: str
    some_other: str
    note: str
    send: str
    thanks: str
    corrected: str
    another: str


ENGLISH = AnswerTexts(
    not_sure="Not sure: {}",
    between="{} or {}?",
    no_guess="what this is",
    where="Where it goes",
    how="How",
    mind="Mind:",
    by_model="The steps were put into words by a model and checked against the rule.",
    by_rule="The steps are the rule’s own words.",
    category_fallback="There is no rule of its own for this here, so this is the rule for its kind.",
    general_fallback="There is no rule of its own for this here, so this is the rule for everything else.",
    source="Rule from",
    dated="of {}",
    read_on="read on {}",
    also="It could also be",
    seen_before="This very photo was seen before, so its answer was known.",
    wrong="Wrong?",
    what_really="What is it really?",
    which_item="Which one?",
    some_other="Something else, or not known",
    note="Anything else? (not needed)",
    send="Send the correction",
    thanks="Thank you. Your correction is kept and helps to do better.",
    corrected="You corrected this:",
    another="Take another photo",
)

KOREAN = AnswerTexts(
    not_sure="확실하지 않아요: {}",
    between="{} 또는 {}?",
    no_guess="무엇인지 모르겠어요",
    where="버리는 곳",
    how="버리는 방법",
    mind="주의:",
    by_model="모델이 규정을 풀어 쓰고 규정과 맞는지 확인한 설명입니다.",
    by_rule="규정의 문구 그대로입니다.",
    category_fallback="이 품목만의 규정이 없어 같은 종류의 규정을 보여 드립니다.",
    general_fallback="이 품목만의 규정이 없어 일반 규정을 보여 드립니다.",
    source="규정 출처:",
    dated="{}",
    read_on="{} 확인",
    also="다른 가능성:",
    seen_before="전에 본 것과 똑같은 사진이라 알고 있던 답입니다.",
    wrong="틀렸나요?",
    what_really="실제로는 무엇인가요?",
    which_item="어떤 품목인가요?",
    some_other="다른 것이거나 모름",
    note="덧붙일 말 (선택)",
    send="정정 보내기",
    thanks="고맙습니다. 정정 내용을 저장했으며 더 나은 답에 쓰겠습니다.",
    corrected="정정하신 내용:",
    another="다른 사진 찍기",
)

_LANGUAGES = {"en": ENGLISH, "ko": KOREAN}


def texts(language: str) -> AnswerTexts:
    """Returns the texts of a language (ISO 639-1); English if there are none."""
    return _LANGUAGES.get(language, ENGLISH)
