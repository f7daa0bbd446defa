"""After a reconnect, dramatiq 2.2.1 acks a message it never ran. Usage: AMQP_URL=amqp://... python p1.py"""

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
started, sockets, first_a, second_a = [], [], threading.Event(), threading.Event()


def forward(server):  # a network in front of the broker, so that it can fail
    while True:
        ends = [server.accept()[0], socket.create_connection((URL.hostname, URL.port or 5672))]
        sockets.extend(ends)
        for source, sink in (ends, ends[::-1]):
            files = (source.makefile("rb", 0), sink.makefile("wb", 0))
            threading.Thread(target=shutil.copyfileobj, args=files, daemon=True).start()


server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=forward, args=(server,), daemon=True).start()
url = f"amqp://{URL.username}:{URL.password}@127.0.0.1:{server.getsockname()[1]}{URL.path}"
dramatiq.set_broker(broker := RabbitmqBroker(url=url, confirm_delivery=True))


@dramatiq.actor(queue_name="p1")
def job(name):
    started.append(name)
    if name == "A":
        (second_a if started.count("A") == 2 else first_a).wait(30)


broker.declare_queue("p1", ensure=True)
broker.flush("p1")
(worker := dramatiq.Worker(broker, worker_threads=2, worker_timeout=100)).start()  # it prefetches 4
for name in ("warm1", "warm2", "A"):  # A is delivery 3 of its channel
    job.send(name)
    while name not in started:
        time.sleep(0.1)
for one in sockets:
    one.shutdown(socket.SHUT_RDWR)  # the connection drops; A comes again, as delivery 1 of the next channel
for name in ("C0", "C1", "C2"):
    job.send(name)  # deliveries 2, 3 and 4: prefetched, while both threads are busy with A
while worker.work_queue.qsize() < 3:
    time.sleep(0.1)
threading.Timer(1, first_a.set).start()  # dramatiq acks "delivery 3" on the new channel: that is C1
threading.Timer(2, second_a.set).start()
worker.stop()  # a graceful restart: both A end, no C was begun
dramatiq.Worker(broker, worker_timeout=100).start()
time.sleep(5)
lost, left = sorted({"C0", "C1", "C2"} - set(started)), broker.get_queue_message_counts("p1")
print("HAZARD PRESENT" if lost else "hazard absent", f"- never run: {lost}; left in queue, DQ, XQ: {left}")
sys.exit(bool(lost))
