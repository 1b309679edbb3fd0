import Essentials
import Glibc
import TestSupport
import Testing

/// A real Slurm of one node, on this machine.
@Suite("Experiments on a Slurm cluster")
struct SlurmTests {
  @Test(
    "an array of which a task is cancelled: what is missing is submitted again, and every row is there once",
    .enabled(if: OneNodeSlurm.isWanted, Comment(rawValue: OneNodeSlurm.reason)))
  func cancelled() throws {
    try OneNodeSlurm.run { environment in
      try withTemporaryDirectory { folder in
        let grid = try Grid(in: folder)
        func vnnlua(_ arguments: String...) throws -> CommandLineRun {
          try CommandLineRun.vnnlua(
            ["grid.lua", "--out", "out", "--count", "12", "--pause", "0.3"] + arguments, environment: environment,
            directory: folder)
        }
        func queue(_ format: String) throws -> [Substring] {
          try CommandLineRun("/usr/bin/squeue", ["-h", "-r", "-o", format], environment: environment).output
            .split(separator: "\n")
        }
        /// A minute is only there so that a failure ends.
        func wait(for what: String, until isTrue: () throws -> Bool) throws {
          let watch = Stopwatch()
          while try !isTrue() {
            guard watch.wallSeconds < 60 else { throw OutsideFailure("Slurm: no \(what): \(try queue("%i %T"))") }
            usleep(50_000)
          }
        }
        let submitted = try vnnlua("--submit", "slurm", "--tasks-per-job", "4", "--time", "5", "--array-limit", "2")
        #expect(submitted.status == 0 && submitted.output.contains("tasks 1-3 for 12 missing cases"), "\(submitted)")
        let job = String(submitted.output.split { !$0.isNumber }.first ?? "")
        let twice = try vnnlua("--submit", "slurm", "--tasks-per-job", "4")
        #expect(twice.output.contains("nothing to submit: Slurm has all"), "\(twice)")
        let other = try vnnlua("--submit", "slurm", "--tasks-per-job", "3")
        #expect(other.status == 2 && other.errors.contains("job \(job) still runs other cases"), "\(other)")

        // The first task is killed with cases done and cases left.
        try wait(for: "first row") { try grid.lines().contains { $0.contains("\"number\":1,") } }
        let status = try vnnlua("--status").output
        #expect(status.contains(" of 12 done") && status.contains("slurm: "), "\(status)")
        _ = try CommandLineRun("/usr/bin/scancel", ["\(job)_1"], environment: environment)
        try wait(for: "end") { try queue("%i").isEmpty }
        let done = try grid.doneLines()
        #expect(done.count < 12 && done.count >= 9, "\(done.count)")

        let again = try vnnlua("--submit", "slurm", "--tasks-per-job", "4")
        #expect(again.output.contains("task 1 for \(12 - done.count) missing cases"), "\(again)")
        try wait(for: "end") { try queue("%i").isEmpty }
        let all = try grid.doneLines()
        #expect(all.count == 12 && Set(all.map { $0.prefix(74) }).count == 12 && Set(done).isSubset(of: Set(all)))
        let report = try vnnlua("--report")
        #expect(report.status == 0 && report.output.split(separator: "\n").count == 12, "\(report)")
        #expect(try vnnlua("--submit", "slurm").output.contains("nothing to submit: all 12 cases are done"))
        #expect(
          try vnnlua("--status").output == "grid: 12 of 12 done, 0 failed, 0 running\nslurm: no tasks in the queue\n")
      }
    }
  }
}
