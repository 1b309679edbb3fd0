import Networks

/// How preactivation bounds are computed, by the name that scripts use.
///
/// Each method stands in a file of its own; `all` is the one list of them, and what scripts may write, messages and
/// `verify.bound_methods` follow from it.
public struct BoundMethod: Sendable {
  /// The method's computation: a network, the region, bounds that are known to hold, and whether to stop early. The result
  /// is at least as tight as what is known.
  typealias Computation =
    @Sendable (Network, any InputRegion, PreactivationBounds?, () -> Bool) throws -> PreactivationBounds

  /// The name in scripts.
  public let name: String
  let compute: Computation

  /// A method under a name that no other has.
  init(_ name: String, _ compute: @escaping Computation) {
    self.name = name
    self.compute = compute
  }

  /// Every method, each tighter and slower than those before.
  public static let all: [BoundMethod] = [.interval, .undecided, .backward, .optimized]

  /// The names of every method.
  public static var names: [String] { all.map(\.name) }

  /// The method of that name; nil where there is none.
  public static func named(_ name: String) -> BoundMethod? { all.first { $0.name == name } }
}
