import json
import logging

from winnow_base.logs import JsonLines, configure


def test_a_log_line_is_one_json_object_with_the_sentence_and_its_fields():
    record = logging.makeLogRecord(
        {"levelname": "WARNING", "msg": "An attempt failed.\nFake: line", "job_id": "job_1", "created": 0.0}
    )
    text = JsonLines("media", "media-1").format(record)
    line = json.loads(text)
    assert "\n" not in text
    assert line["text"] == "An attempt failed.\nFake: line"
    assert (line["level"], line["job_id"], line["node"], line["at"][:10]) == (
        "warning",
        "job_1",
        "media-1",
        "1970-01-01",
    )


def test_libraries_that_tell_of_every_request_are_not_heard(monkeypatch, capsys):
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    level = root.level
    try:
        configure("ai", "ai-1", "DEBUG")
        logging.getLogger("httpx2").info("HTTP Request")
        logging.getLogger("httpcore2.http11").debug("send_request_headers.started request=<Request [b'GET']>")
        logging.getLogger("winnow_ai").info("The node works.")
    finally:
        root.setLevel(level)
    assert [json.loads(line)["text"] for line in capsys.readouterr().err.splitlines()] == ["The node works."]
