import Networks
import Tensors

/// Piecewise linear operators.
extension LoweringNode {
  func rectified(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let value = try operand(0)
    return LoweredValue(builder.rectify(value.values), shape: value.shape)
  }

  func leaky(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let value = try operand(0)
    let slopes = [Double](repeating: node.number("alpha", default: 0.01), count: value.count)
    return LoweredValue(builder.leaky(value.values, slopes: slopes), shape: value.shape)
  }

  func parametric(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (value, slopes) = try pair()
    guard let slopes = slopes.constant?.elements else {
      throw NodeFailure("its slopes depend on the network's input; that is not piecewise linear")
    }
    return LoweredValue(builder.leaky(value.values, slopes: slopes), shape: value.shape)
  }

  func absolute(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let value = try operand(0)
    return LoweredValue(builder.absolute(value.values), shape: value.shape)
  }

  func clip(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let value = try operand(0)
    func bound(_ position: Int, _ fallback: Double) throws -> Double {
      guard let bound = try constant(position) else { return fallback }
      guard bound.elements.count == 1, !bound.elements[0].isNaN else {
        throw NodeFailure("expected a bound of one number")
      }
      return bound.elements[0]
    }
    let (lower, upper) = (try bound(1, -.infinity), try bound(2, .infinity))
    // Crossed bounds give the upper one everywhere. The largest numbers mean that there is none.
    let (lowest, highest) = (min(lower, upper), upper)
    return LoweredValue(
      builder.clamped(
        value.values, lower: lowest <= -LoweringNode.unbounded ? -.infinity : lowest,
        upper: highest >= LoweringNode.unbounded ? .infinity : highest),
      shape: value.shape)
  }

  /// Single precision's largest number, with which older operator sets say that there is no bound.
  private static let unbounded = Double(Float.greatestFiniteMagnitude)

  /// max(0, min(1, alpha x + beta)).
  func hardSigmoid(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let value = try operand(0)
    let offsets = [Double](repeating: node.number("beta", default: 0.5), count: value.count)
    let scaled = value.scaled(by: node.number("alpha", default: 0.2)).adding(offsets)
    return LoweredValue(builder.clamped(scaled.values, lower: 0, upper: 1), shape: value.shape)
  }

  /// The largest of all operands; the smallest by the sign -1.
  func extreme(sign: Double, _ builder: inout NetworkBuilder) throws -> LoweredValue {
    // A comparison with a constant, in this order, is the neuron alone.
    let all = try stretched()
    let values = all.filter { $0.constant == nil } + all.filter { $0.constant != nil }
    let count = values[0].count
    let joined = values.dropFirst().reduce(values[0].values) { $0.followed(by: $1.values) }
    let groups = (0..<count).map { element in values.indices.map { $0 * count + element } }
    return largest(joined, groups, sign: sign, shape: values[0].shape, &builder)
  }

  /// ReduceMax; ReduceMin by the sign -1.
  func reducedExtreme(sign: Double, _ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (groups, shape) = try reduction()
    guard groups.allSatisfy({ !$0.isEmpty }) else { throw NodeFailure("there is nothing to reduce") }
    return largest(try operand(0).values, groups, sign: sign, shape: shape, &builder)
  }

  private func largest(
    _ values: AffineValues, _ groups: [[Int]], sign: Double, shape: [Int], _ builder: inout NetworkBuilder
  ) -> LoweredValue {
    LoweredValue(builder.largest(sign < 0 ? values.scaled(by: -1) : values, of: groups), shape: shape)
      .scaled(by: sign)
  }

  /// ReduceL1, the sum of absolute values.
  func reducedAbsolute(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (groups, shape) = try reduction()
    return try weighing(try absolute(&builder), groups, shape: shape, &builder) { _ in 1 }
  }
}
