"""What threads have freed goes back to the system."""

import subprocess
import sys

import pytest

_PROGRAM = """
import sys, threading
from winnow_base.memory import return_freed_memory

if sys.argv[1] == "returns":
    return_freed_memory()
freed = threading.Barrier(17)
done = threading.Event()

def work():
    for _ in range(3):
        sound = bytearray(b"x") * 8_000_000
        del sound
    freed.wait()
    done.wait()

threads = [threading.Thread(target=work) for _ in range(16)]
for thread in threads:
    thread.start()
freed.wait()
[rss] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")]
print(int(rss) // 1024)
done.set()
"""

_IN_PIECES = """
import sys
from winnow_base.memory import return_freed_memory, trim_heap

return_freed_memory()
pieces = [bytes(1000) for _ in range(100_000)]
kept = pieces[::1000]  # each keeps what lies below it from being given back by itself
del pieces
if sys.argv[1] == "returns":
    trim_heap()
[rss] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")]
print(int(rss) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone keeps memory in this way")
def test_sound_that_sixteen_threads_have_freed_is_given_back() -> None:
    assert held(_PROGRAM, "returns") < 40 < held(_PROGRAM, "keeps")


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone has pieces to give back")
def test_free_pieces_between_others_are_given_back_by_trimming() -> None:
    assert held(_IN_PIECES, "keeps") - held(_IN_PIECES, "returns") > 60


def held(program: str, way: str) -> int:
    """The memory of the program at its end, in MiB."""
    return int(subprocess.run([sys.executable, "-c", program, way], capture_output=True, check=True).stdout)
