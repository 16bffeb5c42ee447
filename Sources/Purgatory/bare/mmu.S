/*
 * The MMU on with the loader's page tables, and off again.
 *
 * What the tables look like is the loader's business, and so are MAIR and TCR; what only the CPU knows,
 * its granules and its physical address size, is added and checked here. Leaf functions without a stack:
 * there is no memory to write to while the MMU is off.
 */
#include "assembly.h"

	/* Invalidates what the TLB holds for this exception level; barriers before and after. */
	.macro	invalidate_tlb
	dsb	nshst
	tbnz	LEVEL, #LEVEL_USES_EL2_REGISTERS, .Ltlb_el2_\@
	tlbi	vmalle1
	b	.Ltlb_\@
.Ltlb_el2_\@:
	tlbi	alle2
.Ltlb_\@:
	dsb	nsh
	isb
	.endm

	/*
	 * TCR2_ELx outlives the old kernel: kexec resets SCTLR only. With PIE set our descriptors' permission bits
	 * would be an index into the old kernel's PIR_ELx (FEAT_S1PIE), with D128 their format another one. It
	 * stays 0: a kernel that knows the register sets it, one that doesn't would stumble over the rest. Both
	 * fields are asked for: where firmware hides S1PIE, it may trap TCR2 as well. Uses x12, x13.
	 */
	.macro	reset_tcr2
	mrs	x12, ID_AA64MMFR3_EL1
	ubfx	x13, x12, #ID_AA64MMFR3_TCRX_SHIFT, #ID_FIELD_WIDTH
	cbz	x13, .Ltcr2_\@
	ubfx	x13, x12, #ID_AA64MMFR3_S1PIE_SHIFT, #ID_FIELD_WIDTH
	cbz	x13, .Ltcr2_\@
	tbnz	LEVEL, #LEVEL_USES_EL2_REGISTERS, .Ltcr2_el2_\@
	msr	TCR2_EL1, xzr
	b	.Ltcr2_\@
.Ltcr2_el2_\@:
	msr	TCR2_EL2, xzr
.Ltcr2_\@:
	.endm

	/* Returns the MMU_ code in x0, the CPU's physical address bits in x1. Uses x9 to x14. */
	.section .text.mmu_turn_on, "ax", %progbits
	function mmu_turn_on
	mrs	x9, id_aa64mmfr0_el1
	ubfx	x10, x9, #ID_AA64MMFR0_PARANGE_SHIFT, #ID_FIELD_WIDTH
	mov	x11, #PARANGE_48_BITS		/* more needs LPA2 descriptors or 64K: we do without */
	cmp	x10, x11
	csel	x10, x10, x11, ls
	ldr	x1, =(PARANGE_BITS_HIGH << 32 | PARANGE_BITS_LOW)
	lsl	x11, x10, #3
	lsr	x1, x1, x11
	and	x1, x1, #0xff

	mov	x0, #MMU_LEFT_ON
	tbnz	SAVED_SCTLR, #SCTLR_M_BIT, .Lleave

	mov	x0, #MMU_OFF_NO_TABLES
	ldr	x11, [PARAMETERS, #PARAMETER_PGTBLE_BASE]
	cbz	x11, .Lleave

	mov	x0, #MMU_OFF_GRANULE
	ldr	x12, [PARAMETERS, #PARAMETER_GRANULE]
	cmp	x12, #SIZE_4K
	b.eq	.Lgranule_4k
	cmp	x12, #SIZE_16K
	b.eq	.Lgranule_16k
	mov	x13, #SIZE_64K
	cmp	x12, x13
	b.ne	.Lleave
	sbfx	x13, x9, #ID_AA64MMFR0_TGRAN64_SHIFT, #ID_FIELD_WIDTH
	tbnz	x13, #63, .Lleave
	b	.Lgranule_supported
.Lgranule_16k:
	ubfx	x13, x9, #ID_AA64MMFR0_TGRAN16_SHIFT, #ID_FIELD_WIDTH
	cbz	x13, .Lleave
	b	.Lgranule_supported
.Lgranule_4k:
	sbfx	x13, x9, #ID_AA64MMFR0_TGRAN4_SHIFT, #ID_FIELD_WIDTH
	tbnz	x13, #63, .Lleave
.Lgranule_supported:

	mov	x0, #MMU_OFF_ADDRESS_BITS
	ldr	x12, [PARAMETERS, #PARAMETER_ADDRESS_BITS]
	cmp	x12, x1
	b.hi	.Lleave

	add	x12, PARAMETERS, #(PARAMETER_TCR_EL1 - 8 * LEVEL_EL1)
	ldr	x12, [x12, LEVEL, lsl #3]
	lsl	x13, x10, #TCR_EL1_IPS_SHIFT
	lsl	x14, x10, #TCR_EL2_PS_SHIFT
	cmp	LEVEL, #LEVEL_EL2		/* with E2H TCR_EL2 has TCR_EL1's layout */
	csel	x13, x14, x13, eq
	orr	x12, x12, x13
	write_register tcr, x12
	ldr	x12, [PARAMETERS, #PARAMETER_MAIR]
	write_register mair, x12
	write_register ttbr0, x11
	reset_tcr2
	isb
	invalidate_tlb
	ic	iallu
	dsb	nsh
	isb

	mov	x12, #ON_EXCEPTION_MMU_OFF
	write_register tpidr, x12
	/* M, C, I on; A off, so that ordinary code may run; WXN off, the tables say what executes; EPAN off: our
	   text is read as data, and has UXN clear. */
	mov	x12, #(SCTLR_M | SCTLR_C)
	orr	x12, x12, #SCTLR_I
	orr	x12, x12, SAVED_SCTLR
	bic	x12, x12, #SCTLR_A
	bic	x12, x12, #SCTLR_WXN
	bic	x12, x12, #SCTLR_EPAN
	write_register sctlr, x12
	isb
	mov	x0, #MMU_ON
.Lleave:
	ret
	.ltorg
	.size	mmu_turn_on, . - mmu_turn_on

	/* Undoes mmu_turn_on, if it did anything: SCTLR as on entry. Uses x9. */
	.section .text.mmu_turn_off, "ax", %progbits
	function mmu_turn_off
	cmp	MMU_STATE, #MMU_ON
	b.ne	.Lwas_not_ours
	dsb	sy
	write_sctlr_without_mmu SAVED_SCTLR
	mov	x9, #ON_EXCEPTION_KEEP_MMU
	write_register tpidr, x9
	invalidate_tlb
.Lwas_not_ours:
	ret
	.size	mmu_turn_off, . - mmu_turn_off
