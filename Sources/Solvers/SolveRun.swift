import Essentials
import MILP

/// What one solve keeps besides the solver's own state: the clock, the incumbents, what callbacks asked for, and why it
/// must end. Shared by all solvers, so that they agree on what an event and an answer are.
final class SolveRun {
  let model: Model
  let options: SolveOptions
  let solver: any Solver
  let clock = Stopwatch()
  private let observer: SolveObserver?
  private let wanted: Set<SolveEventKind>
  let answers: Set<SolveAnswerKind>

  private(set) var incumbents: [Incumbent] = []
  private(set) var stopReason: StopReason?
  private(set) var failure: (any Error)?
  private var lastPoll = -1.0
  private var lastProgress = 0.0

  /// Feasible points that wait until the solver can take them.
  var pendingPoints: [[Double]] = []
  /// All lazy rows so far, and those of them that have not been shown to the solver.
  var lazyRows: [SparseRow] = []
  var pendingCuts: [SparseRow] = []
  var pendingBranch: (column: Int, direction: BranchDirection)?

  var nodes = 0
  private var addedRows = 0
  var acceptedPoints = 0
  var rejectedPoints = 0
  var startPointUsed: Bool?
  var warnings: [String] = []
  private var knownPoint: (point: [Double], objective: Double)?

  init(model: Model, options: SolveOptions, observer: SolveObserver?, solver: any Solver) {
    self.model = model
    self.options = options
    self.observer = observer
    self.solver = solver
    wanted = observer?.kinds ?? []
    answers = observer?.answers ?? []
    warnings = model.magnitudeWarnings
  }

  var bestObjective: Double? { incumbents.last?.objective }

  func wants(_ kind: SolveEventKind) -> Bool { wanted.contains(kind) }

  func stop(_ reason: StopReason) {
    if stopReason == nil { stopReason = reason }
  }

  func fail(_ error: any Error) {
    if failure == nil { failure = error }
    stopReason = .failure
  }

  /// Seconds left of the time limit, infinity without one.
  var secondsLeft: Double { (options.timeLimit ?? .infinity) - clock.wallSeconds }

  /// Checks the interrupt and the clock, the former at most a hundred times a second; true if the solve must end.
  func poll() -> Bool {
    if stopReason != nil { return true }
    let now = clock.wallSeconds
    if now - lastPoll >= 0.01 {
      lastPoll = now
      if let shouldStop = options.shouldStop, shouldStop() { stop(.interrupt) }
    }
    if let limit = options.timeLimit, now >= limit { stop(.timeLimit) }
    return stopReason != nil
  }

  /// Takes note of a feasible point if it is better than all before, and tells the observer; false if it is no better.
  @discardableResult
  func offerIncumbent(
    objective: Double, depth: Int, bound: @escaping () -> Double?, values: @escaping ([Int]?) -> [Double]
  ) -> Bool {
    if let bestObjective, !model.objectiveSense.prefers(objective, over: bestObjective) { return false }
    let seconds = clock.wallSeconds
    incumbents.append(Incumbent(seconds: seconds, objective: objective, nodes: nodes))
    // What is no point of the model is not shown as one; `checked` deals with it if nothing better comes.
    if wants(.incumbent), isSound(values(nil)) {
      deliver(.incumbent, seconds: seconds, objective: objective, depth: depth, bound: bound, values: values)
    }
    if let target = options.objectiveStop, !model.objectiveSense.prefers(target, over: objective) {
      stop(.objectiveStop)
    }
    return true
  }

  /// Begins the count of incumbents anew, for a search that begins anew.
  func forgetIncumbents() { incumbents = [] }

  /// Sends a progress event if one is wanted and the last was 0.1 s ago.
  func offerProgress(depth: Int, bound: @escaping () -> Double?) {
    guard wants(.progress) else { return }
    let now = clock.wallSeconds
    guard now - lastProgress >= 0.1 else { return }
    lastProgress = now
    deliver(.progress, seconds: now, objective: bestObjective, depth: depth, bound: bound, values: nil)
  }

