/// What a file says of a solution: a claim of whoever wrote it, about a model that may have been another one. What the
/// point is worth to a model, `Model.violation` and `Model.objectiveValue` say.
public struct ReadSolution: Sendable {
  /// The status in the file's own words; nil if it says none.
  public var status: String?

  /// The objective that the file claims; nil if it claims none.
  public var objective: Double?

  /// One number per column of the model; NaN where the file gives none. Files that list only what is not 0 give all.
  public var point: [Double]

  /// The names in the file that no variable of the model has.
  public var unknownNames: [String] = []

  /// How many variables of the model the file gives no value for.
  public var openCount: Int { point.count(where: \.isNaN) }
}
