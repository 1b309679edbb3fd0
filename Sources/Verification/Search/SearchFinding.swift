/// What a worker knows of a search while it looks at a node, and what it adds to that.
struct SearchFinding {
  /// Nodes that were bounded before, by whomever.
  let nodesBefore: Int
  /// Nodes that were bounded since.
  var nodes = 0
  /// Nodes that are left to look at.
  var opened: [SearchNode] = []
  /// The largest bound of a node that is closed for good.
  var closedBound = -Double.infinity
  /// Whether a node was left open because nothing could be done about it.
  var leavesOpen = false
  /// The input with the largest margin seen, and that margin.
  var point: [Double]
  var margin: Double
  /// The witness that was found; nil without one.
  var witness: Witness?
  /// Whether somebody found one before.
  let hasWitness: Bool

  /// Nothing new about what is known.
  init(_ known: BranchAndBoundResult) {
    (nodesBefore, point, margin) = (known.nodes, known.point, known.margin)
    hasWitness = known.witness != nil
  }
}
