#ifndef KPLAN_MEMFD_H
#define KPLAN_MEMFD_H

/* What <sys/mman.h> and <fcntl.h> have only under _GNU_SOURCE, which Swift doesn't see. */

/* A new empty file in memory that can be sealed and is closed by exec; -1 and errno where there is none. */
int kplan_memfd_create(const char *name);
/* From here on nobody can write, shorten, lengthen or unseal it; -1 and errno where that failed. */
int kplan_memfd_seal(int file);

#endif
