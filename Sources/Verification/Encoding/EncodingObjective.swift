/// What an encoding asks of the inputs of a region.
public enum EncodingObjective: String, Sendable, CaseIterable {
  /// The largest margin: a problem is robust if it is negative.
  case margin
  /// The least distance from x0, in the region's norm, of an input whose margin reaches `EncodingOptions.threshold`.
  case distance
  /// Minus the least excess of the extra constraints, relative to their scale and beyond what a witness is allowed: no
  /// input is admissible if it is negative. This model has a point whatever the constraints are, so that its bound is as
  /// good a proof as that of a margin, while a solver's word that a model has none is not.
  case admissibility
}
