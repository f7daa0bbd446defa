import threading
import unicodedata

import pytest

from winnow_contracts.commands import RecordingFiles
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.search import Mode, Search
from winnow_index import korean as korean_module
from winnow_index.search import searcher as searcher_module
from winnow_index.search.floors import Floors
from winnow_index.search.query import understand
from winnow_index.search.searcher import Searcher
from winnow_index.statements import statement
from winnow_index.testing import AsJson

ENGLISH = "Unless to be rather cold-hearted and rather selfish is to be ill-disposed"
KOREAN = "투명 페트병은 라벨을 떼고 배출해 주세요"
LIDS = "병뚜껑은 따로 모읍니다"


@pytest.fixture
def full(store, command, embedded):
    vectors = [(1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)]
    store.store(command("en"), 1, embedded(ENGLISH, "He was not an ill disposed young man", vectors=vectors))
    store.store(command("ko"), 1, embedded(KOREAN, LIDS, vectors=vectors[1:], language="ko"))
    store.store(command("other", tenant="other"), 1, embedded(ENGLISH, vectors=vectors))


def ask(searcher, q, **fields):
    return searcher.search(Search(tenant_id=fields.pop("tenant", "t"), q=q, **fields))


def texts(result):
    return [moment["text"] for item in result["items"] for moment in item["moments"]]


def shown(moment):
    return [moment["text"][mark["from"] : mark["to"]] for mark in moment["highlights"]]


def test_exact_words_are_found_highlighted_and_explained(searcher, full):
    result = ask(searcher, "cold hearted selfish")
    moment = result["items"][0]["moments"][0]
    assert moment["text"] == ENGLISH
    assert {"selfish", "cold", "hearted"} <= {
        word.lower() for word in " ".join(shown(moment)).replace("-", " ").split()
    }
    assert moment["why"]["words"]["rank"] == 1
    assert "selfish" in moment["why"]["words"]["matched"]
    assert moment["word_start_ms"] == 4_000  # the fifth word, one a second


def test_another_form_of_an_english_word_is_found(searcher, full):
    assert ENGLISH in texts(ask(searcher, "hearts"))


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("페트병", KOREAN),
        ("라벨", KOREAN),
        ("병", LIDS),
        ("병", KOREAN),
        ("떼다", KOREAN),
        ("뚜껑", LIDS),
        ("병뚜껑", LIDS),
    ],
)
def test_korean_words_of_one_two_and_more_syllables_are_found_under_their_particles(searcher, full, q, found):
    assert found in texts(ask(searcher, q))


@pytest.mark.parametrize(
    ("said", "q"),
    [
        ("버렸다", "버려 주세요"),
        ("통에 버려 주세요", "버렸다"),
        ("페트병은 버리세요", "버렸다"),
        ("오세요", "왔다"),
        ("여기 놓았다", "놓으세요"),
    ],
)
def test_a_verb_that_can_help_another_is_found_where_it_stands_alone(searcher, store, command, embedded, said, q):
    store.store(command("ko"), 1, embedded(said, language="ko"))
    assert said in texts(ask(searcher, q, mode=Mode.WORDS))


def test_a_verb_that_only_helps_another_is_no_word_to_look_for(korean):
    forms = [morpheme.form for morpheme in korean.morphemes("라벨을 떼어 주세요")]
    assert forms == ["라벨", "떼"]


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060", "\ufeff", "\u00ad"])
@pytest.mark.parametrize("quoted", ['"{}"', "{}", "“{}”"])
def test_what_nobody_sees_does_not_hide_a_text_or_a_query(searcher, full, store, command, embedded, unseen, quoted):
    pasted = KOREAN.replace("페트", f"페{unseen}트").replace(" 라벨", f"{unseen} 라벨")
    assert KOREAN in texts(ask(searcher, quoted.format(pasted), mode=Mode.WORDS))
    store.store(command("unseen"), 1, embedded(f"glass{unseen}ware belongs here"))
    assert "glassware belongs here" in texts(ask(searcher, quoted.format("glassware belongs"), mode=Mode.WORDS))


@pytest.mark.parametrize("letter", ["가", "界", "x", "é", "ㅋ", "ก"])
@pytest.mark.parametrize("quoted", ["{}", '"{}"', "{} 라벨"])
def test_a_word_of_a_thousand_letters_is_a_query_like_any_other(searcher, full, letter, quoted):
    found = texts(ask(searcher, quoted.format(letter * 990), mode=Mode.WORDS))
    assert found == ([KOREAN] if "라벨" in quoted else [])


def test_a_long_text_without_spaces_is_found_by_its_morphemes(searcher, store, command, embedded):
    said = "재활용쓰레기는어떻게버려야하나요"
    store.store(command("long"), 1, embedded(said, said * 60, language="ko"))
    assert said in texts(ask(searcher, (said * 70)[:999], mode=Mode.WORDS))
    assert said * 60 in texts(ask(searcher, said * 60, mode=Mode.WORDS))


