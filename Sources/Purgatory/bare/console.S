/*
 * One byte to the UART, for Swift and for the exception handler: registers only, no stack.
 *
 * PL011: Arm DDI 0183 (PrimeCell UART), section 3.3; 32-bit accesses, as the SBSA's generic UART needs.
 * 8250: TL16C550C data sheet, line status register.
 */
#include "assembly.h"

#define UARTFR 0x18		/* from UARTDR, which the sink is */
#define UARTFR_TXFF_BIT 5	/* transmit FIFO full */
#define LSR 5			/* from THR, which the sink is */
#define LSR_32BIT (LSR * 4)
#define LSR_THRE_BIT 5		/* transmit holding register empty */

/*
 * A FIFO of 64, full when we come, drains within 67 ms at 9600 baud; a read of a device register takes
 * 50 ns or more, so these take 200 ms at least. Who isn't ready by then is taken for dead.
 */
#define POLLS (1 << 22)

	/*
	 * x0 sink, x1 CONSOLE_ code, w2 byte. The byte is stored in any case; x0 is then 0 if the UART did
	 * not become ready: it is dead, and the caller had better leave it alone. Uses x3, x4.
	 */
	.section .text.console_put, "ax", %progbits
	function console_put
	mov	w3, #POLLS
	cmp	x1, #CONSOLE_PL011
	b.eq	.Lpl011
	cmp	x1, #CONSOLE_8250
	b.eq	.L8250
	cmp	x1, #CONSOLE_8250_32BIT
	b.ne	.Lstore_byte			/* CONSOLE_RAW, and what we don't know */

.L8250_32bit:
	ldr	w4, [x0, #LSR_32BIT]
	tbnz	w4, #LSR_THRE_BIT, .Lstore_word
	subs	w3, w3, #1
	b.ne	.L8250_32bit
	b	.Lstore_word

.L8250:
	ldrb	w4, [x0, #LSR]
	tbnz	w4, #LSR_THRE_BIT, .Lstore_byte
	subs	w3, w3, #1
	b.ne	.L8250
	b	.Lstore_byte

.Lpl011:
	ldr	w4, [x0, #UARTFR]
	tbz	w4, #UARTFR_TXFF_BIT, .Lstore_word
	subs	w3, w3, #1
	b.ne	.Lpl011

.Lstore_word:
	and	w2, w2, #0xff
	str	w2, [x0]
	mov	w0, w3
	ret
.Lstore_byte:
	strb	w2, [x0]
	mov	w0, w3
	ret
	.size	console_put, . - console_put
