/// A purgatory as the 2017 series has it, "arm64: enable d-cache support for purgatory": written anew, with what of it
/// concerns the loader.
///
/// It has kexec-tools' symbols, those of page tables in .text, and its stack there as well. It turns the MMU on without
/// asking whether there are tables, with registers of its own: 4K, T0SZ 16, MAIR 0 Normal and nothing else. Then it reads
/// every page of every region, prints a letter for each, and goes on to the kernel. Verifying is not its business.
public enum Series2017 {
    /// Its object.
    public static func object() throws -> [UInt8] { try Toolchain.assemble(source) }

    /// Its assembly.
    public static let source = """
            .text
            .globl purgatory_start
        purgatory_start:
            adr x19, stack_end
            mov sp, x19
            bl enable
            bl read_regions
            bl disable
            ldr x17, arm64_kernel_entry
            ldr x0, arm64_dtb_addr
            mov x1, xzr
            mov x2, xzr
            mov x3, xzr
            br x17

        enable:
            stp x29, x30, [sp, #-16]!
            mrs x0, id_aa64mmfr0_el1
            and x0, x0, #7                  // PARange
            ldr x1, pgtble_base
            mov x5, #5                      // SCTLR: M, C
            mov x2, #0xff                   // MAIR: 0 Normal write-back
            mov x3, #0x510                  // TCR: 4K, not shareable, write-back, T0SZ 16
            mrs x4, CurrentEL
            cmp x4, #8
            b.eq 1f
            orr x3, x3, x0, lsl #32
            msr mair_el1, x2
            msr tcr_el1, x3
            msr ttbr0_el1, x1
            isb
            mrs x0, sctlr_el1
            orr x0, x0, x5
            msr sctlr_el1, x0
            b 2f
        1:  orr x3, x3, x0, lsl #16
            msr mair_el2, x2
            msr tcr_el2, x3
            msr ttbr0_el2, x1
            isb
            mrs x0, sctlr_el2
            orr x0, x0, x5
            msr sctlr_el2, x0
        2:  isb
            ldp x29, x30, [sp], #16
            ret

        read_regions:
            stp x29, x30, [sp, #-16]!
            ldr x5, =sha256_regions
            ldr x6, arm64_sink
            mov w9, #'.'
        1:  ldp x0, x1, [x5], #16
            cbz x1, 3f
            add x1, x1, x0
        2:  ldrb w2, [x0], #1               // the first and the last byte of each page
            ldrb w2, [x0, #4094]
            add x0, x0, #4095
            cmp x0, x1
            b.lo 2b
            cbz x6, 1b
            strb w9, [x6]
            b 1b
        3:  ldp x29, x30, [sp], #16
            ret

        disable:
            mov x5, #5
            mrs x4, CurrentEL
            cmp x4, #8
            b.eq 1f
            mrs x0, sctlr_el1
            bic x0, x0, x5
            msr sctlr_el1, x0
            b 2f
        1:  mrs x0, sctlr_el2
            bic x0, x0, x5
            msr sctlr_el2, x0
        2:  isb
            ldr x0, purgatory_base
            ldr x1, purgatory_len
            add x1, x1, x0
        3:  dc civac, x0
            add x0, x0, #64
            cmp x0, x1
            b.lo 3b
            dsb sy
            ret

            .balign 16
            .ltorg
            .balign 16
        stack:
            .skip 2048
        stack_end:
            .irp name, pgtble_base, purgatory_base, purgatory_len, arm64_kernel_entry, arm64_dtb_addr, arm64_sink
            .globl \\name
            .size \\name, 8
        \\name:
            .quad 0
            .endr

            .data
            .balign 8
            .globl sha256_regions, sha256_digest, skip_checks
            .size sha256_regions, 256
        sha256_regions:
            .skip 256
            .size sha256_digest, 32
        sha256_digest:
            .skip 32
            .size skip_checks, 4
        skip_checks:
            .word 0
            .skip 64

        """
}
