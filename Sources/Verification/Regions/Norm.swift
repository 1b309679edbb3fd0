/// How the size of a change is measured, by the names that problem files use.
public enum Norm: String, Sendable, CaseIterable {
  /// The sum of the absolute changes.
  case l1
  /// The largest absolute change.
  case linf
  /// The sum over image rows of the largest absolute change in the row: what the paper's published models constrain.
  case l1RowMax = "l1_row_max"
  /// No norm: the box alone limits the inputs.
  case box
}
