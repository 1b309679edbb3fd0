/// Which inputs bounds hold for.
public enum BoundsScope: String, Sendable {
  /// Every input of the region: whatever the classes and constraints, they hold for all problems over it.
  case region
  /// The inputs that could settle the problem: those that meet its constraints and, where that was assumed, those whose
  /// margin is not negative. Another problem may have inputs that violate them.
  case problem
}
