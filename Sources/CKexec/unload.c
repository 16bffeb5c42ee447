#define _GNU_SOURCE
#include "unload.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kexec.h>

int kplan_kexec_file_unload(unsigned long flags)
{
    return syscall(SYS_kexec_file_load, -1, -1, 0UL, "", KEXEC_FILE_UNLOAD | flags) == 0 ? 0 : errno;
}
