import Essentials
import Networks
import Tensors
import TestSupport
import Testing
import Verification

@Suite struct WitnessTests {
  /// y1 = 1 - x1 and y2 = x1 through one hidden layer, so the margin of target 2 over class 1 is 2 x1 - 1.
  private func line() throws -> Network {
    try Network(layers: [
      try Layer(weight: Tensor([1, 0, -1, 0], shape: [2, 2]), bias: Tensor([0, 1])),
      try Layer(weight: Tensor([0, 1, 1, 0], shape: [2, 2]), bias: Tensor([0, 0])),
    ])
  }

  private func problem(_ norm: Norm, epsilon: Double, from x: Double = 0.25) throws -> Problem {
    try Problem(
      input: [x, 0], lower: [0, 0], upper: [1, 1], norm: norm, epsilon: epsilon, rows: 1, class: 0, target: 1)
  }

  @Test func acceptsAWitness() throws {
    for norm in [Norm.l1, .linf, .l1RowMax] {
      let witness = try Witness([0.75, 0], network: line(), problem: problem(norm, epsilon: 0.5))
      #expect(witness.isAdversarial && witness.margin64 == 0.5 && witness.margin32 == 0.5)
      #expect(witness.distance == 0.5 && witness.boxViolation == 0 && witness.moved == 0 && witness.winner == 1)
    }
  }

  @Test func rejectsNearMisses() throws {
    let network = try line()
    // A tie is not a win.
    #expect(try !Witness([0.5, 0], network: network, problem: problem(.l1, epsilon: 0.5)).isAdversarial)
    // A win that only Float64 sees.
    let tiny = try Witness([Double(0.5).nextUp, 0], network: network, problem: problem(.l1, epsilon: 0.5))
    #expect(tiny.margin64 > 0 && tiny.margin32 <= 0 && !tiny.isAdversarial)
    // Out of the budget by more than rounding, unprojected; projected it is a loss.
    let far = try problem(.l1, epsilon: 0.25 - 1e-6)
    #expect(try !Witness([0.7, 0], network: network, problem: far, projects: false).isAdversarial)
    let moved = try Witness([0.7, 0], network: network, problem: far)
    #expect(!moved.isAdversarial && moved.margin64 < 0 && moved.moved > 0.1 && moved.distance <= far.epsilon)
    // Outside the box by less than the tolerances of solvers.
    let outside = [0.75, -1e-9]
    #expect(try !Witness(outside, network: network, problem: problem(.l1, epsilon: 1), projects: false).isAdversarial)
    #expect(try Witness(outside, network: network, problem: problem(.l1, epsilon: 1)).isAdversarial)
    for bad in [Double.nan, .infinity] {
      let witness = try Witness([bad, 0], network: network, problem: problem(.l1, epsilon: 1), projects: false)
      #expect(!witness.isAdversarial)
    }
    #expect(throws: Misuse.self) { try Witness([1], network: network, problem: problem(.l1, epsilon: 1)) }
  }

