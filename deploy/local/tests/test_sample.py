import json
import subprocess
from pathlib import Path

import pytest

from winnow_contracts.errors import Misconfigured
from winnow_local.demo import QUESTIONS, opens_in
from winnow_local.sample import PAUSE_MS, make_sample


@pytest.mark.real
def test_the_sample_is_a_video_with_all_clips_and_their_pauses(tmp_path: Path) -> None:
    sample = make_sample(tmp_path)
    shown = subprocess.run(
        ("ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", sample.file),
        capture_output=True,
        check=True,
    )
    found = json.loads(shown.stdout)
    assert {stream["codec_name"] for stream in found["streams"]} == {"h264", "aac"}
    assert float(found["format"]["duration"]) == pytest.approx((sample.clips[-1].end_ms + PAUSE_MS) / 1000, abs=0.2)
    assert [next_.start_ms - clip.end_ms for clip, next_ in zip(sample.clips, sample.clips[1:], strict=False)] == [
        1600
    ] * 4
    assert {question.clip for question in QUESTIONS} <= {clip.name for clip in sample.clips}
    made = sample.file.stat().st_mtime_ns
    assert make_sample(tmp_path).file.stat().st_mtime_ns == made


def test_missing_clips_name_the_package_to_install(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as missing:
        make_sample(tmp_path, tmp_path / "nowhere")
    assert "pocketsphinx-testdata" in missing.value.hint


@pytest.mark.real
def test_a_hit_is_right_where_the_player_opens_within_its_clip(tmp_path: Path) -> None:
    clip = make_sample(tmp_path).clips[2]
    assert opens_in({"start_ms": clip.start_ms - 500}, clip)
    assert opens_in({"start_ms": 0, "word_start_ms": clip.start_ms + 900}, clip)
    assert not opens_in({"start_ms": 0, "word_start_ms": None}, clip)
    assert not opens_in({"start_ms": clip.end_ms + 1}, clip)
