/// One node that runs on tensors: what the ONNX standard says of each operator, in plain loops.
struct ReplayOperators<Scalar: BinaryFloatingPoint> {
  typealias Value = ReplayGraph<Scalar>.Value
  typealias Failure = ReplayGraph<Scalar>.Failure

  let node: Onnx_NodeProto
  let operands: [Value?]

  func run() throws -> Value {
    switch node.opType {
    case "Identity", "Dropout": try operand(0)
    case "Constant": try constant()
    case "Relu": try map { $0 > 0 ? $0 : 0 }
    case "Neg": try map { -$0 }
    case "Add": try combine { $0 + $1 }
    case "Sub": try combine { $0 - $1 }
    case "Mul": try combine { $0 * $1 }
    case "Div": try combine { $0 / $1 }
    case "MatMul": try matrixProduct(try operand(0), try operand(1))
    case "Gemm": try generalProduct()
    case "Conv": try convolution()
    case "AveragePool": try averagePool()
    case "GlobalAveragePool": try globalAveragePool()
    case "BatchNormalization": try normalization()
    case "Flatten": try flattened()
    case "Reshape": try reshaped()
    case "Squeeze", "Unsqueeze": try resized()
    case "Transpose": try transposed()
    case "Shape": try size()
    case "Gather": try gathered()
    case "Concat": try concatenated()
    default: throw Failure("operator \(node.opType) is not supported")
    }
  }

  func operand(_ position: Int) throws -> Value {
    guard let value = optional(position) else { throw Failure("input \(position + 1) is missing") }
    return value
  }

  func optional(_ position: Int) -> Value? { operands.indices.contains(position) ? operands[position] : nil }

  /// An attribute that is a list of whole numbers.
  func list(_ name: String) -> [Int]? {
    node.attribute.first { $0.name == name }.map { $0.ints.map { Int($0) } }
  }

  /// An attribute that is a whole number.
  func whole(_ name: String, _ fallback: Int) -> Int {
    node.attribute.first { $0.name == name }.map { Int($0.i) } ?? fallback
  }

  /// An attribute that is a number.
  func real(_ name: String, _ fallback: Float) -> Scalar {
    Scalar(node.attribute.first { $0.name == name }?.f ?? fallback)
  }

  /// An input that holds whole numbers, such as axes or a shape.
  func wholeOperand(_ position: Int) throws -> [Int]? {
    try optional(position)?.elements.map {
      guard let number = Int(exactly: $0) else { throw Failure("input \(position + 1) holds \($0)") }
      return number
    }
  }

  /// A shape that a result may have.
  func checked(_ shape: [Int]) throws -> [Int] {
    var product = 1.0
    for size in shape {
      guard size >= 0 else { throw Failure("a size of \(size)") }
      product *= Double(size)
    }
    guard product <= Double(ReplayGraph<Scalar>.elementLimit) else { throw Failure("a result of \(product) elements") }
    return shape
  }

  private func constant() throws -> Value {
    for attribute in node.attribute {
      switch attribute.name {
      case "value": return try ReplayGraph<Scalar>.value(of: attribute.t)
      case "value_float": return Value(shape: [], elements: [Scalar(attribute.f)])
      case "value_int": return Value(shape: [], elements: [Scalar(attribute.i)])
      case "value_floats": return Value(shape: [attribute.floats.count], elements: attribute.floats.map { Scalar($0) })
      case "value_ints": return Value(shape: [attribute.ints.count], elements: attribute.ints.map { Scalar($0) })
      default: continue
      }
    }
    throw Failure("the constant has no numbers")
  }

  private func size() throws -> Value {
    guard node.attribute.isEmpty else { throw Failure("a part of a shape") }
    let shape = try operand(0).shape
    return Value(shape: [shape.count], elements: shape.map { Scalar($0) })
  }

  private func map(_ function: (Scalar) -> Scalar) throws -> Value {
    let value = try operand(0)
    return Value(shape: value.shape, elements: value.elements.map(function))
  }

