import Essentials
import Networks

/// One of the threads of a branch and bound: it bounds nodes in a working state of its own.
final class SearchWorker {
  unowned let search: BranchAndBound
  let relaxation: SplitRelaxation
  private var optimizer: MultiplierOptimizer
  private let attack: Attack
  /// What is known, and what came of the node at hand.
  private var finding: SearchFinding
  /// What splits have gained.
  var gains = SplitGains()

  /// A worker of `search`, whose working state is `root`.
  init(_ search: BranchAndBound, root: SplitState) throws {
    self.search = search
    relaxation = SplitRelaxation(search.network, over: search.problem.region, root: root)
    relaxation.record = search.record
    optimizer = MultiplierOptimizer(relaxation)
    optimizer.rate = search.options.stepSize
    optimizer.decay = search.options.stepDecay
    var options = AttackOptions()
    options.steps = 10
    options.goal = 1e-4
    attack = try Attack(search.network, problem: search.problem, options: options)
    finding = SearchFinding(search.result)
  }

  /// Looks at one open node after the other until the run is over.
  func work(nodeLimit: Int) {
    while let task = search.board.take(nodeLimit: nodeLimit, interruption: { search.interruption }) {
      finding = task.finding
      do { try expand(task.node) } catch { return search.board.fail(error) }
      search.board.add(finding)
    }
  }

  /// Bounds the function of a root and tries the input, or the input alone.
  func begin(_ root: SearchNode? = nil) throws {
    finding = SearchFinding(search.result)
    if let root {
      try settle(root, iterations: 8 * search.options.iterations)
    } else {
      try consider(search.problem.input)
    }
    search.board.add(finding, isTaken: false)
  }

  private func expand(_ node: SearchNode) throws {
    let evaluations = relaxation.evaluations
    switch node.branch {
    case nil: return try finish(node)
    case .neuron(let place):
      try divide(node, neuron: place)
      keepGain(of: node, .neurons, opened: finding.opened[...], evaluations: evaluations)
    case .input(let input):
      try divide(node, input: input)
      keepGain(of: node, .inputs, opened: finding.opened[...], evaluations: evaluations)
    }
  }

  /// Nodes whose bound is at most this are closed.
  var threshold: Double { search.board.threshold(finding.margin) }

  /// Bounds the two phases of the neuron at `place`.
  private func divide(_ node: SearchNode, neuron place: Int) throws {
    let first = relaxation.layout.layer(of: place) + 1
    let children = try recordDivided(node, neuron: place)
    for active in [false, true] {
      var child = SearchNode(
        state: node.state.split(place, active: active), function: node.function, bound: node.bound,
        depth: node.depth + 1)
      (child.box, child.halvings, child.cut, child.isCut) = (node.box, node.halvings, node.cut, node.isCut)
      child.record = children + (active ? 1 : 0)
      if tightens(child.depth) { child.tightensFrom = first }
      try settle(child, iterations: search.options.iterations)
    }
  }

  /// Whether nodes of this depth are bounded anew from their first layers on.
  private func tightens(_ depth: Int) -> Bool {
    return depth <= search.options.tighteningDepth
      || search.record == nil && depth % SearchWorker.tighteningInterval == 0
  }

  /// Bounds the two halves of the range of an input.
  private func divide(_ node: SearchNode, input: Int) throws {
    let halves = try search.inputs.halves(of: node.box, along: input)
    let children = try recordDivided(node, input: input, at: halves[0].upper[input])
    for (number, box) in halves.enumerated() {
      var child = node
      child.depth += 1
      child.halvings += 1
      child.branch = nil
      child.box = box
      child.record = children + number
      child.tightensFrom = 0
      try settle(child, iterations: search.options.iterations)
    }
  }

  /// Bounds a new node and closes it, or opens it with what to branch on.
  private func settle(_ start: SearchNode, iterations: Int) throws {
    var node = start
    finding.nodes += 1
    relaxation.load(node.state)
    relaxation.region = node.box ?? search.problem.region
    let function = search.functions[node.function]
    for round in 0...SearchWorker.cuts {
      if let first = node.tightensFrom, !tighten(from: first, &node) {
        return try close(node, at: -.infinity, isEmpty: true)
      }
      var bound = optimizer.minimize(function, relaxation, iterations: iterations, below: threshold) {
        search.shouldStop
      }
      // Beyond the cut neurons may be in phases that bounds exclude, which no split would mend.
      if node.isCut, bound > threshold { bound = min(bound, within(node.cut) { relaxation.evaluate(function) }) }
      let before = node.bound
      node.bound = min(node.bound, bound)
      guard node.bound > threshold else { return try close(node, at: node.bound) }
      if round == 0 { try consider(optimizer.bestMaximizer, rival: search.rivals[node.function]) }
      // A record has no words for cuts.
      guard search.record == nil, search.splitsInputs || tightens(node.depth + 1) else { break }
      _ = relaxation.evaluate(function)
      node.cut = relaxation.cutting(above: threshold)
      // At a root they are worth several rounds.
      guard node.depth == 0, !search.shouldStop, node.bound < threshold + SearchWorker.worthwhile * (before - threshold)
      else { break }
      node.tightensFrom = 0
    }
    relaxation.store(into: &node.state)
    node.branch = chooseBranch(function, node)
    finding.opened.append(node)
  }

