/*
 * SHA-256 by the Armv8 cryptographic extension (FEAT_SHA256; the instructions in DDI 0487, C7.2).
 *
 * The message is loaded as bytes (ld1 .16b): elements of one byte are always aligned, so this is legal at
 * any address with the MMU off too, when all memory is Device memory. No other code in purgatory uses
 * the SIMD registers, so none is saved.
 */
	.arch	armv8-a+crypto

/* v2: state words a b c d; v3: e f g h; v8, v9: the state before this block; v16 to v31: constants. */

	/* Four rounds with message words MESSAGE and constants K. */
	.macro	four_rounds, message, k
	add	v0.4s, v\message\().4s, v\k\().4s
	mov	v1.16b, v2.16b
	sha256h	q2, q3, v0.4s
	sha256h2 q3, q1, v0.4s
	.endm

	/* The same, and MESSAGE becomes the words of 16 rounds later; A, B, C: the message words after it. */
	.macro	four_rounds_and_schedule, message, a, b, c, k
	add	v0.4s, v\message\().4s, v\k\().4s
	sha256su0 v\message\().4s, v\a\().4s
	mov	v1.16b, v2.16b
	sha256h	q2, q3, v0.4s
	sha256h2 q3, q1, v0.4s
	sha256su1 v\message\().4s, v\b\().4s, v\c\().4s
	.endm

	.macro	sixteen_rounds_and_schedule, k0, k1, k2, k3
	four_rounds_and_schedule 4, 5, 6, 7, \k0
	four_rounds_and_schedule 5, 6, 7, 4, \k1
	four_rounds_and_schedule 6, 7, 4, 5, \k2
	four_rounds_and_schedule 7, 4, 5, 6, \k3
	.endm

	/* x0: eight state words, updated; x1: data; x2: blocks of 64 bytes. */
	.section .text.sha256_compress_crypto, "ax", %progbits
	.global	sha256_compress_crypto
	.hidden	sha256_compress_crypto
	.type	sha256_compress_crypto, %function
	.balign	16
sha256_compress_crypto:
	cbz	x2, .Ldone
	adrp	x3, sha256_constants
	add	x3, x3, :lo12:sha256_constants
	ld1	{v16.4s-v19.4s}, [x3], #64
	ld1	{v20.4s-v23.4s}, [x3], #64
	ld1	{v24.4s-v27.4s}, [x3], #64
	ld1	{v28.4s-v31.4s}, [x3]
	ld1	{v2.4s, v3.4s}, [x0]
.Lnext_block:
	ld1	{v4.16b-v7.16b}, [x1], #64
	mov	v8.16b, v2.16b
	mov	v9.16b, v3.16b
	rev32	v4.16b, v4.16b
	rev32	v5.16b, v5.16b
	rev32	v6.16b, v6.16b
	rev32	v7.16b, v7.16b
	sixteen_rounds_and_schedule 16, 17, 18, 19
	sixteen_rounds_and_schedule 20, 21, 22, 23
	sixteen_rounds_and_schedule 24, 25, 26, 27
	four_rounds 4, 28
	four_rounds 5, 29
	four_rounds 6, 30
	four_rounds 7, 31
	add	v2.4s, v2.4s, v8.4s
	add	v3.4s, v3.4s, v9.4s
	sub	x2, x2, #1
	cbnz	x2, .Lnext_block
	st1	{v2.4s, v3.4s}, [x0]
.Ldone:
	ret
	.size	sha256_compress_crypto, . - sha256_compress_crypto
