"""The running endpoint embeds texts for a real OpenAI client."""

import hashlib
import math
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from winnow_contracts.errors import Misconfigured
from winnow_models import e5
from winnow_models.e5 import centre, runs_on
from winnow_models.embeddings import DIMENSIONS, Embedder, default_model

MODEL = "e5-use-joined-1"
PARTS = ("e5-small-q4-centred-1", "use-multilingual-3")


def embed(client: openai.OpenAI, *texts: str, model: str = MODEL) -> list[list[float]]:
    return [row.embedding for row in client.embeddings.create(model=model, input=list(texts)).data]


def similar(left: list[float], right: list[float]) -> float:
    return sum(x * y for x, y in zip(left, right, strict=True))


@pytest.mark.parametrize("model", [MODEL, *PARTS])
@pytest.mark.parametrize(
    ("question", "paraphrase", "distractor"),
    [
        (
            "Where does the used glass go?",
            "Empty bottles belong in the container for recycling behind the house.",
            "The concert begins at eight and the hall has a new glass roof.",
        ),
        (
            "회의가 언제로 미뤄졌나요?",
            "다음 주 화요일 오전에 다시 모이기로 했습니다.",
            "할머니는 시장에서 배추와 무를 사셨습니다.",
        ),
        (
            "How do I change my password?",
            "비밀번호는 설정 화면에서 새로 정할 수 있습니다.",
            "어제 산 정상에서 본 일출이 아름다웠습니다.",
        ),
    ],
    ids=["english", "korean", "english-korean"],
)
def test_a_paraphrase_is_nearer_than_a_distractor(
    client: openai.OpenAI, question: str, paraphrase: str, distractor: str, model: str
) -> None:
    asked, right, wrong = embed(client, question, paraphrase, distractor, model=model)
    assert similar(asked, right) > similar(asked, wrong)


@pytest.mark.parametrize(("model", "dimensions"), [(MODEL, 896), (PARTS[0], 384), (PARTS[1], 512)])
def test_vectors_of_any_text_have_their_dimensions_and_unit_length(
    client: openai.OpenAI, model: str, dimensions: int
) -> None:
    odd = ("a", " ", "두 번째", "a long text " * 2000, "가" * 9000, "nul\0inside", "🙂", "\u200b")
    for vector in embed(client, *odd, *map(str, range(20)), model=model):
        assert len(vector) == dimensions
        assert math.hypot(*vector) == pytest.approx(1, abs=1e-5)


def test_a_joined_cosine_is_the_mean_of_its_parts(client: openai.OpenAI) -> None:
    texts = ("Where does the used glass go?", "다음 주 화요일 오전에 다시 모이기로 했습니다.")
    parts = [similar(*embed(client, *texts, model=part)) for part in PARTS]
    assert similar(*embed(client, *texts)) == pytest.approx(sum(parts) / 2, abs=1e-5)


def test_a_query_does_not_wait_for_passages_that_are_being_embedded(client: openai.OpenAI) -> None:
    passages = ["오늘 회의에서는 내년 예산과 새 사무실 이전 계획을 이야기했습니다. " * 12] * 12
    embed(client, "load the models")
    with ThreadPoolExecutor(1) as threads:
        batch = threads.submit(embed, client, *passages)
        took, first = [], time.monotonic()
        while not batch.done():
            began = time.monotonic()
            embed(client, f"how do I get there? {len(took)}")
            took.append(time.monotonic() - began)
            time.sleep(0.3)
        batch.result()
    assert took, "the batch was over before the first question"
    assert sorted(took)[len(took) // 2] < (time.monotonic() - first) / 4, took


def test_base64_and_float_answers_are_the_same_vector(client: openai.OpenAI) -> None:
    packed = client.embeddings.create(model=MODEL, input="bees")
    plain = client.embeddings.create(model=MODEL, input="bees", encoding_format="float")
    assert packed.data[0].embedding == pytest.approx(plain.data[0].embedding, abs=1e-7)
    assert packed.usage.total_tokens > 0


def test_the_same_text_gets_the_same_vector_from_many_threads_alone_or_in_a_batch(client: openai.OpenAI) -> None:
    alone = embed(client, "rivers and bees")[0]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda n: embed(client, f"text {n}", "rivers and bees"), range(8)))
    assert all(vectors[1] == pytest.approx(alone, abs=1e-5) for vectors in answers)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"model": "text-embedding-3-small", "input": "a"}, 404),
        ({"model": MODEL, "input": "a", "dimensions": 384}, 400),
        ({"model": MODEL, "input": ""}, 400),
        ({"model": MODEL, "input": []}, 400),
        ({"model": MODEL, "input": [1, 2]}, 400),
        ({"model": MODEL}, 400),
    ],
    ids=["model", "dimensions", "empty", "none", "tokens", "missing"],
)
def test_what_cannot_be_embedded_is_refused(client: openai.OpenAI, body: dict[str, object], status: int) -> None:
    with pytest.raises(openai.APIStatusError) as error:
        client.post("/embeddings", body=body, cast_to=object)
    assert error.value.status_code == status
    assert isinstance(error.value.body, dict)
    assert error.value.body["type"] == "invalid_request_error"


def test_the_wanted_dimensions_may_be_those_there_are(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model=MODEL, input="a", dimensions=896)
    assert len(answer.data[0].embedding) == 896


def test_models_are_listed_under_the_names_they_answer_to(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["whisper-base", *DIMENSIONS, "winnow-waste-1"]


@pytest.mark.parametrize("key", ["wrong", "local-key2"])
def test_a_wrong_key_is_refused(client: openai.OpenAI, key: str) -> None:
    with pytest.raises(openai.AuthenticationError) as error:
        client.with_options(api_key=key).models.list()
    assert error.value.code == "invalid_api_key"


def test_the_centre_is_the_one_the_model_id_stands_for() -> None:
    digest = hashlib.sha256(centre().astype("<f4").tobytes()).hexdigest()
    assert digest == "a69c2acc9394c75088cf59be055b0407f16c5dd4e519fa0e5f7e560ea3b2811d"


@pytest.mark.parametrize(
    ("machine", "flags", "runs"),
    [
        ("x86_64", {"sse2", "avx"}, False),
        ("x86_64", {"avx2"}, True),
        ("aarch64", {"asimd"}, True),
        ("x86_64", set(), True),
    ],
)
def test_only_a_processor_known_to_lack_avx2_can_not_run_e5(machine: str, flags: set[str], runs: bool) -> None:
    assert runs_on(machine, frozenset(flags)) is runs


def test_without_avx2_the_default_is_the_model_that_needs_none_and_e5_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(e5, "runs_here", lambda: False)
    assert default_model() == "use-multilingual-3"
    embedder = Embedder(threads=1)
    assert embedder.embed("use-multilingual-3", ["a"]).shape == (1, 512)
    with pytest.raises(Misconfigured, match="no AVX2"):
        embedder.embed(MODEL, ["a"])
