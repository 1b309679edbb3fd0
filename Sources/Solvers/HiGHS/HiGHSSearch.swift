import CHiGHS
import Essentials
import MILP

/// One solve by HiGHS.
final class HiGHSSearch {
  /// HiGHS's numbers for the ends of a solve.
  private enum Status {
    static let optimal: Int32 = 7
    static let infeasible: Int32 = 8
    static let unboundedOrInfeasible: Int32 = 9
    static let unbounded: Int32 = 10
    static let timeLimit: Int32 = 13
    static let iterationLimit: Int32 = 14
    static let solutionLimit: Int32 = 16
    static let interrupt: Int32 = 17
  }

  let run: SolveRun
  let library: HiGHSLibrary
  private let highs: UnsafeMutableRawPointer
  private let rows: ConditionedRows
  private let isPresolved: Bool

  /// The best bound that a callback has seen.
  var lastBound: Double?

  /// Loads the model.
  ///
  /// - Parameter allowsPresolve: false turns presolve off, whatever the options say.
  init(run: SolveRun, library: HiGHSLibrary, allowsPresolve: Bool = true) throws {
    self.run = run
    self.library = library
    let asked = run.options.native["presolve"].map { $0 != "off" } ?? run.options.presolve
    isPresolved = allowsPresolve && asked != false
    rows = try ConditionedRows(run.model)
    if allowsPresolve { run.warnings += rows.warnings }
    guard let highs = library.create() else { throw OutsideFailure("HiGHS: could not be started: out of memory") }
    self.highs = highs
    try setOptions()
    try load()
  }

  deinit { library.destroy(highs) }

  // MARK: Loading

  /// From so many matrix entries on, two steps of HiGHS's presolve are left out where time is limited, since they look at
  /// no clock: on a 1000-500-500-500-2 network, with 753,000 entries, HiGHS 1.15 took 91 s of a limit of 10.
  private static let manyEntries = 100_000
  /// Bits of HiGHS's option `presolve_rule_off`.
  private static let sparsify: Int32 = 1 << 14
  private static let probing: Int32 = 1 << 15

  /// What HiGHS drops from a matrix unless it is told not to.
  private static let smallEntry = 1e-9

  private func setOptions() throws {
    let options = run.options
    _ = library.setBool(highs, "output_flag", options.log ? 1 : 0)
    // The log comes through a callback, to standard error.
    _ = library.setBool(highs, "log_to_console", 0)
    _ = library.setInt(highs, "threads", Int32(HiGHSSolver.workers(options)))
    _ = library.setDouble(highs, "mip_rel_gap", options.gapRelative)
    _ = library.setDouble(highs, "mip_abs_gap", options.gapAbsolute)
    // Nothing is dropped or refused for its size: `ConditionedRows` has seen to what is too small, and 1e-12 is the
    // least that HiGHS allows. Where there is nothing to drop its own limit stays, since HiGHS applies it to what it
    // computes as well, and loses proofs of infeasibility with another one.
    if rows.values.contains(where: { $0.magnitude <= HiGHSSearch.smallEntry }) {
      _ = library.setDouble(highs, "small_matrix_value", 1e-12)
    }
    _ = library.setDouble(highs, "large_matrix_value", .infinity)
    if let seed = options.seed { _ = library.setInt(highs, "random_seed", Int32(clamping: seed)) }
    if let limit = options.nodeLimit { _ = library.setInt(highs, "mip_max_nodes", Int32(clamping: limit)) }
    if let presolve = options.presolve { _ = library.setString(highs, "presolve", presolve ? "on" : "off") }
    if options.timeLimit != nil, run.model.entryCount >= HiGHSSearch.manyEntries {
      _ = library.setInt(highs, "presolve_rule_off", HiGHSSearch.sparsify | HiGHSSearch.probing)
    }
    for (name, text) in options.native.sorted(by: { $0.key < $1.key }) { try setNative(name, text) }
    if !isPresolved { _ = library.setString(highs, "presolve", "off") }
  }

