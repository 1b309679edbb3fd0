import Essentials
import Networks

/// A branch and bound on the phases of undecided neurons, with backward linear bounds at its nodes (beta-CROWN: Wang et
/// al., NeurIPS 2021): thousands of nodes per second where a MILP solver makes hundreds.
///
/// A node assumes the phases of some neurons. Its bound is `SplitRelaxation`'s, with slopes and multipliers improved by
/// a few steps from where the parent left them; each of these bounds is rounded outward, so a closed node is a proof.
/// The input at which the bound is attained is tried on the network itself, so that the search finds witnesses too. It
/// branches on the neuron that moves the bound most: those whose relaxation adds most to the bound at the maximiser are
/// probed in both phases (filtered smart branching: De Palma et al., 2021).
public final class BranchAndBound {
  let network: Network
  let problem: Problem
  /// The choices; the limits are those of the next run.
  private(set) var options: BranchAndBoundOptions
  let relaxation: SplitRelaxation
  var optimizer: MultiplierOptimizer
  /// One margin per rival.
  var functions: [LinearFunction] = []
  let inputs: InputSplitting
  let splitsInputs: Bool
  /// What proves the result, where that is asked for.
  let record: SearchRecord?
  private let rivals: [Int]
  private let rootBounds: PreactivationBounds
  private let attack: Attack
  private var open: OpenNodes<SearchNode>
  /// How far below 0 a bound has to be with a record, so that it is so for those who round otherwise.
  private let leastGap: Double
  /// What is known by now.
  public private(set) var result: BranchAndBoundResult
  /// The largest bound of a node that is closed for good.
  private var closedBound = -Double.infinity
  /// Whether a node was left open because nothing could be done about it.
  private var leavesOpen = false
  /// Whether the open nodes cover every margin; then their bounds bound it.
  private var isRootBounded = false
  /// Whether the work at the root is done.
  private var isRootSettled = false
  /// Nodes of the runs before this one.
  private var nodesBefore = 0
  /// When the present run has to end, on the monotonic clock; the first one begins when the search is made.
  private var deadline: Double?
  /// Asked now and then, whether somebody wants the end of the present run.
  private var isStopRequested: @Sendable () -> Bool = { false }

  /// A search for an input of the problem's region on which `network` is wrong.
  ///
  /// - Parameter bounds: preactivation bounds of this network over the problem's region; backward linear ones by
  ///   default. The proof is as good as these are.
  /// - Throws: `Misuse` when network, problem and bounds do not fit, or an option makes no sense.
  public init(
    _ network: Network, problem: Problem, bounds: PreactivationBounds? = nil,
    options: BranchAndBoundOptions = BranchAndBoundOptions()
  ) throws {
    try problem.check(network)
    try options.check()
    guard !options.isRecorded || (bounds == nil && options.gap == nil) else {
      throw Misuse(
        "branch and bound: expected neither bounds nor a gap with a certificate, which proves a sign by itself")
    }
    let deadline = options.timeLimit.map { Stopwatch.now + $0 }
    let bounds =
      try bounds
      ?? PreactivationBounds.backwardLinear(network, over: problem.region, skipsDecided: true) {
        deadline.map { Stopwatch.now >= $0 } ?? false
      }
    try bounds.check(network)
    // A copy: what a script does to its network later must not change what is being proved.
    self.network = try network.copy()
    self.problem = problem
    self.options = options
    self.deadline = deadline
    rootBounds = bounds
    rivals = problem.rivals(outputCount: network.outputCount)
    inputs = InputSplitting(problem.region)
    splitsInputs = try inputs.isWanted(by: options.branching)
    relaxation = SplitRelaxation(self.network, over: problem.region, root: SplitState(bounds, of: self.network))
    record = options.isRecorded ? try SearchRecord(relaxation.layout, condition: options.condition) : nil
    relaxation.record = record
    leastGap = options.isRecorded ? SearchRecord.leastGap(bounds.outputs) : 0
    optimizer = MultiplierOptimizer(relaxation)
    open = OpenNodes(capacity: options.orderedNodes)
    optimizer.rate = options.stepSize
    optimizer.decay = options.stepDecay
    var attackOptions = AttackOptions()
    attackOptions.steps = 10
    attackOptions.goal = 1e-4
    attack = try Attack(self.network, problem: problem, options: attackOptions)
    result = BranchAndBoundResult(status: .limit, bound: .infinity, point: problem.input, margin: -.infinity)
  }

