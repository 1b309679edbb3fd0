import Essentials
import MILP
import Networks
import Solvers
import Tensors
import Testing
import Verification

@Suite struct CertifiedTests {
  private func network(_ seed: UInt64) throws -> Network {
    var random = RandomSource(seed: seed)
    return try RandomProblems.network([4, 5, 3], using: &random)
  }

  private func problem(
    _ epsilon: Double, target: Int? = 1, constrained constraints: [LinearConstraint] = []
  ) throws -> Problem {
    let half = [Double](repeating: 0.5, count: 4)
    return try Problem(
      input: half, lower: half.map { $0 - 0.5 }, upper: half.map { $0 + 0.5 }, norm: .l1, epsilon: epsilon, class: 0,
      target: target, constraints: constraints)
  }

  private func bounds(_ network: Network, _ problem: Problem) throws -> Certified<PreactivationBounds> {
    try Question(network, problem).bounds()
  }

  @Test func answersItsOwnQuestionAndWhatThatCovers() throws {
    let network = try network(1)
    let constraint = try LinearConstraint(inputs: [1, 1, 1, 1], right: 2)
    let plain = try bounds(network, problem(1))
    #expect(plain.isCertified && plain.scope == .region)
    #expect(try plain.answers(network) && plain.answers(network, problem(1)))
    #expect(try plain.answers(network, problem(1, constrained: [constraint])), "fewer inputs")
    #expect(try !plain.answers(network, problem(2)), "more inputs")
    #expect(try !plain.answers(network, problem(1, target: 2)) && !plain.answers(network, problem(1, target: nil)))
    #expect(try !plain.answers(self.network(2)) && plain.answers(self.network(1)))
    #expect(try bounds(network, problem(1, target: nil)).answers(network, problem(1, target: 2)), "any other class")
    let constrained = try bounds(network, problem(1, constrained: [constraint]))
    #expect(
      try !constrained.answers(network, problem(1))
        && constrained.answers(network, problem(1, constrained: [constraint])))
    // The network is a copy.
    let changed = try network.copy()
    let kept = try bounds(changed, problem(1))
    changed.layers[0].bias.base[0] += 1
    #expect(!kept.answers(changed) && kept.answers(network))
    #expect(throws: Misuse.self) {
      try Question(network, Problem(region: BoxRegion(lower: [0], upper: [1]), class: 0))
    }
  }

  /// Whatever makes a region another one makes it another question.
  @Test func coversTheSameRegionOnly() throws {
    func problem(
      _ norm: Norm = .l1, x: Double = 0.5, epsilon: Double = 1, lower: Double = 0, upper: Double = 1, rows: Int = 2
    ) throws -> Problem {
      func all(_ value: Double) -> [Double] { [Double](repeating: value, count: 4) }
      return try Problem(
        input: all(x), lower: all(lower), upper: all(upper), norm: norm, epsilon: epsilon, rows: rows, class: 0)
    }
    let plain = try problem()
    #expect(try plain.covers(problem()) && plain.covers(problem(rows: 1)))
    let others = [
      try problem(.linf), try problem(x: 0.25), try problem(epsilon: 0.5), try problem(lower: 0.25),
      try problem(upper: 0.75), try problem(lower: -1), try problem(upper: 2),
    ]
    for other in others { #expect(!plain.covers(other) && !other.covers(plain)) }
    #expect(try !problem(.l1RowMax).covers(problem(.l1RowMax, rows: 4)))
  }

  /// A network of one hidden neuron whose margin is at most -1: every finding about it is a proof.
  private func robust() throws -> (Network, Problem) {
    let network = try Network(layers: [
      Layer(weight: Tensor([1], shape: [1, 1]), bias: Tensor([-0.5])),
      Layer(weight: Tensor([0, 1], shape: [2, 1]), bias: Tensor([2, 0.5])),
    ])
    return (network, try Problem(region: BoxRegion(lower: [0], upper: [1]), class: 0, target: 1))
  }

  @Test func isAsGoodAsItsBounds() throws {
    let (network, problem) = try robust()
    let question = try Question(network, problem)
    let plain = try question.bounds()
    // Bounds from outside prove nothing, nor does what rests on them.
    let given = try question.given(plain.content)
    #expect(throws: Misuse.self) { try question.given(PreactivationBounds(layers: [plain.content.layers[0]])) }
    for (start, proves) in [(plain, true), (given, false)] {
      #expect(try start.provesRobust(network, problem).isProved == proves)
      #expect(try question.bounds(from: start).provesRobust(network).isProved == proves)
      let search = try question.search(from: start)
      #expect(try !search.provesRobust(network).isProved, "it has not begun")
      try search.run()
      #expect(try search.provesRobust(network).isProved == proves)
      let encoding = try question.encoding(from: start)
      let solved = try encoding.solved(by: GLPKSolver().solve(encoding.content.model))
      #expect(try solved.provesRobust(network).isProved == proves)
      #expect(try (solved.marginBound != nil) == proves)
      let relaxation = try question.relaxation(from: start)
      #expect(try !relaxation.provesRobust(network).isProved, "nothing was aimed at yet")
      try relaxation.content.aim(at: .margin(rival: 1))
      _ = try relaxation.content.bound(rowDuals: #require(try GLPKSolver().solve(relaxation.content.model).rowDuals))
      #expect(try relaxation.provesRobust(network).isProved == proves)
      #expect(relaxation.bounds.isCertified == proves)
      let difference = try question.difference(from: network)
      #expect(try !difference.provesRobust(network).isProved, "nothing is known of the other network")
      #expect(try difference.concluding(from: solved).provesRobust(network).isProved == proves)
    }
  }

  @Test func onlyANegativeBoundIsAProof() {
    #expect(ProofAnswer(marginBound: -1e-300, leavesNoInput: false).isProved)
    for bound in [0, -0.0, 1, .infinity, .nan, nil] as [Double?] {
      #expect(!ProofAnswer(marginBound: bound, leavesNoInput: true).isProved)
      #expect(ProofAnswer(marginBound: bound, leavesNoInput: true).reason == nil)
    }
    #expect(ProofAnswer(marginBound: -1, leavesNoInput: true).reason == "no admissible input")
  }

  /// Bounds for few inputs serve their own problem only, and tell of counterexamples only.
  @Test func boundsOfFewInputsServeTheirOwnQuestion() throws {
    let (network, problem) = try robust()
    let other = try Problem(region: problem.region, class: 1, target: 0)
    let question = try Question(network, problem)
    let plain = try question.bounds()
    let narrow = try question.relaxation(assumesTarget: true).bounds
    #expect(narrow.scope == .counterexamples)
    #expect(try question.bounds(from: narrow).scope == .counterexamples)
    #expect(try question.search(from: narrow).scope == .counterexamples)
    #expect(try narrow.provesRobust(network).isProved && narrow.marginBound == 0)
    #expect(throws: Misuse.self) { try Question(network, other).bounds(from: narrow) }
    #expect(try Question(network, other).bounds(from: plain).scope == .region)
    #expect(throws: Misuse.self) { try Question(self.network(1), self.problem(1)).bounds(from: plain) }
    #expect(throws: Misuse.self) {
      try Question(network, Problem(region: BoxRegion(lower: [0], upper: [2]), class: 0)).bounds(from: plain)
    }
    var options = BranchAndBoundOptions()
    options.gap = 1e-3
    #expect(throws: Misuse.self) { try question.search(from: narrow, options: options) }
    var asked = EncodingOptions()
    asked.objective = .admissibility
    #expect(throws: Misuse.self) { try question.encoding(from: narrow, options: asked) }
    // A conclusion must be about the embedded network and this problem.
    let difference = try question.difference(from: network)
    #expect(throws: Misuse.self) { try difference.concluding(from: Question(network, other).bounds()) }
    #expect(throws: Misuse.self) {
      try difference.concluding(
        from: Question(network, Problem(region: BoxRegion(lower: [0], upper: [0.5]), class: 0)).bounds())
    }
  }

  /// A witness may exceed a constraint on outputs by a part in a million, and no bound is below its margin: here 2x - 1
  /// with x at most 0.6.
  @Test func whatAWitnessMayExceedIsAllowedInProofs() throws {
    let network = try Network(layers: [
      Layer(weight: Tensor([1, -1], shape: [2, 1]), bias: Tensor([0, 1])),
      Layer(weight: Tensor([0, 1, 1, 0], shape: [2, 2]), bias: Tensor([0, 0])),
    ])
    let problem = try Problem(
      region: BoxRegion(lower: [0], upper: [0.75]), class: 0, target: 1,
      constraints: [LinearConstraint(outputs: [0, 1], right: 0.6)])
    let witness = try Witness([0.6 + 9e-7], network: network, problem: problem, projects: false)
    #expect(witness.isAdversarial && witness.margin64 > 0.2 + 1.7e-6)
    let encoding = try Encoding(network, problem: problem)
    let optimum = try solve(encoding.model)
    #expect(optimum >= witness.margin64 && optimum < 0.2 + 3e-6, "\(optimum)")
    let relaxation = try LinearRelaxation(network, problem: problem, bounds: .interval(network, over: problem.region))
    try relaxation.aim(at: .margin(rival: 1))
    let duals = try #require(try GLPKSolver().solve(relaxation.model).rowDuals)
    let bound = try relaxation.bound(rowDuals: duals)
    #expect(bound >= witness.margin64 && bound < 0.2 + 3e-6, "\(bound)")
    // A dual of the wrong sign is worth nothing; it is not taken for a constraint the other way round.
    #expect(try relaxation.bound(rowDuals: duals.map { -$0 }) >= 0.2)
  }

  @Test func aSolutionCountsForTheUnchangedModelOnly() throws {
    let network = try network(3)
    let problem = try problem(0.5)
    let encoding = try Encoding(network, problem: problem)
    let solution = try GLPKSolver().solve(encoding.model)
    let bound = try #require(try encoding.objectiveBound(solution))
    let expected = try Reference.largestMargin(network, problem)
    #expect(bound >= expected && bound < expected + 1e-4)
    #expect(try encoding.objectiveBound(GLPKSolver().solve(Encoding(network, problem: problem).model)) == nil)
    // A bound below what an attack finds is not taken.
    var broken = solution
    (broken.bound, broken.objective, broken.values) = (expected - 1, nil, nil)
    #expect(try encoding.objectiveBound(broken) == nil)
    var added = solution
    added.addedRows = 1
    #expect(try encoding.objectiveBound(added) == nil)
    try encoding.model.constrain(LinearExpression(encoding.inputs[0]), .lessOrEqual, 0.4)
    #expect(try encoding.objectiveBound(GLPKSolver().solve(encoding.model)) == nil)
  }
}
