import Essentials
import Networks
import Tensors
import Testing
import Verification

@Suite struct OutputConditionTests {
  /// One to three alternatives of one to four inequalities over three outputs.
  private func condition(using random: inout RandomSource, shift: Double = 0) throws -> OutputCondition {
    try OutputCondition(
      alternatives: (0...random.below(3)).map { _ in
        (0...random.below(4)).map { _ in
          OutputInequality(
            coefficients: (0..<3).map { _ in [0, 1, -1, random.normal()][random.below(4)] },
            constant: 0.3 * random.normal() + shift)
        }
      })
  }

  private func box(_ count: Int, using random: inout RandomSource) throws -> BoxRegion {
    let center = (0..<count).map { _ in random.normal() }
    return try BoxRegion(lower: center.map { $0 - 0.4 }, upper: center.map { $0 + 0.4 })
  }

  /// The reduced problem's margin is the condition's, never smaller, in extended precision.
  @Test(arguments: 0..<40) func reductionKeepsTheMargin(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let widths = [[3, 3], [3, 6, 3], [3, 6, 5, 3]][seed % 3]
    let network = try RandomProblems.network(widths, using: &random)
    let condition = try condition(using: &random)
    let region = try box(3, using: &random)
    let (reduced, problem) = try condition.reduce(network, over: region)
    for _ in 0..<200 {
      let x = region.sample(using: &random)
      let wide = Reference.preactivations(network, x)[network.layers.count - 1]
      var meant = -Reference.Wide.infinity
      for alternative in condition.alternatives {
        var smallest = Reference.Wide.infinity
        for inequality in alternative {
          var value = Reference.Wide(inequality.constant)
          for output in wide.indices { value += Reference.Wide(inequality.coefficients[output]) * wide[output] }
          smallest = min(smallest, value)
        }
        meant = max(meant, smallest)
      }
      let outputs = Reference.preactivations(reduced, x)[reduced.layers.count - 1]
      let rivals = problem.rivals(outputCount: reduced.outputCount)
      let got = (rivals.map { outputs[$0] }.max() ?? 0) - outputs[problem.classIndex]
      #expect(got >= meant && got <= meant + 1e-9, "seed \(seed): \(got) for \(meant)")
    }
  }

  /// Conditions about classes stay problems of the network itself.
  @Test func misclassificationsAreRecognized() throws {
    func beats(_ rival: Int, _ classIndex: Int) -> [OutputInequality] {
      [OutputInequality(coefficients: (0..<3).map { $0 == rival ? 1 : $0 == classIndex ? -1 : 0 })]
    }
    let any = try OutputCondition(alternatives: [beats(0, 1), beats(2, 1)])
    #expect(any.misclassification?.classIndex == 1 && any.misclassification?.target == nil)
    let one = try OutputCondition(alternatives: [beats(2, 0)])
    #expect(one.misclassification?.classIndex == 0 && one.misclassification?.target == 2)
    #expect(try OutputCondition(alternatives: [beats(0, 1), beats(1, 0)]).misclassification == nil)
    #expect(try OutputCondition(alternatives: [beats(0, 1) + beats(2, 1)]).misclassification == nil)
    var random = RandomSource(seed: 1)
    let network = try RandomProblems.network([3, 4, 3], using: &random)
    let (reduced, problem) = try any.reduce(network, over: box(3, using: &random))
    #expect(reduced === network && problem.classIndex == 1 && problem.target == nil)
  }

