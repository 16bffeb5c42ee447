"""Writes initial RAM file systems: cpio archives in the "newc" form, as the kernel reads them.

Written here and not with cpio(1), so that device files need no root, the same files make
the same bytes, and an archive can have an exact size.
"""

import stat

INIT = b"""#!/bin/busybox sh
# One /init for both kernels: the first is told what to do by /kplan/run.sh; the second only
# says the token of its command line, which is how a test knows that it runs, and what purgatory reported.
/bin/busybox rm -f /padding
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox --install -s /bin
export PATH=/kplan:/bin
dmesg -n 1
up() { cut -d' ' -f1 /proc/uptime; }
pages() { awk '/^KernelPageSize/ { print $2 "K"; exit }' /proc/self/smaps; }
echo "KPLAN-INIT up=$(up) release=$(uname -r) pages=$(pages)"
if [ -f /kplan/run.sh ]; then
    . /kplan/run.sh
    echo "KPLAN-DONE up=$(up)"
else
    for word in $(cat /proc/cmdline); do
        case $word in kplan.token=*) echo "KPLAN-SECOND $word" ;; esac
    done
    [ ! -f /proc/vmcore ] || echo "KPLAN-VMCORE $(head -c 4 /proc/vmcore | hexdump -v -e '1/1 "%02x"')"
    report=/sys/firmware/devicetree/base/chosen/kplan,purgatory-report
    [ ! -f $report ] || echo "KPLAN-REPORT $(hexdump -v -e '1/1 "%02x"' $report)"
    [ ! -x /kplan/kplan ] || kplan status | sed 's/^/KPLAN-STATUS /'
fi
usleep 200000
poweroff -f
"""


class Archive:
    """A cpio archive; folders of a path come into it by themselves."""

    def __init__(self):
        self._bytes = bytearray()
        self._inode = 0
        self._folders = set()

    def file(self, path, content, mode=0o644):
        self._entry(path, stat.S_IFREG | mode, content)

    def program(self, path, content):
        self.file(path, content, 0o755)

    def folder(self, path):
        if path and path not in self._folders:
            self._folders.add(path)
            self._entry(path, stat.S_IFDIR | 0o755)

    def link(self, path, target):
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def character_device(self, path, major, minor):
        self._entry(path, stat.S_IFCHR | 0o600, device=(major, minor))

    def finished(self, size=None):
        """The archive's bytes. With a size, a file of zeros fills it up to exactly that size."""
        if size is not None:
            room = size - len(self._bytes) - len(self._header("padding", 0, 0)) - len(self._trailer())
            if room < 0:
                raise ValueError(f"the archive is {-room} bytes larger than {size}: raise the size")
            self.file("padding", bytes(room))
        return bytes(self._bytes) + self._trailer()

    def _entry(self, path, mode, content=b"", device=(0, 0)):
        self.folder(path.rpartition("/")[0])
        self._inode += 1
        self._bytes += self._header(path, mode, len(content), device)
        self._bytes += content
        self._bytes += bytes(-len(self._bytes) % 4)

    def _header(self, path, mode, size, device=(0, 0)):
        name = path.encode() + b"\0"
        # inode, mode, uid, gid, links, mtime, size, device of the file, device it is, name, check
        fields = (self._inode, mode, 0, 0, 1, 0, size, 0, 0, *device, len(name), 0)
        header = b"070701" + b"".join(b"%08x" % field for field in fields) + name
        return header + bytes(-len(header) % 4)

    def _trailer(self):
        return self._header("TRAILER!!!", 0, 0)


def busybox_archive(busybox):
    """What every initrd of the tests has: busybox, /init, and a user who is not root."""
    archive = Archive()
    for folder in ("bin", "dev", "etc", "proc", "sys", "tmp"):
        archive.folder(folder)
    archive.character_device("dev/console", 5, 1)
    archive.program("bin/busybox", busybox)
    archive.link("bin/sh", "busybox")
    archive.file("etc/passwd", b"root:x:0:0:root:/:/bin/sh\nuser:x:1000:1000:user:/:/bin/sh\n")
    archive.program("init", INIT)
    return archive
