// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import CUnicorn
import Emulation

/// Owns Unicorn's handle and what its hooks write to; its calls as Swift has them.
final class Engine: Outcome.FinalState {
    let handle: OpaquePointer
    private var trace: UnsafeMutablePointer<Trace>?

    init(cpu: EmulatedMachine.CPU) throws(EmulationError) {
        var opened: OpaquePointer?
        try check("uc_open", uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &opened))
        guard let opened else { throw .library(call: "uc_open", code: UC_ERR_HANDLE.rawValue) }
        handle = opened
        try check("uc_ctl_set_cpu_model", kplan_uc_set_cpu_model(handle, Int32(cpu.model.rawValue)))
    }

    deinit {
        uc_close(handle)
        trace?.deinitialize(count: 1)
        trace?.deallocate()
    }

    /// Gives the hooks their place in memory, once; the console's may be called until the handle is closed.
    func keep(_ initial: Trace) -> UnsafeMutablePointer<Trace> {
        precondition(trace == nil, "an engine runs once")
        let kept = UnsafeMutablePointer<Trace>.allocate(capacity: 1)
        kept.initialize(to: initial)
        trace = kept
        return kept
    }

    func map(_ range: Range<UInt64>) throws(EmulationError) {
        try check(
            "uc_mem_map",
            uc_mem_map(
                handle, range.lowerBound, Int(range.upperBound - range.lowerBound), UC_PROT_ALL.rawValue))
    }

    func unmap(_ range: Range<UInt64>) throws(EmulationError) {
        try check(
            "uc_mem_unmap",
            uc_mem_unmap(handle, range.lowerBound, Int(range.upperBound - range.lowerBound)))
    }

    func write(_ bytes: [UInt8], at address: UInt64) throws(EmulationError) {
        guard !bytes.isEmpty else { return }
        guard uc_mem_write(handle, address, bytes, bytes.count) == UC_ERR_OK else {
            throw .notMemory(address: address, size: UInt64(bytes.count))
        }
    }

    func memory(at address: UInt64, count: Int) throws(EmulationError) -> [UInt8] {
        var code = UC_ERR_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            code = uc_mem_read(handle, address, buffer.baseAddress, count)
            initialized = code == UC_ERR_OK ? count : 0
        }
        guard code == UC_ERR_OK else { throw .notMemory(address: address, size: UInt64(count)) }
        return bytes
    }

    func read(_ register: uc_arm64_reg) -> UInt64 {
        generalRegister(handle, register)
    }

    func write(_ register: uc_arm64_reg, _ value: UInt64) throws(EmulationError) {
        var value = value
        try check("uc_reg_write", uc_reg_write(handle, Int32(register.rawValue), &value))
    }

    func read(_ register: SystemRegister) throws(EmulationError) -> UInt64 {
        // Unicorn 2.0.1 aborts the process when asked for CurrentEL.
        if register == SystemRegister(3, 0, 4, 2, 2) { return read(UC_ARM64_REG_PSTATE) & 0xc }
        var encoded = register.encoded(value: 0)
        try check("uc_reg_read", uc_reg_read(handle, Int32(UC_ARM64_REG_CP_REG.rawValue), &encoded))
        return encoded.val
    }

    func write(_ register: SystemRegister, _ value: UInt64) throws(EmulationError) {
        var encoded = register.encoded(value: value)
        try check("uc_reg_write", uc_reg_write(handle, Int32(UC_ARM64_REG_CP_REG.rawValue), &encoded))
    }

    /// The registers of translation of the exception level that runs.
    func translation() throws(EmulationError) -> Outcome.Translation {
        let el2 = read(UC_ARM64_REG_PSTATE) >> 2 & 3 == 2
        return Outcome.Translation(
            sctlr: try read(el2 ? .sctlrEL2 : .sctlrEL1), tcr: try read(el2 ? .tcrEL2 : .tcrEL1),
            ttbr0: try read(el2 ? .ttbr0EL2 : .ttbr0EL1), mair: try read(el2 ? .mairEL2 : .mairEL1),
            hcr: try read(.hcrEL2))
    }

    /// The CPU's whole state, in Unicorn's own form.
    func state() throws(EmulationError) -> [UInt8] {
        var context: OpaquePointer?
        try check("uc_context_alloc", uc_context_alloc(handle, &context))
        guard let context else { throw .library(call: "uc_context_alloc", code: UC_ERR_NOMEM.rawValue) }
        defer { uc_context_free(context) }
        try check("uc_context_save", uc_context_save(handle, context))
        let bytes = UnsafeRawPointer(context)
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: uc_context_size(handle)))
    }

    func setExits(_ addresses: [UInt64]) throws(EmulationError) {
        var addresses = addresses
        try check("uc_ctl_set_exits", kplan_uc_set_exits(handle, &addresses, addresses.count))
    }

    /// Runs until an exit or a hook ends it; the error is Unicorn's, which the hooks explain.
    func start(at address: UInt64) -> uc_err {
        uc_emu_start(handle, address, 0, 0, 0)
    }
}

func check(_ call: String, _ error: uc_err) throws(EmulationError) {
    guard error == UC_ERR_OK else { throw .library(call: call, code: error.rawValue) }
}

/// A general register, inside hooks too.
func generalRegister(_ handle: OpaquePointer?, _ register: uc_arm64_reg) -> UInt64 {
    var value: UInt64 = 0
    // Reading fails for an unknown register only.
    uc_reg_read(handle, Int32(register.rawValue), &value)
    return value
}

extension SystemRegister {
    fileprivate func encoded(value: UInt64) -> uc_arm64_cp_reg {
        uc_arm64_cp_reg(crn: crn, crm: crm, op0: op0, op1: op1, op2: op2, val: value)
    }

    init(_ encoded: uc_arm64_cp_reg) {
        self.init(encoded.op0, encoded.op1, encoded.crn, encoded.crm, encoded.op2)
    }
}

extension EmulatedMachine.CPU {
    fileprivate var model: uc_cpu_arm64 {
        switch self {
        case .cortexA53: UC_CPU_ARM64_A53
        case .cortexA57: UC_CPU_ARM64_A57
        case .cortexA72: UC_CPU_ARM64_A72
        case .max: UC_CPU_ARM64_MAX
        }
    }
}
