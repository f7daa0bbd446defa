"""A media node as a process, on a real broker and store."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from winnow_base.objects.s3 import S3ObjectStore

pytestmark = pytest.mark.real


def environment(amqp_url: str, s3: Any, data_dir: Path, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "WINNOW_NODE": "media-test",
        "WINNOW_DATA_DIR": str(data_dir),
        "WINNOW_AMQP_URL": amqp_url,
        "WINNOW_S3_ENDPOINT": s3.endpoint,
        "WINNOW_S3_BUCKET": s3.bucket,
        "WINNOW_S3_ACCESS_KEY": s3.access_key,
        "WINNOW_S3_SECRET_KEY": s3.secret_key,
        "WINNOW_SERVICE_TOKEN": "token",
        "WINNOW_INDEX_URL": "http://127.0.0.1:1",
        "WINNOW_HEALTH_PORT": str(port),
    }


PASSED = "ffmpeg passed its self-test"


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.timeout(300)
def test_a_node_gets_ready_and_ends_cleanly(amqp_url: str, s3: Any, tmp_path: Path, free_port: int) -> None:
    S3ObjectStore(
        endpoint=s3.endpoint,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        bucket=s3.bucket,
        region=s3.region,
        secure=s3.secure,
    ).ensure_bucket()
    line = [sys.executable, "-m", "winnow_media.worker", "--lanes", "examine"]
    given = environment(amqp_url, s3, tmp_path, free_port)
    log = tmp_path / "said"
    with log.open("w") as told, subprocess.Popen(line, env=given, stderr=told) as node:
        try:
            until = time.monotonic() + 100
            # The self-test runs beside the start.
            while not (ready(free_port) and PASSED in log.read_text()) and node.poll() is None:
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            got_ready = ready(free_port)
        finally:
            node.send_signal(signal.SIGTERM)
            node.wait(timeout=100)
    said = log.read_text()
    assert got_ready, said
    assert node.returncode == 0, said
    assert PASSED in said


def test_a_node_whose_settings_are_missing_says_which(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "winnow_media.worker", "--lanes", "examine"]
    done = subprocess.run(line, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1
    assert "WINNOW_S3_BUCKET is not set" in done.stderr
