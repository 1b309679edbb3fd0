/// Counts how many objects of a test are alive, to prove that they are released.
///
/// `@unchecked Sendable` because each counter is used by one test on one thread.
public final class LifetimeCounter: @unchecked Sendable {
  /// How many tokens exist now.
  public private(set) var alive = 0
  /// How many tokens were ever made.
  public private(set) var made = 0

  /// Starts at zero.
  public init() {}

  /// Store one in each object whose life is to be counted.
  public final class Token {
    private let counter: LifetimeCounter

    fileprivate init(_ counter: LifetimeCounter) {
      self.counter = counter
      counter.alive += 1
      counter.made += 1
    }

    deinit { counter.alive -= 1 }
  }

  /// A new token.
  public func token() -> Token { Token(self) }
}
