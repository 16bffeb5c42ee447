/*
 * From the old kernel's last instruction to the new kernel's first.
 *
 * The old kernel enters at purgatory_start with the MMU off and every segment clean to the point of
 * coherency (Documentation/arch/arm64/booting.rst asks the same of a boot loader). Two rules keep it
 * so: no memory is written before the MMU is on, and no stack is used after it is off. Then no line of
 * cache ever hides a newer value than memory has, nor memory one than the cache.
 */
#include "assembly.h"

#define STACK_SIZE 4096		/* deepest use: see docs/PURGATORY.md */
#define STACK_ALIGNMENT 64

	.section .text.start, "ax", %progbits
	.global	purgatory_start
	.type	purgatory_start, %function
purgatory_start:
	msr	daifset, #DAIF_ALL
	address_of PARAMETERS, purgatory_parameters

	mrs	LEVEL, CurrentEL
	ubfx	LEVEL, LEVEL, #CURRENTEL_EL_SHIFT, #CURRENTEL_EL_WIDTH
	tbz	LEVEL, #LEVEL_USES_EL2_REGISTERS, .Llevel_known
	mrs	x0, hcr_el2
	ubfx	x0, x0, #HCR_EL2_E2H_BIT, #1
	add	LEVEL, LEVEL, x0		/* LEVEL_EL2 becomes LEVEL_EL2_E2H */
.Llevel_known:
	read_register SAVED_SCTLR, sctlr
	read_register SAVED_VBAR, vbar
	read_register SAVED_TPIDR, tpidr

	/* From here on a fault says what it is. */
	mov	x0, #ON_EXCEPTION_KEEP_MMU
	write_register tpidr, x0
	address_of x0, purgatory_vectors
	write_register vbar, x0
	isb

	bl	choose_sha256
	bl	mmu_turn_on
	mov	MMU_STATE, x0

	/* The MMU is on, if it is to be on at all; the next instruction may write memory. */
	.global	purgatory_mmu_on
purgatory_mmu_on:
	address_of x9, purgatory_stack_end
	mov	sp, x9
	mov	x29, xzr			/* the frame chain ends here */
	mov	x30, xzr
	mov	x0, PARAMETERS
	/* x1: the CPU's physical address bits, from mmu_turn_on */
	mov	x2, LEVEL
	mov	x3, MMU_STATE
	mov	x4, USE_CRYPTO
	sub	sp, sp, #SUMMARY_SIZE
	mov	x5, sp
	bl	purgatory_verify
	mov	VERDICT, x0
	ldp	SUMMARY_TICKS_VALUE, SUMMARY_BYTES_VALUE, [sp, #SUMMARY_TICKS]
	ldp	SUMMARY_SEGMENTS_VALUE, SUMMARY_FREQUENCY_VALUE, [sp, #SUMMARY_SEGMENTS]

	bl	mmu_turn_off

	/* MMU and data cache are as on entry, that is off; but for the report, memory is only read from here on. */
	.global	purgatory_mmu_off
purgatory_mmu_off:
	cbnz	VERDICT, .Lhalt			/* nobody comes after us, and the table below may be damaged */

	/*
	 * Cleaned and invalidated only now, when nothing can be fetched into the cache again by
	 * speculation. By address, never by set and way (booting.rst).
	 */
	ldr	x0, [PARAMETERS, #PARAMETER_PURGATORY_BASE]
	ldr	x1, [PARAMETERS, #PARAMETER_PURGATORY_LEN]
	bl	clean_and_invalidate_to_poc
	add	REGION, PARAMETERS, #PARAMETER_REGIONS
.Lnext_region:
	ldr	x0, [REGION, #REGION_ADDRESS]
	ldr	x1, [REGION, #REGION_MEMORY_LENGTH]
	bl	clean_and_invalidate_to_poc
	add	REGION, REGION, #REGION_SIZE
	add	x0, PARAMETERS, #PARAMETERS_SIZE
	cmp	REGION, x0
	b.lo	.Lnext_region
	dsb	sy
	ic	iallu
	dsb	nsh
	isb

	bl	write_report

	/* The registers of the next kernel are those of the last. */
	cbz	USE_CRYPTO, .Lfp_traps_restored
	bl	restore_fp_traps
.Lfp_traps_restored:
	write_register vbar, SAVED_VBAR
	write_register tpidr, SAVED_TPIDR
	isb

	cbnz	VERDICT, .Lhalt			/* once more: no single damaged branch starts a kernel */
	ldr	x4, [PARAMETERS, #PARAMETER_KERNEL_ENTRY]
	ldr	x0, [PARAMETERS, #PARAMETER_DTB_ADDRESS]
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	br	x4

	.global	purgatory_halt
purgatory_halt:
.Lhalt:
	wfe
	b	.Lhalt
	.size	purgatory_start, . - purgatory_start

	/*
	 * SHA-256 by the crypto extension if the CPU has it and the loader doesn't object; only then are
	 * the SIMD registers made accessible. Sets USE_CRYPTO and SAVED_FP_TRAPS; uses x0, x1.
	 */
	.section .text.choose_sha256, "ax", %progbits
	function choose_sha256
	mov	USE_CRYPTO, xzr
	ldr	x0, [PARAMETERS, #PARAMETER_PORTABLE_SHA]
	cbnz	x0, .Lchosen
	mrs	x0, id_aa64pfr0_el1
	sbfx	x0, x0, #ID_AA64PFR0_ADVSIMD_SHIFT, #ID_FIELD_WIDTH
	tbnz	x0, #63, .Lchosen
	mrs	x0, id_aa64isar0_el1
	ubfx	USE_CRYPTO, x0, #ID_AA64ISAR0_SHA2_SHIFT, #ID_FIELD_WIDTH
	cbz	USE_CRYPTO, .Lchosen

	cmp	LEVEL, #LEVEL_EL2
	b.lo	.Lopen_at_el1
	mrs	SAVED_FP_TRAPS, cptr_el2
	orr	x0, SAVED_FP_TRAPS, #CPACR_FPEN
	bic	x1, SAVED_FP_TRAPS, #CPTR_EL2_TFP
	csel	x0, x1, x0, eq			/* E2H decides on the layout of CPTR_EL2 */
	msr	cptr_el2, x0
	b	.Lopened
.Lopen_at_el1:
	mrs	SAVED_FP_TRAPS, cpacr_el1
	orr	x0, SAVED_FP_TRAPS, #CPACR_FPEN
	msr	cpacr_el1, x0
.Lopened:
	isb
.Lchosen:
	ret
	.size	choose_sha256, . - choose_sha256

	.section .text.restore_fp_traps, "ax", %progbits
	function restore_fp_traps
	tbnz	LEVEL, #LEVEL_USES_EL2_REGISTERS, .Lrestore_at_el2
	msr	cpacr_el1, SAVED_FP_TRAPS
	ret
.Lrestore_at_el2:
	msr	cptr_el2, SAVED_FP_TRAPS
	ret
	.size	restore_fp_traps, . - restore_fp_traps

	/* The only memory purgatory writes. Below it lies read-only memory: an overflow faults. */
	.section .bss.purgatory_stack, "aw", %nobits
	.balign	STACK_ALIGNMENT
	.global	purgatory_stack
	.hidden	purgatory_stack
	.type	purgatory_stack, %object
	.size	purgatory_stack, STACK_SIZE
purgatory_stack:
	.skip	STACK_SIZE
purgatory_stack_end:
