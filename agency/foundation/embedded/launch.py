"""The last steps of a child before it becomes its program; run as a script, with the standard library alone.

A fresh interpreter takes them, and not a hook between fork and exec, because a starter with threads may
hold a lock at the fork that the hook would wait for.
"""

import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CLONE_NEWUSER = 0x10000000
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION = 0x20080522


def die_with_parent(parent: int, death_signal: int = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when its parent dies, even by kill -9.

    A forked worker does not inherit the arrangement and calls this again, with the pid of the process that
    forked it. Only Linux offers it; elsewhere nothing is arranged.
    """
    if sys.platform == "linux":
        _call("prctl", PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:
        # It died before the kernel was asked, so the signal will never come.
        os._exit(1)


def leave_root(folder: Path, program: str) -> None:
    """Stop being root, which PostgreSQL refuses to be, and keep the right to use the folder.

    A folder of somebody else is served as that somebody. One of root is served in a user namespace where
    root goes by another number; where the kernel or a closed path forbids that, it is given to nobody.
    """
    owner = folder.stat().st_uid
    if owner == 0 and _namespace_would_do(folder, program):
        _enter_namespace()
        return
    user = _named(owner)
    _give(folder, user)
    _become(user)


def _named(owner: int) -> pwd.struct_passwd:
    # A volume of a container may belong to a number without a name, with which initdb does not work.
    try:
        return pwd.getpwuid(owner or pwd.getpwnam("nobody").pw_uid)
    except KeyError:
        return pwd.getpwnam("nobody")


def _namespace_would_do(folder: Path, program: str) -> bool:
    # Tried in a fork: a namespace half entered cannot be left again.
    probe = os.fork()
    if probe == 0:
        try:
            _enter_namespace()
            os._exit(0 if os.access(folder, os.W_OK | os.X_OK) and os.access(program, os.X_OK) else 1)
        except OSError:
            os._exit(1)
    return os.waitpid(probe, 0)[1] == 0


def _enter_namespace() -> None:
    # initdb looks its user up by number, so the number has to be one that has a name.
    inside = pwd.getpwnam("nobody")
    uid, gid = os.geteuid(), os.getegid()
    _call("unshare", CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{inside.pw_gid} {gid} 1", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{inside.pw_uid} {uid} 1", encoding="ascii")


def _give(folder: Path, user: pwd.struct_passwd) -> None:
    os.chown(folder, user.pw_uid, user.pw_gid)
    for path in folder.rglob("*"):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _become(user: pwd.struct_passwd) -> None:
    # The data and the binaries may lie below a folder that only root can pass, such as its home; the one
    # capability that is kept opens it.
    _call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    kept = 1 << CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)
    _call("capset", header, effective_permitted_inheritable)
    _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def _call(function: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def _main(parent: str, death_signal: str, folder: str, *argv: str) -> None:
    if folder and os.geteuid() == 0:
        leave_root(Path(folder), argv[0])
    # Asked for last, because a change of user forgets it.
    die_with_parent(int(parent), int(death_signal))
    try:
        os.execvp(argv[0], argv)  # noqa: S606  Becoming the program without a shell is the purpose.
    except OSError as error:
        sys.exit(f"{argv[0]}: {error.strerror}")


if __name__ == "__main__":
    _main(*sys.argv[1:])