  /// Calls the observer with an event of a wanted kind and files its answers.
  func deliver(
    _ kind: SolveEventKind, seconds: Double? = nil, objective: Double?, depth: Int, bound: @escaping () -> Double?,
    values: (([Int]?) -> [Double])?
  ) {
    guard failure == nil, let observer, wants(kind) else { return }
    let event = SolveEvent(
      kind: kind, model: model, seconds: seconds ?? clock.wallSeconds, objective: objective,
      incumbentObjective: bestObjective, nodes: nodes, depth: depth, bound: bound, values: values)
    defer { event.finish() }
    do {
      for answer in try observer.handle(event) { try file(answer, to: kind) }
    } catch {
      fail(error)
    }
  }

  private func file(_ answer: SolveAnswer, to event: SolveEventKind) throws {
    if let kind = answer.kind, !answers.contains(kind) {
      throw Misuse(
        "solve: a callback answered \(kind.rawValue), which was not announced: expected some of "
          + answers.map(\.rawValue).sorted().joined(separator: ", "))
    }
    if event != .relaxation, let kind = answer.kind, [.lazyRows, .cuts, .branch].contains(kind) {
      throw Misuse(
        "solve: expected the answer \(kind.rawValue) to a relaxation event only, got it to \(event.rawValue)")
    }
    switch answer {
    case .continue: break
    case .stop: stop(.callback)
    case .submit(let point): try submit(point)
    case .complete(let partial): try complete(partial)
    case .addLazyRows(let rows):
      addedRows += rows.count
      for row in rows { lazyRows.append(try SparseRow(row, of: model)) }
    case .addCuts(let rows):
      addedRows += rows.count
      for row in rows { pendingCuts.append(try SparseRow(row, of: model)) }
    case .branch(let variable, let direction):
      pendingBranch = (try model.column(of: variable, for: "branch"), direction)
    }
  }

  /// Puts `point` in line for the solver if it satisfies the model and the lazy rows.
  private func submit(_ point: [Double]) throws {
    try model.checkPoint(point, for: "submit")
    guard try isFeasible(point) else {
      rejectedPoints += 1
      return
    }
    let rounded = model.rounded(point)
    pendingPoints.append(rounded)
    try remember(rounded)
  }

  /// Whether `point`, its integers rounded, satisfies the model and the lazy rows known so far; solvers take points on
  /// trust.
  func isFeasible(_ point: [Double]) throws -> Bool {
    guard try model.violation(at: point).largest <= Model.feasibilityTolerance else { return false }
    let point = model.rounded(point)
    guard try model.violation(at: point).largest <= Model.feasibilityTolerance else { return false }
    return lazyRows.allSatisfy { $0.violation(at: point) <= Model.feasibilityTolerance }
  }

  /// Solves for the variables that `partial` leaves open, on a copy, and submits the result.
  private func complete(_ partial: [Variable: Double]) throws {
    guard let copy = try model.completion(of: partial) else {
      rejectedPoints += 1
      return
    }
    for row in lazyRows {
      try copy.addRow(indices: row.columns, values: row.values, lower: row.lower, upper: row.upper)
    }
    var completion = SolveOptions()
    completion.timeLimit = secondsLeft.isFinite ? max(0, secondsLeft) : nil
    completion.shouldStop = options.shouldStop
    completion.threads = options.threads
    guard let point = try solver.solve(copy, options: completion).values else {
      rejectedPoints += 1
      return
    }
    try submit(point)
  }

  /// Keeps the best of the points that are feasible beyond doubt, for `reconciled`.
  func remember(_ point: [Double]) throws {
    guard try model.violation(at: point).largest <= 1e-9 else { return }
    let objective = try model.objectiveValue(at: point)
    if let known = knownPoint, !model.objectiveSense.prefers(objective, over: known.objective) { return }
    knownPoint = (point, objective)
  }

  /// The violation up to which a solver's own points are let pass: solvers keep `Model.feasibilityTolerance` on a scaled
  /// copy of the model, where it may be worth somewhat more.
  private static let pointTolerance = 10 * Model.feasibilityTolerance

  /// Whether a solver's point is a point of the model.
  private func isSound(_ point: [Double]) -> Bool {
    guard let violation = try? model.violation(at: point).largest else { return false }
    return violation <= SolveRun.pointTolerance
  }

