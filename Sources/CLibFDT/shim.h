#include <libfdt.h>

/* Function-like macros are not imported into Swift. */
static inline uint32_t kplan_fdt_totalsize(const void *fdt) { return fdt_totalsize(fdt); }
