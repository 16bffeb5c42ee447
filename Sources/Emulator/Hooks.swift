// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import CUnicorn
import Emulation

/// Unicorn's callbacks: each finds the trace behind its context pointer and hands over.
struct Hooks {
    let engine: Engine
    let trace: UnsafeMutablePointer<Trace>

    func install(_ observations: EmulatedMachine.Observations, marks: [UInt64]) throws(EmulationError) {
        var hook = uc_hook()
        let handle = engine.handle
        try check(
            "uc_hook_add",
            kplan_uc_hook_block(
                handle, &hook,
                { uc, address, size, context in
                    Hooks.trace(context).pointee.enterBlock(address, size: size, uc)
                }, trace))
        try check(
            "uc_hook_add",
            kplan_uc_hook_system(
                handle, &hook, UC_ARM64_INS_MSR,
                { uc, _, encoded, context in
                    guard let encoded = encoded?.pointee else { return 0 }
                    return Hooks.trace(context).pointee.writeRegister(
                        SystemRegister(encoded), value: encoded.val, uc) ? 1 : 0
                }, trace))
        try check(
            "uc_hook_add",
            kplan_uc_hook_exception(
                handle, &hook,
                { uc, number, context in
                    Hooks.trace(context).pointee.takeException(number: number, uc)
                }, trace))
        try check(
            "uc_hook_add",
            kplan_uc_hook_unmapped(
                handle, &hook,
                { uc, type, address, _, _, context in
                    Hooks.trace(context).pointee.end(.unmapped(.init(type), address), uc)
                    return false
                }, trace))
        for mark in marks { try install(mark: mark) }
        if observations.contains(.dataAccesses) { try installDataAccesses() }
        if observations.contains(.cacheMaintenance) { try installCacheMaintenance() }
    }

    func map(_ console: EmulatedMachine.Console) throws(EmulationError) {
        try check(
            "uc_mmio_map",
            uc_mmio_map(
                engine.handle, console.page.lowerBound, Int(Memory.page),
                { _, offset, _, context in Hooks.trace(context).pointee.readConsole(offset: offset) }, trace,
                { _, offset, _, value, context in
                    Hooks.trace(context).pointee.writeConsole(offset: offset, value: value)
                }, trace))
    }

    /// Answers for ID_AA64ISAR0_EL1, which can't be written, without the SHA-256 instructions.
    func hideSHA256() throws(EmulationError) {
        var hook = uc_hook()
        try check(
            "uc_hook_add",
            kplan_uc_hook_system(
                engine.handle, &hook, UC_ARM64_INS_MRS,
                { uc, destination, encoded, context in
                    guard let encoded = encoded?.pointee, SystemRegister(encoded) == .idAA64ISAR0 else {
                        return 0
                    }
                    return Hooks.trace(context).pointee.readWithoutSHA256(into: destination, uc) ? 1 : 0
                }, trace))
    }

    private func install(mark: UInt64) throws(EmulationError) {
        var hook = uc_hook()
        try check(
            "uc_hook_add",
            kplan_uc_hook_address(
                engine.handle, &hook, mark,
                { _, address, _, context in
                    let trace = Hooks.trace(context)
                    let before = trace.pointee.instructions(before: address)
                    trace.pointee.marks.append(
                        .init(address: address, instructions: before, isMMUOn: trace.pointee.mmuOn))
                }, trace))
    }

    private func installDataAccesses() throws(EmulationError) {
        var hook = uc_hook()
        try check(
            "uc_hook_add",
            kplan_uc_hook_memory(
                engine.handle, &hook,
                { uc, type, address, size, _, context in
                    Hooks.trace(context).pointee.access(
                        isWrite: type == UC_MEM_WRITE, address: address, size: Int(size), uc)
                }, trace))
    }

    private func installCacheMaintenance() throws(EmulationError) {
        var hook = uc_hook()
        try check(
            "uc_hook_add",
            kplan_uc_hook_system(
                engine.handle, &hook, UC_ARM64_INS_SYS,
                { uc, _, encoded, context in
                    if let encoded = encoded?.pointee {
                        Hooks.trace(context).pointee.system(SystemRegister(encoded), operand: encoded.val, uc)
                    }
                    return 0
                }, trace))
    }

    private static func trace(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<Trace> {
        guard let context else { preconditionFailure("a hook without its context") }
        return context.assumingMemoryBound(to: Trace.self)
    }
}

extension Outcome.Access {
    fileprivate init(_ type: uc_mem_type) {
        switch type {
        case UC_MEM_WRITE_UNMAPPED, UC_MEM_WRITE_PROT: self = .write
        case UC_MEM_FETCH_UNMAPPED, UC_MEM_FETCH_PROT: self = .fetch
        default: self = .read
        }
    }
}