  private func setNative(_ name: String, _ text: String) throws {
    // The scheduler counts them; see `HiGHSScheduler`.
    guard name != "threads" else { throw Misuse("solve: highs option threads: expected it as the option of solve") }
    var type: Int32 = 0
    guard library.optionType(highs, name, &type) == 0 else {
      throw Misuse("solve: highs has no option \(name): expected one of those in its documentation")
    }
    let status: Int32
    switch type {
    case 0:
      guard let value = ["on": 1, "off": 0, "true": 1, "false": 0][text] as Int32? else {
        throw Misuse("solve: highs option \(name): expected on or off, got \(text)")
      }
      status = library.setBool(highs, name, value)
    case 1:
      guard let value = Int32(text) else {
        throw Misuse("solve: highs option \(name): expected a whole number, got \(text)")
      }
      status = library.setInt(highs, name, value)
    case 2:
      guard let value = Double(text), !value.isNaN else {
        throw Misuse("solve: highs option \(name): expected a number, got \(text)")
      }
      status = library.setDouble(highs, name, value)
    default:
      // `log_file`, `solution_file` and their kind.
      guard !name.hasSuffix("_file") || text.isEmpty || !FileAccess.isRestricted else {
        throw Misuse("solve: highs option \(name): the sandbox lets no solver open files")
      }
      status = library.setString(highs, name, text)
    }
    guard status == 0 else { throw Misuse("solve: highs option \(name): refused the value \(text)") }
  }

  private func load() throws {
    let model = run.model
    let starts = rows.starts.map { Int32($0) }
    let kinds: [Int32]? = model.hasIntegers ? model.kinds.map { $0.isIntegral ? 1 : 0 } : nil
    func pass(_ integrality: UnsafePointer<Int32>?) -> Int32 {
      library.passModel(
        highs, Int32(model.columnCount), Int32(model.rowCount), Int32(rows.values.count), 2,
        model.objectiveSense == .minimize ? 1 : -1, model.objectiveConstant, model.objectiveCoefficients,
        model.columnLower, model.columnUpper, rows.lower, rows.upper, starts, rows.columns, rows.values, integrality)
    }
    let status = kinds.map { $0.withUnsafeBufferPointer { pass($0.baseAddress) } } ?? pass(nil)
    guard status >= 0 else {
      throw OutsideFailure("HiGHS: refused the model \"\(model.name)\": its numbers may be too large")
    }
  }

  // MARK: Solving

  func solve() throws -> Solution {
    if run.poll() { return run.solution(run.status(hasPoint: false), iterations: 0) }
    if let point = run.startPoint, run.model.hasIntegers { _ = library.setSolution(highs, point, nil, nil, nil) }
    if run.wallSecondsLeft.isFinite { _ = library.setDouble(highs, "time_limit", max(0, run.wallSecondsLeft)) }
    let callback: CHiGHSCallback = { kind, message, output, input, context in
      guard let context, let output else { return }
      Unmanaged<HiGHSSearch>.fromOpaque(context).takeUnretainedValue().handle(kind, message, output, input)
    }
    // The search outlives the run, and HiGHS calls back only during one.
    _ = library.setCallback(highs, callback, Unmanaged.passUnretained(self).toOpaque())
    for kind in wantedCallbacks { _ = library.startCallback(highs, kind) }
    let code = withExtendedLifetime(self) { library.run(highs) }
    return try conclude(code)
  }

  private var wantedCallbacks: [Int32] {
    var kinds: [Int32] = run.options.log ? [HiGHSSearch.logging] : []
    if run.model.hasIntegers {
      kinds += [HiGHSSearch.improvingSolution, HiGHSSearch.mipInterrupt]
      if run.answers.contains(.submit) { kinds.append(HiGHSSearch.userSolution) }
    } else if run.options.shouldStop != nil || run.wants(.progress) || run.options.limitClock == .processor {
      kinds += [HiGHSSearch.simplexInterrupt, HiGHSSearch.interiorInterrupt]
    }
    return kinds
  }