  @Test func checksExtraConstraintsByItself() throws {
    let network = try line()
    func problem(_ constraints: [LinearConstraint]) throws -> Problem {
      try Problem(
        input: [0.25, 0], lower: [0, 0], upper: [1, 1], norm: .l1, epsilon: 0.5, class: 0, target: 1,
        constraints: constraints)
    }
    for (constraint, isMet) in [
      (try LinearConstraint(inputs: [1, 0], right: 0.75), true),
      (try LinearConstraint(inputs: [1, 0], right: Double(0.75).nextDown), true),
      (try LinearConstraint(inputs: [1, 0], right: 0.75 - 1e-12), false),
      // A big right side is no excuse, neither among inputs nor among outputs.
      (try LinearConstraint(inputs: [1e-3, 0], right: 7.5e-4 - 1e-12), false),
      (try LinearConstraint(outputs: [0, 1], right: 0.75), true),
      (try LinearConstraint(outputs: [0, 1], right: 0.75 - 5e-7), true),
      (try LinearConstraint(outputs: [0, 1], right: 0.75 - 2e-6), false),
      (try LinearConstraint(inputs: [1000, 0], outputs: [0, -1000], right: 0), true),
      (try LinearConstraint(inputs: [1000, 0], outputs: [0, -1000], right: -0.1), false),
      (try LinearConstraint(inputs: [1e6, 0], outputs: [0, -1], right: 749_999.25 - 1e-5), false),
    ] {
      let witness = try Witness([0.75, 0], network: network, problem: problem([constraint]), projects: false)
      #expect(witness.isAdversarial == isMet && (isMet || witness.constraintViolation > 0), "\(constraint)")
    }
    // Moved onto the constraint, the candidate is still good; moved onto a tighter one, it is not.
    let near = try Witness(
      [0.75, 0], network: network, problem: problem([LinearConstraint(inputs: [1, 0], right: 0.6)]))
    #expect(near.isAdversarial && abs(near.point[0] - 0.6) < 1e-9)
    let far = try Witness(
      [0.75, 0], network: network, problem: problem([LinearConstraint(inputs: [1, 0], right: 0.4)]))
    #expect(!far.isAdversarial)
    // Contradictory constraints leave no witness, wherever the projection ends.
    let none = try problem([
      LinearConstraint(inputs: [1, 0], right: 0.4), LinearConstraint(inputs: [-1, 0], right: -0.7),
    ])
    #expect(try !Witness([0.75, 0], network: network, problem: none).isAdversarial)
  }

  /// What a solver leaves of a constraint on outputs is made good along the network's gradient.
  @Test func movesCandidatesOntoConstraintsOfOutputs() throws {
    let network = try line()
    func problem(_ right: Double) throws -> Problem {
      try Problem(
        input: [0.25, 0], lower: [0, 0], upper: [1, 1], norm: .l1, epsilon: 0.5, class: 0, target: 1,
        constraints: LinearConstraint.all(inputs: [], outputs: [0, 1], .equal, right))
    }
    for off in [-1e-4, 1e-4] {
      let witness = try Witness([0.7 + off, 0], network: network, problem: problem(0.7))
      #expect(witness.isAdversarial && abs(witness.point[0] - 0.7) <= 1e-6)
    }
    // What meets it already stays where it is; where it cannot be met there is no witness.
    #expect(try Witness([0.7, 0], network: network, problem: problem(0.7)).moved == 0)
    #expect(try !Witness([0.7, 0], network: network, problem: problem(0.8)).isAdversarial)
  }

  /// Constraints on inputs are met exactly, also where most coordinates are at the end of their range.
  @Test func projectsOntoConstraintsOfInputs() throws {
    var random = RandomSource(seed: 4)
    let count = 300
    let ones = [Double](repeating: 1, count: count)
    for norm in [Norm.l1, .linf, .box] {
      let center = (0..<count).map { $0.isMultiple(of: 20) ? 0.5 : 0 }
      let problem = try Problem(
        input: center, lower: ones.map { 0 * $0 }, upper: ones, norm: norm, epsilon: norm == .l1 ? 9 : 0.3, class: 0,
        constraints: LinearConstraint.all(inputs: ones, outputs: [], .equal, 6))
      for _ in 0..<20 {
        let point = problem.project(problem.region.sample(using: &random))
        #expect(problem.isAdmissible(point) && problem.region.violation(of: point) == 0)
        #expect(abs(point.reduce(0, +) - 6) < 1e-11)
      }
    }
  }

