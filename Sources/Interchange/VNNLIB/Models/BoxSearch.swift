import Essentials
import Verification

/// A branch and bound over boxes of inputs, with interval arithmetic on the networks' files as they are: it decides
/// queries of few inputs whatever the operators, those that are not piecewise linear too, and for every way in which a
/// runtime may round.
public struct BoxSearch {
  /// What is known in the end.
  public enum Answer: Sendable {
    /// An input of the chain: the files, run as they are, meet what is asked for there.
    case satisfied([Double])
    /// There is none.
    case refuted
    /// Neither; boxes are left.
    case open
  }

  private let models: VNNLIBModels
  private let property: VNNLIBProperty
  /// The most boxes that are looked at.
  private let boxLimit: Int
  /// Boxes that were looked at.
  public private(set) var boxes = 0

  /// A search that has not begun.
  public init(_ models: VNNLIBModels, boxLimit: Int = .max) {
    self.models = models
    self.boxLimit = boxLimit
    property = models.property
  }

  /// Searches.
  ///
  /// - Parameters:
  ///   - timeLimit: wall seconds.
  ///   - shouldStop: asked at every box; true ends the search.
  /// - Throws: `OutsideFailure` naming file and node when an operator can be run nowhere here, or has no bounds.
  public mutating func run(timeLimit: Double, shouldStop: () -> Bool = { false }) throws -> Answer {
    let clock = Stopwatch()
    var open = property.cases.map { Box(lower: $0.region.lower, upper: $0.region.upper, condition: $0.condition) }
    for box in open {
      for point in box.corners where clock.wallSeconds < timeLimit {
        if let point = try satisfying(point) { return .satisfied(point) }
      }
    }
    while let box = open.popLast() {
      boxes += 1
      guard boxes <= boxLimit, clock.wallSeconds < timeLimit, !shouldStop() else { return .open }
      if try isRefuted(box) { continue }
      if let point = try satisfying(box.center) { return .satisfied(point) }
      guard let halves = box.halves else { return .open }
      open += halves
    }
    return property.missingBound == nil ? .refuted : .open
  }

  /// The point, in single precision where the box holds such numbers, if the query is satisfied there.
  private func satisfying(_ point: [Double]) throws -> [Double]? {
    for item in property.cases {
      let rounded = property.rounded(point, in: item)
      if property.isSatisfied(inputs: rounded, outputs: try models.replay(rounded)) { return rounded }
    }
    return nil
  }

  private func isRefuted(_ box: Box) throws -> Bool {
    let (lower, upper) = try models.enclosure(lower: box.lower, upper: box.upper)
    let step = property.variables.reduce(0) { max($0, $1.elementType.roundingStep) }
    return box.condition.alternatives.allSatisfy { alternative in
      alternative.contains { inequality in
        var most = inequality.constant
        var size = abs(most)
        for (index, coefficient) in inequality.coefficients.enumerated() where coefficient != 0 {
          let end = coefficient > 0 ? upper[index] : lower[index]
          most = Rounding.sumUp(most, Rounding.productUp(coefficient, end))
          size += abs(coefficient) * max(abs(lower[index]), abs(upper[index]))
        }
        // What the query asks for is evaluated in the precision of its types, too.
        let slack = Double(inequality.coefficients.count + 4) * step * size
        return Rounding.sumUp(most, slack) < 0
      }
    }
  }
}

/// Inputs between bounds, and what their outputs have to meet.
private struct Box {
  var lower: [Double]
  var upper: [Double]
  let condition: OutputCondition

  /// The inputs that are not constant.
  private var varying: [Int] { lower.indices.filter { lower[$0] < upper[$0] } }

  var center: [Double] { zip(lower, upper).map { $0 == $1 ? $0 : 0.5 * $0 + 0.5 * $1 } }

  /// The corners, of boxes with a few inputs that vary; none of others.
  var corners: [[Double]] {
    let varying = varying
    guard varying.count <= 6 else { return [] }
    return (0..<1 << varying.count).map { number in
      var corner = lower
      for (place, index) in varying.enumerated() where number >> place & 1 == 1 { corner[index] = upper[index] }
      return corner
    }
  }

  /// The halves along the widest side; nil where no side can be divided.
  var halves: [Box]? {
    let center = center
    let divisible = lower.indices.filter { lower[$0] < center[$0] && center[$0] < upper[$0] }
    guard let widest = divisible.max(by: { upper[$0] - lower[$0] < upper[$1] - lower[$1] }) else { return nil }
    var (low, high) = (self, self)
    low.upper[widest] = center[widest]
    high.lower[widest] = center[widest]
    return [low, high]
  }
}
