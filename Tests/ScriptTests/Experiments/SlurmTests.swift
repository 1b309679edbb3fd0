import Essentials
import Glibc
import TestSupport
import Testing

/// A real Slurm of one node, on this machine.
@Suite("Experiments on a Slurm cluster")
struct SlurmTests {
  private static func queue(_ format: String, _ environment: [String: String]) throws -> [Substring] {
    try CommandLineRun("/usr/bin/squeue", ["-h", "-r", "-o", format], environment: environment).output
      .split(separator: "\n")
  }

  /// A minute is only there so that a failure ends.
  private static func wait(
    for what: String, _ environment: [String: String], until isTrue: () throws -> Bool
  ) throws {
    let watch = Stopwatch()
    while try !isTrue() {
      guard watch.wallSeconds < 60 else {
        throw OutsideFailure("Slurm: no \(what): \(try queue("%i %T", environment))")
      }
      usleep(50_000)
    }
  }

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
        func queue(_ format: String) throws -> [Substring] { try Self.queue(format, environment) }
        func wait(for what: String, until isTrue: () throws -> Bool) throws {
          try Self.wait(for: what, environment, until: isTrue)
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

  @Test(
    "more tasks than an array may have, groups whole, options and commands passed on, and a task that is put back",
    .enabled(if: OneNodeSlurm.isWanted, Comment(rawValue: OneNodeSlurm.reason)))
  func putBack() throws {
    try OneNodeSlurm.run(settings: "MaxArraySize=3") { environment in
      try withTemporaryDirectory { folder in
        // The second case of the first group says to its task that the time is nearly over.
        try FileAccess.write(
          """
          local system = require "vnn.system"
          return {
            name = "cluster", description = "Says which task it is.", group = { "kind" },
            cases = function()
              local cases = {}
              for number = 1, 2 do
                for kind = 1, 3 do cases[#cases + 1] = { kind = kind, number = number } end
              end
              return cases
            end,
            run = function(case)
              if case.kind == 1 and case.number == 2 and not system.exists "back" then
                system.write_file("back", "")
                os.execute 'scancel --batch --signal=USR1 "$SLURM_JOB_ID"'
                system.wait({}, 60)
              end
              local function variable(name) return os.getenv(name) or "-" end
              return {
                job = variable "SLURM_JOB_ID", restarts = variable "SLURM_RESTART_COUNT",
                prologue = variable "PROLOGUE", name = variable "SLURM_JOB_NAME",
              }
            end,
            report = function(rows)
              for _, row in ipairs(rows) do
                print(row.kind, row.number, row.job, row.restarts, row.prologue, row.name)
              end
            end,
          }
          """, to: "\(folder)/cluster.lua")
        try FileAccess.write("export PROLOGUE=set\n", to: "\(folder)/prologue.sh")
        func vnnlua(_ arguments: String...) throws -> CommandLineRun {
          try CommandLineRun.vnnlua(
            ["cluster.lua", "--out", "out"] + arguments, environment: environment, directory: folder)
        }
        let submitted = try vnnlua(
          "--submit", "slurm", "--tasks-per-job", "1", "--prologue", "prologue.sh", "--sbatch=--job-name=mine",
          "--sbatch=--nice=5")
        #expect(submitted.output.contains("job 1, 2: tasks 1-3 for 6 missing cases"), "\(submitted)")
        try Self.wait(for: "task in the queue again", environment) {
          try Self.queue("%i %r", environment) == ["1_1 BeginTime"]
        }
        #expect(try vnnlua("--status").output == "cluster: 5 of 6 done, 0 failed, 0 running\nslurm: 1 pending\n")
        _ = try CommandLineRun(
          "/usr/bin/scontrol", ["update", "JobId=1_1", "StartTime=now"], environment: environment)
        try Self.wait(for: "end", environment) { try Self.queue("%i", environment).isEmpty }
        let lines = try vnnlua("--report").output.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(lines.map { "\($0[0])\($0[1])" } == ["11", "12", "21", "22", "31", "32"])
        #expect(
          lines.map { $0[3] } == ["-", "1", "-", "-", "-", "-"], "the second case ran after the task was put back")
        for group in 0..<3 { #expect(lines[2 * group][2] == lines[2 * group + 1][2], "\(group) is in one task") }
        #expect(Set(lines.map { $0[2] }).count == 3 && lines.allSatisfy { $0[4] == "set" && $0[5] == "mine" })
      }
    }
  }
}
