/*
 * Test only: runs a command that may not load.
 *
 *     without sys-boot COMMAND...       root, but without CAP_SYS_BOOT
 *     without kexec-load COMMAND...     a filter of system calls says EPERM, as that of a service does
 *     without any-kexec COMMAND...      a filter says ENOSYS, as that of some containers does
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <unistd.h>

static int filter(int code)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kexec_load, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kexec_file_load, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)code),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog all = { sizeof program / sizeof *program, program };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all);
}

int main(int count, char **arguments)
{
    int result = -1;
    if (count < 3)
        errno = EINVAL;
    else if (strcmp(arguments[1], "sys-boot") == 0)
        result = prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT);
    else if (strcmp(arguments[1], "kexec-load") == 0)
        result = filter(EPERM);
    else if (strcmp(arguments[1], "any-kexec") == 0)
        result = filter(ENOSYS);
    else
        errno = EINVAL;
    if (result == 0)
        execvp(arguments[2], arguments + 2);
    perror("without");
    return 64;
}
