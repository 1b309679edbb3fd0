/// Which inputs bounds hold for, from all to few. Bounds for fewer inputs than the region's are about one problem only:
/// another may have inputs that violate them.
public enum BoundsScope: String, Sendable, CaseIterable {
  /// Every input of the region: whatever the classes and constraints, they hold for all problems over it.
  case region
  /// The inputs that meet the problem's constraints.
  case admissible
  /// Those of them whose margin is not negative. Where these are none, the problem is robust.
  case counterexamples
}
