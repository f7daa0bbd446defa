import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.filenames import clean_filename, title_of


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("talk.mp4", "talk.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\x.mov", "x.mov"),
        ("a\x00b\n.mp4", "ab.mp4"),
        ("\u202egpj.mp4", "gpj.mp4"),
        ("e\u0301.mp4", "\u00e9.mp4"),
        ("-i evil.mp4", "-i evil.mp4"),
        ("x" * 4096, "x" * 255),
        ("x" * 300 + ".wav", "x" * 251 + ".wav"),
        ("회의록" * 90 + ".WEBM", "회의록" * 83 + "회" + ".WEBM"),
        ("a b " * 80 + ".m2ts", ("a b " * 80)[:250].strip() + ".m2ts"),
        ("x" * 251 + ".wav", "x" * 251 + ".wav"),
        ("x" * 252 + ".wav", "x" * 251 + ".wav"),
        ("talk." + "x" * 300, "talk." + "x" * 250),
        ("Dr. " + "Smith " * 60, ("Dr. " + "Smith " * 60)[:255].strip()),
        (".wav" * 100, ".wav" * 62 + ".wa" + ".wav"),
    ],
)
def test_a_file_name_is_kept_as_harmless_text(given_name: str, kept: str) -> None:
    assert clean_filename(given_name) == kept


@given(st.text())
def test_any_name_is_cleaned_or_refused(text: str) -> None:
    try:
        name = clean_filename(text)
    except FieldError:
        return
    assert 0 < len(name) <= 255
    assert not any(ord(character) < 32 for character in name)
    assert title_of(name)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("a.b.mp4", "a.b"),
        ("noext", "noext"),
        (".hidden", ".hidden"),
        (".mp4", ".mp4"),
        ("CLIP.M2TS", "CLIP"),
        ("Dr. Smith v1.2", "Dr. Smith v1.2"),
        ("Dr. Smith v1.2.mp4", "Dr. Smith v1.2"),
        ("Mr.Smith", "Mr.Smith"),
        ("회의 2026.11.28", "회의 2026.11.28"),
        ("www.example.com", "www.example.com"),
        ("Really...", "Really..."),
        ("bottle.HEIC", "bottle"),
    ],
)
def test_a_title_is_the_name_without_its_extension(name: str, title: str) -> None:
    assert title_of(name) == title
