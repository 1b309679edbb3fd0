/// A tensor that a query declares: an input, an output or a value inside of a network.
public struct VNNLIBVariable: Sendable, Equatable {
  /// What it is of its network.
  public enum Role: String, Sendable {
    case input, hidden, output
  }

  /// Its name in the query.
  public let name: String
  /// What it is of its network.
  public let role: Role
  /// What its elements are.
  public let elementType: VNNLIBElementType
  /// Its sizes, none for a single number.
  public let shape: [Int]
  /// Of a hidden one the name that the network's file has for it; empty otherwise.
  public let nodeOutput: String

  /// The number of its elements, which are in row-major order.
  public var count: Int { shape.reduce(1, *) }

  /// What an element is called in the query: X_2, or X[0,2].
  func name(of offset: Int, isNumbered: Bool) -> String {
    if isNumbered { return "\(name)_\(offset)" }
    var rest = offset
    let indices = shape.reversed().map { size in
      defer { rest /= size }
      return String(rest % size)
    }
    return indices.isEmpty ? name : "\(name)[\(indices.reversed().joined(separator: ","))]"
  }
}
