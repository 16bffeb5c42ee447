// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

extension Outcome {
    /// A DC instruction by address.
    public struct CacheOperation: Equatable, Sendable, Codable {
        /// What is done to the line, and how far.
        public enum Kind: String, Equatable, Sendable, Codable {
            /// Clean and invalidate, clean, invalidate to the point of coherency.
            case civac, cvac, ivac
            /// Clean to the point of unification.
            case cvau
        }
        /// What it does.
        public var kind: Kind
        /// Its operand: an address in the line.
        public var address: UInt64
        /// The instruction.
        public var pc: UInt64
        /// SCTLR.M then.
        public var isMMUOn: Bool
        /// SCTLR.C then.
        public var isDataCacheOn: Bool

        /// From its parts.
        public init(kind: Kind, address: UInt64, pc: UInt64, isMMUOn: Bool, isDataCacheOn: Bool) {
            self.kind = kind
            self.address = address
            self.pc = pc
            self.isMMUOn = isMMUOn
            self.isDataCacheOn = isDataCacheOn
        }
    }

    /// One DC instruction that runs through memory: a loop comes to a handful of these, not to a million operations.
    public struct CacheRun: Equatable, Sendable, Codable {
        /// The first operation.
        public var first: CacheOperation
        /// From one operand to the next, in bytes.
        public var stride: UInt64 = 0
        /// How many operations there are.
        public var count: UInt64 = 1
        /// Instructions before the first.
        public var instructions: UInt64

        /// A run of one.
        public init(_ first: CacheOperation, instructions: UInt64) {
            self.first = first
            self.instructions = instructions
        }

        /// The last operand.
        public var lastAddress: UInt64 { first.address &+ stride &* (count &- 1) }

        /// One by one.
        public var operations: [CacheOperation] {
            (0..<count).map { index in
                var operation = first
                operation.address = first.address &+ stride &* index
                return operation
            }
        }

        /// Takes the operation in, if it goes on where the run ends.
        public mutating func extend(by operation: CacheOperation) -> Bool {
            let mostBytesOfALine: UInt64 = 2048  // CTR_EL0.DminLine is at most that.
            var expected = first
            expected.address = operation.address
            let step = operation.address &- lastAddress
            guard operation == expected, count == 1 ? 1...mostBytesOfALine ~= step : step == stride else {
                return false
            }
            stride = step
            count += 1
            return true
        }
    }
}
