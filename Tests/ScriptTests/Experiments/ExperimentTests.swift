import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("Experiments that keep their results")
struct ExperimentTests {
  @Test("whatever happens to a case is one row, and the sweep goes on")
  func troubles() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      let run = try grid.run(
        "--jobs", "2", "--case-limit", "5", "--trouble", "error,none,exit,kill,abort", "--count", "9")
      #expect(run.status == 1)
      let lines = run.output.split(separator: "\n").map(String.init)
      for number in 6...9 { #expect(lines.contains("\(number)\t\(number * number)\t100000"), "\(run.output)") }
      for (number, reason) in [
        (1, "broken"), (2, "no luck"), (3, "exited with code 7"),
        (4, "killed by signal 9 (Killed), perhaps for lack of memory"),
        (5, "killed by signal 6 (Aborted)"),
      ] {
        #expect(lines.contains { $0.hasPrefix("\(number)\t") && $0.contains(reason) }, "\(reason): \(run.output)")
      }
      // The last lines of what each has printed.
      for number in 1...5 { #expect(run.output.contains("this is case\t\(number)\nnow there is trouble"), "\(number)") }
      #expect(run.output.contains("stack traceback"))
      #expect(run.errors.contains("grid: 9 of 9 done, 5 failed, 0 running"), "\(run.errors)")
      // Four artefacts, each built once.
      #expect(try FileAccess.read("\(folder)/builds").count == 8)
      let kept = try FileAccess.list("\(folder)/out/artefacts")
      #expect(kept.count == 4 && kept.allSatisfy { $0.hasSuffix(".txt") }, "\(kept)")
    }
  }