  private func combine(_ function: (Scalar, Scalar) -> Scalar) throws -> Value {
    guard !node.attribute.contains(where: { $0.name == "axis" }) else { throw Failure("an axis of the oldest kind") }
    return try combine(try operand(0), try operand(1), function)
  }

  private func combine(_ first: Value, _ second: Value, _ function: (Scalar, Scalar) -> Scalar) throws -> Value {
    let shape = try checked(try common(first.shape, second.shape))
    return Value(shape) { function(first.stretched($0), second.stretched($0)) }
  }

  /// The shape to which two shapes stretch.
  private func common(_ first: [Int], _ second: [Int]) throws -> [Int] {
    let rank = max(first.count, second.count)
    let left = [Int](repeating: 1, count: rank - first.count) + first
    let right = [Int](repeating: 1, count: rank - second.count) + second
    return try zip(left, right).map { one, other in
      guard one == other || one == 1 || other == 1 else { throw Failure("shapes \(first) and \(second)") }
      return one == 1 ? other : one
    }
  }

  private func matrixProduct(_ first: Value, _ second: Value) throws -> Value {
    var (left, right) = (first, second)
    if first.shape.count == 1 { left.shape = [1] + first.shape }
    if second.shape.count == 1 { right.shape = second.shape + [1] }
    guard left.shape.count >= 2, right.shape.count >= 2, let inner = left.shape.last,
      inner == right.shape[right.shape.count - 2]
    else { throw Failure("shapes \(first.shape) and \(second.shape)") }
    let batch = try common(Array(left.shape.dropLast(2)), Array(right.shape.dropLast(2)))
    let full = try checked(batch + [left.shape[left.shape.count - 2], right.shape[right.shape.count - 1]])
    var result = Value(full) { position in
      var (onLeft, onRight) = (position, position)
      var sum: Scalar = 0
      for middle in 0..<inner {
        onLeft[position.count - 1] = middle
        onRight[position.count - 2] = middle
        sum += left.stretched(onLeft) * right.stretched(onRight)
      }
      return sum
    }
    if second.shape.count == 1 { result.shape.removeLast() }
    if first.shape.count == 1 { result.shape.remove(at: batch.count) }
    return result
  }

  private func generalProduct() throws -> Value {
    func factor(_ position: Int, _ flag: String) throws -> Value {
      let value = try operand(position)
      guard value.shape.count == 2 else { throw Failure("expected a matrix, got \(value.shape)") }
      guard whole(flag, 0) != 0 else { return value }
      return Value([value.shape[1], value.shape[0]]) { value[[$0[1], $0[0]]] }
    }
    let alpha = real("alpha", 1)
    let product = try matrixProduct(try factor(0, "transA"), try factor(1, "transB"))
    let scaled = Value(shape: product.shape, elements: product.elements.map { alpha * $0 })
    guard let offset = optional(2) else { return scaled }
    let beta = real("beta", 1)
    let result = try combine(scaled, offset) { $0 + beta * $1 }
    guard result.shape == product.shape else { throw Failure("a C of shape \(offset.shape)") }
    return result
  }

  private func normalization() throws -> Value {
    guard whole("training_mode", 0) == 0, whole("spatial", 1) == 1 else { throw Failure("training mode") }
    let value = try operand(0)
    let (scale, bias, mean, variance) = (try operand(1), try operand(2), try operand(3), try operand(4))
    guard value.shape.count >= 2,
      [scale, bias, mean, variance].allSatisfy({ $0.elements.count == value.shape[1] && $0.shape.count == 1 })
    else { throw Failure("parameters for \(value.shape)") }
    let epsilon = real("epsilon", 1e-5)
    return Value(value.shape) { position in
      let channel = position[1]
      let normal =
        (value[position] - mean.elements[channel]) / (variance.elements[channel] + epsilon).squareRoot()
      return normal * scale.elements[channel] + bias.elements[channel]
    }
  }
}