  /// `solution`, unless its point violates the model: GLPK 5.0 was seen to return optimal points of models that miss a
  /// row by 0.01. With the integers kept and the rest solved for again there may be a point beside it. It takes the
  /// place of the first one, and what was claimed about that falls unless it is as good; without one, all claims fall.
  private func checked(_ solution: Solution) throws -> Solution {
    guard let point = solution.values, !isSound(point) else { return solution }
    var corrected = solution
    corrected.hasPointViolation = true
    let violation = (try? model.violation(at: point).largest).map { "by \($0)" } ?? "by numbers that are not finite"
    corrected.warnings.append("\(solver.name)'s point violates the model \(violation)")
    (corrected.values, corrected.objective) = (try neighbour(of: point), nil)
    guard let values = corrected.values else {
      (corrected.status, corrected.bound) = (stopReason.map { _ in status(hasPoint: false) } ?? .limit, nil)
      (corrected.rowDuals, corrected.reducedCosts) = (nil, nil)
      return corrected
    }
    let objective = try model.objectiveValue(at: values)
    corrected.objective = objective
    if let claimed = solution.objective, abs(objective - claimed) > SolveRun.pointTolerance * max(1, abs(claimed)) {
      corrected.bound = nil
      if corrected.status == .optimal { corrected.status = .feasible }
    }
    return corrected
  }

  /// A point of the model with the whole numbers of `point`, if the solver finds one.
  private func neighbour(of point: [Double]) throws -> [Double]? {
    let free = (0..<model.columnCount).filter {
      model.kinds[$0].isIntegral && model.columnLower[$0] < model.columnUpper[$0]
    }
    guard !free.isEmpty, point.allSatisfy(\.isFinite) else { return nil }
    let copy = model.copy()
    for column in free {
      let value = min(max(point[column].rounded(), model.columnLower[column]), model.columnUpper[column])
      try copy.setBounds(of: Variable(index: column, modelIdentity: copy.identity), lower: value, upper: value)
    }
    for row in lazyRows {
      try copy.addRow(indices: row.columns, values: row.values, lower: row.lower, upper: row.upper)
    }
    var options = SolveOptions()
    options.timeLimit = max(1, secondsLeft.isFinite ? secondsLeft : 10)
    options.shouldStop = self.options.shouldStop
    // Its point has been checked in the same way, and its integers have no freedom left to be changed once more.
    return try solver.solve(copy, options: options).values
  }

  /// `solution`, unless a point from outside contradicts it: a model that has a point is not infeasible, and no bound is
  /// better than what was attained. Then the point stands, the claim falls, and a warning tells.
  func reconciled(_ given: Solution) throws -> Solution {
    let solution = try checked(given)
    guard let known = knownPoint, lazyRows.allSatisfy({ $0.violation(at: known.point) <= 1e-9 }) else {
      return solution
    }
    let margin = 1e-6 * max(1, abs(known.objective))
    let isRefuted =
      solution.bound.map {
        model.objectiveSense.prefers(known.objective, over: $0) && abs(known.objective - $0) > margin
      } ?? (solution.status == .infeasible)
    guard isRefuted else { return solution }
    var corrected = solution
    corrected.warnings.append(
      "\(solver.name) called the model \(solution.status.rawValue)\(solution.bound.map { " with the bound \($0)" } ?? ""), "
        + "but a given point attains \(known.objective): the answer of the solver is not to be trusted")
    corrected.status = .feasible
    corrected.bound = nil
    if corrected.objective.map({ model.objectiveSense.prefers(known.objective, over: $0) }) ?? true {
      (corrected.values, corrected.objective) = (known.point, known.objective)
    }
    return corrected
  }

  /// The solution with everything that is known regardless of the solver.
  func solution(_ status: SolveStatus, iterations: Int) -> Solution {
    var solution = Solution(status: status, solver: solver.name)
    solution.modelIdentity = model.identity
    solution.handles = model.handles
    solution.modelRevision = model.revision
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
    solution.processorSeconds = clock.processorSeconds
    return solution
  }

  /// What an early end means for the answer.
  func status(hasPoint: Bool) -> SolveStatus {
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
