/*
 * The patchable block: what the loader tells purgatory, as docs/PURGATORY.md promises it.
 *
 * The layout is stated once, here: parameters.S places the symbols by these offsets, assembly reads by
 * them, and purgatory.h asserts that the C structure, which Swift sees, agrees.  Loaders go by the
 * symbols and never by the offsets.
 */
#ifndef PURGATORY_PARAMETERS_H
#define PURGATORY_PARAMETERS_H

#define PARAMETER_KERNEL_ENTRY 0
#define PARAMETER_DTB_ADDRESS 8
#define PARAMETER_SINK 16
#define PARAMETER_CONSOLE 24
#define PARAMETER_PGTBLE_BASE 32
#define PARAMETER_PURGATORY_BASE 40
#define PARAMETER_PURGATORY_LEN 48
#define PARAMETER_CONTENT_LEN 56
#define PARAMETER_GRANULE 64
#define PARAMETER_ADDRESS_BITS 72
#define PARAMETER_MAIR 80
#define PARAMETER_TCR_EL1 88 /* the three TCRs lie in the order of the LEVEL_ codes */
#define PARAMETER_TCR_EL2 96
#define PARAMETER_TCR_EL2_E2H 104
#define PARAMETER_PORTABLE_SHA 112
#define PARAMETER_REPORT 120
#define PARAMETER_SHA256 128 /* on a SHA-256 block boundary, as the block's own address is */
#define PARAMETER_REGIONS 192
#define PARAMETERS_SIZE 1472

#define REGION_COUNT 16
#define REGION_SIZE 80
#define REGION_ADDRESS 0
#define REGION_CONTENT_LENGTH 8
#define REGION_MEMORY_LENGTH 16

/* purgatory_console: how the UART behind arm64_sink is to be driven. */
#define CONSOLE_RAW 0
#define CONSOLE_PL011 1
#define CONSOLE_8250 2
#define CONSOLE_8250_32BIT 3

/* Where purgatory runs. Bit 1 tells the _EL2 registers from the _EL1 ones. */
#define LEVEL_EL1 1
#define LEVEL_EL2 2
#define LEVEL_EL2_E2H 3
#define LEVEL_USES_EL2_REGISTERS 1 /* the bit's number */

/* What became of the MMU. */
#define MMU_ON 0
#define MMU_OFF_NO_TABLES 1
#define MMU_OFF_GRANULE 2
#define MMU_OFF_ADDRESS_BITS 3
#define MMU_LEFT_ON 4

/* What the next kernel finds in /chosen/kplan,purgatory-report: big-endian cells, as a device tree has them. */
#define REPORT_VERSION 1
#define REPORT_FLAGS_MMU_SHIFT 4 /* above the LEVEL_ code; the MMU_ code */
#define REPORT_FLAGS_CRYPTO_SHIFT 8

/* struct purgatory_summary: what the report says of the verification. */
#define SUMMARY_TICKS 0
#define SUMMARY_BYTES 8
#define SUMMARY_SEGMENTS 16
#define SUMMARY_FREQUENCY 24
#define SUMMARY_SIZE 32 /* a multiple of 16: it lies on the stack */

#endif
