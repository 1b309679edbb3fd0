import MILP

/// What the first rows of a model were, for bounds that came from them.
struct RowEvidence {
  private let count: Int
  private let hash: Int

  init(of model: Model, upTo count: Int) {
    self.count = count
    hash = RowEvidence.hash(model, count)
  }

  /// Whether these rows are the same in `model`.
  func holds(in model: Model) -> Bool { model.rowCount >= count && RowEvidence.hash(model, count) == hash }

  private static func hash(_ model: Model, _ count: Int) -> Int {
    var hasher = Hasher()
    let entries = model.rowStarts[count]
    hasher.combine(model.rowStarts[...count])
    hasher.combine(model.columnIndices[..<entries])
    hasher.combine(model.coefficients[..<entries])
    hasher.combine(model.rowLower[..<count])
    hasher.combine(model.rowUpper[..<count])
    return hasher.finalize()
  }
}
