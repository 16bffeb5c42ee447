// A stand-in for purgatory: it has the form that docs/PURGATORY.md demands, and starts no kernel.
//
// Sections, symbols, sizes and relocation types are those of Sources/Purgatory/bare, whose bytes depend on the
// compiler. All symbols that relocations refer to are global: what an assembler makes of them is settled.

    .section .text, "ax", %progbits
    .balign 2048

    .macro function name
    .globl \name
    .type \name, %function
\name:
    .endm

    // ADR_PREL_PG_HI21 and ADD_ABS_LO12_NC
    .macro address register, symbol
    adrp \register, \symbol
    add \register, \register, :lo12:\symbol
    .endm

    function purgatory_start
    msr daifset, #0xf
    address x9, purgatory_stack_end
    mov sp, x9
    address x9, purgatory_vectors
    msr vbar_el1, x9
    isb
    bl purgatory_verify
    b purgatory_halt
    .size purgatory_start, . - purgatory_start

    // Reads what it is told and comes to no result.
    function purgatory_verify
    stp x29, x30, [sp, #-16]!
    address x0, purgatory_regions
    ldr x1, [x0, #8]
    address x0, purgatory_base
    ldr x2, [x0]
    bl purgatory_exception_halt
    ldp x29, x30, [sp], #16
    ret
    .size purgatory_verify, . - purgatory_verify

    function purgatory_halt
1:  wfe
    b 1b
    .size purgatory_halt, . - purgatory_halt

    .balign 2048
    .globl purgatory_vectors
purgatory_vectors:
    .rept 16
    b purgatory_exception_halt
    .balign 128
    .endr
    .size purgatory_vectors, . - purgatory_vectors

    function purgatory_exception_halt
1:  wfe
    b 1b
    .size purgatory_exception_halt, . - purgatory_exception_halt

    .section .rodata, "a", %progbits
    .balign 64

    .ascii "purgatory: a stand-in, for tests\r\n\0"
    .balign 64

    .macro parameter name, size = 8
    .globl \name
    .type \name, %object
    .size \name, \size
\name:
    .skip \size
    .endm

    parameter arm64_kernel_entry
    parameter arm64_dtb_addr
    parameter arm64_sink
    parameter purgatory_console
    parameter pgtble_base
    parameter purgatory_base
    parameter purgatory_len
    parameter purgatory_content_len
    parameter purgatory_granule
    parameter purgatory_address_bits
    parameter purgatory_mair
    parameter purgatory_tcr_el1
    parameter purgatory_tcr_el2
    parameter purgatory_tcr_el2_e2h
    parameter purgatory_portable_sha
    parameter purgatory_report
    .balign 64
    parameter purgatory_sha256, 32
    .balign 64
    parameter purgatory_regions, 1280

    .section .bss, "aw", %nobits
    .balign 64
    .globl purgatory_stack, purgatory_stack_end
purgatory_stack:
    .skip 4096
purgatory_stack_end:
