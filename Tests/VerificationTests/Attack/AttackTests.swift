import Essentials
import Networks
import Testing
import Verification

@Suite struct AttackTests {
  /// On small problems the attack comes near the true optimum, never beyond it, and stays inside.
  @Test(arguments: 0..<4) func climbsTowardsTheOptimum(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let network = try RandomProblems.network([6, 5, 3], using: &random)
    for region in try RandomProblems.regions(6, rows: 2, epsilon: 1, using: &random) {
      let problem = try Problem(region: region, class: 0, target: seed % 2 == 0 ? 1 : nil)
      let optimum = try Reference.largestMargin(network, problem)
      let start = problem.margin(of: try network.forward(problem.input))
      for method in AttackMethod.allCases {
        var options = AttackOptions()
        options.methods = [method]
        options.goal = 1e9
        options.restarts = 20
        let result = try Attack(network, problem: problem, options: options).run(using: &random)
        #expect(result.margin <= optimum + 1e-6, "seed \(seed), \(region.norm), \(method)")
        #expect(result.margin >= start && result.margin > optimum - 0.35 * (optimum - start) - 1e-9)
        #expect(region.violation(of: result.point) < 1e-12)
        let outputs = try network.forward(result.point)
        #expect(abs(outputs[result.target] - outputs[0] - result.margin) < 1e-9)
      }
    }
  }

  @Test func stopsAtTheFirstSuccessAndRepeatsItself() throws {
    var random = RandomSource(seed: 11)
    let network = try RandomProblems.network([100, 16, 16, 5], using: &random)
    let center = RandomProblems.center(100, using: &random)
    let outputs = try network.forward(center)
    let order = outputs.indices.sorted { outputs[$0] > outputs[$1] }
    let region = try L1Ball(
      center: center, epsilon: 10, lower: [Double](repeating: 0, count: 100),
      upper: [Double](repeating: 1, count: 100))
    let problem = try Problem(region: region, class: order[0], target: order[1])
    let attack = try Attack(network, problem: problem)
    var a = RandomSource(seed: 1)
    var b = RandomSource(seed: 1)
    let first = try attack.run(using: &a)
    let second = try attack.run(using: &b)
    #expect(first.margin > 0 && first.starts == 1 && first.evaluations < 60)
    #expect(first.point == second.point && first.margin == second.margin)
    #expect(try Witness(first.point, network: network, problem: problem).isAdversarial)
    // Out of time it keeps the best point so far.
    let late = try attack.run(using: &b) { true }
    #expect(late.evaluations == 0 && late.point == center && late.margin < first.margin)
    // With the classes the other way round the input itself is adversarial.
    let swapped = try Problem(region: region, class: order[1], target: order[0])
    let immediate = try Attack(network, problem: swapped).run(using: &a)
    #expect(immediate.point == center && immediate.method == nil && immediate.evaluations == 0)
  }

  @Test func refusesSenselessOptions() throws {
    var random = RandomSource(seed: 12)
    let network = try RandomProblems.network([3, 3, 2], using: &random)
    let region = try BoxRegion(lower: [0, 0, 0], upper: [1, 1, 1])
    var options = AttackOptions()
    options.steps = 0
    #expect(throws: Misuse.self) {
      try Attack(network, problem: Problem(region: region, class: 0, target: 1), options: options)
    }
    #expect(throws: Misuse.self) { try Attack(network, problem: Problem(region: region, class: 2)) }
  }
}