  /// Searches until the question is settled, a limit is reached, or `shouldStop`, asked at every node, says so. A search
  /// that ended by a limit or a stop goes on where it was.
  ///
  /// - Returns: what is known now; nodes, evaluations and seconds are those of all runs.
  public func run(shouldStop: @escaping @Sendable () -> Bool = { false }) throws -> BranchAndBoundResult {
    let clock = Stopwatch()
    isStopRequested = shouldStop
    nodesBefore = result.nodes
    let secondsBefore = result.seconds
    if result.nodes == 0 { try consider(problem.input) }
    if result.witness != nil, options.gap == nil {
      result.status = .found
    } else if result.status == .limit || result.status == .stopped {
      if !isRootSettled { try interrogateRoot() }
      result.status = try search()
    }
    if isRootBounded { result.bound = min(result.bound, max(open.bound, closedBound)) }
    result.refutedBound = result.witness.flatMap { result.bound < $0.marginLower ? result.bound : nil }
    result.bound = max(result.bound, result.margin)
    if result.status == .proved, leavesOpen { result.status = .limit }
    result.evaluations = relaxation.evaluations
    result.seconds = secondsBefore + clock.wallSeconds
    return result
  }

  /// Sets other limits for the next run, which begins now.
  ///
  /// - Parameters:
  ///   - timeLimit: wall seconds; nil for no limit.
  ///   - nodeLimit: nodes; nil for no limit.
  /// - Throws: `Misuse` when a limit is negative.
  public func limit(time timeLimit: Double?, nodes nodeLimit: Int? = nil) throws {
    options.timeLimit = timeLimit
    options.nodeLimit = nodeLimit
    try options.check()
    deadline = timeLimit.map { Stopwatch.now + $0 }
  }

  /// Bounds the margins at the root, first as the given bounds let it, then with bounds that are worth more work.
  private func interrogateRoot() throws {
    var root = SplitState(rootBounds, of: network)
    relaxation.region = problem.region
    relaxation.load(root)
    functions = rivals.map { rival in
      relaxation.function(outputWeights: problem.marginWeights(rival: rival, outputCount: network.outputCount))
    }
    for attempt in 0...1 {
      relaxation.load(root)
      if attempt == 0 { try beginRecord() }
      if attempt == 1 {
        guard open.bound > threshold, options.rootIterations > 0, relaxation.layout.layerCount > 1 else { break }
        if shouldStop { return }
        try beginRecord()
        try relaxation.tightenWithSlopes(iterations: options.rootIterations) { shouldStop }
        relaxation.store(into: &root)
      }
      open = OpenNodes(capacity: open.capacity)
      closedBound = -.infinity
      leavesOpen = false
      isRootBounded = false
      for function in functions.indices {
        let node = SearchNode(state: root, function: function, bound: .infinity, depth: 0, record: function)
        try settle(node, iterations: 8 * options.iterations)
        // The other margins have not been bounded yet.
        if result.witness != nil, options.gap == nil { return }
      }
      isRootBounded = true
    }
    result.unstable = root.lower.indices.count { root.isUnstable($0) }
    isRootSettled = !shouldStop
  }

  private func search() throws -> BranchAndBoundStatus {
    while true {
      if result.witness != nil, options.gap == nil { return .found }
      if isStopRequested() { return .stopped }
      if isOutOfTime || result.nodes - nodesBefore >= options.nodeLimit ?? .max { return .limit }
      guard let node = open.pop() else { return .proved }
      guard node.bound > threshold else {
        closedBound = max(closedBound, node.bound)
        continue
      }
      guard let branch = node.branch else {
        try finish(node)
        continue
      }
      switch branch {
      case .neuron(let place): try divide(node, neuron: place)
      case .input(let input): try divide(node, input: input)
      }
    }
  }

  /// Nodes whose bound is at most this are closed.
  var threshold: Double {
    // At most the largest number below 0: a bound of 0 itself would leave the verdict open.
    options.gap.map { result.margin + $0 } ?? -max(leastGap, .leastNonzeroMagnitude)
  }

  private var isOutOfTime: Bool { deadline.map { Stopwatch.now >= $0 } ?? false }

  /// Whether the present run has to end.
  private var shouldStop: Bool { isOutOfTime || isStopRequested() }

