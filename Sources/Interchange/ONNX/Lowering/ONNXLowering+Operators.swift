import Essentials
import Networks
import Tensors

extension ONNXLowering {
  /// The operators that lower, for messages.
  static let supported = [
    "Add", "AveragePool", "BatchNormalization", "Concat", "Constant", "Conv", "Div", "Dropout", "Flatten", "Gather",
    "Gemm", "GlobalAveragePool", "Identity", "MatMul", "Mul", "Neg", "Relu", "Reshape", "Shape", "Squeeze", "Sub",
    "Transpose", "Unsqueeze",
  ]

  /// The result of a node.
  mutating func lower(_ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    guard node.domain.isEmpty || node.domain == "ai.onnx" else {
      throw model.failure(at: index, "operators of the domain '\(node.domain)' are not supported")
    }
    switch node.opType {
    case "Relu": return try rectify(try operand(0, of: index), at: index)
    case "Identity", "Dropout":
      if node.opType == "Dropout", try optionalOperand(2, of: index)?.constants.contains(1) == true {
        throw model.failure(at: index, "it is in training mode; export the network for inference")
      }
      return try operand(0, of: index)
    case "Constant": return try constantNode(node, at: index)
    case "Add": return try sum(try operand(0, of: index), try operand(1, of: index), sign: 1, at: index)
    case "Sub": return try sum(try operand(0, of: index), try operand(1, of: index), sign: -1, at: index)
    case "Mul": return try product(try operand(0, of: index), try operand(1, of: index), at: index)
    case "Div": return try quotient(at: index)
    case "Neg":
      let value = try operand(0, of: index)
      return value.scaled(by: [Double](repeating: -1, count: value.count))
    case "MatMul": return try matrixProduct(try operand(0, of: index), try operand(1, of: index), at: index)
    case "Gemm": return try generalProduct(node, at: index)
    case "BatchNormalization": return try normalization(node, at: index)
    case "Conv": return try convolution(node, at: index)
    case "AveragePool": return try averagePool(node, at: index)
    case "GlobalAveragePool": return try globalAveragePool(at: index)
    case "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Shape", "Gather", "Concat":
      return try rearrange(node, at: index)
    default:
      let near = NearestName.of(node.opType, in: ONNXLowering.supported).map { " (near: \($0))" } ?? ""
      throw model.failure(
        at: index,
        "operator \(node.opType) is not supported\(near); those that are: "
          + ONNXLowering.supported.joined(separator: ", "))
    }
  }

  private func constantNode(_ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    if let attribute = node.attribute("value"), attribute.hasT { return try constant(attribute.t, at: index) }
    if let attribute = node.attribute("value_float") {
      return LoweredValue(shape: [], constants: [Double(attribute.f)])
    }
    if let attribute = node.attribute("value_floats") {
      return LoweredValue(shape: [attribute.floats.count], constants: attribute.floats.map(Double.init))
    }
    if let attribute = node.attribute("value_int") {
      return LoweredValue(shape: [], constants: [Double(attribute.i)], isInteger: true)
    }
    if let attribute = node.attribute("value_ints") {
      return LoweredValue(
        shape: [attribute.ints.count], constants: attribute.ints.map(Double.init), isInteger: true)
    }
    throw model.failure(at: index, "expected a constant of numbers")
  }

  /// Two values stretched to each other.
  private func stretched(
    _ first: LoweredValue, _ second: LoweredValue, at index: Int
  ) throws -> (LoweredValue, LoweredValue) {
    // Before operator set 7, an axis said where the second operand is laid along the first.
    guard model.nodes[index].attribute("axis") == nil else {
      throw model.failure(at: index, "an axis, as in operator sets before 7, is not supported")
    }
    guard let shape = Shape.broadcast(first.shape, second.shape) else {
      throw model.failure(
        at: index,
        "the shapes \(Tensor.describe(shape: first.shape)) and \(Tensor.describe(shape: second.shape)) do not fit")
    }
    _ = try elementCount(shape, at: index)
    return (
      first.selecting(Shape.stretch(first.shape, to: shape), shape: shape),
      second.selecting(Shape.stretch(second.shape, to: shape), shape: shape)
    )
  }

