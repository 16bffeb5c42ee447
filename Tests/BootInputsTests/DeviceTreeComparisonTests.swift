import BootInputs
import KexecPlan
import TestSupport
import Testing

@Suite("Where two device trees differ")
struct DeviceTreeComparisonTests {
    private func tree(_ source: String, head: String = "") throws -> DeviceTree {
        try DeviceTree(Toolchain.compileDeviceTree("/dts-v1/; \(head) / { \(source) };"))
    }

    private func property(
        _ node: String, _ name: String, _ old: [UInt8]?, _ new: [UInt8]?
    ) throws -> DeviceTreeChange {
        .property(node: node, name: name, try #require(Change(from: old, to: new)))
    }

    @Test("A property with another value, one more, one fewer; by path")
    func properties() throws {
        let old = try tree("a = <1>; b; z { c = \"x\"; }; n@1 { d = [01]; };")
        let new = try tree("a = <2>; n@1 { d = [01]; e; }; z { c = \"xy\"; };")
        #expect(
            old.changes(to: new) == [
                try property("/", "a", [0, 0, 0, 1], [0, 0, 0, 2]), try property("/", "b", [], nil),
                try property("/n@1", "e", nil, []), try property("/z", "c", [120, 0], [120, 121, 0]),
            ])
        #expect(
            new.changes(to: old).compactMap(\.path) == ["/a", "/b", "/n@1/e", "/z/c"])
    }

    @Test("A node in one tree alone is one difference, with all that is below it")
    func nodes() throws {
        let old = try tree("m { x; }; m-1 { y; };")
        let new = try tree("m { x; n { a; b; o { p { }; }; q { }; }; };")
        let change = try #require(
            Change(from: nil, to: DeviceTreeNodeContents(properties: 2, nodesBelow: 3)))
        let gone = try #require(
            Change(from: DeviceTreeNodeContents(properties: 1, nodesBelow: 0), to: nil))
        #expect(
            old.changes(to: new) == [.node(path: "/m-1", gone), .node(path: "/m/n", change)])
    }

    @Test func reservations() throws {
        let one = "/memreserve/ 0x1000 0x2000;"
        let old = try tree("a;", head: one + "/memreserve/ 0x8000 0x1000;" + one)
        let new = try tree("a;", head: one + "/memreserve/ 0x8000 0x2000;")
        func change(_ start: UInt64, _ size: UInt64, isNew: Bool) throws -> DeviceTreeChange {
            let entry = DeviceTreeReservation(start: start, size: size)
            return .reservation(try #require(Change(from: isNew ? nil : entry, to: isNew ? entry : nil)))
        }
        #expect(
            old.changes(to: new) == [
                try change(0x8000, 0x1000, isNew: false), try change(0x1000, 0x2000, isNew: false),
                try change(0x8000, 0x2000, isNew: true),
            ])
    }

    @Test("Order and padding are no difference but the last one")
    func layout() throws {
        let old = try tree("a; b; c { }; d { };")
        #expect(old.changes(to: try tree("b; a; d { }; c { };")) == [.layout])
        #expect(old.changes(to: old).isEmpty)
    }

    /// Nothing changes without being named, in trees of real machines.
    @Test(arguments: Fixture.machines)
    func everyProperty(machine: String) throws {
        let tree = try DeviceTree(try Fixture.fdt(machine))
        var count = 0
        for property in tree.properties where !property.range.isEmpty {
            var value = tree.value(property)
            value[value.count - 1] ^= 1
            let changed = try tree.replacing([(property, value)])
            #expect(tree.changes(to: changed).map(\.path) == [property.path])
            #expect(tree.changes(to: changed).first?.isSecret == property.name.hasSuffix("-seed"))
            count += 1
        }
        #expect(count > (machine == "2g-efi-acpi" ? 3 : 50))
    }
}
