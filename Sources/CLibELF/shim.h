#include <libelf.h>
#include <gelf.h>

/* Function-like macros are not imported into Swift. */
static inline uint64_t kplan_r_sym(uint64_t info) { return GELF_R_SYM(info); }
static inline uint64_t kplan_r_type(uint64_t info) { return GELF_R_TYPE(info); }
