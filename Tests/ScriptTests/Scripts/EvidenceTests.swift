import Essentials
import TestSupport
import Testing

@Suite("Certificates of scripts, checked by vnncheck and in fractions")
struct EvidenceTests {
  private static let checker = CommandLineRun.built("vnncheck")
  private static let python = packageDirectory + "/Tests/VerificationTests/Certificates"

  /// What vnncheck says about a certificate and the files beside it, exactly and in Float64.
  private func verdicts(_ path: String) throws -> [CommandLineRun] {
    try [[], ["--fast"]].map {
      try CommandLineRun(Self.checker, $0 + ["\(path).network.safetensors", "\(path).problem.json", path])
    }
  }

  /// Proofs by duals of linear programs, with multipliers of constraints on inputs and outputs among them, by a
  /// difference, and by a solver's word, whose model others can solve.
  @Test func proofsOfEveryKind() throws {
    try withTemporaryDirectory { folder in
      let run = try CommandLineRun.vnnlua(["-e", "FOLDER = '\(folder)'", "\(Self.python)/proofs.lua"])
      try #require(run.status == 0, "\(run.output)\(run.errors)")
      let names = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(names.count >= 5, "\(run.output)")
      for name in names {
        for verdict in try verdicts("\(folder)/\(name[0])") {
          let isTrusted = name[1] == "trusted"
          #expect(
            verdict.status == (isTrusted ? 3 : 0) && verdict.output == "robust\n", "\(name): \(verdict.errors)")
          #expect(verdict.errors.contains("glpk 5.0: Solution(optimal") == isTrusted, "\(verdict.errors)")
        }
      }
    }
  }

  /// The lowered question of a property states what the ONNX file and the property do, budgets of changes among it.
  @Test(.enabled(if: Component.python.isWanted, "\(Component.python.reason)")) func loweredQuestions() throws {
    try VerifyTests.withSum { folder in
      for name in ["reached", "missed", "either", "regions", "budget", "budgeted"] {
        let (network, stated, path) = ("\(folder)/sum.onnx", "\(folder)/\(name).vnnlib", "\(folder)/\(name)")
        let run = try CommandLineRun.vnnlua([VerifyTests.script, network, stated, "--certificate", path])
        let claim = run.output == "sat\n" ? "adversarial\n" : "robust\n"
        for verdict in try verdicts(path) {
          #expect(verdict.status == 0 && verdict.output == claim, "\(name): \(run.errors)\(verdict.errors)")
        }
        let files = ["\(path).network.safetensors", "\(path).problem.json"]
        let compared = try CommandLineRun(
          try Component.python.path(), ["\(Self.python)/lowered.py", network, stated] + files)
        #expect(compared.status == 0, "\(name): \(compared.output)\(compared.errors)")
        let again = try CommandLineRun(try Component.python.path(), ["\(Self.python)/checker.py"] + files + [path])
        #expect(again.status == 0 && again.output == claim, "\(name): \(again.errors)")
      }
    }
  }

  /// A sweep that keeps evidence can be checked as a whole; what was cut off is not proved.
  @Test func evidenceOfSweeps() throws {
    try withTemporaryDirectory { folder in
      let run = try CommandLineRun.vnnlua([
        "Scripts/experiments/compare-policies.lua", "--policies", "magnitude", "--problems", "2", "--side", "18",
        "--out", "\(folder)/out", "--keep", "evidence",
      ])
      try #require(run.status == 0, "\(run.errors)")
      let checks = {
        try CommandLineRun(
          "Scripts/check-evidence", ["--fast", "\(folder)/out"], environment: ["VNNCHECK": Self.checker])
      }
      let checked = try checks()
      #expect(checked.status == 0 && checked.output.hasSuffix(", 0 of them not proved\n"), "\(checked.output)")
      let certificate = String(try #require(checked.output.split(separator: ":").first))
      try FileAccess.write(FileAccess.read(certificate).dropLast(9), to: certificate)
      #expect(try checks().status == 1)
    }
  }
}
