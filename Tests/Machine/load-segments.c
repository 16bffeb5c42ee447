/*
 * Test only: loads segments with kexec_load as they are, and jumps.
 *
 *     load-segments ENTRY ADDRESS:MEMORY_SIZE:FILE...
 *
 * kplan refuses to load a byte that its plan does not name. To see that purgatory notices such
 * a byte on a machine, something else has to load it: this program, which checks nothing.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <unistd.h>

static void fail(const char *what)
{
    fprintf(stderr, "load-segments: %s: %s\n", what, strerror(errno));
    exit(2);
}

static struct kexec_segment segment(const char *argument)
{
    struct kexec_segment segment = { 0 };
    char *end;
    segment.mem = (const void *)(uintptr_t)strtoull(argument, &end, 0);
    if (*end == ':')
        segment.memsz = strtoull(end + 1, &end, 0);
    if (*end != ':') {
        errno = EINVAL;
        fail(argument);
    }
    struct stat status;
    int file = open(end + 1, O_RDONLY);
    if (file < 0 || fstat(file, &status) < 0)
        fail(end + 1);
    segment.bufsz = (size_t)status.st_size;
    segment.buf = mmap(NULL, segment.bufsz, PROT_READ, MAP_PRIVATE, file, 0);
    if (segment.buf == MAP_FAILED)
        fail(end + 1);
    return segment;
}

int main(int count, char **arguments)
{
    struct kexec_segment segments[KEXEC_SEGMENT_MAX];
    unsigned long number = 0;
    if (count < 3 || count - 2 > KEXEC_SEGMENT_MAX) {
        fprintf(stderr, "usage: load-segments ENTRY ADDRESS:MEMORY_SIZE:FILE...   (1 to %d files)\n",
                KEXEC_SEGMENT_MAX);
        return 64;
    }
    for (int index = 2; index < count; index++)
        segments[number++] = segment(arguments[index]);
    if (syscall(SYS_kexec_load, strtoull(arguments[1], NULL, 0), number, segments, KEXEC_ARCH_AARCH64) < 0)
        fail("kexec_load");
    sync();
    reboot(LINUX_REBOOT_CMD_KEXEC);
    fail("reboot");
    return 2;
}
