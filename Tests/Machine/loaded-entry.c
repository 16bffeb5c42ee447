/* Test only: what the running kernel has loaded, asked of its own memory and of nothing that kplan reads or writes.
 *
 * Prints `image->start` of `kexec_image` (kernel/kexec_core.c; include/linux/kexec.h, struct kimage: three pointers before it),
 * the address that a kexec jumps to, or 0x0 where nothing is loaded. Needs /proc/kallsyms with data, and /proc/kcore.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static uint64_t symbol(const char *wanted)
{
    unsigned long long address;
    char line[512], type, name[256];
    FILE *symbols = fopen("/proc/kallsyms", "r");

    while (symbols && fgets(line, sizeof line, symbols))
        if (sscanf(line, "%llx %c %255s", &address, &type, name) == 3 && strcmp(name, wanted) == 0)
            return address;
    return 0;
}

/* The word at a virtual address of the kernel; returns 0 where it can't be read. */
static int word(int core, uint64_t address, uint64_t *value)
{
    Elf64_Ehdr header;
    Elf64_Phdr part;

    if (pread(core, &header, sizeof header, 0) != sizeof header)
        return 0;
    for (int index = 0; index < header.e_phnum; index++) {
        if (pread(core, &part, sizeof part, header.e_phoff + index * sizeof part) != sizeof part)
            return 0;
        if (part.p_type == PT_LOAD && address >= part.p_vaddr && address - part.p_vaddr < part.p_memsz)
            return pread(core, value, sizeof *value, part.p_offset + (address - part.p_vaddr)) == sizeof *value;
    }
    return 0;
}

int main(void)
{
    uint64_t image, start = 0, pointer = symbol("kexec_image");
    int core = open("/proc/kcore", O_RDONLY);

    if (!pointer || core < 0 || !word(core, pointer, &image) || (image && !word(core, image + 24, &start))) {
        fprintf(stderr, "loaded-entry: the kernel's memory can't be read\n");
        return 1;
    }
    printf("0x%llx\n", (unsigned long long)start);
    return 0;
}
