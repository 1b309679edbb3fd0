import Essentials

/// What a solver can do for a callback.
public struct SolverCapabilities: Sendable, Hashable {
  /// The events that it reports.
  public let events: Set<SolveEventKind>
  /// The answers that it can follow.
  public let answers: Set<SolveAnswerKind>
  /// Whether it uses more than one thread when allowed.
  public let usesThreads: Bool
  /// What it knows by itself of what linear rows do not say; the rest reaches it as binaries and rows, see
  /// `Reformulation`.
  public let constructs: Set<ConstructKind>

  /// Makes the description of a solver.
  public init(
    events: Set<SolveEventKind>, answers: Set<SolveAnswerKind>, usesThreads: Bool, constructs: Set<ConstructKind> = []
  ) {
    self.events = events
    self.answers = answers
    self.usesThreads = usesThreads
    self.constructs = constructs
  }

  /// Throws a `Misuse` that names the solver and what it lacks, if `observer` wants more than it can do.
  public func check(_ observer: SolveObserver, solver: String) throws {
    for kind in SolveEventKind.allCases where observer.kinds.contains(kind) && !events.contains(kind) {
      throw Misuse(
        "solve: \(solver) has no \(kind.rawValue) events: expected some of "
          + events.map(\.rawValue).sorted().joined(separator: ", "))
    }
    for kind in SolveAnswerKind.allCases where observer.answers.contains(kind) && !answers.contains(kind) {
      throw Misuse(
        "solve: \(solver) cannot follow the answer \(kind.rawValue): expected some of "
          + answers.map(\.rawValue).sorted().joined(separator: ", "))
    }
  }
}
