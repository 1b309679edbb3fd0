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
///
/// Several threads take open nodes from one board, each with a working state of its own; which tree comes of it depends on
/// them, and whether there is a witness does not.
public final class BranchAndBound {
  let network: Network
  let problem: Problem
  /// The choices; the limits are those of the next run.
  private(set) var options: BranchAndBoundOptions
  /// One margin per rival.
  private(set) var functions: [LinearFunction] = []
  let rivals: [Int]
  let inputs: InputSplitting
  let splitsInputs: Bool
  /// The boxes that the region consists of where it is no convex set and they are few; otherwise nil, the region itself.
  private let parts: [BoxRegion?]
  /// What proves the result, where that is asked for.
  let record: SearchRecord?
  let board: SearchBoard
  private let rootBounds: PreactivationBounds
  private var workers: [SearchWorker] = []
  /// Whether the open nodes cover every margin; then their bounds bound it.
  private var isRootBounded = false
  /// Whether the work at the root is done.
  private var isRootSettled = false
  /// When the present run has to end, on the monotonic clock; the first one begins when the search is made.
  private(set) var deadline: Double?
  /// Asked now and then, by any thread, whether somebody wants the end of the present run.
  private var isStopRequested: @Sendable () -> Bool = { false }

  /// What is known by now.
  public var result: BranchAndBoundResult { board.result }

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
    // In a certificate a tree has one root.
    let ball = options.isRecorded ? nil : problem.region as? L0Ball
    parts = try ball?.boxes(atMost: BranchAndBound.fewParts).map { $0.map(Optional.some) } ?? [nil]
    record = options.isRecorded ? try SearchRecord(NeuronLayout(network), condition: options.condition) : nil
    board = SearchBoard(
      options, leastGap: options.isRecorded ? SearchRecord.leastGap(bounds.outputs) : 0, input: problem.input)
    try employ(1)
  }

  /// Searches until the question is settled, a limit is reached, or `shouldStop`, asked at every node and by every thread,
  /// says so. A search that ended by a limit or a stop goes on where it was.
  ///
  /// - Returns: what is known now; nodes, evaluations and seconds are those of all runs.
  public func run(shouldStop: @escaping @Sendable () -> Bool = { false }) throws -> BranchAndBoundResult {
    let clock = Stopwatch()
    isStopRequested = shouldStop
    if board.result.nodes == 0 { try workers[0].begin() }
    var status = board.result.status
    if board.isFound(board.result) {
      status = .found
    } else if status == .limit || status == .stopped {
      let nodeLimit = options.nodeLimit.map { board.result.nodes + $0 } ?? .max
      if !isRootSettled { try interrogateRoot() }
      status = try search(nodeLimit: nodeLimit)
    }
    var result = board.result
    result.status = status == .proved && board.leavesOpen ? .limit : status
    if isRootBounded { result.bound = min(result.bound, board.bound) }
    result.refutedBound = result.witness.flatMap { result.bound < $0.marginLower ? result.bound : nil }
    result.bound = max(result.bound, result.margin)
    result.evaluations = workers.reduce(0) { $0 + $1.relaxation.evaluations }
    result.seconds += clock.wallSeconds
    board.keep(result)
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

  /// How the present run has to end, if it has to.
  var interruption: BranchAndBoundStatus? {
    if isStopRequested() { return .stopped }
    return deadline.map { Stopwatch.now >= $0 } ?? false ? .limit : nil
  }

  /// Whether the present run has to end.
  var shouldStop: Bool { interruption != nil }

  /// Bounds the margins at the root, first as the given bounds let it, then with bounds that are worth more work.
  private func interrogateRoot() throws {
    var root = SplitState(rootBounds, of: network)
    let relaxation = workers[0].relaxation
    relaxation.region = problem.region
    relaxation.load(root)
    functions = rivals.map { rival in
      relaxation.function(outputWeights: problem.marginWeights(rival: rival, outputCount: network.outputCount))
    }
    let team = try team(of: root.undecidedCount)
    for attempt in 0...1 {
      for worker in workers {
        // The one that bounded a box of a region bounds all of it again.
        worker.relaxation.region = problem.region
        worker.relaxation.load(root)
      }
      if attempt == 0 { try workers[0].beginRecord() }
      if attempt == 1 {
        let iterations = rootIterations(of: root)
        guard board.openBound > board.threshold(board.result.margin), iterations > 0, relaxation.layout.layerCount > 1
        else { break }
        if shouldStop { return }
        try workers[0].beginRecord()
        try SplitRelaxation.tightenWithSlopes(
          workers.prefix(team.members).map(\.relaxation), by: team, iterations: iterations
        ) { shouldStop }
        relaxation.store(into: &root)
      }
      board.clear()
      isRootBounded = false
      team.share(functions.count * parts.count) { item, member in
        guard !board.isFound(board.result) else { return }
        let function = item / parts.count
        var node = SearchNode(state: root, function: function, bound: .infinity, depth: 0, record: function)
        node.box = parts[item % parts.count]
        if node.box != nil { node.tightensFrom = 0 }
        do { try workers[member].begin(node) } catch { board.fail(error) }
      }
      // Then the other margins have not been bounded.
      if board.isFound(try board.known()) { return }
      isRootBounded = true
    }
    board.count(undecided: root.undecidedCount)
    isRootSettled = !shouldStop
  }

  /// Evaluations per bound of a neuron at the root.
  private func rootIterations(of root: SplitState) -> Int {
    let dividesFewInputs = splitsInputs && inputs.areFew && root.undecidedCount > options.fewNeurons
    return options.rootIterations ?? (dividesFewInputs ? 0 : 12)
  }

  /// Up to so many boxes are searched each by itself.
  private static let fewParts = 64

  /// The nodes that one thread looks at before others are started, which takes as long as some nodes of a small network.
  private static let fewNodes = 32

  private func search(nodeLimit: Int) throws -> BranchAndBoundStatus {
    let few = options.threads > 1 ? min(nodeLimit, board.result.nodes + BranchAndBound.fewNodes) : nodeLimit
    board.begin()
    workers[0].work(nodeLimit: few)
    let status = try board.end()
    guard few < nodeLimit, status == .limit, !shouldStop else { return status }
    board.begin()
    let team = try ThreadTeam(members: options.threads, isBrief: false)
    try employ(team.members)
    team.run(team.members) { member in workers[member].work(nodeLimit: nodeLimit) }
    return try board.end()
  }

  /// So much work at the root, in multiplications for one bound of each undecided neuron, is worth other threads.
  private static let multiplicationsWorthThreads = 1 << 24

  /// Who does the work at the root. What it writes down comes in a fixed order, which is one thread's.
  private func team(of undecidedCount: Int) throws -> ThreadTeam {
    let multiplications = undecidedCount * network.layers.reduce(0) { $0 + $1.weight.count }
    let isWorthIt = record == nil && multiplications > BranchAndBound.multiplicationsWorthThreads
    let team = try ThreadTeam(members: isWorthIt ? options.threads : 1, isBrief: false)
    try employ(team.members)
    return team
  }

  /// Takes on workers until there are `count`.
  private func employ(_ count: Int) throws {
    while workers.count < count {
      workers.append(try SearchWorker(self, root: SplitState(rootBounds, of: network)))
    }
  }
}
