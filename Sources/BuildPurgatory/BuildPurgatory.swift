import Foundation
import PackagePlugin

@main
struct BuildPurgatory: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] { [] }
}
