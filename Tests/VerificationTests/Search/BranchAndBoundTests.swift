import Essentials
import MILP
import Networks
import Synchronization
import Tensors
import Testing
import Verification

@Suite struct BranchAndBoundTests {
  private func problem(
    _ region: any InputRegion, _ network: Network, target: Int? = 1, class classIndex: Int = 0
  ) throws -> Problem {
    try Problem(region: region, class: classIndex, target: target, rows: 3)
  }

  /// With a gap it is an optimiser, and its optimum is that of brute force over all activation patterns.
  @Test(arguments: 0..<6) func agreesWithBruteForce(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let network = try RandomProblems.network([6, 4, 3, 3], using: &random)
    for region in try RandomProblems.regions(6, rows: 3, epsilon: 1.5, using: &random) {
      for target in [1, nil] {
        let problem = try problem(region, network, target: target)
        let optimum = try Reference.largestMargin(network, problem)
        var options = BranchAndBoundOptions.solvingPrograms
        options.gap = 1e-3
        options.timeLimit = 10
        let result = try BranchAndBound(network, problem: problem, options: options).run()
        #expect(result.status != .limit || result.bound <= optimum + 2e-3, "seed \(seed) \(region.norm)")
        // The reference is an LP's optimum: right up to its tolerances.
        #expect(result.bound >= optimum - 1e-6, "seed \(seed) \(region.norm)")
        #expect(result.bound <= optimum + 2e-3, "seed \(seed) \(region.norm): \(result) optimum \(optimum)")
        #expect(result.margin <= optimum + 1e-6 && region.violation(of: result.point) == 0)
      }
    }
  }

  /// However near to 0 the optimum is, and however thin the first layer, so that halves of inputs would shrink towards a
  /// point without end.
  @Test(arguments: 0..<12) func decidesWhatIsAlmostTangent(seed: Int) throws {
    var random = RandomSource(seed: UInt64(700 + seed))
    let network = try RandomProblems.network([4, 1 + seed % 2, 4, 4, 2], using: &random)
    let region = try BoxRegion(
      lower: [Double](repeating: -1, count: 4), upper: [Double](repeating: 1, count: 4))
    let problem = try Problem(region: region, class: 0, target: 1)
    let optimum = try Reference.largestMargin(network, problem)
    let distance = (seed < 6 ? 1e-5 : -1e-5) * max(abs(optimum), 1)
    network.layers[3].bias.base[1] += distance - optimum
    for branching in [Branching.automatic, .neurons] {
      var options = BranchAndBoundOptions.solvingPrograms
      options.branching = branching
      options.nodeLimit = 20_000
      let result = try BranchAndBound(network, problem: problem, options: options).run()
      #expect(result.status == (distance > 0 ? .found : .proved), "seed \(seed) \(branching): \(result)")
    }
  }

  /// Whoever solves the programs of leaves is not believed: of lies and duals without sense only a valid bound is made.
  @Test(arguments: 0..<8) func believesNoSolverOfLeaves(seed: Int) throws {
    var random = RandomSource(seed: UInt64(800 + seed))
    let network = try RandomProblems.network([6, 4, 4, 2], using: &random)
    let region = try RandomProblems.regions(6, rows: 3, epsilon: 1.5, using: &random)[seed % 4]
    let problem = try problem(region, network)
    let optimum = try Reference.largestMargin(network, problem)
    // Shifted so that no input is a witness, by so little that a lie about a leaf would prove it too early.
    network.layers[2].bias.base[1] -= optimum + 1e-3
    var options = BranchAndBoundOptions()
    options.branching = .neurons
    options.gap = 1e-9
    options.nodeLimit = 2000
    options.solveProgram = { model, _, _ in
      var lie = Solution(status: .optimal, solver: "liar")
      lie.objective = -1e9
      lie.rowDuals = (0..<model.rowCount).map { Double($0 % 3) * 1e3 }
      return lie
    }
    let result = try BranchAndBound(network, problem: problem, options: options).run()
    #expect(result.bound >= -1e-3 - 1e-6, "seed \(seed) \(region.norm): \(result)")
  }

