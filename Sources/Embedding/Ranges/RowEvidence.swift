import MILP

/// What the rows and the variables' bounds of a model were, for bounds that came from them.
struct RowEvidence {
  private let lower: [Double]
  private let upper: [Double]
  private let rowCount: Int
  private let hash: Int

  init(of model: Model) {
    (lower, upper) = (model.columnLower, model.columnUpper)
    rowCount = model.rowCount
    hash = RowEvidence.hash(model, rowCount)
  }

  /// Whether these rows are the same in `model`, and no bound of a variable is wider.
  func holds(in model: Model) -> Bool {
    guard model.rowCount >= rowCount, model.columnCount >= lower.count else { return false }
    for column in lower.indices
    where model.columnLower[column] < lower[column] || model.columnUpper[column] > upper[column] { return false }
    return RowEvidence.hash(model, rowCount) == hash
  }

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
