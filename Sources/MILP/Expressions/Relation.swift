/// How the two sides of a constraint compare.
public enum Relation: String, Sendable, Hashable, CaseIterable {
  /// Left side at most the right side.
  case lessOrEqual = "<="
  /// Both sides equal.
  case equal = "=="
  /// Left side at least the right side.
  case greaterOrEqual = ">="

  /// Reads `<=`, `==`, `=` or `>=`; nil for anything else, also for `<` and `>`, which say something else than these.
  public init?(symbol: String) {
    switch symbol {
    case "<=": self = .lessOrEqual
    case "==", "=": self = .equal
    case ">=": self = .greaterOrEqual
    default: return nil
    }
  }
}
