import Essentials
import TestSupport
import Testing
import Verification

@Suite struct ProblemTests {
  private func parse(_ text: String) throws -> Problem {
    try Problem(json: JSON(parsing: Array(text.utf8), path: "p.json"), path: "p.json")
  }

  @Test func readsScalarsAndArrays() throws {
    let problem = try parse(
      #"{"input":[0,0.5],"lower":0,"upper":[1,2],"norm":"l1","epsilon":5,"class":4,"target":9,"dataset":"mnist","at":7}"#
    )
    #expect(problem.input == [0, 0.5] && problem.region.boxLower == [0, 0] && problem.region.boxUpper == [1, 2])
    #expect(problem.norm == .l1 && problem.epsilon == 5 && problem.classIndex == 3 && problem.target == 8)
    #expect(problem.facts == ["dataset": .string("mnist"), "at": .integer(7)] && problem.rows == nil)
  }

  @Test(arguments: Norm.all) func comesBackAsItWas(norm: Norm) throws {
    let problem = try Problem(
      input: [0.1, 0.2, 1.0 / 3, 1], lower: [0, 0, -0.5, 0], upper: [1, 1, 1, 1], norm: norm,
      epsilon: norm == .l0 ? 2 : 5.092844618225018, rows: 2, class: 2, target: norm == .linf ? nil : 0,
      constraints: LinearConstraint.all(inputs: [1, 0, 0, 1.0 / 3], outputs: [], .equal, 0.25)
        + [LinearConstraint(inputs: [1, 2, 3, 4], outputs: [0, 1, -1], right: 7)],
      facts: ["note": .string("x")])
    try withTemporaryDirectory { folder in
      try problem.write("\(folder)/p.json")
      let back = try Problem.read("\(folder)/p.json")
      #expect(back.json == problem.json && back.norm == norm && back.epsilon == problem.epsilon)
      #expect(back.constraints == problem.constraints && back.constraints.count == 3)
      #expect(back.input == problem.input && back.target == problem.target && back.rows == 2)
    }
  }

  @Test(arguments: [
    ("input", #"{"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":1}"#),
    ("input", #"{"input":[],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":1}"#),
    ("input", #"{"input":[0,"a"],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":1}"#),
    ("input", #"{"input":[2],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":1}"#),
    ("lower", #"{"input":[0],"upper":1,"norm":"l1","epsilon":1,"class":1}"#),
    ("upper", #"{"input":[0],"lower":0,"upper":[1,1],"norm":"l1","epsilon":1,"class":1}"#),
    ("norm", #"{"input":[0],"lower":0,"upper":1,"norm":"l2","epsilon":1,"class":1}"#),
    ("epsilon", #"{"input":[0],"lower":0,"upper":1,"norm":"l1","epsilon":-1,"class":1}"#),
    ("epsilon", #"{"input":[0],"lower":0,"upper":1,"norm":"l1","class":1}"#),
    ("rows", #"{"input":[0,0],"lower":0,"upper":1,"norm":"l1_row_max","epsilon":1,"class":1}"#),
    ("rows", #"{"input":[0,0],"lower":0,"upper":1,"norm":"l1_row_max","epsilon":1,"rows":3,"class":1}"#),
    ("class", #"{"input":[0],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":0}"#),
    ("class", #"{"input":[0],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":1.5}"#),
    ("target", #"{"input":[0],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":2,"target":2}"#),
    ("target", #"{"input":[0],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":2,"target":0}"#),
    ("constraints", #"{"input":[0],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":2,"constraints":3}"#),
    ("constraints", #"{"input":[0],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":2,"constraints":[3]}"#),
    (
      "constraints",
      #"{"input":[0],"lower":0,"upper":1,"norm":"l1","epsilon":1,"class":2,"constraints":[{"inputs":[1],"right":1}]}"#
    ),
  ]) func namesTheMemberThatIsWrong(key: String, text: String) throws {
    let failure = try #require(throws: OutsideFailure.self) { try parse(text) }
    #expect(failure.message.hasPrefix("p.json: \(key): "), "\(failure.message)")
  }

  @Test func refusesOtherText() throws {
    #expect(throws: OutsideFailure.self) { try parse("[1]") }
    #expect(throws: OutsideFailure.self) { try parse("{") }
    #expect(throws: OutsideFailure.self) { try Problem.read("/nonexistent/p.json") }
  }

  @Test func checksTheNetwork() throws {
    var random = RandomSource(seed: 31)
    let region = try BoxRegion(lower: [0, 0, 0], upper: [1, 1, 1])
    let network = try RandomProblems.network([3, 4, 3], using: &random)
    try Problem(region: region, class: 2, target: 0).check(network)
    #expect(throws: Misuse.self) { try Problem(region: region, class: 3).check(network) }
    #expect(throws: Misuse.self) { try Problem(region: region, class: 0, target: 3).check(network) }
    let other = try RandomProblems.network([4, 3], using: &random)
    #expect(throws: Misuse.self) { try Problem(region: region, class: 0).check(other) }
    // A single output is the margin itself.
    let single = try RandomProblems.network([3, 4, 1], using: &random)
    try Problem(region: region, class: 0).check(single)
    #expect(throws: Misuse.self) { try Problem(region: region, class: 1).check(single) }
    #expect(throws: Misuse.self) { try Problem(region: region, class: 0, target: 1).check(single) }
    #expect(try Problem(region: region, class: 0).margin(of: [-3]) == -3)
    #expect(throws: Misuse.self) { try Problem(region: region, class: 1, target: 1) }
    #expect(throws: Misuse.self) { try Problem(region: region, class: -1) }
    #expect(try Problem(region: region, class: 1).margin(of: [1, 2, 4]) == 2)
    #expect(try Problem(region: region, class: 1, target: 0).margin(of: [1, 2, 4]) == -1)
  }
}
