import Essentials
import TestSupport
import Testing

@Suite("Policies and experiments in the sandbox")
struct SandboxScriptsTests {
  /// Runs vnnlua with `arguments` in a sandbox that allows a folder with the files of `vnnlua new`.
  private func sandboxed(_ folder: String, _ arguments: [String]) throws -> CommandLineRun {
    try CommandLineRun.vnnlua(["--sandbox", "--allow-dir", "."] + arguments, directory: folder)
  }

  private func withTemplates(_ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      for kind in ["policy", "experiment"] {
        #expect(try CommandLineRun.vnnlua(["new", kind, "new-\(kind)"], directory: folder).status == 0)
      }
      try body(folder)
    }
  }

  @Test("a new policy and a new experiment run as they are")
  func templates() throws {
    try withTemplates { folder in
      let policy = try sandboxed(folder, ["new-policy.lua"])
      #expect(policy.status == 0 && policy.output.contains("test accuracy"), "\(policy.output)\(policy.errors)")
      let experiment = try sandboxed(folder, ["new-experiment.lua", "--problems", "1"])
      #expect(
        experiment.status == 0 && experiment.output.contains("adversarial"), "\(experiment.output)\(experiment.errors)")
    }
  }

  @Test("a sweep keeps its rows and goes on, one case at a time; what needs a program is refused with the reason")
  func sweep() throws {
    try withTemplates { folder in
      let words = ["new-experiment.lua", "--problems", "1", "--out", "out"]
      let first = try sandboxed(folder, words)
      #expect(first.status == 0 && first.output.contains("no plot: the sandbox starts no programs"), "\(first.errors)")
      let rows = try FileAccess.read("\(folder)/out/results-1-of-1.jsonl")
      #expect(rows.count { $0 == UInt8(ascii: "\n") } == 3)
      let more = try sandboxed(folder, ["new-experiment.lua", "--problems", "2", "--out", "out", "--resume"])
      #expect(more.status == 0 && more.errors.contains("6 of 6 done"), "\(more.errors)")
      // The same cases outside are the same rows: nothing is left to do.
      let outside = try CommandLineRun.vnnlua(
        ["new-experiment.lua", "--problems", "2", "--out", "out", "--resume"], directory: folder)
      #expect(outside.status == 0 && !outside.errors.contains("running"), "\(outside.errors)")
      for (option, reason) in [("--jobs 2", "one at a time"), ("--submit slurm", "starts no programs")] {
        let refused = try sandboxed(folder, words + option.split(separator: " ").map(String.init))
        #expect(refused.status == 2 && refused.errors.contains(reason), "\(refused.errors)")
      }
    }
  }

  @Test("errors of a policy and of a case are told with their lines, and a case that does not end is stopped")
  func errors() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(
        "return { name = 'bad', description = 'Fails.',\n  score = function(layer)\n    return layer.nothing\n  end }",
        to: "\(folder)/bad.lua")
      let policy = try sandboxed(folder, ["bad.lua"])
      #expect(
        policy.status == 1 && policy.errors.contains("policy 'bad' (bad.lua:2): layer 1: bad.lua:3:"),
        "\(policy.errors)")
      try FileAccess.write(
        """
        return { name = 'cases', description = 'Fails and hangs.',
          cases = function() return { { kind = 'fails' }, { kind = 'hangs' }, { kind = 'works' } } end,
          run = function(case)
            if case.kind == 'fails' then error 'on purpose' end
            while case.kind == 'hangs' do pcall(function() while true do end end) end
            return { fine = true }
          end,
          report = function(rows, _, context) print(#rows, #context.failures) end,
        }
        """, to: "\(folder)/cases.lua")
      let run = try sandboxed(folder, ["cases.lua", "--out", "out", "--case-limit", "0.2"])
      #expect(run.status == 1 && run.output == "1\t2\n", "\(run.output)\(run.errors)")
      #expect(run.errors.contains("cases.lua:4: on purpose") && run.errors.contains("no result within 0.2 s"))
      let rows = String(decoding: try FileAccess.read("\(folder)/out/results-1-of-1.jsonl"), as: UTF8.self)
      #expect(rows.contains("stack traceback"), "\(rows)")
    }
  }

  @Test("the scratch folder is the script's own and gone afterwards, also after os.exit")
  func scratch() throws {
    try withTemporaryDirectory { folder in
      let code = """
        local system = require "vnn.system"
        local made = assert(system.temporary_folder())
        assert(system.write_file(made.path .. "/a", "x") and system.read_file(made.path .. "/a") == "x")
        print(made.path)
        os.exit(3)
        """
      let run = try CommandLineRun.vnnlua(["--sandbox", "-e", code], environment: ["TMPDIR": folder])
      #expect(run.status == 3 && run.output.hasPrefix(folder), "\(run.output)\(run.errors)")
      #expect(try FileAccess.list(folder).isEmpty)
    }
  }
}
