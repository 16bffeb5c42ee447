import Arm64
import KexecPlan
import TestSupport
import Testing

@Suite("A plan says what its inputs say, or nothing is made of it")
struct EditedPlanTests {
    @Test func theKernelsHeader() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { $0.kernel.imageSize -= 0x1000 }
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 1,
            "plan.json: its `kernel` is not what ./Image says in its header: it was edited. Make it anew.")
    }

    @Test("What tells the machine from others is that of its tree")
    func identity() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { $0.machine.deviceTree?.sha256 = .zero }
        let result = try workshop.kplan("verify", "plan.json")
        #expect(result.status == 1)
        #expect(result.output.contains("./fdt: is of another board than machine.device_tree says"))
    }

    @Test("What is filled on the machine is where the tree has it")
    func runtimeSlots() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { plan in
            let index = try #require(plan.runtimeSlots.firstIndex { $0.fill == .random })
            plan.runtimeSlots[index].offset = 0
        }
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 1,
            """
            plan.json: its runtime_slots are not where the device tree has the properties that are filled on the \
            machine: it was edited. Make it anew.
            """)
        #expect(!workshop.folder.names.contains("out"))
    }

    @Test("A plan that breaks rules is shown, and that it does is said first")
    func shown() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { plan in
            let index = try #require(plan.segments.firstIndex { $0.role == .kernel })
            plan.segments[index].address = PhysicalAddress(plan.segments[index].address.rawValue + 0x10000)
        }
        let result = try workshop.kplan("show", "plan.json")
        #expect(result.status == 0)
        #expect(
            result.output.hasPrefix(
                "Breaks rules, and will be neither emitted nor applied:\n  kernel-alignment: the kernel at 0x"
            ))
        #expect(result.output.contains("\n\nPlan  "))
    }

    @Test("Whoever reads only the beginning has no plan: that is a failure, without a message")
    func headOfALongPlan() throws {
        let workshop = try CommandWorkshop()
        // More than a pipe holds.
        let script = """
            cd "$1"; for i in 1 2 3 4 5; do cat iomem; done >many
            "$0" make --kernel Image --dtb fdt --memory-map many --command-line quiet 2>errors | true
            echo "${PIPESTATUS[0]}"
            cat errors
            """
        let output = try Toolchain.run(
            "bash", ["-c", script, try Kplan.path, workshop.folder.path], input: [])
        #expect(String(decoding: output, as: UTF8.self) == "2\n")
    }
}
