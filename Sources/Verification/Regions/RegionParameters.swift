/// What a problem says about its region: a norm makes one of it.
public struct RegionParameters: Sendable {
  /// The point that changes are measured from, one number per input.
  let center: [Double]
  /// The largest change in the norm; norms that do not need it take no notice of it.
  let epsilon: Double
  /// The number of image rows, where known.
  let rows: Int?
  /// The box's lower bounds, one per input.
  let lower: [Double]
  /// The box's upper bounds, one per input.
  let upper: [Double]
}
