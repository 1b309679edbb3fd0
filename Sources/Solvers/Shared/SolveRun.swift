import Essentials
import MILP

/// What one solve keeps besides the solver's own state: the clock, the incumbents, what callbacks asked for, and why it
/// must end. Shared by all solvers, so that they agree on what an event and an answer are, and so that what a solver
/// says is looked at in one place: a solver's own part is what it hands to `solve`.
package final class SolveRun {
  /// The model as the solver gets it: the caller's, or one that says its constructs with binaries and rows.
  package var model: Model { reformulation.model }
  /// How that and the caller's model belong together.
  let reformulation: Reformulation
  /// What was asked for; the start point is one of `model`.
  let options: SolveOptions
  let solver: any Solver
  let clock = Stopwatch()
  private let observer: SolveObserver?
  private let wanted: Set<SolveEventKind>
  let answers: Set<SolveAnswerKind>

  private(set) var incumbents: [Incumbent] = []
  /// The best of the points that came by `offer`.
  private(set) var bestPoint: [Double]?
  private(set) var stopReason: StopReason?
  private(set) var failure: (any Error)?
  private var isOver = false
  private var lastPoll = -1.0
  private var lastProgress = 0.0

  /// Feasible points that wait until the solver can take them; see `nextSubmission`.
  var pendingPoints: [[Double]] = []
  /// All lazy rows so far.
  var lazyRows: [SparseRow] = []
  /// The point that the observer was last asked about for lazy rows.
  var lastShown: [Double]?
  var pendingCuts: [SparseRow] = []
  var pendingBranch: (column: Int, direction: BranchDirection)?

  /// Processor seconds that a program at the other end of a pipe has used for this solve.
  var programSeconds = 0.0
  var nodes = 0
  var iterations = 0
  var addedRows = 0
  var acceptedPoints = 0
  var rejectedPoints = 0
  /// The start point, its integers rounded, if it satisfies the model.
  private(set) var startPoint: [Double]?
  private var startPointUsed: Bool?
  var warnings: [String] = []
  var knownPoint: (point: [Double], objective: Double)?

  /// What one call of `solver` is about.
  ///
  /// - Throws: `Misuse` for options that make no sense, and for an observer that wants more than the solver can do;
  ///   `OutsideFailure` for constructs that the solver does not know and that unbounded variables leave no other form.
  package init(model: Model, options: SolveOptions, observer: SolveObserver?, solver: any Solver) throws {
    try SolvePreparation.check(model, options, observer, solver: solver)
    let reformulation = try Reformulation(model, knowing: solver.capabilities.constructs, solver: solver.name)
    self.reformulation = reformulation
    var options = options
    options.startPoint = options.startPoint.map(reformulation.lifted)
    self.options = options
    self.observer = observer
    self.solver = solver
    wanted = observer?.kinds ?? []
    answers = observer?.answers ?? []
    warnings = reformulation.model.magnitudeWarnings
  }

  /// The whole of a solve: what needs no solver is answered here, the rest by `search`, whose answer is believed as far
  /// as the model bears it out; see `reconciled`.
  ///
  /// A solver works in a process of its own where it may not come back in time, unless the options say otherwise.
  ///
  /// - Parameters:
  ///   - mayHang: whether the solver is known never to answer about such models, or long after its time.
  ///   - longestStep: how long the solver was seen to be in one step that looks at no clock: seconds per entry of the
  ///     model. Where that is more than a time limit may be late, it may not come back in time.
  /// - Throws: `Misuse` for a model that is being solved already; what `search` or the observer throws.
  package func solve(
    mayHang: Bool = false, longestStep: Double = 0, _ search: (SolveRun) throws -> Solution
  ) throws -> Solution {
    try reformulation.original.beginSolve()
    defer { reformulation.original.endSolve() }
    if let answer = try SolvePreparation.answer(self) { return reformulation.restored(answer) }
    try takeStartPoint()
    defer { isOver = true }
    let mayBeLate = options.timeLimit.map { longestStep * Double(model.entryCount) > 0.2 + 0.1 * $0 } ?? false
    let program = try PipeProgram.isolating(self, mayHang: mayHang || mayBeLate)
    let solution = try program.map { try PipeSearch(run: self, program: $0).solve() } ?? search(self)
    if let failure { throw failure }
    return reformulation.restored(try reconciled(solution))
  }

  private func takeStartPoint() throws {
    guard let point = options.startPoint else { return }
    let rounded = reformulation.rounded(point)
    let isFeasible = try isFeasible(point) && admits(rounded)
    if isFeasible {
      startPoint = rounded
      try remember(rounded)
    }
    // Linear programs begin without it.
    if !isLinear { startPointUsed = isFeasible }
  }

  /// Whether there is one linear program to solve, and no search.
  var isLinear: Bool { model.isLinearProgram && answers.isDisjoint(with: [.lazyRows, .cuts]) }

  var bestObjective: Double? { incumbents.last?.objective }

  func wants(_ kind: SolveEventKind) -> Bool { wanted.contains(kind) }

  func stop(_ reason: StopReason) {
    if stopReason == nil { stopReason = reason }
  }

  func fail(_ error: any Error) {
    if failure == nil { failure = error }
    stopReason = .failure
  }

  /// Seconds left of the time limit by its clock, infinity without one.
  var secondsLeft: Double {
    let elsewhere = options.limitClock == .processor ? programSeconds : 0
    return (options.timeLimit ?? .infinity) - clock.seconds(by: options.limitClock) - elsewhere
  }

  /// Wall seconds after which a solver may end by its own clock; infinity where the limit is one of the processor.
  var wallSecondsLeft: Double { options.limitClock == .wall ? secondsLeft : .infinity }

  /// Puts what is left of the time limit into the options of a solve within this one.
  func limit(_ inner: inout SolveOptions) {
    inner.timeLimit = secondsLeft.isFinite ? max(0, secondsLeft) : nil
    inner.limitClock = options.limitClock
    inner.threads = options.threads
    inner.isolate = options.isolate
    inner.shouldStop = options.shouldStop
  }

  /// Checks the interrupt and the clock, the former at most a hundred times a second; true if the solve must end.
  package func poll() -> Bool {
    if stopReason != nil { return true }
    let now = clock.wallSeconds
    if now - lastPoll >= 0.01 {
      lastPoll = now
      if let shouldStop = options.shouldStop, shouldStop() { stop(.interrupt) }
    }
    if secondsLeft <= 0 { stop(.timeLimit) }
    return stopReason != nil
  }

  /// Takes note of a feasible point if it is better than all before, and tells the observer; false if it is no better.
  @discardableResult
  package func offerIncumbent(
    objective claimed: Double, depth: Int, bound: @escaping () -> Double?, values: @escaping ([Int]?) -> [Double]
  ) -> Bool {
    let point = values(nil)
    // What is no point of the model is not shown as one; `checked` deals with it if nothing better comes.
    let isSound = isSound(point)
    let objective = isSound ? honest(claimed, at: point) : claimed
    guard !objective.isNaN else { return false }
    if let bestObjective, !model.objectiveSense.prefers(objective, over: bestObjective) { return false }
    if isSound { try? remember(point) }
    let seconds = clock.wallSeconds
    incumbents.append(Incumbent(seconds: seconds, objective: objective, nodes: nodes))
    if isSound, wants(.incumbent) {
      deliver(.incumbent, seconds: seconds, objective: objective, depth: depth, bound: bound, values: values)
    }
    if let target = options.objectiveStop, !model.objectiveSense.prefers(target, over: objective) {
      stop(.objectiveStop)
    }
    return true
  }

  /// Takes note of a whole point, its integers rounded, as `offerIncumbent` does, and keeps the best one.
  func offer(_ point: [Double], depth: Int = 0, bound: @escaping () -> Double?) {
    guard let objective = try? model.objectiveValue(at: point) else { return }
    let isBetter = offerIncumbent(objective: objective, depth: depth, bound: bound) { columns in
      columns.map { $0.map { point[$0] } } ?? point
    }
    if isBetter { bestPoint = point }
  }

  /// Forgets all incumbents, for a search that begins anew.
  func forgetIncumbents() { (incumbents, bestPoint) = ([], nil) }

  /// Sends a progress event if one is wanted and the last was 0.1 s ago.
  package func offerProgress(depth: Int, bound: @escaping () -> Double?) {
    guard wants(.progress) else { return }
    let now = clock.wallSeconds
    guard now - lastProgress >= 0.1 else { return }
    lastProgress = now
    deliver(.progress, seconds: now, objective: bestObjective, depth: depth, bound: bound, values: nil)
  }

  /// Calls the observer with an event of a wanted kind and files its answers. Once it has ended the solve, or the solve
  /// is over, it is not called any more, however late a solver comes with more.
  ///
  /// - Returns: whether it was called.
  @discardableResult
  package func deliver(
    _ kind: SolveEventKind, seconds: Double? = nil, objective: Double?, depth: Int, bound: @escaping () -> Double?,
    values: (([Int]?) -> [Double])?
  ) -> Bool {
    guard !isOver, failure == nil, stopReason != .callback, stopReason != .interrupt, let observer, wants(kind) else {
      return false
    }
    let event = SolveEvent(
      kind: kind, model: reformulation.original, seconds: seconds ?? clock.wallSeconds, objective: objective,
      incumbentObjective: bestObjective, nodes: nodes,
      iterations: iterations, depth: depth, bound: bound,
      values: values.map { read in { [reformulation] in $0.map(read) ?? reformulation.restricted(read(nil)) } })
    defer { event.finish() }
    do {
      for answer in try observer.handle(event) { try file(answer, to: kind) }
    } catch {
      fail(error)
    }
    return true
  }

  /// The solution with everything that is known regardless of the solver.
  package func solution(_ status: SolveStatus, iterations: Int) -> Solution {
    var solution = Solution(status: status, solver: solver.name)
    solution.modelIdentity = reformulation.original.identity
    solution.handles = reformulation.original.handles
    solution.modelRevision = reformulation.original.revision
    solution.addedRows = addedRows
    solution.hasNativeOptions = !options.native.isEmpty
    solution.nodes = nodes
    solution.iterations = iterations
    solution.incumbents = incumbents
    solution.acceptedPoints = acceptedPoints
    solution.rejectedPoints = rejectedPoints
    solution.startPointUsed = startPointUsed
    solution.warnings = warnings
    solution.wallSeconds = clock.wallSeconds
    solution.processorSeconds = clock.processorSeconds + programSeconds
    return solution
  }

  /// What an early end means for the answer.
  package func status(hasPoint: Bool) -> SolveStatus {
    switch stopReason {
    case .callback, .interrupt, .failure: .stopped
    case .timeLimit, .nodeLimit, .boundStop: .limit
    case .gap: .optimal
    case .objectiveStop: .feasible
    case nil: hasPoint ? .feasible : .limit
    }
  }

  /// Whether `objective` and `bound` are as close as the options ask for, or the bound is as far as they ask for.
  func checkBound(_ bound: Double?) {
    guard let bound else { return }
    if let target = options.boundStop, !model.objectiveSense.prefers(bound, over: target) { stop(.boundStop) }
    guard let objective = bestObjective else { return }
    let distance = abs(objective - bound)
    if options.gapAbsolute > 0, distance <= options.gapAbsolute { stop(.gap) }
    if options.gapRelative > 0, distance <= options.gapRelative * abs(objective) { stop(.gap) }
  }

  /// The better-informed of a bound and the incumbent: open nodes worse than the incumbent prove nothing more.
  func clamped(_ bound: Double) -> Double? {
    guard let objective = bestObjective else { return bound.magnitude < 1e300 ? bound : nil }
    let clamped = model.objectiveSense.prefers(objective, over: bound) ? objective : bound
    return clamped.magnitude < 1e300 ? clamped : nil
  }
}
