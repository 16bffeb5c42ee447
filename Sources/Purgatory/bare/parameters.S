/*
 * The patchable block. The loader fills it in; at run time it is read-only, so it is mapped so, and the
 * content of purgatory's segment is the same when it checks itself as it was when it was hashed.
 */
#include "parameters.h"

	.macro	parameter, name, offset, size=8
	.org	purgatory_parameters + \offset
	.global	\name
	.type	\name, %object
	.size	\name, \size
\name:
	.endm

	.section .rodata.purgatory_parameters, "a", %progbits
	.balign	64
	.global	purgatory_parameters
	.hidden	purgatory_parameters
	.type	purgatory_parameters, %object
	.size	purgatory_parameters, PARAMETERS_SIZE
purgatory_parameters:
	parameter arm64_kernel_entry, PARAMETER_KERNEL_ENTRY
	parameter arm64_dtb_addr, PARAMETER_DTB_ADDRESS
	parameter arm64_sink, PARAMETER_SINK
	parameter purgatory_console, PARAMETER_CONSOLE
	parameter pgtble_base, PARAMETER_PGTBLE_BASE
	parameter purgatory_base, PARAMETER_PURGATORY_BASE
	parameter purgatory_len, PARAMETER_PURGATORY_LEN
	parameter purgatory_content_len, PARAMETER_CONTENT_LEN
	parameter purgatory_granule, PARAMETER_GRANULE
	parameter purgatory_address_bits, PARAMETER_ADDRESS_BITS
	parameter purgatory_mair, PARAMETER_MAIR
	parameter purgatory_tcr_el1, PARAMETER_TCR_EL1
	parameter purgatory_tcr_el2, PARAMETER_TCR_EL2
	parameter purgatory_tcr_el2_e2h, PARAMETER_TCR_EL2_E2H
	parameter purgatory_portable_sha, PARAMETER_PORTABLE_SHA
	parameter purgatory_report, PARAMETER_REPORT
	parameter purgatory_sha256, PARAMETER_SHA256, 32
	parameter purgatory_regions, PARAMETER_REGIONS, (REGION_COUNT * REGION_SIZE)
	.org	purgatory_parameters + PARAMETERS_SIZE
