"""A child makes no system call that decoding does not need: it opens no socket, and reaches no other process."""

import ctypes
import errno
import platform
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow_media import system_calls
from winnow_media.child_end import ChildFailed
from winnow_media.sandbox import ChildLimits, Sandbox

LIMITS = ChildLimits(memory_bytes=1 << 30, cpu_seconds=30, wall_seconds=100, output_bytes=1 << 20)
PYTHON = (sys.executable, "-I", "-S", "-c")
PYTHONS = (sys.prefix, sys.base_prefix)
HERE = platform.machine()

CALL = """
import ctypes, sys
kernel = ctypes.CDLL(None, use_errno=True)
for number in sys.argv[1:]:
    assert kernel.syscall(ctypes.c_long(int(number)), *[ctypes.c_long(-1)] * 6) == -1, number
    print(ctypes.get_errno())
"""
"""Makes system calls with arguments that none of them takes, and prints how each fails."""

OPEN = """
import socket, sys
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
    try:
        socket.socket(int(sys.argv[1]), kind)
    except OSError as error:
        print(error.errno)
"""
"""Prints how opening sockets of one family fails."""
SEND = "import socket, sys; socket.socket(type=socket.SOCK_DGRAM).sendto(b'a secret', ('127.0.0.1', int(sys.argv[1])))"

AS_IN_32_BITS = """
import ctypes, mmap
page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("53 b867010000 bb02000000 b902000000 31d2 cd80 5b c3"))
print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())
"""
"""Asks for a UDP socket by ``int 0x80`` (359: the number that socket has for i386), and prints the answer."""


@pytest.fixture
def restricted() -> Sandbox:
    """As in a container, where a child cannot be given a network of its own."""
    return Sandbox(())


@pytest.fixture(params=["with a network namespace", "without"])
def sandbox(request: pytest.FixtureRequest, restricted: Sandbox) -> Sandbox:
    return restricted if request.param == "without" else Sandbox.detect()


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(type=socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(0.5)
        yield receiver


def run(sandbox: Sandbox, folder: Path, program: str, *arguments: object) -> str:
    line = [*PYTHON, program, *map(str, arguments)]
    return sandbox.run(line, LIMITS, lambda: None, folder=folder, readable=PYTHONS).output.decode()


@pytest.mark.parametrize(
    "family",
    [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK],
    ids=lambda family: family.name,
)
def test_a_child_opens_no_socket(sandbox: Sandbox, tmp_path: Path, family: int) -> None:
    assert run(sandbox, tmp_path, OPEN, int(family)) == f"{errno.EPERM}\n" * 3


def test_a_child_without_a_network_of_its_own_sends_no_datagram(
    restricted: Sandbox, receiver: socket.socket, tmp_path: Path
) -> None:
    port = receiver.getsockname()[1]
    with pytest.raises(ChildFailed, match="ended with 1"):
        run(restricted, tmp_path, SEND, port)
    with pytest.raises(TimeoutError):
        receiver.recv(100)
    run(Sandbox((), filtered=False), tmp_path, SEND, port)
    assert receiver.recv(100) == b"a secret"


@pytest.mark.parametrize("name", system_calls.refused(HERE))
def test_a_child_is_refused_what_administrators_and_attackers_need(
    restricted: Sandbox, tmp_path: Path, name: str
) -> None:
    assert run(restricted, tmp_path, CALL, system_calls.refused(HERE)[name]) == f"{errno.EPERM}\n"


def test_a_child_makes_no_namespace_by_clone_either(restricted: Sandbox, tmp_path: Path) -> None:
    clone, clone3, later = (*system_calls.clones(HERE), 9999)
    assert run(restricted, tmp_path, CALL, clone, clone3, later).split() == [
        str(number) for number in (errno.EPERM, errno.ENOSYS, errno.ENOSYS)
    ]


def test_a_child_still_starts_threads_and_processes(sandbox: Sandbox, tmp_path: Path) -> None:
    program = "import os, threading; threading.Thread(target=lambda: os.waitpid(os.fork() or os._exit(0), 0)).start()"
    assert run(sandbox, tmp_path, program) == ""


@pytest.mark.skipif(HERE != "x86_64", reason="arm64 has one way into the kernel for a process of 64 bits")
def test_a_child_opens_no_socket_by_the_calls_of_32_bits(restricted: Sandbox, tmp_path: Path) -> None:
    outside = subprocess.run([*PYTHON, AS_IN_32_BITS], capture_output=True, text=True, check=False)
    if outside.returncode == -signal.SIGSEGV:
        pytest.skip("this kernel runs nothing of 32 bits")
    assert int(outside.stdout) > 2
    assert run(restricted, tmp_path, AS_IN_32_BITS) == f"{-errno.EPERM}\n"


@pytest.mark.parametrize("machine", system_calls.MACHINES)
def test_every_number_is_that_of_the_call_on_its_machine(machine: str) -> None:
    """As libseccomp knows them, which each Debian has because apt uses it."""
    resolve = ctypes.CDLL("libseccomp.so.2").seccomp_syscall_resolve_name_arch
    resolve.argtypes = (ctypes.c_uint32, ctypes.c_char_p)
    named = {
        **system_calls.refused(machine),
        **dict(zip(("clone", "clone3"), system_calls.clones(machine), strict=True)),
    }
    assert named == {name: resolve(system_calls.MACHINES[machine], name.encode()) for name in named}


@pytest.mark.parametrize("machine", system_calls.MACHINES)
def test_the_filter_refuses_on_either_machine_what_is_listed_and_nothing_else(machine: str) -> None:
    program, own = system_calls.filter_for(machine), system_calls.MACHINES[machine]
    listed, (clone, clone3) = set(system_calls.refused(machine).values()), system_calls.clones(machine)
    refused = {number for number in range(1000) if answer(program, own, number) == errno.EPERM}
    unknown = {number for number in range(1000) if answer(program, own, number) == errno.ENOSYS}
    assert refused == listed
    assert unknown == {clone3, *range(457, 1000)}
    assert answer(program, own, clone, 0x20000) == errno.EPERM
    assert answer(program, own, 0x40000000 | 41) == errno.ENOSYS  # socket, by the x32 ABI
    for other in set(system_calls.MACHINES.values()) - {own} | {0x40000003}:  # i386
        assert answer(program, other, 0) == errno.EPERM


def answer(program: bytes, machine: int, number: int, first_argument: int = 0) -> int:
    """The error with which a filter has a call fail, 0 without: what the kernel does with its instructions."""
    call = struct.pack("=IIQQ", number, machine, 0, first_argument)
    instructions = list(struct.iter_unpack("=HBBI", program))
    at, loaded = 0, 0
    while True:
        code, skip_if, skip_unless, value = instructions[at]
        at += 1
        match code:
            case 0x20:
                (loaded,) = struct.unpack_from("=I", call, value)
            case 0x06:
                return int(value & 0xFFFF) if value != 0x7FFF0000 else 0
            case _:
                true = {0x15: loaded == value, 0x25: loaded > value, 0x45: bool(loaded & value)}[code]
                at += skip_if if true else skip_unless
