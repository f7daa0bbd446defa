"""The gateway's real server with in-memory components, as a program: PORT HEALTH_PORT DATA_DIR INDEX_URL LIMITS."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from winnow_base.http.health import HealthServer
from winnow_base.http.internal_clients import AiClient, IndexClient
from winnow_base.http.paced_socket import ClientLimits
from winnow_base.http.readiness import Readiness
from winnow_base.objects.memory import MemoryObjectStore
from winnow_base.objects.store import ObjectInfo
from winnow_chassis.outbox.submission_memory import MemorySubmissions
from winnow_chassis.settings import ChassisSettings
from winnow_gateway.app import create_app
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.clients.keys import KeyRing
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.operator_reads import OperatorReads
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.server import GatewayServer
from winnow_gateway.settings import GatewaySettings

LARGE_BYTES = 1 << 30


class ForgetfulStore(MemoryObjectStore):
    """Reads one part at a time, as the S3 form does, and discards it; every object is a large one of zeros."""

    def put_stream(self, key: str, stream: BinaryIO, content_type: str, *, part_bytes: int = 8 << 20) -> ObjectInfo:
        size = 0
        while chunk := stream.read(1 << 20):
            size += len(chunk)
        return ObjectInfo(key=key, size_bytes=size, content_type=content_type)

    def stat(self, key: str) -> ObjectInfo:
        return ObjectInfo(key=key, size_bytes=LARGE_BYTES, content_type="video/mp4")

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        left = LARGE_BYTES - start if length is None else length
        while left > 0:
            yield bytes(min(left, 1 << 16))
            left -= 1 << 16


class MemoryServer(GatewayServer):
    def load_config(self) -> None:
        super().load_config()
        self.cfg.set("graceful_timeout", 60)  # long, so that a test can tell an orderly end from a forced one

    def load(self) -> Any:
        data_dir = self._settings.chassis.data_dir
        (data_dir / "pid").write_text(str(os.getpid()))
        index = IndexClient(self._settings.chassis.index_url, "service-token", timeout_seconds=30)
        ai = AiClient(self._settings.chassis.index_url, "service-token", timeout_seconds=30)
        intake = MemorySubmissions()
        board = LiveBoard()
        readiness = Readiness()
        chassis = self._settings.chassis
        HealthServer(chassis.health_host, chassis.health_port, lambda: readiness.reasons, shared=True).start()
        self._running = Parts(board)
        reads = IndexReads(index, ai, intake)
        parts = Dependencies(
            objects=ForgetfulStore(),
            intake=intake,
            reads=reads,
            index=index,
            ai=ai,
            operator_reads=OperatorReads(index, intake, dict),
            steering=JobSteering(index, reads, intake, lambda news: None),
            broadcast_confirmed=lambda news: None,
            keys=KeyRing(index, data_dir / "keys.json"),
            board=board,
            data_dir=data_dir,
            session_secret=b"s" * 32,
            readiness=readiness,
        )
        return create_app(self._settings, parts)


class Parts:
    def __init__(self, board: LiveBoard) -> None:
        self.release = board.stop

    def stop(self) -> None:
        (Path(sys.argv[3]) / "stopped").touch()


def main() -> None:
    port, health_port, data_dir, index_url = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    chassis = ChassisSettings(
        service="gateway",
        node="gateway-1",
        data_dir=data_dir,
        amqp_url="amqp://127.0.0.1:1",
        s3_endpoint="127.0.0.1:1",
        s3_bucket="b",
        s3_access_key="a",
        s3_secret_key="s",
        s3_region="us-east-1",
        s3_secure=False,
        service_token="service-token",
        index_url=index_url,
        health_host="127.0.0.1",
        health_port=health_port,
        log_level="INFO",
    )
    MemoryServer(
        GatewaySettings(
            chassis=chassis,
            ai_url=index_url,
            port=port,
            processes=1,
            threads=8,
            max_upload_bytes=250 << 20,
            limits=ClientLimits(**json.loads(sys.argv[5])),
            long_requests_per_key=3,
            open_uploads_per_key=30,
            open_answers_per_key=40,
        )
    ).run()


if __name__ == "__main__":
    main()
