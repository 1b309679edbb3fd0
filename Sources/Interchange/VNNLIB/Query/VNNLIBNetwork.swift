/// A network that a query declares: what goes in, what comes out, and nothing of how it is made.
public struct VNNLIBNetwork: Sendable, Equatable {
  /// What is said of the network beside another, which stands before it.
  public enum Relation: Sendable, Equatable {
    case none
    /// It is the network at this position, so that no file is given for it.
    case equal(to: Int)
    /// It has the same graph as the network at this position, with other weights.
    case isomorphic(to: Int)
  }

  /// Its name in the query.
  public let name: String
  /// What is said of it beside another.
  public let relation: Relation
  /// The positions of its variables among all of the query, in the order in which they are declared: inputs, then hidden
  /// ones, then outputs.
  public let variables: Range<Int>
}
