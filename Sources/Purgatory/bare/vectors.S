/*
 * Exceptions: none is expected, so each is reported and ends the boot. Without this a fault in purgatory
 * is a silent spin in the old kernel's former vectors.
 *
 * If purgatory's own page tables are in use, the MMU goes off before anything is read or printed: the
 * tables may be what is at fault, and the console need not be in them. Purgatory's text and read-only
 * data are never written, so memory has them as the cache does. No stack, no write except to the UART.
 */
#include "assembly.h"

#define VECTOR_SIZE 0x80
#define VECTORS_ALIGNMENT 2048	/* VBAR_ELx[10:0] is RES0 */

	/* The four kinds of one source; there are four sources (D1.3.1.5). */
	.macro	vectors_of_a_source
	vector	.Lsync
	vector	.Lirq
	vector	.Lfiq
	vector	.Lserror
	.endm

	.macro	vector, kind
	.balign	VECTOR_SIZE
	address_of x24, \kind
	b	.Lreport
	.endm

	.section .text.purgatory_vectors, "ax", %progbits
	.balign	VECTORS_ALIGNMENT
	.global	purgatory_vectors
	.hidden	purgatory_vectors
	.type	purgatory_vectors, %object
purgatory_vectors:
	vectors_of_a_source			/* this level, SP_EL0 */
	vectors_of_a_source			/* this level, SP_ELx */
	vectors_of_a_source			/* a lower level, AArch64 */
	vectors_of_a_source			/* a lower level, AArch32 */
	.balign	VECTOR_SIZE
	.size	purgatory_vectors, . - purgatory_vectors

	/* x24: the kind's name. The registers of the interrupted code are lost; it does not go on. */
.Lreport:
	mrs	LEVEL, CurrentEL
	ubfx	LEVEL, LEVEL, #CURRENTEL_EL_SHIFT, #CURRENTEL_EL_WIDTH
	read_register x0, tpidr
	cmp	x0, #ON_EXCEPTION_HALT		/* reporting has faulted: say nothing more */
	b.eq	.Lexception_halt
	mov	x1, #ON_EXCEPTION_HALT
	write_register tpidr, x1
	read_register x25, esr
	read_register x26, elr
	read_register x27, far

	cmp	x0, #ON_EXCEPTION_MMU_OFF
	b.ne	.Lmemory_readable
	read_register x0, sctlr
	bic	x0, x0, #SCTLR_M
	bic	x0, x0, #SCTLR_C
	write_sctlr_without_mmu x0
.Lmemory_readable:
	address_of PARAMETERS, purgatory_parameters
	ldr	x20, [PARAMETERS, #PARAMETER_SINK]
	cbz	x20, .Lexception_halt
	ldr	x21, [PARAMETERS, #PARAMETER_CONSOLE]

	address_of x22, .Lexception_in
	bl	.Lprint
	mov	x22, x24
	bl	.Lprint
	address_of x22, .Lesr
	mov	x23, x25
	bl	.Lprint_value
	address_of x22, .Lelr
	mov	x23, x26
	bl	.Lprint_value
	address_of x22, .Lfar
	mov	x23, x27
	bl	.Lprint_value
	address_of x22, .Lend_of_line
	bl	.Lprint

	.global	purgatory_exception_halt
purgatory_exception_halt:
.Lexception_halt:
	wfe
	b	.Lexception_halt

	/* One byte, w2; x20 sink, x21 CONSOLE_ code. A UART that isn't ready once gets no more. */
.Lput:
	cbz	x20, .Lsilent
	mov	x5, x30
	mov	x0, x20
	mov	x1, x21
	bl	console_put
	cmp	x0, #0
	csel	x20, xzr, x20, eq
	br	x5
.Lsilent:
	ret

	/* The NUL-terminated text at x22. */
.Lprint:
	mov	x6, x30
.Lprint_next:
	ldrb	w2, [x22], #1
	cbz	w2, .Lprint_done
	bl	.Lput
	b	.Lprint_next
.Lprint_done:
	br	x6

	/* The text at x22, then x23 in hexadecimal without leading zeros. */
.Lprint_value:
	mov	x7, x30
	bl	.Lprint
	orr	x8, x23, #1			/* at least one digit */
	clz	x8, x8
	mvn	x8, x8
	and	x8, x8, #(63 & ~3)		/* the first digit's shift */
.Lprint_digit:
	lsr	x2, x23, x8
	and	x2, x2, #0xf
	cmp	x2, #10
	add	x3, x2, #'0'
	add	x2, x2, #('a' - 10)
	csel	x2, x3, x2, lo
	bl	.Lput
	subs	x8, x8, #4
	b.pl	.Lprint_digit
	br	x7

	.section .rodata.purgatory_vectors, "a", %progbits
.Lexception_in:	.asciz	"\r\npurgatory: exception in "	/* the line before may be unfinished */
.Lsync:		.asciz	"sync"
.Lirq:		.asciz	"irq"
.Lfiq:		.asciz	"fiq"
.Lserror:	.asciz	"serror"
.Lesr:		.asciz	", ESR 0x"
.Lelr:		.asciz	" ELR 0x"
.Lfar:		.asciz	" FAR 0x"
.Lend_of_line:	.asciz	"\r\n"