  /// Bounds undecided neurons anew, over what a cut leaves where there is one; false where nothing is left.
  private func tighten(from first: Int, _ node: inout SearchNode) -> Bool {
    node.isCut = node.isCut || node.cut != nil
    var share = 0.0
    // Halves of inputs are worth it by what they do to all neurons.
    if node.cut != nil, node.depth > 0, node.box == nil {
      _ = relaxation.evaluate(search.functions[node.function])
      share = SearchWorker.lossShare
    }
    return within(node.cut) {
      relaxation.tighten(from: node.cut == nil ? first : 0, worth: share) { search.shouldStop }
    }
  }

  /// What `work` comes to over what a cut leaves of the region.
  private func within<Result>(_ cut: InputCut?, _ work: () -> Result) -> Result {
    relaxation.cut = cut
    defer { relaxation.cut = nil }
    return work()
  }

  /// Closes a node whose function is nowhere above `bound`.
  private func close(_ node: SearchNode, at bound: Double, isEmpty: Bool = false) throws {
    finding.closedBound = max(finding.closedBound, node.isCut ? max(bound, threshold) : bound)
    try recordClosed(node, isEmpty: isEmpty)
  }

  /// Below a root those neurons are bounded anew whose relaxations lose this share of the function's bound: the others cost
  /// as much and matter less.
  private static let lossShare = 0.6
  /// Below `tighteningDepth` only every so many splits: children keep what their parents know.
  private static let tighteningInterval = 3
  /// Rounds of cuts at a root, as long as each leaves at most this share of what the bound is above the threshold.
  private static let (cuts, worthwhile) = (6, 0.95)

  /// What is left to do where every phase is assumed: a linear program, which is exact there.
  private func finish(_ node: SearchNode) throws {
    var bound = node.bound
    relaxation.load(node.state)
    relaxation.region = node.box ?? search.problem.region
    let function = search.functions[node.function]
    if node.isCut { relaxation.assumeWhatIsKnown() }
    if let solve = search.options.solveProgram, relaxation.hasAssumptions {
      for isExact in [false, true] where bound > threshold && finding.witness == nil {
        let program = try LeafProgram(function, of: relaxation, isExact: isExact)
        if isExact, program.model.rowCount + program.model.columnCount > SearchWorker.exactSize { break }
        let solution = try solve(program.model, search.deadline.map { max(0, $0 - Stopwatch.now) }, isExact)
        // What time did not suffice for is tried again in the next run.
        if solution.rowDuals == nil, search.shouldStop { return finding.opened.append(node) }
        if let input = program.input(of: solution) { try consider(input, rival: search.rivals[node.function]) }
        if let duals = solution.rowDuals {
          program.giveDuals(duals, to: relaxation)
          bound = min(bound, relaxation.evaluate(function))
        }
      }
    }
    guard bound > threshold else { return try close(node, at: bound) }
    finding.leavesOpen = true
    finding.closedBound = max(finding.closedBound, bound)
  }

  /// Programs of at most so many rows and columns are solved in fractions where floating point does not settle them: that
  /// takes milliseconds there, and seconds for a step of larger ones.
  private static let exactSize = 200

  /// A candidate starts a climb at each of this many first nodes, and at every node of which this number is a divisor:
  /// a climb costs about as much as a node, and most witnesses are found early.
  private static let climbInterval = 16

  /// Tries a candidate on the network: as it is, and after a short climb where it is better than any before or the
  /// node's number calls for one. Points that miss the constraints do not count.
  private func consider(_ candidate: [Double], rival: Int? = nil) throws {
    let asksForMargin = search.options.gap != nil
    var (point, margin) = try admissible(candidate)
    let number = finding.nodesBefore + finding.nodes
    let isPromising =
      margin > finding.margin || number < SearchWorker.climbInterval
      || number.isMultiple(of: SearchWorker.climbInterval)
    if let rival, margin <= 0 || asksForMargin, isPromising {
      let better = try admissible(attack.climb(from: point, to: rival, .frankWolfe) { search.shouldStop }.0)
      if better.margin > margin { (point, margin) = better }
    }
    if margin > finding.margin { (finding.point, finding.margin) = (point, margin) }
    guard margin > 0, !finding.hasWitness, finding.witness == nil else { return }
    let witness = try Witness(point, network: search.network, problem: search.problem)
    guard witness.isAdversarial else { return }
    finding.witness = witness
    // Points with a larger margin may be none in Float32; with a gap the largest margin is asked for all the same.
    if !asksForMargin { (finding.point, finding.margin) = (witness.point, witness.margin64) }
  }

  /// `candidate` moved into the region and, as far as possible, onto the constraints, and its margin; -infinity where
  /// it misses them all the same.
  private func admissible(_ candidate: [Double]) throws -> (point: [Double], margin: Double) {
    let point = try search.problem.project(candidate, for: search.network)
    let outputs = try search.network.forward(point)
    return (
      point, search.problem.isAdmissible(point, outputs: outputs) ? search.problem.margin(of: outputs) : -.infinity
    )
  }
}
