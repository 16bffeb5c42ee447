/* What assembly and Swift know of each other. */
#ifndef PURGATORY_H
#define PURGATORY_H

#include <stddef.h>
#include <stdint.h>

#include "parameters.h"

#define INLINE static inline __attribute__((always_inline))

#pragma clang assume_nonnull begin

struct purgatory_region {
	uint64_t address;
	uint64_t content_length;
	uint64_t memory_length;
	uint8_t name[16];
	uint8_t sha256[32];
	uint64_t flags;
};

struct purgatory_parameters {
	uint64_t kernel_entry;
	uint64_t dtb_address;
	uint64_t sink;
	uint64_t console;
	uint64_t pgtble_base;
	uint64_t purgatory_base;
	uint64_t purgatory_len;
	uint64_t content_len;
	uint64_t granule;
	uint64_t address_bits;
	uint64_t mair;
	uint64_t tcr[3];
	uint64_t portable_sha;
	uint64_t report;
	uint8_t sha256[32];
	uint8_t more_padding[32];
	struct purgatory_region regions[REGION_COUNT];
};

/* What a verification that found nothing wrong comes to. */
struct purgatory_summary {
	uint64_t ticks;
	uint64_t bytes;
	uint64_t segments;
	uint64_t frequency;
};

#define SUMMARY_AT(member, offset) \
	_Static_assert(offsetof(struct purgatory_summary, member) == (offset), #member)
SUMMARY_AT(ticks, SUMMARY_TICKS);
SUMMARY_AT(bytes, SUMMARY_BYTES);
SUMMARY_AT(segments, SUMMARY_SEGMENTS);
SUMMARY_AT(frequency, SUMMARY_FREQUENCY);
#undef SUMMARY_AT
_Static_assert(sizeof(struct purgatory_summary) == SUMMARY_SIZE, "what entry.S makes room for");

#define AT(member, offset) \
	_Static_assert(offsetof(struct purgatory_parameters, member) == (offset), #member)
AT(kernel_entry, PARAMETER_KERNEL_ENTRY);
AT(dtb_address, PARAMETER_DTB_ADDRESS);
AT(sink, PARAMETER_SINK);
AT(console, PARAMETER_CONSOLE);
AT(pgtble_base, PARAMETER_PGTBLE_BASE);
AT(purgatory_base, PARAMETER_PURGATORY_BASE);
AT(purgatory_len, PARAMETER_PURGATORY_LEN);
AT(content_len, PARAMETER_CONTENT_LEN);
AT(granule, PARAMETER_GRANULE);
AT(address_bits, PARAMETER_ADDRESS_BITS);
AT(mair, PARAMETER_MAIR);
AT(tcr[LEVEL_EL1 - 1], PARAMETER_TCR_EL1);
AT(tcr[LEVEL_EL2 - 1], PARAMETER_TCR_EL2);
AT(tcr[LEVEL_EL2_E2H - 1], PARAMETER_TCR_EL2_E2H);
AT(portable_sha, PARAMETER_PORTABLE_SHA);
AT(report, PARAMETER_REPORT);
AT(sha256, PARAMETER_SHA256);
AT(regions, PARAMETER_REGIONS);
AT(regions[0].address, PARAMETER_REGIONS + REGION_ADDRESS);
AT(regions[0].content_length, PARAMETER_REGIONS + REGION_CONTENT_LENGTH);
AT(regions[0].memory_length, PARAMETER_REGIONS + REGION_MEMORY_LENGTH);
AT(regions[1], PARAMETER_REGIONS + REGION_SIZE);
#undef AT
_Static_assert(sizeof(struct purgatory_parameters) == PARAMETERS_SIZE, "one block, no tail");

/* Swift sees C arrays as tuples; these give it the pointers it wants. */
INLINE const struct purgatory_region *
purgatory_region_at(const struct purgatory_parameters *parameters, uint64_t index)
{
	return &parameters->regions[index];
}

INLINE const uint8_t *purgatory_sha256_of(const struct purgatory_parameters *parameters)
{
	return parameters->sha256;
}

INLINE const uint8_t *region_name_of(const struct purgatory_region *region)
{
	return region->name;
}

INLINE const uint8_t *region_sha256_of(const struct purgatory_region *region)
{
	return region->sha256;
}

/* The bytes at a physical address, which is what a pointer holds here. Address zero is memory too. */
INLINE const uint8_t *memory_at(uint64_t address)
{
	return (const uint8_t *)address;
}

/* console.S: returns 0 if the UART never became ready; the byte is stored in either case. */
uint64_t console_put(uint64_t sink, uint64_t console, uint8_t byte);

/*
 * sha256_constants.S: FIPS 180-4, section 4.2.2. Hidden, or the compiler would reach it through a global
 * offset table, which nobody fills in here.
 */
extern const uint32_t sha256_constants[64] __attribute__((visibility("hidden")));

INLINE const uint32_t *sha256_round_constants(void)
{
	return sha256_constants;
}

/* sha256_ce.S: needs FEAT_SHA256 and access to the SIMD registers. */
void sha256_compress_crypto(uint32_t *state, const uint8_t *data, uint64_t blocks);

/* The virtual counter; the ISB keeps it from being read before what it measures (D12.1.2). */
INLINE uint64_t counter_ticks(void)
{
	uint64_t ticks;
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}

/* Ticks per second, as firmware set it; 0 if it did not. */
INLINE uint64_t counter_frequency(void)
{
	uint64_t frequency;
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
	return frequency;
}

#pragma clang assume_nonnull end

#endif
