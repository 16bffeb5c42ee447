/*
 * The assembly's common ground: register fields by their names in the Arm Architecture Reference Manual
 * (DDI 0487, chapter D24), the registers purgatory keeps for itself, and macros.
 */
#ifndef PURGATORY_ASSEMBLY_H
#define PURGATORY_ASSEMBLY_H

#include "parameters.h"

/* SCTLR_EL1, SCTLR_EL2: the same bits in both, with and without HCR_EL2.E2H. */
#define SCTLR_M_BIT 0
#define SCTLR_M (1 << SCTLR_M_BIT)	/* stage 1 translation */
#define SCTLR_A (1 << 1)		/* alignment checks */
#define SCTLR_C (1 << 2)		/* data accesses cacheable */
#define SCTLR_I (1 << 12)		/* instruction fetches cacheable */
#define SCTLR_WXN (1 << 19)		/* writable means never-execute */
#define SCTLR_EPAN (1 << 57)		/* PSTATE.PAN covers pages that may be executed at EL0 */

#define CURRENTEL_EL_SHIFT 2
#define CURRENTEL_EL_WIDTH 2
#define HCR_EL2_E2H_BIT 34

/* CPACR_EL1, and CPTR_EL2 where E2H gives it the same layout. */
#define CPACR_FPEN (3 << 20)		/* 0b11: nothing trapped */
#define CPTR_EL2_TFP (1 << 10)		/* without E2H: set means trapped */

/* Four-bit fields of the ID registers. */
#define ID_FIELD_WIDTH 4
#define ID_AA64MMFR0_PARANGE_SHIFT 0
#define ID_AA64MMFR0_TGRAN16_SHIFT 20	/* 0: none; 1, 2 (52 bits): supported */
#define ID_AA64MMFR0_TGRAN64_SHIFT 24	/* signed: negative is none */
#define ID_AA64MMFR0_TGRAN4_SHIFT 28	/* signed: negative is none, 1 (52 bits) is supported */
#define ID_AA64MMFR3_EL1 s3_0_c0_c7_3	/* by its encoding: newer than some assemblers */
#define ID_AA64MMFR3_TCRX_SHIFT 0	/* 0: no TCR2_ELx */
#define ID_AA64MMFR3_S1PIE_SHIFT 8	/* 0: no stage 1 permission indirection */
#define ID_AA64PFR0_ADVSIMD_SHIFT 20	/* signed: negative is none */
#define ID_AA64ISAR0_SHA2_SHIFT 12	/* 0: none */

/* PARange and TCR.{I}PS share one encoding: 32, 36, 40, 42, 44, 48 bits from 0 on, here a byte each. */
#define PARANGE_48_BITS 5
#define PARANGE_BITS_LOW 0x2a282420	/* 42, 40, 36, 32 */
#define PARANGE_BITS_HIGH 0x302c	/* 48, 44 */

#define TCR_EL1_IPS_SHIFT 32		/* and TCR_EL2 with E2H */
#define TCR_EL2_PS_SHIFT 16

#define TCR2_EL1 s3_0_c2_c0_3
#define TCR2_EL2 s3_4_c2_c0_3

#define CTR_EL0_DMINLINE_SHIFT 16	/* log2 of words in the smallest data cache line */
#define CTR_EL0_DMINLINE_WIDTH 4
#define CACHE_WORD_SIZE 4

#define DAIF_ALL 0xf

#define SIZE_4K 0x1000
#define SIZE_16K 0x4000
#define SIZE_64K 0x10000

/*
 * Kept from the first instruction to the last. All are callee-saved (AAPCS64), so Swift hands them back;
 * before the MMU is on and after it is off they are the only memory there is.
 */
#define LEVEL x19		/* LEVEL_ code */
#define SAVED_SCTLR x20
#define SAVED_FP_TRAPS x21	/* CPACR_EL1 or CPTR_EL2 */
#define SAVED_VBAR x22
#define SAVED_TPIDR x23
#define MMU_STATE x24		/* MMU_ code */
#define USE_CRYPTO x25		/* non-zero: SHA-256 by the crypto extension */
#define VERDICT x26		/* 0: everything verified */
#define REGION x27		/* the region table's cursor */
#define PARAMETERS x28		/* purgatory_parameters */

/* The verification's struct purgatory_summary, from its end to the report; nothing between them uses these. */
#define SUMMARY_TICKS_VALUE x12
#define SUMMARY_BYTES_VALUE x13
#define SUMMARY_SEGMENTS_VALUE x14
#define SUMMARY_FREQUENCY_VALUE x15

/* TPIDR_ELx, which has no effect of its own, tells the exception handler what it may do. */
#define ON_EXCEPTION_KEEP_MMU 0
#define ON_EXCEPTION_MMU_OFF 1	/* the MMU runs on our own tables */
#define ON_EXCEPTION_HALT 2	/* an exception is being reported already */

	/* The address of SYMBOL, within 4 GiB: ADR_PREL_PG_HI21 and ADD_ABS_LO12_NC. */
	.macro	address_of, register, symbol
	adrp	\register, \symbol
	add	\register, \register, :lo12:\symbol
	.endm

	/* NAME_EL1 or NAME_EL2, as LEVEL has it. */
	.macro	read_register, register, name
	tbnz	LEVEL, #LEVEL_USES_EL2_REGISTERS, .Lread_el2_\@
	mrs	\register, \name\()_el1
	b	.Lread_\@
.Lread_el2_\@:
	mrs	\register, \name\()_el2
.Lread_\@:
	.endm

	.macro	write_register, name, register
	tbnz	LEVEL, #LEVEL_USES_EL2_REGISTERS, .Lwrite_el2_\@
	msr	\name\()_el1, \register
	b	.Lwritten_\@
.Lwrite_el2_\@:
	msr	\name\()_el2, \register
.Lwritten_\@:
	.endm

	/*
	 * SCTLR with M clear, where it may have been set. The ISB must come directly before the MSR (Qualcomm
	 * Falkor erratum 1041; Linux, pre_disable_mmu_workaround).
	 */
	.macro	write_sctlr_without_mmu, register
	tbnz	LEVEL, #LEVEL_USES_EL2_REGISTERS, .Loff_el2_\@
	isb
	msr	sctlr_el1, \register
	b	.Loff_\@
.Loff_el2_\@:
	isb
	msr	sctlr_el2, \register
.Loff_\@:
	isb
	.endm

	.macro	function, name
	.global	\name
	.hidden	\name
	.type	\name, %function
	.balign	16
\name:
	.endm

#endif