  /// Numbers that overflow, in one of the precisions or on the way, confirm nothing.
  @Test func doesNotTrustOverflow() throws {
    func witness(_ weights: [Double], _ x: [Double], hidden: Bool = false) throws -> Witness {
      let count = x.count
      var layers = [
        try Layer(
          weight: Tensor(weights + [Double](repeating: 0, count: count), shape: [2, count]), bias: Tensor([0, 0]))
      ]
      if hidden {
        layers.append(try Layer(weight: Tensor([1, 0, 0, 0], shape: [2, 2]), bias: Tensor([-1, 0])))
      }
      let network = try Network(layers: layers)
      let problem = try Problem(
        input: x, lower: x.map { _ in 0 }, upper: x.map { _ in 1 }, norm: .l1, epsilon: 0, class: 0, target: 1)
      let condition = try OutputCondition(alternatives: [[OutputInequality(coefficients: [-1, 1])]])
      let free = try Problem(region: problem.region, class: 0, target: 1)
      let counterexample = try Counterexample(x, network: network, condition: condition, problem: free)
      let witness = try Witness(x, network: network, problem: problem)
      #expect(counterexample.isConfirmed == witness.isAdversarial)
      #expect(counterexample.margin64 == witness.margin64 && counterexample.margin32 == witness.margin32)
      return witness
    }
    // Infinite weights of both signs in Float32: NaN.
    let narrow = try witness([1e39, -1e39], [0.25, 0.5])
    #expect(narrow.margin64 > 0 && narrow.margin32 == -.infinity && !narrow.isAdversarial)
    // Partial sums beyond Float64: the class's output is 1.7e308, and was taken for -infinity.
    let large = [-1.7e308, -1.7e308, 1.7e308, 1.7e308, 1.7e308]
    let wide = try witness(large, [1, 1, 1, 1, 1])
    #expect(wide.margin64 == -.infinity && wide.margin32 == -.infinity && !wide.isAdversarial)
    // The same below a ReLU, which makes a 0 of it.
    let below = try witness(large, [1, 1, 1, 1, 1], hidden: true)
    #expect(below.margin64 == -.infinity && !below.isAdversarial)
    #expect(try witness([-1, -1], [0.25, 0.5]).isAdversarial)
  }

  /// A budget may be exceeded by rounding, in proportion to it, and by nothing more.
  @Test func allowsRoundingOfTheDistanceOnly() throws {
    let network = try line()
    for scale in [1, 1e-6, 1e6] {
      let problem = try Problem(
        input: [0, 0], lower: [0, 0], upper: [scale, scale], norm: .l1, epsilon: 0.75 * scale, class: 0, target: 1)
      for (share, isInside) in [(1, true), (1 + 1e-13, true), (1 + 1e-11, false), (1 + 1e-9, false)] {
        let recheck = try Witness([0.75 * scale * share, 0], network: network, problem: problem, projects: false)
        #expect((recheck.distance <= Recheck.largestDistance(epsilon: problem.epsilon, inputCount: 2)) == isInside)
        #expect(recheck.isAdversarial == (isInside && recheck.margin32 > 0))
      }
    }
    #expect(Recheck.largestDistance(epsilon: 0, inputCount: 1000) == 0)
    // What the regions move inside passes, in every norm.
    var random = RandomSource(seed: 31)
    for region in try RandomProblems.regions(60, rows: 6, epsilon: 1e-3, using: &random) {
      for _ in 0..<50 {
        let point = region.project(region.center.map { $0 + random.normal() })
        #expect(region.distance(of: point) <= Recheck.largestDistance(epsilon: region.epsilon, inputCount: 60))
      }
    }
  }