  @Test(
    "a case that hangs is killed with what it has started, also when it does not listen", arguments: ["hang", "deaf"])
  func limit(_ trouble: String) throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      let run = try grid.run("--case-limit", "0.3", "--trouble", trouble, "--count", "2")
      #expect(run.status == 1 && run.output.contains("2\t4\t100000"), "\(run.output)\(run.errors)")
      #expect(run.output.contains("1\tno result within 0.3 s (--case-limit)\tthis is case"), "\(run.output)")
    }
  }

  @Test("a worker that ends before it begins its next case takes no case along")
  func left() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      let run = try grid.run("--trouble", "leave,leave", "--count", "4", "--jobs", "2")
      #expect(run.status == 0 && run.output.split(separator: "\n").count == 4, "\(run.output)\(run.errors)")
      #expect(run.errors.contains("grid: 4 of 4 done, 0 failed, 0 running"), "\(run.errors)")
    }
  }

  @Test("a case that takes all memory fails, and its worker goes on")
  func memory() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      let command =
        "ulimit -v 500000; exec '\(CommandLineRun.builtExecutable)' grid.lua --out out --count 3 --trouble memory"
      let run = try CommandLineRun("/bin/bash", ["-c", command], environment: Grid.environment, directory: grid.folder)
      #expect(run.status == 1 && run.output.contains("3\t9\t100000"), "\(run.output)\(run.errors)")
      #expect(run.output.contains("1\tnot enough memory"), "\(run.output)")
    }
  }

  @Test("a folder with results: refused, resumed, retried, reported, extended")
  func resumed() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      #expect(try grid.run("--trouble", "none", "--only", "number=1,2,3").status == 1)
      let first = try grid.lines()
      #expect(first.count == 3)
      let refused = try grid.run("--trouble", "none", "--only", "kind=0,1,2,3")
      #expect(refused.status == 2 && refused.errors.contains("out has results of 3 of the 8 cases already: --resume"))
      // Only what is missing; a failed case counts as finished.
      let resumed = try grid.run("--resume", "--only", "kind=0,1,2,3", "--jobs", "2")
      #expect(resumed.status == 1 && resumed.output.contains("8\t64\t100000"), "\(resumed.errors)")
      let second = try grid.lines()
      #expect(second.count == 8 && second.starts(with: first))
      let again = try grid.run("--resume")
      #expect(again.status == 1 && again.output == resumed.output)
      let mistyped = try grid.run("--resume", "--only", "number=4", "--out", "oot")
      #expect(mistyped.status == 0 && mistyped.errors.contains("nothing has been run in oot: it begins anew"))
      #expect(![refused, resumed, again].contains { $0.errors.contains("nothing has been run") })
      #expect(try grid.lines() == second)
      // A failed case fails again when it is told to, and the report counts it once.
      let retried = try grid.run("--retry-failed")
      #expect(retried.status == 1 && retried.output == resumed.output)
      #expect(try grid.lines().count == 9)
      #expect(try grid.run("--report", "--only", "kind=3").output == "3\t9\t100000\n7\t49\t100000\n")
      let status = try grid.run("--status", "--count", "20")
      #expect(status.status == 0 && status.output == "grid: 8 of 20 done, 1 failed, 0 running\n", "\(status.output)")
    }
  }

  @Test("a folder remembers its command: nothing more is needed, and nothing else is taken")
  func remembered() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      #expect(try grid.run("--pause", "0.001", "--count", "5", "--only", "number=2,4").status == 0)
      #expect(try grid.run("--status").output == "grid: 2 of 2 done, 0 failed, 0 running\n")
      #expect(try grid.run("--report").output == "2\t4\t100000\n4\t16\t100000\n")
      #expect(try grid.run("--resume").output == "2\t4\t100000\n4\t16\t100000\n")
      // Once this ran all cases of the other option.
      for question in [["--resume"], ["--resume", "--count", "5"], ["--report"], ["--status"], []] {
        let other = try CommandLineRun.vnnlua(
          ["grid.lua", "--out", "out", "--pause", "0.002"] + question, directory: folder)
        #expect(other.status == 2 && other.output.isEmpty, "\(question): \(other.output)")
        #expect(
          other.errors == "grid: out was begun with other options: --pause 0.001 in place of --pause 0.002; another "
            + "--out begins anew\n", "\(other.errors)")
      }
      #expect(try grid.lines().count == 2)
      // More of the same, which is remembered beside what was chosen before.
      #expect(try grid.run("--pause", "0.001", "--resume", "--only", "number=1").output == "1\t1\t100000\n")
      #expect(try grid.run("--report").output == "1\t1\t100000\n2\t4\t100000\n4\t16\t100000\n")
      let script = String(decoding: try FileAccess.read("\(folder)/grid.lua"), as: UTF8.self)
      try FileAccess.write(script.replacing("version = 1", with: "version = 2"), to: "\(folder)/grid.lua")
      let newer = try grid.run("--resume", "--mixed-code")
      #expect(newer.status == 2 && newer.errors.contains("out was begun with version 1 of grid, and this is version 2"))
    }
  }

  @Test("a command that cannot be read is an error, and one that is missing is told")
  func forgotten() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      #expect(try grid.run("--count", "3", "--pause", "0.001").status == 0)
      let path = "\(folder)/out/command.json"
      for damaged in ["{", "", "null", "5", "{}", "{\"name\":\"grid\",\"version\":1,\"words\":\"--count 3\"}"] {
        try FileAccess.write(damaged, to: path)
        for question in ["--status", "--report", "--resume"] {
          let run = try grid.run(question)
          #expect(run.status == 2 && run.output.isEmpty, "\(damaged) \(question): \(run.output)")
          #expect(run.errors.hasPrefix("grid: out/command.json: "), "\(run.errors)")
          #expect(run.errors.contains(": cannot be read; without that file --resume goes on with all"), "\(run.errors)")
        }
      }
      try FileManager.default.removeItem(atPath: path)
      let sentence = "grid: out does not remember the options that it was begun with"
      let bare = try grid.run("--status")
      #expect(bare.status == 0 && bare.errors.contains(sentence), "\(bare.errors)")
      let told = try grid.run("--report", "--count", "3", "--pause", "0.001")
      #expect(told.output.split(separator: "\n").count == 3 && told.errors.isEmpty, "\(told.errors)")
      let resumed = try grid.run("--resume", "--count", "3", "--pause", "0.001")
      #expect(resumed.status == 0 && resumed.output == told.output && FileAccess.exists(path), "\(resumed.errors)")
      // A sweep has begun before it has a row.
      try FileManager.default.removeItem(atPath: "\(folder)/out/results-1-of-1.jsonl")
      #expect(try grid.run("--status").output == "grid: 0 of 3 done, 0 failed, 0 running\n")
    }
  }

  @Test("rows say where they come from, and those of other code are refused with what has changed")
  func origins() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write("return 1", to: "\(folder)/helper.lua")
      try FileAccess.write("return function(number) return number * require 'helper' end", to: "\(folder)/power.lua")
      func write(_ description: String, run: String = "", report: String = "") throws {
        try FileAccess.write(
          """
          return {
            name = "own", description = "\(description)", cases = function() return { { n = 1 }, { n = 2 } } end,
            run = function(case)\(run) return { square = case.n * require("power")(case.n) } end,
            report = function(rows)
              for _, row in ipairs(rows) do print(row.square) end\(report)
            end,
          }
          """, to: "\(folder)/own.lua")
      }
      func own(_ arguments: String...) throws -> CommandLineRun {
        try .vnnlua(["own.lua", "--out", "out"] + arguments, directory: folder)
      }
      try write("d")
      #expect(try own().output == "1\n4\n")
      let path = "\(folder)/out/results-1-of-1.jsonl"
      let lines = try FileAccess.read(path).split(separator: UInt8(ascii: "\n"))
      let rows = try lines.map { try JSON(parsing: Array($0), path: path) }
      for row in rows {
        #expect(try CommandLineRun("/bin/uname", ["-n"]).output == "\(row["host"]?.string ?? "")\n")
        #expect(try #require(row["cores"]?.int) > 0 && row["load"]?.double != nil && row["processor"]?.string != nil)
        #expect(try #require(row["started"]?.string).wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
        let digest = try #require(row["modules_digest"]?.string)
        let parts = try JSON(parsing: try FileAccess.read("\(folder)/out/code/\(digest).json"), path: "code")
        for name in ["script", "vnnlua", "power", "helper"] { #expect(parts[name]?.string != nil, "\(name)") }
      }
      #expect(Set(try rows.map { try #require($0["modules_digest"]?.string) }).count == 1)
      // What only reports may change.
      try write("d", report: " print 'end'")
      #expect(try own("--report").output == "1\n4\nend\n")
      func refused(_ what: String) throws {
        for question in ["--resume", "--report"] {
          let run = try own(question)
          #expect(run.status == 2 && run.output.isEmpty && run.errors.contains("changed: \(what))"), "\(run.errors)")
          #expect(try own(question, "--mixed-code").status == 0)
        }
      }
      try write("d", run: " local _ = 0")
      try refused("script")
      try FileAccess.write("return 1 -- still", to: "\(folder)/helper.lua")
      try write("d")
      try refused("helper")
      try FileAccess.write("return 1", to: "\(folder)/helper.lua")
      #expect(try own("--report").status == 0)
      try FileManager.default.removeItem(atPath: "\(folder)/out/code")
      try FileAccess.write("return 2", to: "\(folder)/helper.lua")
      #expect(try own("--report").errors.contains("2 rows in out are of other code (nobody knows which)"))
    }
  }

  @Test("in one process a case that fails is a row too, failures that are alike are told once")
  func inOneProcess() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      let run = try CommandLineRun.vnnlua(
        ["grid.lua", "--count", "4", "--trouble", "error,error,error"], directory: grid.folder)
      #expect(run.status == 1 && run.output.contains("\n4\t16\t100000\n"), "\(run.output)\(run.errors)")
      #expect(run.errors.contains("number=1 trouble=error: grid.lua:3: broken\n"), "\(run.errors)")
      #expect(run.errors.contains("\n  and 2 more like it\n") && !run.errors.contains("number=2"), "\(run.errors)")
      #expect(run.errors.contains("grid: 3 of 4 cases failed"), "\(run.errors)")
    }
  }

  @Test("Ctrl-C drops the case that it ends, and the others are reported", arguments: ["wait", "loop"])
  func interruptedInOneProcess(_ how: String) throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(
        """
        local system = require "vnn.system"
        return {
          name = "three", description = "Interrupts itself.",
          cases = function() return { { n = 1 }, { n = 2 }, { n = 3 } } end,
          options = { { name = "how", default = "wait", help = "what answers" } },
          run = function(case, options)
            if case.n == 2 then
              io.popen("sleep 0.1; kill -INT " .. system.process_id)
              -- The first answers the interrupt, and goes on as after a solve that it has stopped.
              if options.how == "wait" then system.wait({}, 60) else while true do end end
            end
            return { square = case.n ^ 2 }
          end,
          report = function(rows, _, context)
            for _ = 1, 3000000 do end
            print("reported", #rows, rows[1].square, #context.failures)
          end,
        }
        """, to: "\(folder)/three.lua")
      let run = try CommandLineRun.vnnlua(["three.lua", "--how", how], directory: folder)
      #expect(run.status == 130 && run.output == "reported\t1\t1\t0\n", "\(run.output)\(run.errors)")
      #expect(run.errors == "three: interrupted after 1 of 3 cases\n", "\(run.errors)")
    }
  }

  @Test("rows of cases that are no longer chosen are told, unless --only leaves them out")
  func otherCases() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      #expect(try !grid.run("--count", "4").errors.contains("not chosen"))
      let fewer = try grid.run("--count", "3", "--report")
      #expect(fewer.errors.contains("grid: 1 row in out is of cases that are not chosen now"), "\(fewer.errors)")
      #expect(try !grid.run("--count", "4", "--only", "number=2", "--report").errors.contains("not chosen"))
    }
  }

  @Test("damaged rows are told, and those of another script refused")
  func suspicious() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      #expect(try grid.run("--count", "3", "--pause", "0.001").status == 0)
      let path = "\(folder)/out/results-1-of-1.jsonl"
      let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
      try FileAccess.write(text.replacing("\"square\":4", with: "\"squ\"re\":4"), to: path)
      let reported = try grid.run("--report")
      #expect(reported.status == 1 && reported.output == "1\t1\t100000\n3\t9\t100000\n")
      #expect(reported.errors.contains("out/results-1-of-1.jsonl: 1 of 3 rows are damaged; --resume"))
      let script = String(decoding: try FileAccess.read("\(folder)/grid.lua"), as: UTF8.self)
      try FileAccess.write(script + "-- changed\n", to: "\(folder)/grid.lua")
      let refused = try grid.run("--resume")
      #expect(refused.status == 2 && refused.errors.contains("grid: 2 rows in out are of other code (changed: script)"))
      let resumed = try grid.run("--resume", "--mixed-code")
      #expect(resumed.status == 0 && resumed.output == "1\t1\t100000\n2\t4\t100000\n3\t9\t100000\n")
      #expect(try grid.lines().count == 4)
    }
  }

  @Test("shards share a folder, and their parts are the whole")
  func shards() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      for shard in 1...3 { #expect(try grid.run("--shard", "\(shard)/3").status == 0) }
      #expect(try grid.doneLines().count == 8)
      #expect(try FileAccess.list("\(folder)/out").filter { $0.hasPrefix("results-") }.count == 3)
      #expect(try grid.run("--report").output.split(separator: "\n").count == 8)
      #expect(try grid.run("--resume").status == 0)
      #expect(try grid.doneLines().count == 8)
    }
  }

  static let mistakes: [(arguments: [String], message: String)] = [
    (["--only", "nmber=3"], "unknown parameter 'nmber'; did you mean 'number'?"),
    (["--only", "kind=5"], "no case has kind=5"), (["--shard", "3"], "--shard: expected I/N"),
    (["--jobs", "0"], "--jobs: expected at least 1"), (["--cout", "3"], "unknown option '--cout'"),
    (["--submit", "pbs"], "--submit: expected one of slurm"),
    (["--status", "--out", "absent"], "absent: there is no such folder"),
    (["--status", "--out", "."], "no sweep has been begun in ."),
    (["--report", "--out", "."], "no sweep has been begun in ."),
    (["--report", "--out", "grid.lua"], "grid.lua: cannot be listed: Not a directory"),
    (["--report", "--resume"], "--report and --resume: one at a time"),
    (["--out", "grid.lua/x"], "grid.lua"), (["--mem", "4G"], "--mem needs --submit"),
    (["--status", "--report"], "--status and --report: one at a time"),
    (["--prologue", "x"], "--prologue needs --submit"), (["--sbatch=-A x"], "--sbatch needs --submit"),
  ]

  @Test("a wrong command line says what is wrong", arguments: mistakes)
  func mistaken(_ mistake: (arguments: [String], message: String)) throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      let run = try CommandLineRun.vnnlua(["grid.lua", "--out", "out"] + mistake.arguments, directory: grid.folder)
      #expect(run.status == 2 && run.errors.contains(mistake.message), "\(run.status): \(run.errors)")
    }
  }

  @Test("what needs a folder or a file says so; the harness's options are in the help and taken")
  func declared() throws {
    try withTemporaryDirectory { folder in
      let grid = try Grid(in: folder)
      let homeless = try CommandLineRun.vnnlua(["grid.lua", "--resume"], directory: folder)
      #expect(homeless.status == 2 && homeless.errors.contains("--resume needs --out"))
      let alone = try CommandLineRun.vnnlua(["grid.lua", "--jobs", "2"], directory: folder)
      #expect(alone.status == 2 && alone.errors.contains("--jobs needs --out"))
      let source = String(decoding: try FileAccess.read("\(folder)/grid.lua"), as: UTF8.self)
      let piped = try CommandLineRun.vnnlua(["-", "--out", "out"], input: source, directory: folder)
      #expect(piped.status == 2 && piped.errors.contains("the script must be a file"))
      let sandboxed = try CommandLineRun.vnnlua(
        ["--sandbox", "--allow-dir", ".", "grid.lua", "--out", "out", "--jobs", "2"], directory: folder)
      #expect(sandboxed.status == 2 && sandboxed.errors.contains("the sandbox starts no programs"))
      let help = try grid.run("--help").output
      for option in ["--out TEXT", "--jobs N", "--only TEXT", "--submit TEXT", "--pause NUMBER"] {
        #expect(help.contains(option), "\(option): \(help)")
      }
      try FileAccess.write(
        "return { name = 'n', description = 'd', cases = print, run = print, report = print, "
          + "options = { { name = 'jobs', default = 1, help = 'h' } } }", to: "\(folder)/taken.lua")
      let taken = try CommandLineRun.vnnlua(["taken.lua"], directory: folder)
      #expect(taken.errors.contains("taken.lua: option 'jobs': every experiment has an option of this name"))
    }
  }
}
