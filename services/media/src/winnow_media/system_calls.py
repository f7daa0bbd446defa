"""The system calls that a decoder may not make, as a filter for the kernel: classic BPF, as seccomp(2) takes it.

Decoders compute, and read and write files. One that was taken over opens no socket of any kind, reaches no other
process, and comes to none of the parts of the kernel that administrators alone need. What is refused fails with EPERM.
Calls that came to Linux after this list was written fail as on an older kernel, with ENOSYS, and programs do without.
"""

import errno
import struct

MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Machines, as ``platform.machine()`` names them, and what the kernel calls them in a filter (AUDIT_ARCH_...)."""

_REFUSED: dict[str, tuple[int, int | None]] = {
    # Sockets, also those that io_uring would open where no filter sees it.
    "socket": (41, 198),
    "socketpair": (53, 199),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # Other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    # Keys, programs inside the kernel, and page faults that wait for somebody.
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    # Mounts, namespaces, and files by number instead of by path.
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    # The machine itself.
    "acct": (163, 89),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "settimeofday": (164, 170),
    "delete_module": (176, 106),
    "finit_module": (313, 273),
    "init_module": (175, 105),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    # Ways to the hardware and to older programs' habits.
    "ioperm": (173, None),
    "iopl": (172, None),
    "modify_ldt": (154, None),
    "personality": (135, 92),
}
"""The number of each call on x86_64 and on aarch64."""
_CLONE = {"x86_64": 56, "aarch64": 220}
_NAMESPACES = 0x7E020000
"""The flags of clone(2) that make a namespace, in its first argument."""
_CLONE3 = 435
"""Its flags lie in memory, which a filter cannot read. The C library takes clone instead where clone3 is unknown."""
_LAST = 456
"""The last call of Linux 6.7. On x86_64 the calls of the x32 ABI have much higher numbers, so they fail, too."""

# Where the kernel puts what a filter may look at (struct seccomp_data), and what a filter may do.
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
_LOAD, _ANSWER, _IS, _IS_ABOVE, _HAS_ONE_OF = 0x20, 0x06, 0x15, 0x25, 0x45
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_REFUSE, _DENY_EXISTENCE = _FAIL | errno.EPERM, _FAIL | errno.ENOSYS


def refused(machine: str) -> dict[str, int]:
    """The calls that fail with EPERM whatever their arguments, and their numbers on a machine of ``MACHINES``."""
    column = list(MACHINES).index(machine)
    return {name: number for name, numbers in _REFUSED.items() if (number := numbers[column]) is not None}


def clones(machine: str) -> tuple[int, int]:
    """The numbers of clone, which makes no namespace, and of clone3, which fails with ENOSYS."""
    return _CLONE[machine], _CLONE3


def filter_for(machine: str) -> bytes:
    """The filter for a machine of ``MACHINES``: instructions of eight bytes.

    The machine is compared first, because a process may also call its kernel the way that 32-bit programs do, where the
    same numbers mean other calls.
    """
    return b"".join(
        (
            _instruction(_LOAD, _MACHINE),
            _unless(_IS, MACHINES[machine], _REFUSE),
            _instruction(_LOAD, _NUMBER),
            _when(_IS_ABOVE, _LAST, _DENY_EXISTENCE),
            *(_when(_IS, number, _REFUSE) for number in refused(machine).values()),
            _when(_IS, _CLONE3, _DENY_EXISTENCE),
            _unless(_IS, _CLONE[machine], _ALLOW),
            _instruction(_LOAD, _FIRST_ARGUMENT),
            _when(_HAS_ONE_OF, _NAMESPACES, _REFUSE),
            _instruction(_ANSWER, _ALLOW),
        )
    )


def _when(comparison: int, value: int, answer: int) -> bytes:
    return _instruction(comparison, value, skip_unless=1) + _instruction(_ANSWER, answer)


def _unless(comparison: int, value: int, answer: int) -> bytes:
    return _instruction(comparison, value, skip_if=1) + _instruction(_ANSWER, answer)


def _instruction(code: int, value: int, *, skip_if: int = 0, skip_unless: int = 0) -> bytes:
    """``skip_if`` and ``skip_unless``: how many of the next instructions are left out, by what a comparison found."""
    return struct.pack("=HBBI", code, skip_if, skip_unless, value)