def test_a_korean_highlight_is_an_offset_in_code_points(searcher, full):
    moment = ask(searcher, "라벨")["items"][0]["moments"][0]
    assert any(text.startswith("라벨") for text in shown(moment))
    assert moment["word_start_ms"] == 2_000


def test_a_decomposed_query_finds_composed_text(searcher, full):
    assert KOREAN in texts(ask(searcher, unicodedata.normalize("NFD", "라벨")))


def test_a_meaning_is_found_by_its_vector_alone(searcher, full):
    result = ask(searcher, "qqqq", vector=(0.9, 0.1, 0.0, 0.0), generation="toy-4")
    moment = result["items"][0]["moments"][0]
    assert moment["text"] == ENGLISH
    assert moment["why"]["meaning"]["cosine"] > 0.9
    assert (moment["highlights"], moment["why"].get("words")) == ([], None)
    assert result["generation"] == "toy-4"


def test_a_vector_far_from_everything_finds_nothing(searcher, full):
    assert ask(searcher, "qqqq", vector=(0.0, 0.0, 0.0, 1.0), generation="toy-4")["items"] == []


def test_vectors_of_another_generation_are_never_compared(searcher, full):
    assert ask(searcher, "qqqq", vector=(1.0, 0.0, 0.0, 0.0), generation="another")["items"] == []


def test_after_a_change_of_the_embedding_model_words_still_find_and_the_answer_says_why_meaning_does_not(
    searcher, full, store, command, embedded
):
    store.store(command("new"), 1, embedded("Something else", vectors=[(1.0,) * 6], model="toy-6", dimensions=6))
    asked = {"vector": (1.0,) * 6, "generation": "toy-6"}
    result = ask(searcher, "selfish", **asked)
    assert set(texts(result)) == {ENGLISH, "Something else"}
    assert result["degraded"] == ["other_embedding_model"]
    assert ask(searcher, "selfish", mode=Mode.WORDS, **asked)["degraded"] == []


def test_where_all_passages_have_vectors_of_the_asked_generation_nothing_is_missing(searcher, full):
    assert ask(searcher, "qqqq", vector=(1.0, 0.0, 0.0, 0.0), generation="toy-4")["degraded"] == []


def test_each_model_has_its_own_floor(database, korean, full):
    searcher = AsJson(Searcher(database, korean, Floors(of_models={"toy-4": 0.95})))
    near, asked = (0.9, 0.4, 0.1, 0.1), {"generation": "toy-4"}  # a cosine of 0.9
    assert ask(searcher, "qqqq", vector=near, **asked)["items"] == []
    searcher = AsJson(Searcher(database, korean, Floors(of_models={"toy-4": 0.85, "another": 0.95})))
    moment = ask(searcher, "qqqq", vector=near, **asked)["items"][0]["moments"][0]
    assert (moment["text"], moment["weak"]) == (ENGLISH, True)


def test_words_and_meaning_together_rank_first(searcher, full):
    result = ask(searcher, "young man", vector=(0.0, 1.0, 0.0, 0.0), generation="toy-4")
    assert texts(result)[0] == "He was not an ill disposed young man"


def test_mode_words_ignores_the_vector_and_mode_meaning_the_words(searcher, full):
    vector = {"vector": (0.0, 1.0, 0.0, 0.0), "generation": "toy-4"}
    words = ask(searcher, "selfish", mode=Mode.WORDS, **vector)
    assert texts(words) == [ENGLISH]
    meaning = ask(searcher, "selfish", mode=Mode.MEANING, media_id="med_en", **vector)
    assert texts(meaning) == ["He was not an ill disposed young man"]


def test_a_quoted_query_finds_only_the_phrase(searcher, full):
    assert texts(ask(searcher, '"young man"')) == ["He was not an ill disposed young man"]
    assert texts(ask(searcher, '"man young"')) == []


def test_a_degraded_search_says_so(searcher, full):
    result = ask(searcher, "selfish", degraded=("embedding_unavailable",))
    assert result["degraded"] == ["embedding_unavailable"]
    assert texts(result) == [ENGLISH]


def test_filters_hold_inside_every_list(searcher, full):
    vector = {"vector": (0.0, 1.0, 0.0, 0.0), "generation": "toy-4"}
    result = ask(searcher, "young 라벨", language="ko", **vector)
    assert [item["media_id"] for item in result["items"]] == ["med_ko"]
    assert result["facets"] == {"language": {"ko": 1}, "kind": {"video": 1}}


def test_another_tenant_finds_only_its_own(searcher, full):
    assert [item["media_id"] for item in ask(searcher, "selfish", tenant="other")["items"]] == ["med_other"]
    assert ask(searcher, "young", tenant="other")["items"] == []


