/// An open node of a branch and bound.
struct SearchNode {
  /// The assumed phases, and what is known under them.
  var state: SplitState
  /// Which of the search's functions is bounded.
  let function: Int
  /// An upper bound of that function.
  var bound: Double
  /// Splits on the way from the root.
  let depth: Int
  /// The neuron to branch on; nil when none is undecided.
  var branch: Int?
}
