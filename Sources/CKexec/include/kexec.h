#ifndef KPLAN_KEXEC_H
#define KPLAN_KEXEC_H

#include <stddef.h>
#include <stdint.h>

/* include/uapi/linux/kexec.h, struct kexec_segment. */
struct kplan_kexec_segment {
    const void *buffer;   /* content, in this process */
    size_t buffer_size;   /* bytes of content */
    uint64_t address;     /* physical, page-aligned */
    size_t memory_size;   /* bytes, page-aligned; what exceeds the content is zeroed */
};

/* Each returns 0, or the errno of the failed call. */
int kplan_kexec_load(uint64_t entry, size_t count, const struct kplan_kexec_segment *segments,
                     unsigned long flags);
/* The files are descriptors, initrd -1 where there is none; the size of the command line counts its NUL. */
int kplan_kexec_file_load(int kernel, int initrd, size_t command_line_size, const char *command_line,
                          unsigned long flags);
int kplan_reboot_kexec(void);

/* The system calls that load. */
enum kplan_call { KPLAN_KEXEC_LOAD, KPLAN_KEXEC_FILE_LOAD };

/* Whether the kernel has the call: 1 or 0, or -1 where that can't be found out without a try that counts. */
int kplan_has_call(enum kplan_call call);

#endif
