/*
 * The two functions that compilers call on their own account. Byte by byte: with the MMU off all memory
 * is Device memory, where an unaligned access faults (D8.6.2). They move a few dozen bytes a segment.
 */
#include "assembly.h"

	.section .text.memset, "ax", %progbits
	function memset
	mov	x3, x0
.Lset_next:
	cbz	x2, .Lset
	strb	w1, [x3], #1
	sub	x2, x2, #1
	b	.Lset_next
.Lset:
	ret
	.size	memset, . - memset

	.section .text.memcpy, "ax", %progbits
	function memcpy
	mov	x3, x0
.Lcopy_next:
	cbz	x2, .Lcopied
	ldrb	w4, [x1], #1
	strb	w4, [x3], #1
	sub	x2, x2, #1
	b	.Lcopy_next
.Lcopied:
	ret
	.size	memcpy, . - memcpy
