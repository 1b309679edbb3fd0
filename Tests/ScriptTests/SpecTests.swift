import FoundationEssentials
import TestSupport
import Testing

@Suite("Specifications written in Lua, one file per module")
struct SpecTests {
  static let folder = "Tests/ScriptTests/Specs"
  static let names: [String] =
    ((try? FileManager.default.subpathsOfDirectory(atPath: "\(packageDirectory)/\(folder)")) ?? [])
    .filter { $0.hasSuffix(".lua") && !$0.hasPrefix("support/") }.sorted()

  @Test("runs without a failed assertion", arguments: names)
  func runs(_ name: String) throws {
    // They require what they share from the folder above their own.
    let run = try CommandLineRun.vnnlua(
      ["\(Self.folder)/\(name)"], environment: ["LUA_PATH_5_4": "\(Self.folder)/?.lua;;"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("assertions"), "\(name) ends with the count of its assertions")
  }

  @Test("there are specifications of every folder")
  func exist() {
    let folders = ["experiments", "library", "milp", "networks", "verification"]
    #expect(Set(Self.names.map { String($0.prefix { $0 != "/" }) }) == Set(folders))
  }
}
