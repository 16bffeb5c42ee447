#define _GNU_SOURCE
#include "kexec.h"

#include <errno.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
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

/* Arguments that a kernel which did ask for more than the capability would find wrong: flags that there are not. */
static int call_wrongly(enum kplan_call call)
{
    const unsigned long no_flags = 0x8000;
    long result = call == KPLAN_KEXEC_LOAD ? syscall(SYS_kexec_load, 0UL, 17UL, NULL, no_flags)
                                           : syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, no_flags);
    return result == 0 ? 0 : errno;
}

int kplan_has_call(enum kplan_call call)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3], fewer[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, all) != 0)
        return -1;
    for (int index = 0; index < _LINUX_CAPABILITY_U32S_3; index++)
        fewer[index] = all[index];
    fewer[CAP_TO_INDEX(CAP_SYS_BOOT)].effective &= ~CAP_TO_MASK(CAP_SYS_BOOT);
    if (syscall(SYS_capset, &header, fewer) != 0)
        return -1;
    int code = call_wrongly(call);
    if (syscall(SYS_capset, &header, all) != 0)
        return -1;
    return code == ENOSYS ? 0 : code == EPERM ? 1 : -1;
}