  func sum(
    _ first: LoweredValue, _ second: LoweredValue, sign: Double, at index: Int
  ) throws -> LoweredValue {
    var (left, right) = try stretched(first, second, at: index)
    if sign < 0 { right = right.scaled(by: [Double](repeating: sign, count: right.count)) }
    guard let leftRows = left.rows, let rightRows = right.rows else {
      return left.isConstant ? right.adding(left.constants) : left.adding(right.constants)
    }
    try requireSameStage([left, right], at: index)
    // [I I] times the two, one above the other.
    var both = left
    both.rows = leftRows.followed(by: rightRows)
    both.constants += right.constants
    var weights = SparseMatrix(columnCount: 2 * left.count)
    for element in 0..<left.count {
      weights.append(element, 1)
      weights.append(element + left.count, 1)
      weights.endRow()
    }
    return try apply(weights, to: both, shape: left.shape, at: index)
  }

  /// Values on different sides of a Relu are functions of different things.
  func requireSameStage(_ parts: [LoweredValue], at index: Int) throws {
    guard Set(parts.filter { !$0.isConstant }.map(\.stage)).count <= 1 else {
      throw model.failure(at: index, "it joins values from before and after a Relu; such branches are not supported")
    }
  }

  private func product(_ first: LoweredValue, _ second: LoweredValue, at index: Int) throws -> LoweredValue {
    let (left, right) = try stretched(first, second, at: index)
    guard left.isConstant || right.isConstant else {
      throw model.failure(at: index, "both factors depend on the network's input; that is not affine")
    }
    return left.isConstant ? right.scaled(by: left.constants) : left.scaled(by: right.constants)
  }

  private func quotient(at index: Int) throws -> LoweredValue {
    let divisor = try constantOperand(1, of: index)
    let (left, right) = try stretched(try operand(0, of: index), divisor, at: index)
    guard !left.isInteger || !right.isInteger else {
      throw model.failure(at: index, "division of whole numbers is not supported")
    }
    guard !right.constants.contains(0) else { throw model.failure(at: index, "it divides by zero") }
    var result = left.scaled(by: right.constants.map { 1 / $0 })
    // A quotient is rounded once, a product with the reciprocal twice.
    if left.isConstant { result.constants = zip(left.constants, right.constants).map { $0 / $1 } }
    return result
  }

  /// Y = scale (X - mean) / sqrt(variance + epsilon) + bias along axis 2, the channels.
  private func normalization(_ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    guard node.integer("training_mode", default: 0) == 0, node.integer("spatial", default: 1) == 1 else {
      throw model.failure(at: index, "it is in training mode or not spatial; export the network for inference")
    }
    let value = try operand(0, of: index)
    let parameters = try (1...4).map { try constantOperand($0, of: index) }
    guard value.shape.count >= 2, parameters.allSatisfy({ $0.shape == [value.shape[1]] }) else {
      throw model.failure(
        at: index, "its parameters do not fit the channels of an input of \(Tensor.describe(shape: value.shape))")
    }
    let epsilon = node.number("epsilon", default: 1e-5)
    let factors =
      value.shape[1] == 0
      ? []
      : (0..<value.shape[1]).map { channel in
        parameters[0].constants[channel] / (parameters[3].constants[channel] + epsilon).squareRoot()
      }
    let offsets = factors.indices.map { parameters[1].constants[$0] - factors[$0] * parameters[2].constants[$0] }
    var channelStrides = [Int](repeating: 0, count: value.shape.count)
    channelStrides[1] = 1
    let channels = Shape.offsets(value.shape, strides: channelStrides)
    return value.scaled(by: channels.map { factors[$0] }).adding(channels.map { offsets[$0] })
  }
}