  /// A leaf whose program runs out of time is neither closed nor given up: the next run solves it.
  @Test(arguments: 0..<8) func leavesOutOfTimeAreTriedAgain(seed: Int) throws {
    var random = RandomSource(seed: UInt64(850 + seed))
    let network = try RandomProblems.network([6, 4, 4, 2], using: &random)
    let region = try RandomProblems.regions(6, rows: 3, epsilon: 1.5, using: &random)[seed % 4]
    let problem = try problem(region, network)
    let optimum = try Reference.largestMargin(network, problem)
    network.layers[2].bias.base[1] += (seed < 4 ? 1e-5 : -1e-5) - optimum
    var options = BranchAndBoundOptions.solvingPrograms
    options.branching = .neurons
    let solve = try #require(options.solveProgram)
    let isOver = Mutex(false)
    // The optima of the leaves whose programs came too late, and of those that were solved.
    let calls = Mutex((count: 0, late: [Double](), solved: Set<Double>()))
    options.solveProgram = { model, limit, isExact in
      let solution = try solve(model, limit, isExact)
      let optimum = solution.objective ?? -.infinity
      let isLate = calls.withLock { calls in
        calls.count += 1
        if calls.count % 2 == 1 { calls.late.append(optimum) } else { calls.solved.insert(optimum) }
        return calls.count % 2 == 1
      }
      guard isLate else { return solution }
      isOver.withLock { $0 = true }
      return Solution(status: .limit, solver: "late")
    }
    let search = try BranchAndBound(network, problem: problem, options: options)
    var result = try search.run { isOver.withLock { $0 } }
    while result.status == .stopped {
      isOver.withLock { $0 = false }
      result = try search.run { isOver.withLock { $0 } }
    }
    #expect(result.status == (seed < 4 ? .found : .proved), "seed \(seed) \(region.norm): \(result)")
    guard result.status == .proved else { return }
    calls.withLock { calls in
      // The first two are proved before any leaf.
      #expect(seed < 6 || !calls.late.isEmpty)
      #expect(calls.late.allSatisfy(calls.solved.contains), "seed \(seed): \(calls)")
    }
  }

  /// A bound and a witness that contradict each other are noticed, neither being believed silently.
  @Test func noticesAContradiction() throws {
    var random = RandomSource(seed: 9)
    let network = try RandomProblems.network([6, 5, 2], using: &random)
    for output in 0...1 { network.layers[1].bias.base[output] = 0 }
    let region = try BoxRegion(lower: [Double](repeating: 0, count: 6), upper: [Double](repeating: 1, count: 6))
    let margin = try Problem(region: region, class: 0).margin(of: network.forward(region.center))
    let problem = try Problem(region: region, class: margin > 0 ? 0 : 1)
    var options = BranchAndBoundOptions()
    options.gap = 0.01
    #expect(try BranchAndBound(network, problem: problem, options: options).run().refutedBound == nil)
    // Bounds that say that no neuron ever fires.
    let right = try PreactivationBounds.backwardLinear(network, over: region)
    let never = try LayerBounds(
      lower: right.layers[0].lower.map { $0 - 3 }, upper: right.layers[0].lower.map { $0 - 3 })
    let wrong = PreactivationBounds(layers: [never, right.layers[1]])
    let result = try BranchAndBound(network, problem: problem, bounds: wrong, options: options).run()
    #expect(try result.refutedBound ?? .infinity < #require(result.witness).marginLower)
  }

