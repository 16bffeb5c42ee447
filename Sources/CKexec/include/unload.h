#ifndef KPLAN_UNLOAD_H
#define KPLAN_UNLOAD_H

/* kexec_file_load(2) with KEXEC_FILE_UNLOAD and these flags; it takes no files. Returns 0, or errno. */
int kplan_kexec_file_unload(unsigned long flags);

#endif
