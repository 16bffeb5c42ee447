import Foundation
import PackagePlugin

/// Builds purgatory for the bare machine and hands it to the target as a Swift source file.
///
/// It runs on the build host with the toolchain in PATH, whatever the package itself is built for.
@main
struct BuildPurgatory: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let bare = target.directoryURL.appending(path: "bare")
        let work = context.pluginWorkDirectoryURL
        let generated = work.appending(path: "BuiltPurgatory.swift")
        return [
            .buildCommand(
                displayName: "Building purgatory for bare aarch64",
                executable: URL(filePath: "/bin/sh"),
                arguments: [
                    bare.appending(path: "build.sh").path, work.appending(path: "purgatory.o").path,
                    generated.path,
                ],
                inputFiles: try files(in: bare),
                outputFiles: [generated])
        ]
    }

    /// Every file counts: a change in any one of them builds purgatory anew.
    private func files(in folder: URL) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
            .map { folder.appending(path: $0) }
            .filter { try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }
    }
}
