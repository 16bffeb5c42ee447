/*
 * Test only: asks the kernel itself. Calls kexec_load with anything, and prints what came of it: "loaded" or errno.
 *
 *     raw-load FLAGS ENTRY [ADDRESS:MEMORY_SIZE:CONTENT_SIZE[:unreadable]]...
 *     raw-load KERNEL                 kexec_file_load, of that file alone
 *
 * kplan refuses what the kernel would refuse. That the kernel does, with the errno that kplan expects, this shows.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <linux/kexec.h>
#include <unistd.h>

static struct kexec_segment segment(const char *argument)
{
    struct kexec_segment segment = { 0 };
    char *end;
    segment.mem = (const void *)(uintptr_t)strtoull(argument, &end, 0);
    if (*end == ':')
        segment.memsz = strtoull(end + 1, &end, 0);
    if (*end == ':')
        segment.bufsz = strtoull(end + 1, &end, 0);
    if (*end != '\0' && strcmp(end, ":unreadable") != 0) {
        fprintf(stderr, "raw-load: %s\n", argument);
        exit(64);
    }
    /* Pages that nothing touches take no memory of this process. */
    segment.buf = mmap(NULL, segment.bufsz + 1, *end == '\0' ? PROT_READ : PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (segment.buf == MAP_FAILED) {
        perror("raw-load: mmap");
        exit(2);
    }
    return segment;
}

static int say(long result)
{
    printf("%s\n", result == 0 ? "loaded" : strerrorname_np(errno));
    return result == 0 ? 0 : 1;
}

static int load_file(const char *path)
{
    int kernel = open(path, O_RDONLY | O_CLOEXEC);
    if (kernel < 0) {
        perror("raw-load: open");
        return 2;
    }
    return say(syscall(SYS_kexec_file_load, kernel, -1, 1UL, "", (unsigned long)KEXEC_FILE_NO_INITRAMFS));
}

int main(int count, char **arguments)
{
    struct kexec_segment segments[64];
    unsigned long number = 0;
    if (count == 2)
        return load_file(arguments[1]);
    if (count < 3 || count > 64) {
        fprintf(stderr, "usage: raw-load KERNEL | FLAGS ENTRY [ADDRESS:MEMORY_SIZE:CONTENT_SIZE[:unreadable]]...\n");
        return 64;
    }
    for (int index = 3; index < count; index++)
        segments[number++] = segment(arguments[index]);
    unsigned long flags = strtoul(arguments[1], NULL, 0);
    return say(syscall(SYS_kexec_load, strtoull(arguments[2], NULL, 0), number, segments, flags));
}
