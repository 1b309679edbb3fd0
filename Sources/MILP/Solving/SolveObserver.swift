/// A callback, what it wants to hear and what it may answer.
public struct SolveObserver {
  /// The events that `handle` is called for; a solver spends nothing on the others.
  public var kinds: Set<SolveEventKind>

  /// The answers that `handle` may give. Solvers that lack one refuse before the solve, and prepare for the others:
  /// lazy rows switch GLPK's rounding heuristic off, for instance. An answer that is not announced is a `Misuse`.
  public var answers: Set<SolveAnswerKind>

  /// Called on the solving thread. An error ends the solve and is rethrown by `solve`.
  public var handle: (SolveEvent) throws -> [SolveAnswer]

  /// Makes an observer that may answer stop, and submit points if `answers` says so.
  public init(
    kinds: Set<SolveEventKind>, answers: Set<SolveAnswerKind> = [.stop],
    handle: @escaping (SolveEvent) throws -> [SolveAnswer]
  ) {
    self.kinds = kinds
    self.answers = answers
    self.handle = handle
  }
}
