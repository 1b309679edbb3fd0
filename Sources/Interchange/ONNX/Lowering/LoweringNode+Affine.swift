import Networks
import Tensors

/// Affine operators.
extension LoweringNode {
  func sum(sign: Double) throws -> LoweredValue {
    let (left, right) = try pair()
    return LoweredValue(left.values + right.scaled(by: sign).values, shape: left.shape)
  }

  /// The sum of all operands, times `factor`.
  func sum(times factor: Double) throws -> LoweredValue {
    let values = try stretched()
    let sum = values.dropFirst().reduce(values[0].values) { $0 + $1.values }
    return LoweredValue(sum, shape: values[0].shape).scaled(by: factor)
  }

  func product() throws -> LoweredValue {
    let (left, right) = try pair()
    guard let factors = (left.constant ?? right.constant)?.elements else {
      throw NodeFailure("both factors depend on the network's input; that is not affine")
    }
    return (left.constant == nil ? left : right).scaled(by: factors)
  }

  func quotient() throws -> LoweredValue {
    let (left, right) = try pair()
    guard let divisors = right.constant?.elements else {
      throw NodeFailure("its divisor depends on the network's input; that is not affine")
    }
    guard !divisors.contains(0) else { throw NodeFailure("it divides by zero") }
    return left.scaled(by: divisors.map { 1 / $0 })
  }

  func matrixProduct(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    try matrixProduct(try operand(0), try operand(1), &builder)
  }

  private func matrixProduct(
    _ left: LoweredValue, _ right: LoweredValue, _ builder: inout NetworkBuilder
  ) throws -> LoweredValue {
    try contracted(try .matrixProduct(left.shape, right.shape), [left, right], &builder)
  }

  func einsum(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let factors = try all()
    return try contracted(try .einsum(node.text("equation") ?? "", factors.map(\.shape)), factors, &builder)
  }

  /// alpha A' B' + beta C, with either of A and B transposed first.
  func generalProduct(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    func factor(_ position: Int, _ flag: String) throws -> LoweredValue {
      let value = try operand(position)
      guard value.shape.count == 2 else {
        throw NodeFailure("expected a matrix, got \(Tensor.describe(shape: value.shape))")
      }
      return node.flag(flag) ? value.transposed() : value
    }
    let product = try matrixProduct(try factor(0, "transA"), try factor(1, "transB"), &builder)
      .scaled(by: node.number("alpha", default: 1))
    guard let offset = optional(2) else { return product }
    guard try commonShape([product.shape, offset.shape]) == product.shape else {
      throw NodeFailure("a C of shape \(Tensor.describe(shape: offset.shape)) does not fit")
    }
    let scaled = offset.scaled(by: node.number("beta", default: 1)).stretched(to: product.shape)
    return LoweredValue(product.values + scaled.values, shape: product.shape)
  }

  private func contracted(
    _ contraction: Contraction, _ factors: [LoweredValue], _ builder: inout NetworkBuilder
  ) throws -> LoweredValue {
    let variable = factors.indices.filter { factors[$0].constant == nil }
    guard variable.count == 1 else {
      throw NodeFailure("\(variable.count) factors depend on the network's input; that is not affine")
    }
    let constants = factors.map { $0.constant?.elements ?? [] }
    let (own, others) = (variable[0], factors.indices.filter { $0 != variable[0] })
    let terms = contraction.terms
    var weights = SparseMatrix(columnCount: factors[own].count)
    try contraction.forEachElement { starts in
      for term in terms[own].indices {
        var weight = 1.0
        for other in others { weight *= constants[other][starts[other] + terms[other][term]] }
        if weight != 0 { weights.append(starts[own] + terms[own][term], weight) }
      }
      try end(&weights)
    }
    return LoweredValue(try builder.product(weights, factors[own].values), shape: contraction.shape)
  }

  /// Y = scale (X - mean) / sqrt(variance + epsilon) + bias along the second axis, the channels.
  func normalization() throws -> LoweredValue {
    guard !node.flag("training_mode"), node.flag("spatial", default: true) else {
      throw NodeFailure("it is in training mode or not spatial; export the network for inference")
    }
    let value = try operand(0)
    let parameters = try (1...4).map { position in
      guard let tensor = try constant(position), value.shape.count >= 2, tensor.shape == [value.shape[1]] else {
        throw NodeFailure(
          "its parameters do not fit the channels of an input of \(Tensor.describe(shape: value.shape))")
      }
      return tensor.elements
    }
    let epsilon = node.number("epsilon", default: 1e-5)
    let factors = parameters[0].indices.map { parameters[0][$0] / (parameters[3][$0] + epsilon).squareRoot() }
    let offsets = factors.indices.map { parameters[1][$0] - factors[$0] * parameters[2][$0] }
    let inner = value.shape[2...].reduce(1, *)
    let channels = (0..<value.count).map { $0 / inner % factors.count }
    return value.scaled(by: channels.map { factors[$0] }).adding(channels.map { offsets[$0] })
  }

  /// The elements of the first operand that a reduction takes together.
  func reduction() throws -> (groups: [[Int]], shape: [Int]) {
    _ = try constant(1)
    let reduction = try constants.reduction(of: try operand(0).shape)
    return (reduction.outer.map { start in reduction.inner.map { start + $0 } }, reduction.shape)
  }

  /// ReduceSum and ReduceMean.
  func reducedSum(isMean: Bool, _ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (groups, shape) = try reduction()
    return try weighing(try operand(0), groups, shape: shape, &builder) { group in
      isMean ? 1 / Double(groups[group].count) : 1
    }
  }
}
