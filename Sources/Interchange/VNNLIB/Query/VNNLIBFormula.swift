/// What a query asserts: inequalities joined by "and" and "or". There is no "not", which is carried inwards.
package indirect enum VNNLIBFormula: Sendable {
  case all([VNNLIBFormula])
  case any([VNNLIBFormula])
  case holds(VNNLIBInequality)

  static let isTrue = all([])
  static let isFalse = any([])

  /// `term` >= 0 or > 0; true or false where the term is a number.
  init(_ term: VNNLIBTerm, isStrict: Bool, line: Int) {
    var term = term
    term.coefficients = term.coefficients.filter { $0.value != 0 }
    if term.isConstant {
      self = (isStrict ? term.constant > 0 : term.constant >= 0) ? .isTrue : .isFalse
    } else {
      self = .holds(VNNLIBInequality(term: term, isStrict: isStrict, line: line))
    }
  }

  /// What is true where this is false.
  var negated: VNNLIBFormula {
    switch self {
    case .all(let parts): .any(parts.map(\.negated))
    case .any(let parts): .all(parts.map(\.negated))
    case .holds(let inequality): .holds(inequality.negated)
    }
  }

  /// The number of inequalities and connectives.
  var size: Int {
    switch self {
    case .all(let parts), .any(let parts): parts.reduce(1) { $0 + $1.size }
    case .holds: 1
    }
  }

  /// Whether the formula is true where `holds` says which inequalities are.
  package func isTrue(_ holds: (VNNLIBInequality) -> Bool) -> Bool {
    switch self {
    case .all(let parts): parts.allSatisfy { $0.isTrue(holds) }
    case .any(let parts): parts.contains { $0.isTrue(holds) }
    case .holds(let inequality): holds(inequality)
    }
  }

  /// Calls `body` with every inequality.
  func forEach(_ body: (VNNLIBInequality) throws -> Void) rethrows {
    switch self {
    case .all(let parts), .any(let parts): for part in parts { try part.forEach(body) }
    case .holds(let inequality): try body(inequality)
    }
  }
}
