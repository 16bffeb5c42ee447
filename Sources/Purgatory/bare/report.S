/*
 * What the next kernel is told: how the verification went, in a property of its device tree that the plan has
 * as zeros. docs/PURGATORY.md, "The report", is its form.
 *
 * It comes last, when everything has been verified, the caches are off, and every line is clean and invalid: the
 * tables may keep the device tree read-only, its digest is that of the plan, and no line of cache holds what
 * was there before.
 */
#include "assembly.h"

	/* Stores the low half of VALUE as the report's next cell: big-endian, 32 bits, aligned to them. */
	.macro	cell, value
	rev	w9, \value
	str	w9, [x0], #4
	.endm

	/* Stores a 64-bit VALUE as two cells, the high one first. Uses x10. */
	.macro	cells, value
	lsr	x10, \value, #32
	cell	w10
	mov	x10, \value
	cell	w10
	.endm

	/*
	 * With the MMU left on there is no report: whose tables they are that are in use, and whether the device
	 * tree may be written by them, purgatory doesn't know. Uses x0 to x3 and x8 to x11.
	 */
	.section .text.write_report, "ax", %progbits
	function write_report
	ldr	x0, [PARAMETERS, #PARAMETER_REPORT]
	cbz	x0, .Lreported
	cmp	MMU_STATE, #MMU_LEFT_ON
	b.eq	.Lreported
	mov	x8, x30

	mov	w10, #REPORT_VERSION
	cell	w10
	cmp	USE_CRYPTO, #0
	cset	w10, ne
	lsl	w10, w10, #REPORT_FLAGS_CRYPTO_SHIFT
	orr	x10, x10, MMU_STATE, lsl #REPORT_FLAGS_MMU_SHIFT
	orr	x10, x10, LEVEL
	cell	w10
	mov	x10, SUMMARY_SEGMENTS_VALUE
	cell	w10
	mov	x10, SUMMARY_FREQUENCY_VALUE
	cell	w10
	cells	SUMMARY_TICKS_VALUE
	cells	SUMMARY_BYTES_VALUE
	ldr	x11, [PARAMETERS, #PARAMETER_KERNEL_ENTRY]
	cells	x11
	dsb	sy

	/*
	 * A hypervisor's own mapping of this memory may have brought a line back meanwhile, which is clean: the
	 * kernel does the same to what it stores before its MMU is on (arch/arm64/kernel/head.S, preserve_boot_args).
	 */
	ldr	x11, [PARAMETERS, #PARAMETER_REPORT]
	sub	x1, x0, x11
	mov	x0, x11
	bl	clean_and_invalidate_to_poc
	dsb	sy
	mov	x30, x8
.Lreported:
	ret
	.size	write_report, . - write_report
