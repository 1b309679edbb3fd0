import Synchronization

/// A special ordered set or an indicator of a model, and at the same time the handle to it: copies of the model have the
/// same ones.
public struct Construct: Sendable, Hashable {
  /// What it is.
  public enum Content: Sendable, Hashable {
    /// A special ordered set.
    case specialOrderedSet(SpecialOrderedSet)
    /// A row under a condition.
    case indicator(Indicator)
  }

  private static let identities = Atomic<UInt64>(1)

  /// A number that no other one of this process has.
  private let identity: UInt64
  /// What it is.
  public let content: Content
  /// The name that it was given.
  public let name: String?

  init(_ content: Content, name: String?) {
    identity = Construct.identities.wrappingAdd(1, ordering: .relaxed).newValue
    self.content = content
    self.name = name
  }

  /// Its kind.
  public var kind: ConstructKind {
    switch content {
    case .specialOrderedSet(let set): set.type == .one ? .sos1 : .sos2
    case .indicator: .indicator
    }
  }

  /// The columns that it is about, each at least once.
  public var columns: [Int] {
    switch content {
    case .specialOrderedSet(let set): set.columns
    case .indicator(let indicator): [indicator.binary] + indicator.columns.map(Int.init)
    }
  }

  /// The same construct has one identity wherever it is.
  public static func == (a: Construct, b: Construct) -> Bool { a.identity == b.identity }

  /// Feeds the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}
