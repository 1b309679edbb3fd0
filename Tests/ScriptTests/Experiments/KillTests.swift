import Essentials
import Foundation
import TestSupport
import Testing

/// `kill -9` of sweeps and workers at random moments. VNNLUA_KILL_ROUNDS says how often (5), VNNLUA_KILL_SEED repeats a
/// run.
@Suite("Sweeps that are killed")
struct KillTests {
  private static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

  /// The processes that `identifier` has started.
  private func children(of identifier: Int32) throws -> [Int32] {
    try CommandLineRun("/usr/bin/pgrep", ["-P", "\(identifier)"]).output.split(separator: "\n").compactMap { Int32($0) }
  }

  private func start(_ grid: Grid, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: CommandLineRun.builtExecutable)
    process.arguments = ["grid.lua", "--out", "out"] + arguments
    process.currentDirectoryURL = URL(filePath: grid.folder)
    (process.standardInput, process.standardOutput) = (FileHandle.nullDevice, FileHandle.nullDevice)
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Waits until all of `processes` are gone. A minute is only there so that a failure ends.
  private func expectEnd(of processes: [Int32]) {
    let watch = Stopwatch()
    func living() -> [Int32] {
      processes.filter { FileManager.default.fileExists(atPath: "/proc/\($0)/exe") && kill($0, 0) == 0 }
    }
    while !living().isEmpty, watch.wallSeconds < 60 { usleep(10_000) }
    #expect(living().isEmpty, "workers outlived their sweep")
  }

  @Test("no row is lost, none is there twice, no artefact is broken")
  func killed() throws {
    let rounds = Self.setting("VNNLUA_KILL_ROUNDS") ?? 5
    let seed = Self.setting("VNNLUA_KILL_SEED") ?? Int.random(in: 0..<1_000_000)
    print("kill -9, \(rounds) rounds, seed \(seed)")
    var random = RandomSource(seed: UInt64(seed))
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      let count = 12 * rounds
      let arguments = ["--count", "\(count)", "--pause", "0.03", "--jobs", "3", "--retry-failed"]
      var reported: Set<String> = []
      for round in 1...rounds {
        let sweep = try start(grid, arguments)
        usleep(UInt32(random.below(250_000)))
        let workers = try children(of: sweep.processIdentifier)
        if round % 2 == 0, !workers.isEmpty {
          kill(workers[random.below(workers.count)], SIGKILL)
          usleep(UInt32(random.below(200_000)))
        }
        let all = try children(of: sweep.processIdentifier)
        kill(sweep.processIdentifier, SIGKILL)
        sweep.waitUntilExit()
        expectEnd(of: workers + all)
        let done = Set(try grid.doneLines())
        #expect(reported.isSubset(of: done), "seed \(seed), round \(round): rows were lost")
        reported = done
      }
      let last = try grid.run(
        "--count", "\(count)", "--pause", "0.03", "--jobs", "3", "--retry-failed")
      #expect(last.status == 0, "seed \(seed): \(last.errors)")
      let rows = last.output.split(separator: "\n").map(String.init)
      #expect(rows == (1...count).map { "\($0)\t\($0 * $0)\t100000" }, "seed \(seed)")
      let done = try grid.doneLines()
      #expect(reported.isSubset(of: Set(done)), "seed \(seed): rows were lost")
      #expect(done.count == count && Set(done.map { $0.prefix(74) }).count == count, "seed \(seed): \(done.count) rows")
      for name in try FileAccess.list("\(folder)/out/artefacts") where !name.contains("partial") {
        let content = try FileAccess.read("\(folder)/out/artefacts/\(name)")
        #expect(content.count == 100_000 && Set(content).count == 1, "seed \(seed): \(name)")
      }
    }
  }
}
