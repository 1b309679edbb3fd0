/// A handle to one row of a `Model`; worth nothing without the model that made it.
public struct Constraint: Hashable, Sendable, BitwiseCopyable {
  /// The row, counted from 0.
  public let index: Int

  /// The identity of the model that made the row; see `Model.identity`.
  public let modelIdentity: UInt64

  package init(index: Int, modelIdentity: UInt64) {
    self.index = index
    self.modelIdentity = modelIdentity
  }
}
