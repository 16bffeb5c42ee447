import Arm64
import BootInputs
import Foundation
import KexecPlan
import TestSupport
import Testing

@testable import Capture

/// The texts that a capture is read from, whole and damaged.
@Suite struct ParsingTests {
    private static func text(_ name: String, of machine: String = "2g-el1-its") throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(Fixture.root(machine))/\(name)")))
    }

    @Test func processorsOfTwoModels() {
        func cpu(_ number: Int, _ part: String, _ features: String) -> String {
            """
            processor\t: \(number)
            Features\t: \(features)
            CPU implementer\t: 0x41
            CPU variant\t: 0x1
            CPU part\t: \(part)
            CPU revision\t: 2


            """
        }
        let list = ProcessorList(
            [0, 1, 3].map { cpu($0, "0xd03", "fp sha2 crc32") }.joined() + cpu(2, "0xfff", "fp crc32"))
        #expect(list.architecture == .arm64)
        #expect(list.features == ["fp", "crc32"])
        #expect(
            list.models == [
                .init(
                    processors: "0-1,3", mainID: 0x411f_d032, name: "Cortex-A53",
                    granules: [.granule4K, .granule64K], physicalAddressBits: 40, hasVHE: false),
                .init(processors: "2", mainID: 0x411f_fff2),
            ])
    }

    @Test func modelsHaveTheGranulesOfTheirManuals() {
        #expect(ProcessorModel(mainID: 0x414f_d0c1)?.granules == Granule.allCases)
        #expect(ProcessorModel(mainID: 0x414f_d0c1)?.hasVHE == true)
        #expect(ProcessorModel(mainID: 0x410f_d083)?.granules == [.granule4K, .granule64K])
        #expect(ProcessorModel(mainID: 0x410f_d034)?.physicalAddressBits == 40)
        #expect(ProcessorModel(mainID: 0x611f_0231)?.granules == [.granule4K, .granule16K])
        #expect(ProcessorModel(mainID: 0x611f_0231)?.physicalAddressBits == 36)
        #expect(ProcessorModel(mainID: 0x000f_0510) == nil)
        #expect(ProcessorModel.mainID(implementer: 0x41, variant: 16, part: 0, revision: 0) == nil)
    }

    @Test func levels() {
        let boot = "Booting Linux on physical CPU 0x0"
        let vhe = "CPU features: detected: Virtualization Host Extensions"
        #expect(KernelLog([boot, "CPU: All CPU(s) started at EL2", vhe]).usesE2H == true)
        #expect(KernelLog([boot, "CPU: All CPU(s) started at EL2"]).usesE2H == false)
        #expect(KernelLog(["CPU: All CPU(s) started at EL2"]).usesE2H == nil)
        #expect(KernelLog([boot]).exceptionLevel == nil)
    }

    /// Older and newer words of the driver, and tables of other sizes.
    @Test func tables() {
        let log = KernelLog([
            "GIC: using LPI property table @0x00000000421a0000",
            "GICv3: CPU3: using reserved LPI pending table @0x00000000421b0000",
            "ITS@0x0000000008080000: allocated 65536 Devices @42200000 (flat, esz 8, psz 64K, shr 1)",
            "ITS@0x0000000008080000: allocated 32768 Virtual CPUs @42400000 (indirect, esz 16, psz 64K, shr 1)",
            "GICv3: CPU0: using allocated LPI pending table @0xffffffffffffffff",
            "ITS@0x1: allocated 99999999999999999999 Devices @1 (flat, esz 8, psz 64K, shr 1)",
        ])
        #expect(log.interruptTables.map(\.kind) == [.lpiProperty, .lpiPending, .its, .its])
        #expect(log.interruptTables.map(\.range.size) == [0x1_0000, 0x1_0000, 0x8_0000, 0x4_0000])
    }

    @Test func damagedTextsEndNothing() throws {
        let texts = try ["proc/cpuinfo", "proc/iomem", "sys/kernel/vmcoreinfo"].map { try Self.text($0) }
        for text in texts {
            for length in stride(from: 0, through: text.count, by: 2) { Self.read(Array(text[..<length])) }
            text.forEachChangedByte(stride: 3) { Self.read($0) }
        }
        let tables = try String(decoding: Self.text("dmesg.txt"), as: UTF8.self).split(separator: "\n")
            .filter { $0.contains("ITS@") || $0.contains("LPI") }.joined(separator: "\n")
        #expect(tables.split(separator: "\n").count == 4)
        Array(tables.utf8).forEachChangedByte(stride: 2) { Self.read($0) }
    }

    private static func read(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let list = ProcessorList(text)
        _ = (list.architecture, list.features, list.models)
        _ = KernelLog(text.split(separator: "\n").map(String.init)).interruptTables
        _ = try? [MemoryResource](iomem: bytes)
        _ = KernelConfiguration.options(bytes)
        _ = Masking.masked(commandLine: bytes)
    }

    @Test func aPackedConfiguration() throws {
        let packed = Self.packedConfiguration
        let text = try #require(Gzip.content(packed, limit: 1 << 16))
        #expect(
            KernelConfiguration.options(text) == [
                .init(name: "CONFIG_ARM64_16K_PAGES", value: "y"),
                .init(name: "CONFIG_KEXEC_FILE", value: "n"),
            ])
        #expect(KernelConfiguration.pageSize(KernelConfiguration.options(text)) == 0x4000)
        #expect(Gzip.content(packed, limit: 8) == nil)
        for length in 0..<packed.count {
            #expect(Gzip.content(Array(packed[..<length]), limit: 1 << 16) == nil)
        }
        packed.forEachChangedByte { _ = Gzip.content($0, limit: 1 << 16) }
    }

    /// gzip of "CONFIG_ARM64_16K_PAGES=y\n# CONFIG_KEXEC_FILE is not set\nCONFIG_NET=y\n".
    private static let packedConfiguration: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x73, 0xf6, 0xf7, 0x73,
        0xf3, 0x74, 0x8f, 0x77, 0x0c, 0xf2, 0x35, 0x33, 0x89, 0x37, 0x34, 0xf3, 0x8e, 0x0f,
        0x70, 0x74, 0x77, 0x0d, 0xb6, 0xad, 0xe4, 0x52, 0x56, 0x70, 0x86, 0x48, 0x79, 0xbb,
        0x46, 0xb8, 0x3a, 0xc7, 0xbb, 0x79, 0xfa, 0xb8, 0x2a, 0x64, 0x16, 0x2b, 0xe4, 0xe5,
        0x97, 0x28, 0x14, 0xa7, 0x96, 0x70, 0x41, 0x25, 0xfd, 0x5c, 0x43, 0x80, 0x6a, 0x01,
        0xde, 0x53, 0xeb, 0xdd, 0x45, 0x00, 0x00, 0x00,
    ]
}
