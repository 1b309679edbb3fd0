/// A handle to one column of a `Model`; worth nothing without the model that made it.
///
/// A model refuses the handles of another one. A copy accepts those that its original had made before the copying.
public struct Variable: Hashable, Sendable, BitwiseCopyable {
  /// The column, counted from 0.
  public let index: Int

  /// The identity of the model that made the variable; see `Model.identity`.
  public let modelIdentity: UInt64

  package init(index: Int, modelIdentity: UInt64) {
    self.index = index
    self.modelIdentity = modelIdentity
  }
}
