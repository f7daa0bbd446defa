"""Envelopes to AMQP messages and back, without a broker."""

import dramatiq
import pika
import pytest

from winnow_chassis.broker.messages import inbound, outbound
from winnow_contracts.commands import RecordingFiles, StoreRecording
from winnow_contracts.envelope import Envelope, Undecodable

FILES = RecordingFiles(original_key="k", duration_ms=5, has_video=True, warnings=("물",))
COMMAND = StoreRecording(tenant_id="t", job_id="j", media_id="m", files=FILES, embedded_key=None)
ENVELOPE = Envelope(command=COMMAND, created_ms=7)


def test_a_message_is_one_of_dramatiqs_own_and_comes_back_as_the_envelope_it_was() -> None:
    message = outbound(ENVELOPE)
    decoded = dramatiq.Message.decode(message.body)
    assert (decoded.actor_name, decoded.queue_name) == (ENVELOPE.actor, ENVELOPE.queue)
    assert (decoded.message_id, decoded.kwargs) == (ENVELOPE.task_id, ENVELOPE.payload())
    assert inbound(message.body, message.properties("1")) == ENVELOPE


def test_a_message_that_dramatiqs_own_codec_wrote_is_read() -> None:
    message = dramatiq.Message.decode(outbound(ENVELOPE).body)
    assert inbound(message.encode(), pika.BasicProperties(headers=ENVELOPE.headers())) == ENVELOPE


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"3", b"null", b"{}", b'{"kwargs": {}}', b'{"colour": 1}'])
def test_a_body_that_is_no_message_is_undecodable(body: bytes) -> None:
    with pytest.raises(Undecodable):
        inbound(body, pika.BasicProperties(headers=ENVELOPE.headers()))
