/// A finding that may say what no margin exceeds.
public protocol MarginBounding {
  /// What the margin of no input in the finding's scope exceeds; nil where that is not known.
  func marginBound(for question: Question) throws -> Double?

  /// Whether a negative bound means that the constraints leave no input, so that "robust" says little.
  var leavesNoInput: Bool { get }
}

extension MarginBounding {
  /// No, for most.
  public var leavesNoInput: Bool { false }
}

extension PreactivationBounds: MarginBounding {
  /// That of the backward linear relaxation.
  public func marginBound(for question: Question) throws -> Double? {
    try marginUpperBound(question.network, for: question.problem)
  }
}

extension BranchAndBound: MarginBounding {
  /// Only a search that left nothing open has proved a negative bound.
  public func marginBound(for question: Question) -> Double? {
    result.isProof || result.bound >= 0 ? result.bound : nil
  }
}

extension LinearRelaxation: MarginBounding {
  /// That of the duals that were handed back so far.
  public func marginBound(for question: Question) -> Double? { marginBound }
  /// Whether a dual showed it.
  public var leavesNoInput: Bool { isEmpty }
}

extension SolvedEncoding: MarginBounding {
  /// That of the solver, with what it is not trusted for.
  public func marginBound(for question: Question) -> Double? { marginBound }
  /// Whether the constraints were what was asked about.
  public var leavesNoInput: Bool { objective == .admissibility }
}

extension MarginDifference: MarginBounding {
  /// The other network's, and how far this one's can be above.
  public func marginBound(for question: Question) -> Double? { marginBound }
}
