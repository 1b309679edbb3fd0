/// A way to climb the margin by its gradient.
public enum AttackMethod: String, Sendable, CaseIterable {
  /// Towards the region's point that the linearised margin likes best, with a line search (Frank and Wolfe 1956; as an
  /// attack: Chen et al., AAAI 2020).
  case frankWolfe = "frank_wolfe"
  /// Along the gradient and back into the region, with shrinking steps (Madry et al., ICLR 2018).
  case projectedGradient = "projected_gradient"
}
