/// A parenthesised expression of SMT-LIB and where it begins.
indirect enum SExpression {
  case atom(String, line: Int)
  case list([SExpression], line: Int)

  var line: Int {
    switch self {
    case .atom(_, let line), .list(_, let line): line
    }
  }

  /// The text of an atom; nil for a list.
  var text: String? { if case .atom(let text, _) = self { text } else { nil } }

  /// The elements of a list; nil for an atom.
  var elements: [SExpression]? { if case .list(let elements, _) = self { elements } else { nil } }
}
