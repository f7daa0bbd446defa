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


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone keeps memory in this way")
def test_sound_that_sixteen_threads_have_freed_is_given_back() -> None:
    returned, kept = (
        int(subprocess.run([sys.executable, "-c", _PROGRAM, way], capture_output=True, check=True).stdout)
        for way in ("returns", "keeps")
    )
    assert returned < 40 < kept  # MiB