  /// The verdict is the optimum's sign, whatever the options.
  @Test(arguments: 0..<12) func verdictIsTheSignOfTheOptimum(seed: Int) throws {
    var random = RandomSource(seed: UInt64(100 + seed))
    let network = try RandomProblems.network([8, 5, 4, 2], using: &random)
    for region in try RandomProblems.regions(8, rows: 4, epsilon: 0.8, using: &random) {
      let outputs = try network.forward(region.center)
      let classIndex = outputs[0] > outputs[1] ? 0 : 1
      let problem = try Problem(region: region, class: classIndex, target: 1 - classIndex, rows: 4)
      let optimum = try Reference.largestMargin(network, problem)
      guard abs(optimum) > 1e-4 else { continue }
      for (depth, probes, rootIterations) in [(100, 4, 12), (0, 1, 0)] {
        var options = BranchAndBoundOptions.solvingPrograms
        options.tighteningDepth = depth
        options.probes = probes
        options.rootIterations = rootIterations
        options.timeLimit = 10
        let result = try BranchAndBound(network, problem: problem, options: options).run()
        #expect(result.status == (optimum > 0 ? .found : .proved), "seed \(seed) \(region.norm): \(result), \(optimum)")
        #expect(result.isProof == (optimum < 0))
        #expect(result.bound >= optimum - 1e-6)
        #expect((result.witness != nil) == (optimum > 0))
      }
    }
  }

