/// A parenthesised expression of SMT-LIB, with the bracketed lists of VNN-LIB 2.0, and where it begins.
indirect enum SExpression {
  case atom(String, line: Int)
  case list([SExpression], line: Int)
  /// The whole numbers between `[` and `]`: a shape, or the place of an element.
  case indices([Int], line: Int)

  var line: Int {
    switch self {
    case .atom(_, let line), .list(_, let line), .indices(_, let line): line
    }
  }

  /// The text of an atom; nil for anything else.
  var text: String? { if case .atom(let text, _) = self { text } else { nil } }

  /// The elements of a list; nil for anything else.
  var elements: [SExpression]? { if case .list(let elements, _) = self { elements } else { nil } }

  /// The numbers in brackets; nil for anything else.
  var indices: [Int]? { if case .indices(let indices, _) = self { indices } else { nil } }
}
