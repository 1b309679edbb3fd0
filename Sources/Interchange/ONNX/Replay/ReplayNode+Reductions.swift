import Glibc
import Tensors

/// Operators that make one number of many along axes.
extension ReplayNode {
  /// The axes that operand 1 names, or all, and the shape of the result.
  func reduction(of shape: [Int]) throws -> Reduction {
    let named = try integers(1) ?? []
    let axes = try Set(named.map { try Shape.axis($0, rank: shape.count) })
    let all = named.isEmpty && !node.flag("noop_with_empty_axes")
    return Reduction(shape, axes: all ? Set(shape.indices) : axes, keeps: node.flag("keepdims", default: true))
  }

  /// - Parameter empty: the result where there is nothing; nil where there is none.
  func reduce(empty: Double?, _ function: ([Double]) -> Double) throws -> [ONNXTensor] {
    let value = try operand(0)
    let reduction = try reduction(of: value.shape)
    guard empty != nil || !reduction.inner.isEmpty else { throw NodeFailure("there is nothing to reduce") }
    let elements = reduction.outer.map { start in
      reduction.inner.isEmpty ? empty ?? 0 : function(reduction.inner.map { value.elements[start + $0] })
    }
    return [ONNXTensor(rounding: elements, shape: try checked(reduction.shape), type: value.type)]
  }

  /// ArgMax, or ArgMin by the sign -1: where the largest element along an axis is.
  func place(sign: Double) throws -> [ONNXTensor] {
    let value = try operand(0)
    let axis = try axis(default: 0, rank: value.shape.count)
    let reduction = Reduction(value.shape, axes: [axis], keeps: node.flag("keepdims", default: true))
    let isLast = node.flag("select_last_index")
    guard !reduction.inner.isEmpty else { throw NodeFailure("there is nothing to choose from") }
    let places = reduction.outer.map { start in
      var best = 0
      for (place, offset) in reduction.inner.enumerated() {
        let gain = sign * (value.elements[start + offset] - value.elements[start + reduction.inner[best]])
        if gain > 0 || isLast && gain == 0 { best = place }
      }
      return Double(best)
    }
    return [ONNXTensor(shape: reduction.shape, elements: places, type: .int64)]
  }

  /// Softmax, or its logarithm. Before operator set 13 it is over everything from the axis on.
  func softmax(logarithm: Bool) throws -> [ONNXTensor] {
    let value = try operand(0)
    let rank = value.shape.count
    let axis = try axis(default: node.version < 13 ? 1 : -1, rank: max(rank, 1))
    let axes = node.version < 13 ? Set(axis..<max(rank, axis)) : Set([axis].filter { $0 < rank })
    let reduction = Reduction(value.shape, axes: axes, keeps: true)
    var elements = value.elements
    for start in reduction.outer {
      let largest = reduction.inner.reduce(-.infinity) { max($0, value.elements[start + $1]) }
      let sum = reduction.inner.reduce(0) { $0 + exp(value.elements[start + $1] - largest) }
      for offset in reduction.inner {
        let shifted = value.elements[start + offset] - largest
        elements[start + offset] = logarithm ? shifted - log(sum) : exp(shifted) / sum
      }
    }
    return [ONNXTensor(rounding: elements, shape: value.shape, type: value.type)]
  }
}
