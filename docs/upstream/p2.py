"""Dramatiq 2.2.1 loses a retry that cannot be published. Usage: AMQP_URL=amqp://... python p2.py"""

import os
import shutil
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

URL = urlsplit(os.environ.get("AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/"))
runs, refusing = [], threading.Event()


def forward(server):
    """A network in front of the broker that keeps old connections and, for a while, lets no new one through."""
    while True:
        near = server.accept()[0]
        if refusing.is_set():
            near.close()
            continue
        ends = [near, socket.create_connection((URL.hostname, URL.port or 5672))]
        for source, sink in (ends, ends[::-1]):
            files = (source.makefile("rb", 0), sink.makefile("wb", 0))
            threading.Thread(target=shutil.copyfileobj, args=files, daemon=True).start()


server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=forward, args=(server,), daemon=True).start()
netloc = f"{URL.netloc.rpartition('@')[0]}@127.0.0.1:{server.getsockname()[1]}"
dramatiq.set_broker(broker := RabbitmqBroker(url=URL._replace(netloc=netloc).geturl(), confirm_delivery=True))


@dramatiq.actor(queue_name="p2", max_retries=3, min_backoff=100)
def flaky():
    runs.append(1)
    refusing.set()  # the thread has not published before: the retry needs a connection of its own
    raise RuntimeError("not now")


broker.declare_queue("p2", ensure=True)
broker.flush("p2")
dramatiq.Worker(broker, worker_threads=1, worker_timeout=100).start()
flaky.send()
refusing.wait()
time.sleep(5)
refusing.clear()  # the network is well again
time.sleep(10)
left = broker.get_queue_message_counts("p2")
lost = len(runs) < 4 and sum(left) == 0
print("HAZARD PRESENT" if lost else "hazard absent", f"- runs: {len(runs)} of 4; left in queue, DQ, XQ: {left}")
sys.exit(bool(lost))