  /// Proofs and witnesses of both ways to branch agree with a grid of the input box.
  @Test(arguments: 0..<40) func verdictsAgreeWithAGrid(seed: Int) throws {
    var random = RandomSource(seed: UInt64(1000 + seed))
    let network = try RandomProblems.network([2, 6, 5, 3], using: &random)
    let condition = try condition(using: &random, shift: [-0.4, -0.1, 0.1][seed % 3])
    let region = try box(2, using: &random)
    let (reduced, problem) = try condition.reduce(network, over: region)
    var best = -Double.infinity
    for step in 0..<101 * 101 {
      let places = [step % 101, step / 101]
      let x = places.indices.map { input in
        let width = region.upper[input] - region.lower[input]
        return region.lower[input] + Double(places[input]) / 100 * width
      }
      best = max(best, condition.margin(of: try network.forward(x)))
    }
    for branching in [Branching.inputs, .neurons] {
      var options = BranchAndBoundOptions()
      options.branching = branching
      options.nodeLimit = 20_000
      let result = try BranchAndBound(reduced, problem: problem, options: options).run()
      if result.isProof { #expect(best < 0, "seed \(seed), \(branching): \(best)") }
      if best > 1e-3 { #expect(result.status == .found, "seed \(seed), \(branching): \(result), \(best)") }
      // The grid is fine: a largest margin this far below zero is below zero everywhere.
      if best < -0.1 { #expect(result.isProof, "seed \(seed), \(branching): \(result), \(best)") }
      if let witness = result.witness {
        let example = try Counterexample(witness.point, network: network, condition: condition, problem: problem)
        #expect(example.isConfirmed && condition.margin(of: example.outputs) >= 0, "seed \(seed), \(branching)")
      }
    }
  }

  /// A conjunction that only a combination of its inequalities contradicts: y >= 0.1 and -y >= 0.1.
  @Test func contradictionsAreProved() throws {
    var random = RandomSource(seed: 3)
    let network = try RandomProblems.network([2, 8, 8, 1], using: &random)
    let region = try BoxRegion(lower: [-2, -2], upper: [2, 2])
    let condition = try OutputCondition(alternatives: [
      [1.0, -1].map { OutputInequality(coefficients: [$0], constant: -0.1) }
    ])
    let (reduced, problem) = try condition.reduce(network, over: region)
    for branching in [Branching.inputs, .neurons] {
      var options = BranchAndBoundOptions()
      options.branching = branching
      options.nodeLimit = 5000
      #expect(try BranchAndBound(reduced, problem: problem, options: options).run().isProof, "\(branching)")
    }
  }

  /// The recheck does not take what is none, and moves what is outside.
  @Test func recheckIsStrict() throws {
    var random = RandomSource(seed: 4)
    let network = try RandomProblems.network([2, 4, 2], using: &random)
    let region = try BoxRegion(lower: [0, 0], upper: [1, 1])
    let y = try network.forward([0.5, 0.5])
    func check(_ constant: Double, at x: [Double]) throws -> Counterexample {
      let condition = try OutputCondition(alternatives: [
        [OutputInequality(coefficients: [1, 0], constant: constant - y[0])]
      ])
      return try Counterexample(
        x, network: network, condition: condition, problem: Problem(region: region, class: 0, target: 1))
    }
    #expect(try check(1e-3, at: [0.5, 0.5]).isConfirmed)
    #expect(try !check(-1e-3, at: [0.5, 0.5]).isConfirmed)
    #expect(try !check(1e-3, at: [0.5, .nan]).point[1].isNaN)
    // Outputs that overflow confirm nothing, also where another inequality of the same alternative holds.
    let overflowing = try Network(layers: [
      try Layer(weight: try Tensor([1e308, 1e308, 1, 0], shape: [2, 2]), bias: try Tensor([1e308, 0]))
    ])
    let both = try OutputCondition(alternatives: [
      [OutputInequality(coefficients: [1, 0]), OutputInequality(coefficients: [0, 1])]
    ])
    let overflow = try Counterexample(
      [1, 1], network: overflowing, condition: both, problem: Problem(region: region, class: 0, target: 1))
    #expect(!overflow.isConfirmed && both.margin(of: overflow.outputs) == -.infinity)
    #expect(try check(0, at: [7, 0.5]).point == [1, 0.5])
    #expect(throws: Misuse.self) { try check(0, at: [0.5]) }
    #expect(throws: Misuse.self) { try OutputCondition(alternatives: []) }
    #expect(throws: Misuse.self) { try OutputCondition(alternatives: [[]]) }
    #expect(throws: Misuse.self) {
      try OutputCondition(alternatives: [[OutputInequality(coefficients: [.nan])]])
    }
    #expect(throws: Misuse.self) {
      try OutputCondition(alternatives: [[OutputInequality(coefficients: [1])]]).reduce(network, over: region)
    }
  }

  /// Inputs are divided only where the region is a box.
  @Test func onlyBoxesAreDivided() throws {
    var random = RandomSource(seed: 5)
    let network = try RandomProblems.network([6, 4, 3], using: &random)
    var options = BranchAndBoundOptions()
    options.branching = .inputs
    for region in try RandomProblems.regions(6, rows: 3, epsilon: 1, using: &random) {
      let problem = try Problem(region: region, class: 0, target: 1, rows: 3)
      if region.norm == .box || region.norm == .linf {
        let optimum = try Reference.largestMargin(network, problem)
        let result = try BranchAndBound(network, problem: problem, options: options).run()
        #expect(result.status == (optimum > 0 ? .found : .proved), "\(region.norm) \(optimum)")
      } else {
        #expect(throws: Misuse.self) { try BranchAndBound(network, problem: problem, options: options) }
      }
    }
  }
}
