"""The codec bench on the command line, beside reflection."""

import json

import pytest

from winnow_cli.main import main


def test_each_row_tells_both_times_and_their_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "codec", "--json"])
    assert ended.value.code == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == [
        "an envelope written",
        "an envelope read",
        "100 events written",
        "100 events read",
    ]
    assert all(row["ratio"] == row["reflection_us"] / row["codec_us"] > 0 for row in rows)
