/// Lines above and below the ReLUs of one layer, given bounds of their preactivations.
struct ReluRelaxation {
  /// The neurons whose output is not always 0, ascending.
  private(set) var live: [Int32] = []
  /// Slopes of the lines above.
  private(set) var upperSlope: [Double]
  /// Values of the lines above at preactivation 0.
  private(set) var upperOffset: [Double]
  /// Slopes of the lines below; these pass through the origin.
  private(set) var lowerSlope: [Double]
  /// The largest possible size of a preactivation.
  private(set) var reach: [Double]

  /// The chord above and, below, the line of slope 0 or 1 that leaves the smaller area.
  init(_ bounds: LayerBounds) {
    upperSlope = [Double](repeating: 0, count: bounds.count)
    upperOffset = upperSlope
    lowerSlope = upperSlope
    reach = upperSlope
    for index in 0..<bounds.count {
      let lower = bounds.lower[index]
      let upper = bounds.upper[index]
      reach[index] = max(abs(lower), abs(upper))
      switch bounds.stability(index) {
      case .inactive: continue
      case .active:
        upperSlope[index] = 1
        lowerSlope[index] = 1
      case .unstable:
        let chord = Chord(from: lower, to: upper)
        upperSlope[index] = chord.slope
        upperOffset[index] = chord.offset
        lowerSlope[index] = upper > -lower ? 1 : 0
      }
      live.append(Int32(index))
    }
  }
}
