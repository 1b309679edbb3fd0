/// An open node of a branch and bound.
struct SearchNode: BoundedNode {
  /// The assumed phases, and what is known under them.
  var state: SplitState
  /// Which of the search's functions is bounded.
  let function: Int
  /// An upper bound of that function.
  var bound: Double
  /// Splits on the way from the root.
  var depth: Int
  /// The part of the region that the node is about; nil for the whole.
  var box: BoxRegion?
  /// What is known of the inputs in question; nil where nothing is, or nobody will ask.
  var cut: InputCut?
  /// Whether a cut has gone into what is known: then that holds for inputs where the function is above the search's
  /// threshold, and elsewhere the function is not.
  var isCut = false
  /// How often an input was halved on the way from the root.
  var halvings = 0
  /// Its number in the search's record.
  var record = 0
  /// The first layer that was bounded anew for it; nil where none was.
  var tightensFrom: Int?
  /// What to branch on; nil when nothing is left to split.
  var branch: Branch?
}
