/* Cache maintenance by address. */
#include "assembly.h"

	/*
	 * Cleans and invalidates to the point of coherency every line that x1 bytes from x0 on touch.
	 * The caller orders it (DSB). Uses x0 to x3.
	 */
	.section .text.clean_and_invalidate_to_poc, "ax", %progbits
	function clean_and_invalidate_to_poc
	cbz	x1, .Lcleaned
	add	x1, x1, x0
	mrs	x2, ctr_el0
	ubfx	x2, x2, #CTR_EL0_DMINLINE_SHIFT, #CTR_EL0_DMINLINE_WIDTH
	mov	x3, #CACHE_WORD_SIZE
	lsl	x2, x3, x2
	sub	x3, x2, #1
	bic	x0, x0, x3
.Lnext_line:
	dc	civac, x0
	add	x0, x0, x2
	cmp	x0, x1
	b.lo	.Lnext_line
.Lcleaned:
	ret
	.size	clean_and_invalidate_to_poc, . - clean_and_invalidate_to_poc
