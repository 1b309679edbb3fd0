import Embedding
import Essentials
import LuaHost
import MILP
import Networks
import Solvers
import Verification

/// Where the preactivations' ranges of an embedded network come from: the option `bounds`.
struct RangeSource {
  private enum Choice {
    case method(BoundMethod)
    case given(Certified<PreactivationBounds>)
    case rows(timeLimit: Double)
  }

  private let choice: Choice

  /// What `bounds` may be: the name of a bound method, or "rows".
  static var names: [String] { BoundMethod.names + ["rows"] }

  /// Reads `bounds` and, for "rows", `time_limit_s`; nil where there is no `bounds`.
  init?(reading table: TableReader) throws {
    let timeLimit = try table.double("time_limit_s", default: 10)
    guard timeLimit >= 0 else { throw Misuse("time_limit_s: expected a number of at least 0, got \(timeLimit)") }
    guard
      let choice = try table.optional(
        "bounds",
        { call -> Choice in
          if let bounds = call.objectIfAny(1, as: NetworkBounds.self) { return .given(bounds.finding) }
          guard call.kind(1) == .string else { throw call.mismatch(1, expected: "the name of a method or vnn.Bounds") }
          let name = try call.string(1, oneOf: RangeSource.names)
          return BoundMethod.named(name).map { .method($0) } ?? .rows(timeLimit: timeLimit)
        })
    else { return nil }
    self.choice = choice
  }

  /// Backward linear bounds.
  init() { choice = .method(.backward) }

  /// Ranges of a network over a box.
  func ranges(_ network: Network, lower: [Double], upper: [Double]) throws -> PreactivationRanges {
    switch choice {
    case .method(let method):
      return try method.ranges(network, lower: lower, upper: upper, shouldStop: { Interrupt.isRequested })
    case .rows: return try BoundMethod.backward.ranges(network, lower: lower, upper: upper)
    case .given(let bounds):
      let question = bounds.question
      guard question.network.hasSameParameters(as: network) else {
        throw Misuse("bounds: expected those of the embedded network, scale included, got those of \(question.network)")
      }
      let region = question.problem.region
      guard region.norm.isBox else {
        throw Misuse("bounds: expected bounds over a box, got those over a region of norm \(region.norm.name)")
      }
      for input in lower.indices where lower[input] < region.lower[input] || upper[input] > region.upper[input] {
        throw Misuse(
          "bounds: expected bounds over the inputs' box, got those over [\(region.lower[input]), \(region.upper[input])] "
            + "for input \(input + 1), whose variable has [\(lower[input]), \(upper[input])]")
      }
      return bounds.content.ranges
    }
  }

  /// Solves the linear programs of "rows" till its time is up; nil for all others.
  var rowSolver: RowTightening.Solver? {
    guard case .rows(let timeLimit) = choice else { return nil }
    let clock = Stopwatch()
    return { model in
      guard clock.wallSeconds < timeLimit, !Interrupt.isRequested else { return nil }
      return try ProgramSolving.solve(model, timeLimit: timeLimit - clock.wallSeconds).rowDuals
    }
  }
}
