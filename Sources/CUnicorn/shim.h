// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

// Unicorn's variadic functions, which Swift cannot call, each with the arguments it takes for one purpose.
#ifndef KPLAN_CUNICORN_SHIM_H
#define KPLAN_CUNICORN_SHIM_H

#include <unicorn/unicorn.h>

// A hook whose first address is above its last applies everywhere.
enum { KPLAN_UC_FIRST = 1, KPLAN_UC_LAST = 0 };

static inline uc_err kplan_uc_hook_block(uc_engine *uc, uc_hook *hook, uc_cb_hookcode_t call, void *context) {
    return uc_hook_add(uc, hook, UC_HOOK_BLOCK, (void *)call, context,
                       (uint64_t)KPLAN_UC_FIRST, (uint64_t)KPLAN_UC_LAST);
}

static inline uc_err kplan_uc_hook_address(uc_engine *uc, uc_hook *hook, uint64_t address,
                                           uc_cb_hookcode_t call, void *context) {
    return uc_hook_add(uc, hook, UC_HOOK_CODE, (void *)call, context, address, address);
}

static inline uc_err kplan_uc_hook_memory(uc_engine *uc, uc_hook *hook, uc_cb_hookmem_t call, void *context) {
    return uc_hook_add(uc, hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)call, context,
                       (uint64_t)KPLAN_UC_FIRST, (uint64_t)KPLAN_UC_LAST);
}

static inline uc_err kplan_uc_hook_unmapped(uc_engine *uc, uc_hook *hook, uc_cb_eventmem_t call,
                                            void *context) {
    return uc_hook_add(uc, hook, UC_HOOK_MEM_INVALID, (void *)call, context,
                       (uint64_t)KPLAN_UC_FIRST, (uint64_t)KPLAN_UC_LAST);
}

static inline uc_err kplan_uc_hook_exception(uc_engine *uc, uc_hook *hook, uc_cb_hookintr_t call,
                                             void *context) {
    return uc_hook_add(uc, hook, UC_HOOK_INTR, (void *)call, context,
                       (uint64_t)KPLAN_UC_FIRST, (uint64_t)KPLAN_UC_LAST);
}

// Called before each instruction of one class (MRS, MSR, SYS), with its operands.
static inline uc_err kplan_uc_hook_system(uc_engine *uc, uc_hook *hook, uc_arm64_insn instruction,
                                          uc_cb_insn_sys_t call, void *context) {
    return uc_hook_add(uc, hook, UC_HOOK_INSN, (void *)call, context,
                       (uint64_t)KPLAN_UC_FIRST, (uint64_t)KPLAN_UC_LAST, instruction);
}

static inline uc_err kplan_uc_set_cpu_model(uc_engine *uc, int model) {
    return uc_ctl_set_cpu_model(uc, model);
}

// From now on the emulation ends at any of these addresses, before the instruction there.
static inline uc_err kplan_uc_set_exits(uc_engine *uc, uint64_t *addresses, size_t count) {
    uc_err error = uc_ctl_exits_enable(uc);
    return error == UC_ERR_OK ? uc_ctl_set_exits(uc, addresses, count) : error;
}

#endif
