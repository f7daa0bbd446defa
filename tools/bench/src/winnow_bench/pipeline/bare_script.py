"""The same work in one script, as somebody writes it without Winnow: nothing is checked twice, kept, or tried again.

Run as ``python -m winnow_bench.pipeline.bare_script ENDPOINT FILE…``. ffprobe looks at each file, ffmpeg extracts its
sound and pictures, the endpoint transcribes it and makes a vector of the text; all of it lies beside the file at the
end. As many files are worked on at once as there are processors.
"""

import json
import os
import subprocess
import sys
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_POSTER = "[0:V:0]thumbnail=24,split[a][b];[a]scale=1280:-2[poster];[b]scale=320:-2[thumbnail]"


def main() -> None:
    """Works on the files that the command line names."""
    endpoint, *files = sys.argv[1:]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for _ in threads.map(lambda file: prepare(endpoint, Path(file)), files):
            pass


def prepare(endpoint: str, file: Path) -> None:
    """Everything for one file. Raises CalledProcessError and URLError."""
    source = ("-i", f"file:{file}")
    subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", *source],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    audio = file.with_suffix(".flac")
    _ffmpeg(*source, "-vn", "-ac", "1", "-ar", "16000", "-c:a", "flac", str(audio))
    pictures = ("-map", "[poster]", "-frames:v", "1", str(file.with_suffix(".poster.jpg")))
    smaller = ("-map", "[thumbnail]", "-frames:v", "1", str(file.with_suffix(".thumbnail.jpg")))
    _ffmpeg(*source, "-filter_complex", _POSTER, *pictures, *smaller)
    transcript = _transcribe(endpoint, audio)
    vectors = _post(
        f"{endpoint}/embeddings",
        json.dumps({"model": "vectors", "input": [transcript["text"]]}).encode(),
        "application/json",
    )
    file.with_suffix(".json").write_text(json.dumps({"transcript": transcript, "vectors": vectors}), encoding="utf-8")


def _transcribe(endpoint: str, audio: Path) -> dict[str, Any]:
    boundary = uuid.uuid4().hex
    fields = {"model": "speech", "response_format": "verbose_json"}
    form = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    form += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="audio.flac"\r\n'
        "Content-Type: audio/flac\r\n\r\n"
    ).encode()
    form += audio.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return _post(f"{endpoint}/audio/transcriptions", form, f"multipart/form-data; boundary={boundary}")


def _post(url: str, body: bytes, content_type: str) -> dict[str, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": content_type})
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], check=True)


if __name__ == "__main__":
    main()
