/// When a solve found a better point, and how good it was.
public struct Incumbent: Sendable, Hashable {
  /// Wall seconds since the solve began.
  public let seconds: Double

  /// The objective in the user's sense, constant included.
  public let objective: Double

  /// Branch-and-bound nodes until then.
  public let nodes: Int

  package init(seconds: Double, objective: Double, nodes: Int) {
    self.seconds = seconds
    self.objective = objective
    self.nodes = nodes
  }
}