@pytest.mark.parametrize("q", ["", "   ", "?!", '""'])
def test_a_query_without_a_word_is_malformed(searcher, full, q):
    with pytest.raises(BadInput) as refusal:
        ask(searcher, q)
    assert refusal.value.code == "malformed"


def test_a_query_of_too_many_words_is_refused(searcher, full):
    with pytest.raises(BadInput) as refusal:
        ask(searcher, "word " * 501)
    assert refusal.value.code == "invalid-field"


@pytest.mark.parametrize("q", ["it's", "a:*", "!(x|y)&z", "\\a", "%s %(x)s", "x\0y", "𝒳 emoji 🎈", "a -- b", "C++"])
def test_odd_characters_in_a_query_break_nothing(searcher, full, q):
    assert ask(searcher, q)["query"] == q


def test_a_vector_of_a_wrong_length_is_refused(searcher, full):
    with pytest.raises(BadInput, match="4 numbers"):
        ask(searcher, "x", vector=(1.0, 0.0), generation="toy-4")


def test_the_whole_search_is_one_statement(database):
    text = "\n".join(line.split("--")[0] for line in statement("search").splitlines())
    assert text.rstrip().rstrip(";").count(";") == 0


class Silent:
    def tokenize(self, text):
        return []


def test_a_search_does_not_wait_while_morphemes_are_loaded(monkeypatch):
    loading, loaded = threading.Event(), threading.Event()

    def load():
        loading.set()
        assert loaded.wait(30)
        return Silent()

    monkeypatch.setattr(korean_module, "_load", load)
    fresh = korean_module.Korean()
    assert fresh.morphemes_if_loaded("라벨") == []
    assert loading.wait(30)
    assert fresh.morphemes_if_loaded("라벨") == []  # returns at once: the loader holds its own lock
    loaded.set()
    fresh._loading.join(30)


def test_of_many_words_the_rarest_are_searched_for(searcher, store, command, embedded, database):
    store.store(command("common"), 1, embedded(*["the bottle of the yard and the meeting in the sea"] * 30))
    store.store(command("rare"), 1, embedded("the zymurgy of bottles"))
    with database.transaction() as transaction:
        transaction.run_text("ANALYZE passage")
    unheard = " ".join(f"unheard{number}" for number in range(12))
    result = ask(searcher, f"bottle yard meeting sea of and in the {unheard} zymurgy", mode=Mode.WORDS)
    assert "the zymurgy of bottles" in texts(result)


def test_a_word_that_is_repeated_is_searched_for_once(korean):
    assert understand("bottle bottle yard bottle", korean).terms == ("'bottle'", "'yard'", "'bottle':*")


def test_of_a_common_word_some_passages_are_ranked_and_those_with_every_word_all(
    monkeypatch, searcher, store, command, embedded
):
    monkeypatch.setattr(searcher_module, "_MOST_CANDIDATES", 6)
    for number in range(20):
        store.store(command(f"m{number}"), 1, embedded(f"bottle {number}"))
    store.store(command("both"), 1, embedded("a bottle in the yard"))
    result = ask(searcher, "bottle yard", mode=Mode.WORDS)
    assert texts(result)[0] == "a bottle in the yard"
    assert result["total"]["value"] <= 4


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"kind": "audio"}, "b"),
        ({"kind": "video", "tag": "novel"}, "a"),
        ({"tag": "novel"}, "ab"),
        ({"tag": "nov"}, ""),
        ({"created_after_ms": 2_000}, "b"),
        ({"created_before_ms": 2_000}, "a"),
        ({"min_duration_ms": 60_001}, "b"),
        ({"min_duration_ms": 60_000, "created_before_ms": 2_000, "language": "en"}, "a"),
        ({"tag": "novel", "media_id": "med_b"}, "b"),
    ],
)
def test_a_search_looks_only_where_its_filters_allow(database, store, command, embedded, searcher, mode, wanted, names):
    long_sound = RecordingFiles(original_key="ok/b", duration_ms=3_600_000, has_video=False)
    vectors = [(1.0, 0.0, 0.0, 0.0)]
    store.store(command("a"), 1, embedded(ENGLISH, vectors=vectors))
    store.store(command("b", files=long_sound), 1, embedded(ENGLISH, vectors=vectors))
    with database.transaction() as transaction:
        transaction.run_text(
            "UPDATE media SET tags = '{novel}', created_ms = CASE media_id WHEN 'med_a' THEN 1000 ELSE 2000 END"
        )
    found = ask(searcher, "selfish", mode=mode, vector=vectors[0], generation="toy-4", **wanted)
    assert sorted(item["media_id"] for item in found["items"]) == [f"med_{name}" for name in names]
    assert found["total"]["value"] == len(names)
