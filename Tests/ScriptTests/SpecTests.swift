import FoundationEssentials
import TestSupport
import Testing

@Suite("Specifications written in Lua, one file per module")
struct SpecTests {
  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: packageDirectory + "/Tests/ScriptTests/Specs")) ?? [])
    .filter { $0.hasSuffix(".lua") }.sorted()

  @Test("runs without a failed assertion", arguments: names)
  func runs(_ name: String) throws {
    let run = try CommandLineRun.vnnlua(["Tests/ScriptTests/Specs/\(name)"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("assertions"), "\(name) ends with the count of its assertions")
  }

  @Test("there are specifications")
  func exist() { #expect(Self.names.count >= 2) }
}
