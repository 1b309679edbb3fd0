import Essentials
import FoundationEssentials
import TestSupport
import Testing

/// Verdicts of `portfolio.decide` beside those of fractions.
@Suite struct ExactVerdictTests {
  /// What the program says of a problem.
  private struct Answer {
    let verdict: String
    let witness: [Double]
    let isCertain: Bool
    let marginLower: Double

    init?(_ line: Substring) {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count > 1 else { return nil }
      verdict = fields[1]
      witness = fields.count == 6 ? fields[2...3].compactMap(Double.init) : []
      isCertain = fields.count == 6 && fields[4] == "true"
      marginLower = fields.count == 6 ? Double(fields[5]) ?? .nan : .nan
    }
  }

  private static let script = """
    local nn, portfolio, tensor = require "vnn.nn", require "vnn.portfolio", require "vnn.tensor"
    local verify = require "vnn.verify"
    for number, case in ipairs(dofile(arg[1])) do
      local layers = {}
      for index, layer in ipairs(case.layers) do
        layer.weight, layer.bias = tensor.from(layer.weight), tensor.from(layer.bias)
        layers[index] = layer
      end
      local network, problem = nn.from_layers(layers), verify.problem(case.problem)
      local options = { time_limit_s = tonumber(arg[2]), stages = case.stages }
      local fine, result = pcall(portfolio.decide, network, problem, options)
      if not fine then
        print(number .. "\\terror: " .. tostring(result):gsub("%s+", " "))
      else
        local found, line = result.witness, number .. "\\t" .. result.verdict
        if found then
          local x = found.input
          line = ("%s\\t%.17g\\t%.17g\\t%s\\t%.17g"):format(line, x[1], x[2], found.certain, found.margin_lower)
        end
        print(line)
      end
    end
    """

  /// Has the program decide all problems; `stages` are the portfolio's own where nil.
  private func decide(_ problems: [(problem: ExactProblem, stages: [String]?)], seconds: Double) throws -> [Answer] {
    try withTemporaryDirectory { folder in
      try FileAccess.write(ExactVerdictTests.script, to: "\(folder)/decide.lua")
      let cases = problems.map { problem, stages in
        let names = stages.map { "stages={" + $0.map { "'\($0)'" }.joined(separator: ",") + "}," } ?? ""
        return "{\(names)" + problem.lua.dropFirst()
      }
      try FileAccess.write("return {\n" + cases.joined(separator: ",\n") + "}\n", to: "\(folder)/cases.lua")
      let run = try CommandLineRun.vnnlua(["\(folder)/decide.lua", "\(folder)/cases.lua", "\(seconds)"])
      #expect(run.status == 0, "\(run.errors)")
      return run.output.split(separator: "\n").compactMap(Answer.init)
    }
  }

  /// What is wrong with a verdict in real numbers, if anything is.
  private func fault(_ answer: Answer, _ problem: ExactProblem, largest: Rational?) -> String? {
    switch answer.verdict {
    case "robust":
      if let largest, largest > 0 { return "robust, but a margin is \(largest)" }
    case "adversarial", "already_adversarial":
      let margin = problem.margin(answer.witness)
      if margin <= 0 { return "\(answer.verdict), but the margin is \(margin)" }
      if answer.isCertain, Rational(answer.marginLower) > margin { return "certain of more than the margin \(margin)" }
      if answer.verdict == "already_adversarial",
        answer.witness != problem.input || !problem.meetsConditions(problem.input)
      {
        return "already adversarial, but the input is another or not admissible"
      }
    case "unknown": break
    default: return answer.verdict
    }
    return nil
  }

