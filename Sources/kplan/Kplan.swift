import ArgumentParser

@main
struct Kplan: ParsableCommand {
}
