import Bindings
import Essentials
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite("Whatever a script calls with whatever arguments, the process lives")
struct FuzzTests {
  /// Four batches of five seconds each; `VNNLUA_FUZZ_S=600` tries new seeds for that many seconds, and
  /// `VNNLUA_FUZZ_SEED` begins with another one.
  static let batches: [Int] = {
    let first = setting("VNNLUA_FUZZ_SEED") ?? (setting("VNNLUA_FUZZ_S") == nil ? 1 : time(nil))
    let count = max(4, (setting("VNNLUA_FUZZ_S") ?? 0) / seconds)
    return Array(first..<first + count)
  }()

  /// Processor time of a batch, so that a busy machine makes no difference.
  static let seconds = 5
  /// Processor time after which a batch is ended: it hangs.
  static let patience = seconds + 15
  /// Kilobytes of address space: what asks for more than there is fails as on a machine without it.
  static let memory = 4_000_000

  private static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

  @Test("a batch of calls ends by itself, each within 5 s, and reaches everything there is", arguments: batches)
  func batch(_ seed: Int) throws {
    try withTemporaryDirectory { folder in
      let script = "\(packageDirectory)/Tests/ScriptTests/Fuzz/fuzz.lua"
      let run = try CommandLineRun(
        "/bin/sh",
        [
          "-c",
          """
          ulimit -v \(Self.memory); ulimit -t \(Self.patience); ulimit -c 0
          exec timeout -s KILL 300 "$@"
          """,
          "sh", CommandLineRun.builtExecutable, script, "\(seed)", "\(Self.seconds)", "\(folder)/record",
        ],
        // Large data sets take seconds to load.
        environment: ["VNNLUA_DATA": "\(folder)/work"], directory: try Self.makeFolder("\(folder)/work"))
      let record = try? String(decoding: FileAccess.read("\(folder)/record"), as: UTF8.self)
      let call = record?.split(separator: "\n").first ?? "none"
      #expect(run.status == 0, "seed \(seed): status \(run.status) in call \(call)\n\(run.errors.prefix(2000))")
      let lines = run.output.split(separator: "\n")
      #expect(lines.filter { $0.hasPrefix("slow: ") } == [], "seed \(seed)")
      guard run.status == 0 else { return }
      func names(_ word: String) -> Set<Substring> {
        Set(lines.filter { $0.hasPrefix(word) }.map { $0.dropFirst(word.count).prefix { $0 != " " } })
      }
      let missing = Self.everything.subtracting(names("called ").map(String.init))
      #expect(missing.subtracting(names("excluded ").map(String.init)) == [], "seed \(seed)")
    }
  }

  /// Every native function, method and field, as the script names them.
  static let everything: Set<String> = {
    let functions = BindingRegistry.modules.flatMap { module in
      module.functionNames.map { "\(module.name.dropFirst(4)).\($0)" }
    }
    let members = BindingRegistry.types.flatMap { type in
      type.methodNames.map { "\(type.name.dropFirst(4)):\($0)" }
        + type.fieldNames.map { "\(type.name.dropFirst(4)).\($0)" }
    }
    return Set(functions + members)
  }()

  private static func makeFolder(_ path: String) throws -> String {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}