  /// An input that misses the conditions is no witness, whatever becomes of it when it is moved.
  @Test func theInputDecidesOnlyWhereItIsAdmissible() throws {
    var random = RandomSource(seed: 103)
    let problems = (0..<1000).map { _ in ExactProblem.random(.quarters, conditioned: true, using: &random) }
    let answers = try decide(problems.map { ($0, nil) }, seconds: 0.3)
    try #require(answers.count == problems.count)
    var counts: [String: Int] = [:]
    for (number, (problem, answer)) in zip(problems, answers).enumerated() {
      let largest = problem.largestMargin()
      #expect(fault(answer, problem, largest: largest) == nil, "problem \(number) of seed 103: \(problem.lua)")
      let isOutside = !problem.meetsConditions(problem.input)
      let expected =
        !isOutside && problem.margin(problem.input) > 0
        ? "already_adversarial" : largest.map { $0 > 0 ? "adversarial" : $0 < 0 ? "robust" : "unknown" } ?? "robust"
      counts[expected == answer.verdict ? "\(expected)\(isOutside ? " outside" : "")" : "other", default: 0] += 1
      if expected != answer.verdict, answer.verdict != "unknown", let largest, largest > Rational(1e-5) {
        Issue.record("problem \(number) of seed 103: expected \(expected), got \(answer.verdict): \(problem.lua)")
      }
    }
    for kind in ["already_adversarial", "adversarial", "adversarial outside", "robust", "robust outside"] {
      #expect(counts[kind, default: 0] > 20, "\(counts)")
    }
    #expect(counts["other", default: 0] < 100, "\(counts)")
    print("1000 problems of seed 103: \(counts)")
  }

  /// No verdict is wrong in real numbers, whatever the numbers, the means, the norm and the conditions are.
  /// `VNNLUA_EXACT_PROBLEMS` and `VNNLUA_EXACT_SEED` ask for other problems.
  @Test func noVerdictIsWrongInFractions() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["VNNLUA_EXACT_PROBLEMS"].flatMap(Int.init) ?? 500
    let seed = environment["VNNLUA_EXACT_SEED"].flatMap(UInt64.init) ?? 7
    let all =
      [nil]
      + [
        "attack", "bounds", "programs", "glance", "small", "surrogates", "refined", "search", "difference", "milp",
      ].map { [$0] }
    var random = RandomSource(seed: seed)
    let problems = (0..<count).map { number -> (problem: ExactProblem, stages: [String]?) in
      let kind = ExactProblem.Kind.allCases[number % ExactProblem.Kind.allCases.count]
      let problem = ExactProblem.random(kind, conditioned: random.below(3) == 0, using: &random)
      var stages = all[random.below(all.count)]
      // It refuses conditions on outputs.
      if stages == ["difference"], problem.conditions.contains(where: { !$0.outputs.isEmpty }) { stages = ["milp"] }
      return (problem, stages)
    }
    let answers = try decide(problems, seconds: 0.1)
    try #require(answers.count == problems.count)
    var counts: [String: Int] = [:]
    for (number, ((problem, stages), answer)) in zip(problems, answers).enumerated() {
      counts[answer.verdict, default: 0] += 1
      let fault = fault(answer, problem, largest: answer.verdict == "robust" ? problem.largestMargin() : nil)
      #expect(fault == nil, "problem \(number) of seed \(seed), stages \(stages ?? ["all"]): \(problem.lua)")
    }
    for verdict in ["already_adversarial", "adversarial", "robust"] {
      #expect(counts[verdict, default: 0] >= count / 50, "\(counts)")
    }
    print("\(count) problems of seed \(seed): \(counts)")
  }

  /// Nor where the property is beside the optimum, with up to four inputs, in every norm and over several boxes;
  /// `Scripts/bench/verification/exact.lua` asks for more of them.
  @Test(.enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)))
  func noVerdictIsWrongBesideTheOptimum() throws {
    let run = try CommandLineRun.vnnlua(
      ["Scripts/bench/verification/exact.lua", "--count", "500", "--time-limit", "0.2"],
      environment: ["VNNLUA_PYTHON": try Component.python.path()])
    #expect(run.status == 0 && run.output.contains("500 problems, 0 wrong"), "\(run.output)\(run.errors)")
  }
}
