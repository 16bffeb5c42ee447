/*
 * What purgatory starts on the bare machine: an Image as the kernel's
 * Documentation/arch/arm64/booting.rst describes it, which says in which state it was entered.
 */
	.include "report.inc"

	.text
	b	start			/* code0 */
	.long	0			/* code1 */
	.quad	0			/* text_offset */
	.quad	0x212345		/* image_size: more than the file has, and not a whole page */
	.quad	0xa			/* flags: little-endian, 4K pages, anywhere in memory */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

start:	mov	x19, x0
	mov	x20, x1
	mov	x21, x2
	mov	x22, x3
	say	"kernel:"
	value	x0, x19
	value	x1, x20
	value	x2, x21
	value	x3, x22
	system	daif, daif
	state
	/* What this CPU has: granules and physical address bits; VHE. */
	system	mmfr0, id_aa64mmfr0_el1
	system	mmfr1, id_aa64mmfr1_el1
	ldr	w23, [x19]
	value	dtb, x23
	say	" end\n"
	b	leave

	routines