  /// Weights of 1 and ±2^24, whose sum is 1, or 0 in Float32 where 2^24 + 1 comes up: in one of the three orders only.
  /// Every one of them is asked, by witnesses and counterexamples alike.
  @Test(arguments: [
    ("forward", [0x1p24, 1, -0x1p24]), ("backward", [-0x1p24, 1, 0x1p24]),
    ("interleaved", [0x1p24, -0x1p24, 0, 0, 0, 0, 0, 0, 1]),
  ]) func asksEveryOrderOfSummation(order: String, weights: [Double]) throws {
    let ones = weights.map { _ in 1.0 }
    for (order, number) in [(weights, 0), (weights.map { 2 * $0 }, 0), (weights.map { $0 == 1 ? 1 : 0 }, 1.0)] {
      let network = try Network(layers: [
        try Layer(weight: Tensor(ones.map { _ in 0 } + order, shape: [2, ones.count]), bias: Tensor([0, 0]))
      ])
      let problem = try Problem(
        input: ones, lower: ones, upper: ones, norm: .linf, epsilon: 0, class: 0, target: 1)
      let witness = try Witness(ones, network: network, problem: problem)
      #expect(witness.margin64 == (order.contains(2) ? 2 : 1) && witness.margin32 == number, "\(order)")
      #expect(witness.isAdversarial == (number > 0), "\(order)")
      let condition = try OutputCondition(alternatives: [[OutputInequality(coefficients: [-1, 1], constant: -0.5)]])
      let counterexample = try Counterexample(ones, network: network, condition: condition, problem: problem)
      #expect(counterexample.margin64 > 0 && counterexample.margin32 == number - 0.5, "\(order)")
      #expect(counterexample.isConfirmed == (number > 0), "\(order)")
    }
  }

  @Test func countsEveryNormByItself() throws {
    var random = RandomSource(seed: 21)
    let network = try RandomProblems.network([12, 4, 3], using: &random)
    for region in try RandomProblems.regions(12, rows: 3, epsilon: 2, using: &random) {
      let problem = try Problem(region: region, class: 0, rows: 3)
      for _ in 0..<20 {
        let x = region.sample(using: &random)
        let witness = try Witness(x, network: network, problem: problem)
        #expect(abs(witness.distance - region.distance(of: x)) < 1e-12)
        let margin = problem.margin(of: try network.forward(x))
        #expect(abs(witness.margin64 - margin) < 1e-12 && abs(witness.margin32 - margin) < 1e-5)
        #expect(witness.isAdversarial == (margin > 0) || abs(margin) < 1e-5)
      }
    }
  }

  /// The margin of real numbers, whatever Float64 and Float32 make of it.
  @Test func knowsTheRealMargin() throws {
    let deceived = try Network(layers: [
      try Layer(weight: Tensor([3], shape: [1, 1]), bias: Tensor([0x1p53 + 3 * 0x1p29])),
      try Layer(weight: Tensor([1], shape: [1, 1]), bias: Tensor([-0x1p53])),
      try Layer(weight: Tensor([0, 1], shape: [2, 1]), bias: Tensor([0, -3 * 0x1p29 - 3.5])),
    ])
    let one = try Problem(input: [1], lower: [0], upper: [1], norm: .linf, epsilon: 0, class: 0)
    let witness = try Witness([1], network: deceived, problem: one)
    #expect(witness.margin64 == 0.5 && witness.margin32 == 0x1p29 && witness.marginLower == -0.5)
    #expect(!witness.isAdversarial && !witness.isCertain)
    #expect(try Witness.confirmed([1], network: deceived, problem: one) == nil)
    // A tie in Float64 is none, whatever Float32 and whole numbers say: 1 + 3·2⁻²⁵ against the same and 2⁻⁶⁰.
    let tied = try Network(layers: [
      try Layer(
        weight: Tensor([1 + 0x1p-25, 1 + 3 * 0x1p-25], shape: [2, 1]), bias: Tensor([0x1p-24, 0x1p-60]))
    ])
    let tie = try Witness([1], network: tied, problem: one)
    #expect(tie.margin64 == 0 && tie.margin32 > 0 && tie.marginLower <= 0x1p-60 && !tie.isAdversarial)
    let condition = try OutputCondition(alternatives: [[OutputInequality(coefficients: [-1, 1])]])
    let example = try Counterexample([1], network: deceived, condition: condition, problem: one)
    #expect(example.margin64 == 0.5 && example.marginLower == -0.5 && !example.isConfirmed && !example.isCertain)
    var random = RandomSource(seed: 5)
    for number in 0..<600 {
      let kind = ExactProblem.Kind.allCases[number % ExactProblem.Kind.allCases.count]
      let exact = ExactProblem.random(kind, conditioned: false, using: &random)
      let problem = try exact.problem()
      let x = problem.region.sample(using: &random)
      let witness = try Witness(x, network: exact.network(), problem: problem, projects: false)
      let margin = exact.margin(x)
      let name = "problem \(number) of seed 5: \(exact.lua)"
      #expect(Rational(witness.marginLower) <= margin, "\(name)")
      #expect(!witness.isAdversarial || Rational(witness.marginLower.nextUp) > margin, "\(name)")
      #expect(!witness.isAdversarial || margin > 0, "\(name)")
    }
  }

