"""Runs a program that opens nothing but what it is given, and whose system calls are filtered; no privilege is needed.

``python -I -S confinement.py FILTER FOLDER READABLE... -- PROGRAM ARGUMENT...`` restricts itself and becomes the
program. By Landlock (Linux 5.13 and later) it may read and write in FOLDER, and read and run what lies in the READABLE
folders. FILTER is what ``system_calls`` makes, in hexadecimal digits. Without one of the two it is not restricted so.
The file imports nothing of Winnow's, because it runs before each child. Its numbers are those of landlock(7) and
prctl(2).
"""

import ctypes
import errno
import os
import signal
import stat
import sys
from collections.abc import Sequence

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_ASK_VERSION, _PATH_BENEATH = 1, 1
_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE, _MAKE_FILE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8
_TRUNCATE = 1 << 14
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_WORK = _READ_FILE | _READ_DIR | _WRITE_FILE | _REMOVE_FILE | _MAKE_FILE | _TRUNCATE
_TO_ONE_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
_FILES_KNOWN_SINCE = {1: (1 << 13) - 1, 2: 1 << 13, 3: _TRUNCATE, 5: 1 << 15}
"""Kinds of access to files, by the version that knows them. What is known is refused unless a rule allows it."""
_TCP_SINCE, _TCP = 4, 3
"""Connecting and listening over TCP."""
_APART_SINCE, _APART = 6, 3
"""Sockets without a name in the file system, and signals, to processes outside."""

_INSTRUCTION_BYTES = 8

_kernel = ctypes.CDLL(None, use_errno=True)


class _Handled(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


class _Program(ctypes.Structure):
    _fields_ = (("instructions", ctypes.c_ushort), ("content", ctypes.c_char_p))


def landlock_version() -> int:
    """The version of Landlock that this kernel has; 0 without."""
    return max(0, int(_kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))))


def takes_filters() -> bool:
    """Whether this kernel filters the system calls of a process; nothing is filtered by asking."""
    # One that does looks for the filter, and finds no address.
    return bool(_kernel.prctl(_SET_SECCOMP, _FILTER, None, 0, 0) < 0 and ctypes.get_errno() == errno.EFAULT)


def confine(folder: str, readable: Sequence[str]) -> None:
    """Restrict what this process, and all that it will start, can open, for good. Raises OSError."""
    known = landlock_version()
    files = sum(kinds for since, kinds in _FILES_KNOWN_SINCE.items() if known >= since)
    handled = _Handled(files, _TCP if known >= _TCP_SINCE else 0, _APART if known >= _APART_SINCE else 0)
    ruleset = _checked(_kernel.syscall(_CREATE_RULESET, ctypes.byref(handled), ctypes.sizeof(handled), 0))
    for path in readable:
        _allow(ruleset, path, _READ & files)
    _allow(ruleset, folder, _WORK & files)
    for path in _DEVICES:
        _allow(ruleset, path, (_READ_FILE | _WRITE_FILE) & files)
    _gain_no_privileges()
    _checked(_kernel.syscall(_RESTRICT_SELF, ruleset, 0))


def filter_calls(program: bytes) -> None:
    """Filter the system calls of this process, and of all that it will start, for good. Raises OSError."""
    told = _Program(len(program) // _INSTRUCTION_BYTES, program)
    _gain_no_privileges()
    _checked(_kernel.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(told), 0, 0))


def _allow(ruleset: int, path: str, access: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    beneath = _Beneath(access if stat.S_ISDIR(os.fstat(opened).st_mode) else access & _TO_ONE_FILE, opened)
    _checked(_kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0))
    os.close(opened)


def _gain_no_privileges() -> None:
    _checked(_kernel.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if __name__ == "__main__":
    filtering, folder, *readable = sys.argv[1:]
    border = readable.index("--")
    if folder:
        confine(folder, readable[:border])
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by Python; the program would go on ignoring them
        signal.signal(ignored, signal.SIG_DFL)
    if filtering:
        filter_calls(bytes.fromhex(filtering))
    os.execve(readable[border + 1], readable[border + 1 :], {})  # noqa: S606 - that is its purpose