  /// However few open nodes are kept in order, none is forgotten: the optimum is the same, and a search that is cut short
  /// bounds it.
  @Test(arguments: 0..<4) func depthFirstForgetsNothing(seed: Int) throws {
    var random = RandomSource(seed: UInt64(500 + seed))
    let network = try RandomProblems.network([6, 5, 4, 3], using: &random)
    let region = try RandomProblems.regions(6, rows: 3, epsilon: 2, using: &random)[seed]
    let problem = try problem(region, network, target: nil)
    let optimum = try Reference.largestMargin(network, problem)
    var nodes = 0
    let choices: [(Int, Branching)] = [0, 2, 4000].flatMap { [($0, .neurons), ($0, .inputs)] }
    for (capacity, branching) in choices where branching == .neurons || region.norm == .box {
      var options = BranchAndBoundOptions()
      options.branching = branching
      options.orderedNodes = capacity
      options.tighteningDepth = 0
      options.rootIterations = 0
      options.gap = 1e-3
      options.nodeLimit = 1000
      let whole = try BranchAndBound(network, problem: problem, options: options).run()
      nodes = max(nodes, whole.nodes)
      var before = Double.infinity
      for limit in [2, 3, 5, 8, 12, 20, 1000] {
        options.nodeLimit = limit
        let result = try BranchAndBound(network, problem: problem, options: options).run()
        let context = "seed \(seed), \(capacity), \(branching), \(limit) nodes: \(result), optimum \(optimum)"
        #expect(result.bound >= optimum - 1e-6 && result.margin <= optimum + 1e-6, "\(context)")
        #expect(result.status != .proved || result.bound <= optimum + 2e-3, "\(context)")
        // More nodes never make it worse, and while one is left to divide the gap is open.
        #expect(
          result.bound <= before && (result.nodes == whole.nodes || result.bound > result.margin + 1e-3), "\(context)")
        before = result.bound
      }
    }
    #expect(nodes > 5, "seed \(seed): \(nodes)")
  }

  /// With constraints the bound is that of the region, and the point is one that meets them, the witness where there is
  /// one; inputs with a larger margin that miss them take no part.
  @Test(arguments: 0..<6) func pointsMeetTheConstraints(seed: Int) throws {
    var random = RandomSource(seed: UInt64(300 + seed))
    let network = try RandomProblems.network([6, 5, 4, 3], using: &random)
    for region in try RandomProblems.regions(6, rows: 3, epsilon: 1.5, using: &random) {
      let met = region.sample(using: &random)
      let constraint = try RandomProblems.constraint(network, metBy: met, using: &random)
      let problem = try Problem(region: region, class: 0, target: 1, constraints: [constraint])
      let optimum = try Reference.largestMargin(network, problem)
      for gap in [nil, 1e-3] as [Double?] {
        var options = BranchAndBoundOptions()
        options.gap = gap
        options.nodeLimit = 300
        let result = try BranchAndBound(network, problem: problem, options: options).run()
        #expect(result.bound >= optimum - 1e-6, "seed \(seed) \(region.norm)")
        #expect(result.margin <= optimum + 1e-3, "seed \(seed) \(region.norm): \(result) optimum \(optimum)")
        let outputs = try network.forward(result.point)
        #expect(result.margin == -.infinity || problem.isAdmissible(result.point, outputs: outputs))
        if gap == nil, let witness = result.witness { #expect(witness.point == result.point && witness.moved == 0) }
      }
    }
  }

  /// The largest margin is 0: neither a witness nor a proof, however the search ends. It is -|x| through two neurons, and
  /// -x without any.
  @Test func aTieIsNeitherFoundNorProved() throws {
    let bent = try Network(layers: [
      Layer(weight: Tensor([1, -1], shape: [2, 1]), bias: Tensor([0, 0])),
      Layer(weight: Tensor([0, 0, -1, -1], shape: [2, 2]), bias: Tensor([0, 0])),
    ])
    let straight = try Network(layers: [Layer(weight: Tensor([0, -1], shape: [2, 1]), bias: Tensor([0, 0]))])
    for (network, lower) in [(bent, -1.0), (straight, 0)] {
      for branching in [Branching.neurons, .inputs] {
        var options = BranchAndBoundOptions()
        options.branching = branching
        options.nodeLimit = 200
        let problem = try Problem(region: BoxRegion(lower: [lower], upper: [1]), class: 0, target: 1)
        let result = try BranchAndBound(network, problem: problem, options: options).run()
        #expect(result.status == .limit && !result.isProof && result.witness == nil, "\(lower) \(branching): \(result)")
        #expect(result.bound >= 0 && result.margin <= 0, "\(lower) \(branching): \(result)")
      }
    }
  }

  /// Limits, interruption and a network without hidden layers.
  @Test func endsWhereItIsTold() throws {
    var random = RandomSource(seed: 7)
    let network = try RandomProblems.network([20, 30, 30, 3], using: &random)
    let center = [Double](repeating: 0.5, count: 20)
    let region = try BoxRegion(lower: center.map { $0 - 0.5 }, upper: center.map { $0 + 0.5 }, center: center)
    let outputs = try network.forward(center)
    let best = outputs.indices.max { outputs[$0] < outputs[$1] } ?? 0
    let problem = try Problem(region: region, class: best)
    var options = BranchAndBoundOptions()
    options.gap = 1e-6
    options.timeLimit = 0
    let atOnce = try BranchAndBound(network, problem: problem, options: options).run()
    #expect(atOnce.status == .limit && !atOnce.isProof && atOnce.bound >= atOnce.margin)
    options.timeLimit = nil
    options.nodeLimit = 10
    let limited = try BranchAndBound(network, problem: problem, options: options).run()
    #expect(limited.status == .limit && limited.nodes <= 12)
    options.nodeLimit = nil
    let asked = Mutex(0)
    let stopped = try BranchAndBound(network, problem: problem, options: options).run {
      asked.withLock { count in
        count += 1
        return count > 100
      }
    }
    #expect(stopped.status == .stopped && !stopped.isProof)
    options.iterations = 0
    #expect(throws: Misuse.self) { try BranchAndBound(network, problem: problem, options: options) }

    let linear = try RandomProblems.network([5, 2], using: &random)
    let ball = try L1Ball(
      center: [Double](repeating: 0.5, count: 5), epsilon: 0.3, lower: [Double](repeating: 0, count: 5),
      upper: [Double](repeating: 1, count: 5))
    let question = try Problem(region: ball, class: 0, target: 1)
    let optimum = try Reference.largestMargin(linear, question)
    let answer = try BranchAndBound(linear, problem: question).run()
    #expect(answer.status == (optimum > 0 ? .found : .proved))
  }

  /// A search in small steps ends as one in one go does, and its bound never grows on the way.
  @Test(arguments: 0..<8) func goesOnWhereItWas(seed: Int) throws {
    var random = RandomSource(seed: UInt64(300 + seed))
    let network = try RandomProblems.network([8, 10, 10, 2], using: &random)
    let region = try RandomProblems.regions(8, rows: 4, epsilon: 1.2, using: &random)[seed % 4]
    let outputs = try network.forward(region.center)
    let classIndex = outputs[0] > outputs[1] ? 0 : 1
    let problem = try Problem(region: region, class: classIndex, target: 1 - classIndex, rows: 4)
    var options = BranchAndBoundOptions()
    options.branching = seed < 4 ? .automatic : .neurons
    let whole = try BranchAndBound(network, problem: problem, options: options).run()
    // Without time for the work at the root, that is done later.
    options.timeLimit = 0
    let search = try BranchAndBound(network, problem: problem, options: options)
    var result = try search.run()
    var steps = 0
    while result.status == .limit, steps < 10_000 {
      let before = result
      try search.limit(time: nil, nodes: 3)
      result = try search.run()
      #expect(result.bound <= before.bound && result.margin >= before.margin && result.nodes >= before.nodes)
      steps += 1
    }
    #expect(result.status == whole.status, "seed \(seed): \(result), \(whole)")
    try search.limit(time: nil)
    #expect(try search.run().status == result.status)
    #expect(throws: Misuse.self) { try search.limit(time: -1) }
  }

  /// The node bounds hold at every sampled point, without tolerance, when the search is cut short.
  @Test(arguments: 0..<4) func noSampledPointBeatsTheBound(kind: Int) throws {
    var random = RandomSource(seed: UInt64(50 + kind))
    let network = try RandomProblems.network([36, 12, 12, 4], using: &random)
    let region = try RandomProblems.regions(36, rows: 6, epsilon: 2, using: &random)[kind]
    let problem = try Problem(region: region, class: 0, target: 2, rows: 6)
    for limit in [1, 20, 300] {
      var options = BranchAndBoundOptions()
      options.gap = 1e-9
      options.nodeLimit = limit
      let result = try BranchAndBound(network, problem: problem, options: options).run()
      var outside = 0
      for _ in 0..<20_000 {
        let x = region.sample(using: &random)
        if problem.margin(of: try network.forward(x)) > result.bound + 1e-12 { outside += 1 }
      }
      #expect(outside == 0, "kind \(kind), \(limit) nodes")
    }
  }

  /// With a gap the function may come up to the threshold in what a node's cut leaves out, and is above the best point
  /// there: no bound within the cut holds for it.
  @Test(arguments: [[3, 12, 12, 2], [6, 16, 2]]) func cutsBoundNothingBesideThem(
    widths: [Int]
  ) throws {
    for seed in 0..<20 {
      var random = RandomSource(seed: UInt64(900 + seed))
      let network = try RandomProblems.network(widths, using: &random)
      let size = [Double](repeating: 3, count: widths[0])
      let region = try BoxRegion(lower: size.map(-), upper: size)
      let problem = try Problem(region: region, class: 0, target: 1)
      let margins = try (0..<2000).map { _ in problem.margin(of: try network.forward(region.sample(using: &random))) }
      let (least, greatest) = (margins.min() ?? 0, margins.max() ?? 0)
      for (share, branching) in [(0.3, Branching.neurons), (0.5, .inputs), (0.8, .neurons)] {
        var options = BranchAndBoundOptions()
        options.branching = branching
        options.gap = share * (greatest - least)
        options.nodeLimit = 300
        let result = try BranchAndBound(network, problem: problem, options: options).run()
        #expect(result.bound >= greatest, "\(widths), seed \(seed), \(share), \(branching): \(result), \(greatest)")
      }
    }
  }
}