  private func conclude(_ code: Int32) throws -> Solution {
    var nodes: Int64 = 0
    if run.model.hasIntegers, library.int64Info(highs, "mip_node_count", &nodes) == 0, nodes > 0 {
      run.nodes = Int(nodes)
    }
    let status = library.modelStatus(highs)
    let duals = takePoint(isOptimal: status == Status.optimal)
    if run.failure != nil { return finished(.stopped) }
    let hasPoint = run.bestPoint != nil
    if run.model.hasIntegers {
      var bound = 0.0
      if library.doubleInfo(highs, "mip_dual_bound", &bound) == 0, !bound.isNaN { lastBound = run.clamped(bound) }
    }
    switch status {
    case Status.infeasible, Status.unbounded, Status.unboundedOrInfeasible:
      if isPresolved { return try withoutPresolve(claiming: status) }
    default: break
    }
    switch status {
    case Status.optimal where hasPoint:
      var solution = finished(.optimal)
      if !run.model.hasIntegers {
        solution.bound = solution.objective
        (solution.reducedCosts, solution.rowDuals) = (duals?.columns, duals?.rows)
      }
      return solution
    case Status.infeasible: return finished(.infeasible)
    case Status.unbounded where !run.model.hasIntegers: return finished(.unbounded)
    case Status.unbounded, Status.unboundedOrInfeasible:
      let status = try run.unboundedOrInfeasible()
      run.forgetIncumbents()
      lastBound = nil
      return finished(status)
    case Status.timeLimit: run.stop(.timeLimit)
    case Status.iterationLimit, Status.solutionLimit: run.stop(.nodeLimit)
    case Status.interrupt: run.stop(.interrupt)
    default:
      if run.stopReason == nil {
        run.warnings.append("highs gave up for numerical reasons (code \(code), model status \(status))")
      }
    }
    return finished(run.status(hasPoint: hasPoint))
  }

  /// Asks again with presolve off, in the time that is left: HiGHS 1.15's presolve was seen to call models with integers
  /// infeasible that have an optimum. A linear program is as infeasible as presolve said where the simplex method alone
  /// gives up.
  private func withoutPresolve(claiming status: Int32) throws -> Solution {
    run.forgetIncumbents()
    let again = try HiGHSSearch(run: run, library: library, allowsPresolve: false).solve()
    let hasGivenUp = again.status == .limit && run.stopReason == nil && run.secondsLeft > 0
    guard hasGivenUp, !run.model.hasIntegers, status == Status.infeasible else { return again }
    return finished(.infeasible)
  }

  /// Takes HiGHS's final point, which may be better than the last one that a callback saw; returns the duals.
  private func takePoint(isOptimal: Bool) -> (columns: [Double], rows: [Double])? {
    var pointStatus: Int32 = 0
    guard library.intInfo(highs, "primal_solution_status", &pointStatus) == 0, pointStatus == 2,
      isOptimal || run.model.hasIntegers
    else { return nil }
    var point = [Double](repeating: 0, count: run.model.columnCount)
    var reducedCosts = point
    var activities = [Double](repeating: 0, count: run.model.rowCount)
    var rowDuals = activities
    guard library.getSolution(highs, &point, &reducedCosts, &activities, &rowDuals) == 0,
      point.allSatisfy(\.isFinite)
    else { return nil }
    run.offer(run.model.rounded(point), bound: { [self] in lastBound })
    return (reducedCosts, rows.duals(rowDuals))
  }

  private func finished(_ status: SolveStatus) -> Solution {
    var iterations: Int32 = 0
    _ = library.intInfo(highs, "simplex_iteration_count", &iterations)
    var solution = run.solution(status, iterations: max(0, Int(iterations)))
    guard status != .infeasible, status != .unbounded else { return solution }
    solution.bound = lastBound
    solution.values = run.bestPoint
    if run.bestPoint != nil { solution.objective = run.bestObjective }
    return solution
  }
}
