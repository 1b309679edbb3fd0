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
      try DenseLayer(weight: Tensor([1, 0, -1, 0], shape: [2, 2]), bias: Tensor([0, 1])),
      try DenseLayer(weight: Tensor([0, 1, 1, 0], shape: [2, 2]), bias: Tensor([0, 0])),
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
      (try LinearConstraint(inputs: [1, 0], right: 0.75 - 5e-7), true),
      (try LinearConstraint(inputs: [1, 0], right: 0.75 - 2e-6), false),
      (try LinearConstraint(outputs: [0, 1], right: 0.75), true),
      (try LinearConstraint(outputs: [0, 1], right: 0.7), false),
      (try LinearConstraint(inputs: [1000, 0], outputs: [0, -1000], right: 0), true),
      (try LinearConstraint(inputs: [1000, 0], outputs: [0, -1000], right: -0.1), false),
    ] {
      let witness = try Witness([0.75, 0], network: network, problem: problem([constraint]), projects: false)
      #expect(witness.isAdversarial == isMet && (witness.constraintViolation > 1e-6) == !isMet)
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

  @Test func writesItsFile() throws {
    let witness = try Witness([0.75, 0], network: line(), problem: problem(.l1, epsilon: 0.5))
    try withTemporaryDirectory { folder in
      try witness.write("\(folder)/w.json")
      let json = try JSON(parsing: FileAccess.read("\(folder)/w.json"), path: "w.json")
      #expect(json["witness"]?.array?.compactMap(\.double) == [0.75, 0])
      #expect(json["margin64"]?.double == 0.5 && json["winner"]?.int == 2 && json["adversarial"] == .boolean(true))
    }
  }
}
