"""Words for what is found on photos, in English and Korean, for the pages and the API."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PhotoWords:
    """One language's words, each table keyed by the ids of the contracts' closed lists. The list of items is open."""

    categories: dict[str, str]
    items: dict[str, str]
    states: dict[str, str]
    better_photo: dict[str, str]
    nothing: dict[str, str]
    certainty: tuple[tuple[float, str], ...]
    """Words by the lowest confidence they stand for, the highest first."""

    def item(self, item: str, category: str) -> str:
        """Returns an item's name: its own, else its id in words, else its category's."""
        if item in self.items:
            return self.items[item]
        return item.replace("_", " ") if item else self.categories.get(category, category)

    def certain(self, confidence: float) -> str:
        """Puts a confidence (0..1) into words."""
        return next(text for at_least, text in self.certainty if confidence >= at_least)


ENGLISH = PhotoWords(
    categories={
        "plastic": "Plastic",
        "paper": "Paper",
        "metal": "Metal",
        "glass": "Glass",
        "general": "General waste",
    },
    items={
        "pet_bottle": "PET bottle",
        "plastic_bag": "Plastic bag",
        "plastic_container": "Plastic container",
        "styrofoam": "Styrofoam",
        "cardboard": "Cardboard",
        "paper": "Paper",
        "paper_cup": "Paper cup",
        "milk_carton": "Milk carton",
        "aluminum_can": "Aluminium can",
        "steel_can": "Steel can",
        "glass_bottle": "Glass bottle",
        "glass_jar": "Glass jar",
        "food_waste": "Food waste",
        "battery": "Battery",
        "electronics": "Electronics",
        "textile": "Textile",
    },
    states={"clean": "clean", "dirty": "dirty", "mixed": "mixed with other things"},
    better_photo={
        "label": "Take a photo of the label.",
        "closer": "Go closer, so that the item fills the picture.",
        "one_item": "Take a photo of one item alone.",
        "brighter": "Take the photo where there is more light.",
        "other_side": "Take a photo of its other side.",
    },
    nothing={
        "no_item": "There is nothing on this photo to throw away.",
        "unclear": "It cannot be seen what is on this photo.",
        "person": "There is a person on this photo. Show only the item.",
    },
    certainty=((0.95, "almost certain"), (0.85, "quite sure"), (0.7, "probably"), (0.0, "only a guess")),
)

KOREAN = PhotoWords(
    categories={"plastic": "플라스틱", "paper": "종이", "metal": "금속", "glass": "유리", "general": "일반 쓰레기"},
    items={
        "pet_bottle": "페트병",
        "plastic_bag": "비닐봉지",
        "plastic_container": "플라스틱 용기",
        "styrofoam": "스티로폼",
        "cardboard": "골판지 상자",
        "paper": "종이",
        "paper_cup": "종이컵",
        "milk_carton": "우유팩",
        "aluminum_can": "알루미늄 캔",
        "steel_can": "철 캔",
        "glass_bottle": "유리병",
        "glass_jar": "유리 용기",
        "food_waste": "음식물 쓰레기",
        "battery": "건전지",
        "electronics": "전자제품",
        "textile": "의류·섬유",
    },
    states={"clean": "깨끗함", "dirty": "이물질이 묻음", "mixed": "다른 것과 섞임"},
    better_photo={
        "label": "라벨이 보이게 찍어 주세요.",
        "closer": "물건이 화면에 꽉 차게 더 가까이에서 찍어 주세요.",
        "one_item": "물건 하나만 따로 찍어 주세요.",
        "brighter": "더 밝은 곳에서 찍어 주세요.",
        "other_side": "다른 쪽 면을 찍어 주세요.",
    },
    nothing={
        "no_item": "이 사진에는 버릴 물건이 보이지 않습니다.",
        "unclear": "사진에 무엇이 있는지 알아볼 수 없습니다.",
        "person": "사진에 사람이 있습니다. 물건만 찍어 주세요.",
    },
    certainty=((0.95, "거의 확실함"), (0.85, "꽤 확실함"), (0.7, "아마 맞음"), (0.0, "추측일 뿐임")),
)

_LANGUAGES = {"en": ENGLISH, "ko": KOREAN}


def words(language: str) -> PhotoWords:
    """Returns the words of a language (ISO 639-1); English if there are none."""
    return _LANGUAGES.get(language, ENGLISH)
