import Essentials
import MILP

extension Norm {
  /// The sum of the absolute changes.
  public static let l1 = Norm("l1")
}

/// Box ∩ {x : Σ |x_i - center_i| <= epsilon}: the region of the paper's constraint (8).
public struct L1Ball: InputRegion {
  /// What the region is cut from.
  public let box: RegionBox
  /// The budget: the largest sum of absolute changes.
  public let epsilon: Double
  /// Lower bounds of the tightest box, rounded outward.
  public let lower: [Double]
  /// Upper bounds of the tightest box, rounded outward.
  public let upper: [Double]
  /// 1 where the input can grow, else 0.
  let growable: [Double]
  /// 1 where the input can shrink, else 0.
  let shrinkable: [Double]

  /// The ball of radius `epsilon` around `center`, cut with the box [lower, upper].
  ///
  /// - Throws: `Misuse` unless epsilon is finite and not negative and the centre is inside the box.
  public init(center: [Double], epsilon: Double, lower: [Double], upper: [Double]) throws {
    box = try RegionBox(center: center, lower: lower, upper: upper)
    try RegionBox.check(epsilon: epsilon)
    self.epsilon = epsilon
    (self.lower, self.upper) = box.cut(epsilon)
    growable = center.indices.map { upper[$0] > center[$0] ? 1 : 0 }
    shrinkable = center.indices.map { lower[$0] < center[$0] ? 1 : 0 }
  }

  /// The region of a problem.
  public init(_ parameters: RegionParameters) throws {
    try self.init(
      center: parameters.center, epsilon: parameters.epsilon, lower: parameters.lower, upper: parameters.upper)
  }

  /// `l1`.
  public static var norm: Norm { .l1 }

  /// The sum of the absolute changes.
  public func distance(of x: [Double]) -> Double {
    zip(x, box.center).reduce(0) { $0 + abs($1.0 - $1.1) }
  }

  /// How far the input can move in the direction that its coefficient prefers.
  @inline(__always)
  func room(_ index: Int, grows: Bool) -> Double {
    grows ? box.upper[index] - box.center[index] : box.center[index] - box.lower[index]
  }

  /// Whether even moving every input to the farther end of the box stays within the budget, so that the region is the
  /// box.
  var isWholeBox: Bool {
    var total = 0.0
    for index in box.center.indices { total += max(room(index, grows: true), room(index, grows: false)) }
    return total * (1 + Double(inputCount) * Rounding.step) <= epsilon
  }

  /// A random point: dense and scaled to a random or full budget, or sparse with inputs moved as far as they go.
  public func sample(using random: inout RandomSource) -> [Double] {
    var change = [Double](repeating: 0, count: inputCount)
    var left = random.below(3) == 0 ? epsilon * random.uniform() : epsilon
    if random.below(2) == 0 {
      let goesFull = random.below(2) == 0
      for index in random.permutation(inputCount) where left > 0 {
        let grows = random.below(2) == 0
        let step = min(left, room(index, grows: grows)) * (goesFull ? 1 : random.uniform())
        change[index] = grows ? step : -step
        left -= step
      }
    } else {
      // Exponential magnitudes are uniform on the simplex; what the box cuts off stays unspent.
      let share = random.below(2) == 0 ? 1 : 0.1
      for index in change.indices where random.uniform() < share {
        change[index] = -(1 - random.uniform()).logarithm * (random.below(2) == 0 ? 1 : -1)
      }
      let total = change.reduce(0) { $0 + abs($1) }
      guard total > 0 else { return box.center }
      for index in change.indices {
        let grows = change[index] > 0
        let step = min(abs(change[index]) * left / total, room(index, grows: grows))
        change[index] = grows ? step : -step
      }
    }
    return shrunk(box.clamp(zip(box.center, change).map { $0 + $1 }))
  }

  /// `x`, a point of the box whose distance exceeds epsilon by rounding at most, moved inside.
  func shrunk(_ x: [Double]) -> [Double] {
    var point = x
    var loss = 4 * Rounding.step
    while distance(of: point) > epsilon {
      guard loss < 1 else { return box.center }
      point = box.clamp(x.indices.map { box.center[$0] + (x[$0] - box.center[$0]) * (1 - loss) })
      loss *= 2
    }
    return point
  }
}