  /// Bounds the two phases of the neuron at `place`.
  private func divide(_ node: SearchNode, neuron place: Int) throws {
    let first = relaxation.layout.layer(of: place) + 1
    let children = try recordDivided(node, neuron: place)
    for active in [false, true] {
      var child = SearchNode(
        state: node.state.split(place, active: active), function: node.function, bound: node.bound,
        depth: node.depth + 1)
      child.box = node.box
      child.record = children + (active ? 1 : 0)
      if child.depth <= options.tighteningDepth { child.tightensFrom = first }
      try settle(child, iterations: options.iterations)
    }
  }

  /// Bounds the two halves of the range of an input.
  private func divide(_ node: SearchNode, input: Int) throws {
    let halves = try inputs.halves(of: node.box, along: input)
    let children = try recordDivided(node, input: input, at: halves[0].upper[input])
    for (number, box) in halves.enumerated() {
      var child = node
      child.depth += 1
      child.branch = nil
      child.box = box
      child.record = children + number
      child.tightensFrom = 0
      try settle(child, iterations: options.iterations)
    }
  }

  /// Bounds a new node and closes it, or opens it with what to branch on.
  private func settle(_ start: SearchNode, iterations: Int) throws {
    var node = start
    result.nodes += 1
    relaxation.load(node.state)
    relaxation.region = node.box ?? problem.region
    if let first = node.tightensFrom, !relaxation.tighten(from: first, shouldStop: { shouldStop }) {
      return try recordClosed(node, isEmpty: true)
    }
    let function = functions[node.function]
    let bound = optimizer.minimize(function, relaxation, iterations: iterations, below: threshold) { shouldStop }
    node.bound = min(node.bound, bound)
    guard node.bound > threshold else {
      closedBound = max(closedBound, node.bound)
      return try recordClosed(node)
    }
    try consider(optimizer.bestMaximizer, rival: rivals[node.function])
    relaxation.store(into: &node.state)
    node.branch = chooseBranch(function, node)
    open.push(node)
  }

  /// What is left to do where every phase is assumed: a linear program, which is exact there.
  private func finish(_ node: SearchNode) throws {
    var bound = node.bound
    relaxation.load(node.state)
    relaxation.region = node.box ?? problem.region
    if let solve = options.solveProgram, relaxation.hasAssumptions {
      let program = try LeafProgram(functions[node.function], of: relaxation)
      let solution = try solve(program.model, deadline.map { max(0, $0 - Stopwatch.now) })
      // What time did not suffice for is tried again in the next run.
      if solution.rowDuals == nil, shouldStop { return open.push(node) }
      if let input = program.input(of: solution) { try consider(input, rival: rivals[node.function]) }
      if let duals = solution.rowDuals {
        program.giveDuals(duals, to: relaxation)
        bound = min(bound, relaxation.evaluate(functions[node.function]))
      }
    }
    if bound > threshold { leavesOpen = true } else { try recordClosed(node) }
    closedBound = max(closedBound, bound)
  }

  /// A candidate starts a climb at each of this many first nodes, and at every node of which this number is a divisor:
  /// a climb costs about as much as a node, and most witnesses are found early.
  private static let climbInterval = 16

  /// Tries a candidate on the network: as it is, and after a short climb where it is better than any before or the
  /// node's number calls for one. Points that miss the constraints do not count.
  private func consider(_ candidate: [Double], rival: Int? = nil) throws {
    var (point, margin) = try admissible(candidate)
    let isPromising =
      margin > result.margin || result.nodes < BranchAndBound.climbInterval
      || result.nodes.isMultiple(of: BranchAndBound.climbInterval)
    if let rival, margin <= 0 || options.gap != nil, isPromising {
      let better = try admissible(attack.climb(from: point, to: rival, .frankWolfe) { shouldStop }.0)
      if better.margin > margin { (point, margin) = better }
    }
    if margin > result.margin {
      result.margin = margin
      result.point = point
    }
    guard margin > 0, result.witness == nil else { return }
    let witness = try Witness(point, network: network, problem: problem)
    guard witness.isAdversarial else { return }
    result.witness = witness
    // Points with a larger margin may be none in Float32; with a gap the largest margin is asked for all the same.
    if options.gap == nil { (result.point, result.margin) = (witness.point, witness.margin64) }
  }

  /// `candidate` moved into the region and, as far as possible, onto the constraints, and its margin; -infinity where
  /// it misses them all the same.
  private func admissible(_ candidate: [Double]) throws -> (point: [Double], margin: Double) {
    let point = try problem.project(candidate, for: network)
    let outputs = try network.forward(point)
    return (point, problem.isAdmissible(point, outputs: outputs) ? problem.margin(of: outputs) : -.infinity)
  }
}
