"""Linux's inotify: the kernel says which folders changed, so that nobody has to look.

Through ctypes: the standard library has no binding, and what the app ships needs no library for it.
"""

import ctypes
import os
import struct
import sys
from contextlib import suppress
from typing import Final

_MODIFY, _ATTRIB, _CLOSE_WRITE = 0x2, 0x4, 0x8
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF = 0x400, 0x800
_OVERFLOW: Final = 0x4000
_ONLYDIR: Final = 0x1000000
_EVENTS: Final = (
    _MODIFY | _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
)  # fmt: skip
_MASK: Final = _EVENTS | _DELETE_SELF | _MOVE_SELF | _ONLYDIR
_HEADER: Final = struct.Struct("iIII")  # watch, mask, cookie, length of the name that follows
_BUFFER: Final = 1 << 16

# Magic numbers of statfs: file systems on which others write, whose writes no event tells of.
_SHARED: Final = {
    0x6969,  # NFS
    0x517B,  # SMB
    0xFF534D42,  # CIFS
    0xFE534D42,  # SMB2
    0x01021997,  # 9P: folders of a host machine in a virtual one, WSL
    0x65735546,  # FUSE: sshfs, virtiofs, folders in Docker Desktop
    0x786F4256,  # VirtualBox
    0xBACBACBC,  # VMware
    0x7C7C6673,  # Parallels
    0x00C36400,  # Ceph
    0x5346414F,  # AFS
    0x01161970,  # GFS2
    0x7461636F,  # OCFS2
    0x0BD00BD0,  # Lustre
}


class Inotify:
    """Watches of folders, each known by a number that the kernel gives."""

    def __init__(self) -> None:
        """Open an instance without watches.

        Raises:
            OSError: this system has none, or no more of them.
        """
        if sys.platform != "linux":
            raise OSError("there is no inotify on this system")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._file = self._call("inotify_init1", os.O_NONBLOCK | os.O_CLOEXEC)

    def watch(self, folder: int) -> int:
        """Watch an open folder; the same folder again has the same number.

        Args:
            folder: its descriptor, which may be closed afterwards.

        Raises:
            OSError: there is no room for more watches, or the folder is shared with other machines.
        """
        if self._is_shared(folder):
            raise OSError("changes by other machines cause no events")
        # By the descriptor: the path may have become another folder's, or lead through links.
        path = f"/proc/self/fd/{folder}".encode()
        return self._call("inotify_add_watch", self._file, path, ctypes.c_uint32(_MASK))

    def forget(self, watch: int) -> None:
        """End a watch, which may have ended by itself."""
        with suppress(OSError):
            self._call("inotify_rm_watch", self._file, watch)

    def changed(self) -> set[int] | None:
        """The watches whose folders changed since the last call.

        Returns:
            None when events were lost: any folder may have changed.
        """
        found: set[int] = set()
        while True:
            try:
                data = os.read(self._file, _BUFFER)
            except BlockingIOError:
                return found
            position = 0
            while position < len(data):
                watch, mask, _, length = _HEADER.unpack_from(data, position)
                if mask & _OVERFLOW:
                    return None
                found.add(watch)
                position += _HEADER.size + length

    def close(self) -> None:
        """End all watches."""
        os.close(self._file)

    def _is_shared(self, folder: int) -> bool:
        # struct statfs begins with the magic number, a machine word; 256 bytes hold all of it.
        buffer = ctypes.create_string_buffer(256)
        self._call("fstatfs", folder, buffer)
        return ctypes.c_long.from_buffer(buffer).value & 0xFFFFFFFF in _SHARED

    def _call(self, name: str, *arguments: object) -> int:
        result: int = getattr(self._libc, name)(*arguments)
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result
