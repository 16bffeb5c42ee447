import Arm64
import KexecPlan

extension DiffText {
    /// Another file.
    func input(_ change: Change<Input>) -> [String] {
        guard let old = change.old, let new = change.new else {
            func all(_ input: Input) -> String {
                "\(style.printable(input.name)), \(input.size.humanSize), SHA-256 \(input.sha256.hex)"
            }
            return [change.new.map { "new: \(all($0))" } ?? "no longer given: \(change.old.map(all) ?? "")"]
        }
        var texts: [String] = []
        if old.sha256 != new.sha256 || old.size != new.size {
            let size = old.size == new.size ? old.size.humanSize : sizes(old.size, new.size)
            let digest = old.sha256 == new.sha256 ? "" : ", \(digests(old.sha256, new.sha256))"
            texts.append("content changed: \(size)\(digest)")
        }
        if old.name != new.name { texts.append("called " + arrow(quoted(old.name), quoted(new.name))) }
        return texts
    }

    /// Another header of the kernel.
    func kernelHeader(_ change: Change<KernelImage>) -> [String] {
        guard let old = change.old, let new = change.new else { return [] }
        var texts: [String] = []
        if old.textOffset != new.textOffset {
            texts.append("text_offset " + arrow(old.textOffset.hex, new.textOffset.hex))
        }
        if old.imageSize != new.imageSize {
            texts.append("image_size " + sizes(old.imageSize, new.imageSize))
        }
        if old.pageSize != new.pageSize {
            texts.append("its pages: " + arrow(old.pageSize.rawValue, new.pageSize.rawValue))
        }
        if old.placement != new.placement {
            texts.append("placement: " + arrow(old.placement.rawValue, new.placement.rawValue))
        }
        return texts
    }

    /// Another machine, or another tree of the same board.
    func machineTree(_ change: Change<DeviceTreeIdentity>) -> [String] {
        guard let old = change.old, let new = change.new else {
            return [
                "its device tree: "
                    + self.change(change, none: "not known") { "SHA-256 \($0.sha256.hex), \(names($0))" }
            ]
        }
        var texts: [String] = []
        if names(old) != names(new) { texts.append("compatible: " + arrow(names(old), names(new))) }
        if old.sha256 != new.sha256 {
            texts.append(
                "another device tree, without what every boot changes: " + digests(old.sha256, new.sha256))
        }
        return texts
    }

    private func names(_ identity: DeviceTreeIdentity) -> String {
        identity.compatible.isEmpty ? "no board" : identity.compatible.map(quoted).joined(separator: ", ")
    }
}
