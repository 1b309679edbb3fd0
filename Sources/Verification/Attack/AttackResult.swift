/// What a gradient attack found.
public struct AttackResult: Sendable {
  /// The point with the largest margin; a candidate that `Witness` has yet to recheck.
  public var point: [Double]
  /// Its margin in Float64.
  public var margin: Double
  /// The class that beats the problem's class there, or comes nearest to it; 0-based.
  public var target: Int
  /// How the point was found; nil for the input itself.
  public var method: AttackMethod?
  /// Starts that were tried.
  public var starts = 0
  /// Forward passes, gradients included.
  public var evaluations = 0
}