  /// A network too large for whole numbers gets what accounting for the rounding leaves.
  @Test func boundsTheRealMarginOfLargeNetworks() throws {
    var random = RandomSource(seed: 6)
    let small = try RandomProblems.network([30, 40, 30, 3], using: &random)
    let half = [Double](repeating: 0.5, count: 30)
    let problem = try Problem(
      input: half, lower: half.map { $0 - 0.5 }, upper: half.map { $0 + 0.5 }, norm: .l1, epsilon: 1, class: 0)
    let exact = try Witness(half, network: small, problem: problem)
    // Parameters far apart make the whole numbers long, and change nothing.
    let wide = try small.copy()
    wide.layers[0].weight.base[0] = 1e-300
    wide.layers[1].weight.base[0] = 1e-300
    wide.layers[2].weight.base[0] = 1e-300
    var layers = wide.layers
    let count = 3000
    let padded = try RandomProblems.layer(30, count, scale: 1e-300, using: &random)
    let ignored = try Layer(
      weight: Tensor([Double](repeating: 1e-300, count: 3 * count), shape: [3, count]), bias: Tensor([1, 2, 3]))
    padded.weight.base[0] = 1
    layers = [layers[0], layers[1], padded, ignored]
    let network = try Network(layers: layers)
    let witness = try Witness(half, network: network, problem: problem)
    #expect(exact.marginLower < exact.margin64 && exact.marginLower > exact.margin64 - 1e-10)
    #expect(witness.marginLower < 2 && witness.marginLower > 2 - 1e-10 && witness.margin64 == 2)
    #expect(witness.isAdversarial && witness.isCertain)
  }

  /// Where the candidate was moved, and whether it is x0.
  @Test func knowsWhetherItIsTheInput() throws {
    let network = try line()
    func problem(_ right: Double) throws -> Problem {
      try Problem(
        input: [0.75, 0], lower: [0, 0], upper: [1, 1], norm: .l1, epsilon: 0.5, class: 0, target: 1,
        constraints: [LinearConstraint(inputs: [1, 0], right: right)])
    }
    let same = try #require(try Witness.confirmed([0.75, 0], network: network, problem: problem(0.75)))
    #expect(same.isUnchanged && same.moved == 0)
    let moved = try #require(try Witness.confirmed([0.75, 0], network: network, problem: problem(0.625)))
    #expect(!moved.isUnchanged && abs(moved.moved - 0.125) < 1e-9)
    // Within what a witness is allowed, and yet not what the problem asks of its input.
    let close = try #require(
      try Witness.confirmed([0.75, 0], network: network, problem: problem(Double(0.75).nextDown)))
    #expect(!close.isUnchanged && close.moved == 0)
    let other = try #require(try Witness.confirmed([0.625, 0], network: network, problem: problem(0.75)))
    #expect(!other.isUnchanged && other.moved == 0)
  }

  @Test func writesItsFile() throws {
    let witness = try Witness([0.75, 0], network: line(), problem: problem(.l1, epsilon: 0.5))
    try withTemporaryDirectory { folder in
      try witness.write("\(folder)/w.json")
      let json = try JSON(parsing: FileAccess.read("\(folder)/w.json"), path: "w.json")
      #expect(json["witness"]?.array?.compactMap(\.double) == [0.75, 0])
      #expect(json["margin_lower"]?.double == 0.5 && json["certain"] == .boolean(true))
      #expect(json["margin64"]?.double == 0.5 && json["winner"]?.int == 2 && json["adversarial"] == .boolean(true))
    }
  }
}
