import Essentials

extension Recheck {
  /// Whether `point` is in the region without any tolerance. Changes of inputs are taken a little larger than they are, so
  /// that a point just inside may count as outside.
  func isExactlyInside(_ point: [Double]) -> Bool {
    guard boxViolation(of: point) <= 0 else { return false }
    let negated = ExactVector(problem.input.map { -$0 })
    let exact = ExactVector(point).adding(negated)
    let changes = point.indices.map { index in
      let range = exact.range(index)
      return max(range.upperBound, -range.lowerBound)
    }
    func sumsUp(_ sizes: [Double]) -> Bool {
      ExactSum.sign(of: sizes.map { _ in 1 }, times: sizes, plus: -problem.epsilon) <= 0
    }
    switch problem.norm {
    case .box: return true
    case .linf: return changes.allSatisfy { $0 <= problem.epsilon }
    case .l1: return sumsUp(changes)
    case .l0: return Double(changes.count { $0 != 0 }) <= problem.epsilon
    case .l1RowMax:
      let width = point.count / (problem.rows ?? 1)
      return sumsUp(stride(from: 0, to: point.count, by: width).map { changes[$0..<$0 + width].reduce(0, max) })
    default: return false
    }
  }

  /// `point` itself, or moved towards x0 until it is exactly inside; nil where that does not happen on the first
  /// millionth of the way.
  func movedInside(_ point: [Double]) -> [Double]? {
    let (box, center) = (problem.region.box, problem.input)
    var candidate = point
    var loss = 0x1p-52
    while !isExactlyInside(candidate) {
      guard loss < 1e-6 else { return nil }
      candidate = box.clamp(point.indices.map { center[$0] + (point[$0] - center[$0]) * (1 - loss) })
      loss *= 2
    }
    return candidate
  }
}
