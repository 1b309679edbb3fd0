import Essentials
import MILP

/// What is known of a solver on this machine.
public struct SolverReport: Sendable {
  /// What it is called in options.
  public let name: String

  /// The solver, or why it is not there, with the command that gets it.
  public let solver: Result<any Solver, any Error>

  /// Why it is not there; nil where it is.
  public var reason: String? {
    guard case .failure(let error) = solver else { return nil }
    return (error as? OutsideFailure)?.message ?? "\(error)"
  }
}
