import Essentials
import TestSupport
import Testing

@Suite("What happens to the folder of a sweep")
struct SweepFolderTests {
  /// Whether this process may mount a file system of its own.
  static let mounts: Bool = {
    let run = try? CommandLineRun("/usr/bin/unshare", ["-m", "/bin/mount", "-t", "tmpfs", "tmpfs", "/mnt"])
    return run?.status == 0
  }()

  @Test(
    "a full disk ends a sweep with one sentence, and what was done is kept",
    .enabled(if: mounts, "mounting a small disk needs the rights of root"))
  func fullDisk() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(
        """
        return {
          name = "big", description = "Fills a disk.",
          cases = function()
            local cases = {}
            for number = 1, 40 do cases[number] = { number = number } end
            return cases
          end,
          run = function() return { text = ("x"):rep(8000) } end,
          report = function(rows) print(#rows) end,
        }
        """, to: "\(folder)/big.lua")
      try FileAccess.makeDirectory("\(folder)/disk")
      // The second disk has what the first one had, and room.
      let sweep = "'\(CommandLineRun.builtExecutable)' big.lua --out disk/out --jobs 2"
      let command = """
        mount -t tmpfs -o size=64k tmpfs disk
        \(sweep); echo "status $?"
        mount -o remount,size=4m disk
        \(sweep) --resume; echo "status $?"
        """
      let run = try CommandLineRun("/usr/bin/unshare", ["-m", "/bin/bash", "-c", command], directory: folder)
      #expect(run.output == "status 2\n40\nstatus 0\n", "\(run.output)\(run.errors)")
      let told = run.errors.split(separator: "\n").filter { $0.contains("No space left") }
      #expect(
        told == [
          "big: disk/out/results-1-of-1.jsonl: cannot be written: No space left on device; what was done before is kept, "
            + "and --resume goes on"
        ], "\(run.errors)")
      #expect(!run.errors.contains("traceback") && !run.errors.contains("in the script"), "\(run.errors)")
      #expect(!run.errors.contains("big: 0 of 40 done, 0 failed, 0 running"), "some were done before: \(run.errors)")
    }
  }

  @Test("a row whose digest is wrong is refused, and its case is solved again")
  func changed() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      #expect(try grid.run("--count", "3").status == 0)
      let path = "\(folder)/out/results-1-of-1.jsonl"
      let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
      // It is JSON still, and says something else.
      try FileAccess.write(text.replacing("\"square\":4", with: "\"square\":5"), to: path)
      let reported = try grid.run("--count", "3", "--report")
      #expect(reported.status == 1 && reported.output == "1\t1\t100000\n3\t9\t100000\n", "\(reported.output)")
      #expect(reported.errors.contains("1 of 3 rows are damaged; --resume runs these cases again"))
      let resumed = try grid.run("--count", "3", "--resume")
      #expect(resumed.status == 0 && resumed.output == "1\t1\t100000\n2\t4\t100000\n3\t9\t100000\n")
      #expect(!resumed.errors.contains("digest"), "\(resumed.errors)")
      #expect(try grid.lines().count == 4)
    }
  }

  @Test("rows without a digest are read, with one warning")
  func undigested() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      #expect(try grid.run("--count", "3").status == 0)
      let path = "\(folder)/out/results-1-of-1.jsonl"
      let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
      try FileAccess.write(text.replacing(/,"row_digest":"[0-9a-f]{16}"/, with: ""), to: path)
      for arguments in [["--report"], ["--resume"], ["--status"]] {
        let run = try CommandLineRun.vnnlua(
          ["grid.lua", "--out", "out", "--count", "3"] + arguments, environment: Grid.environment, directory: folder)
        #expect(run.status == 0, "\(run.errors)")
        #expect(
          run.errors.split(separator: "\n").filter { $0.contains("digest") } == [
            "grid: 3 rows in out without a digest: whether something has changed them cannot be told"
          ], "\(run.errors)")
      }
    }
  }
}
