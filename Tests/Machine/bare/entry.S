/*
 * Stands in for the old kernel on the bare machine: QEMU starts it, at the highest exception level
 * there is, and it enters purgatory as a kernel's kexec does (arch/arm64/kernel/cpu-reset.S), with
 * everything set that purgatory may not rely on or has to restore.
 */
	.include "report.inc"

	.text
	b	start
	.balign	8
entry:	.quad	0			/* purgatory's entry, filled in by the test */
e2h:	.quad	0			/* not 0: with HCR_EL2.E2H, filled in by the test */

start:	adr	x0, vectors
	ldr	x2, =0x30500800		/* INIT_SCTLR_EL1_MMU_OFF */
	mrs	x1, CurrentEL
	cmp	x1, #8
	b.eq	1f
	msr	vbar_el1, x0
	msr	sctlr_el1, x2
	msr	tpidr_el1, x2
	msr	cpacr_el1, xzr		/* FP and SIMD trap */
	ldr	x4, =0x5aa5a55a5aa5a55a	/* what the old kernel's tables were like is nobody's business */
	msr	mair_el1, x4
	msr	tcr_el1, x4
	msr	ttbr0_el1, x4
	msr	ttbr1_el1, x4
	b	3f
1:	msr	vbar_el2, x0
	msr	tpidr_el2, x2
	ldr	x3, e2h
	cbz	x3, 2f
	/* A kernel with VHE runs at EL2 itself, and leaves it by the registers' EL1 names. */
	ldr	x1, =0x488000000	/* HCR_HOST_VHE_FLAGS: E2H, RW, TGE */
	msr	hcr_el2, x1
	isb
	msr	sctlr_el2, x2
	msr	cptr_el2, xzr		/* FPEN: FP and SIMD trap */
	b	3f
	/* Without VHE it left EL2 at its own start with these values. */
2:	mov	x1, #1 << 31		/* RW */
	msr	hcr_el2, x1
	ldr	x2, =0x30c50830		/* INIT_SCTLR_EL2_MMU_OFF */
	msr	sctlr_el2, x2
	mov	x1, #0x37ff		/* RES1 and TFP: FP and SIMD trap */
	msr	cptr_el2, x1
3:	isb
	mrs	x1, CurrentEL
	cmp	x1, #8
	b.lo	4f
	ldr	x4, =0x5aa5a55a5aa5a55a
	msr	mair_el2, x4
	msr	tcr_el2, x4
	msr	ttbr0_el2, x4
4:	isb
	/* A kernel keeps user memory away from itself (FEAT_PAN), and leaves it so. */
	mrs	x4, id_aa64mmfr1_el1
	ubfx	x4, x4, #20, #4
	cbz	x4, 5f
	.inst	0xd500419f		/* msr pan, #1 */
5:	say	"entry:"
	state
	say	" end\n"
	msr	daifclr, #15		/* nothing is pending; masking is purgatory's */
	movn	x0, #1
	movn	x1, #2
	movn	x2, #3
	movn	x3, #4
	ldr	x30, entry
	br	x30

	/* Nothing may come here: purgatory has vectors of its own, and the kernel causes no exception. */
	.balign	2048
vectors:
	.rept	16
	b	fault
	.balign	128
	.endr

fault:	mrs	x1, CurrentEL
	cmp	x1, #8
	b.eq	1f
	mrs	x19, esr_el1
	mrs	x20, elr_el1
	mrs	x21, far_el1
	msr	sctlr_el1, xzr
	b	2f
1:	mrs	x19, esr_el2
	mrs	x20, elr_el2
	mrs	x21, far_el2
	msr	sctlr_el2, xzr
2:	isb
	say	"fault:"
	value	esr, x19
	value	elr, x20
	value	far, x21
	say	" end\n"
	b	leave

	routines
	.ltorg
