#define _GNU_SOURCE
#include "kexec.h"

#include <errno.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/reboot.h>

int kplan_kexec_load(uint64_t entry, size_t count, const struct kplan_kexec_segment *segments,
                     unsigned long flags)
{
    return syscall(SYS_kexec_load, entry, count, segments, flags) == 0 ? 0 : errno;
}

int kplan_kexec_file_load(int kernel, int initrd, size_t command_line_size, const char *command_line,
                          unsigned long flags)
{
    return syscall(SYS_kexec_file_load, kernel, initrd, command_line_size, command_line, flags) == 0 ? 0 : errno;
}

int kplan_reboot_kexec(void)
{
    return reboot((int)LINUX_REBOOT_CMD_KEXEC) == 0 ? 0 : errno;
}
