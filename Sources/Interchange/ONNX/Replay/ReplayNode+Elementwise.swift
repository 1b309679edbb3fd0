import Glibc
import Tensors

/// Operators on each element by itself, or on elements of several tensors that stretch to each other.
extension ReplayNode {
  func map(_ function: (Double) -> Double) throws -> [ONNXTensor] {
    let value = try operand(0)
    return [ONNXTensor(rounding: value.elements.map(function), shape: value.shape, type: value.type)]
  }

  /// - Parameter type: of the result; that of the first operand where it is nil.
  func combine(
    _ first: ONNXTensor, _ second: ONNXTensor, type: ElementType? = nil, _ function: (Double, Double) -> Double
  ) throws -> ONNXTensor {
    guard let shape = Shape.broadcast(first.shape, second.shape) else {
      throw NodeFailure(
        "the shapes \(Tensor.describe(shape: first.shape)) and \(Tensor.describe(shape: second.shape)) do not fit")
    }
    try checked(shape)
    let (left, right) = (stretched(first, to: shape), stretched(second, to: shape))
    return ONNXTensor(rounding: zip(left, right).map(function), shape: shape, type: type ?? first.type)
  }

  private func stretched(_ value: ONNXTensor, to shape: [Int]) -> [Double] {
    value.shape == shape ? value.elements : Shape.stretch(value.shape, to: shape).map { value.elements[$0] }
  }

  func combine(type: ElementType? = nil, _ function: (Double, Double) -> Double) throws -> [ONNXTensor] {
    let first = try operand(0)
    let second = try operand(1)
    return [try combine(first, second.reshaped(try node.aligned(second.shape, to: first.shape)), type: type, function)]
  }

  /// An operator of any number of operands.
  func fold(_ function: (Double, Double) -> Double) throws -> [ONNXTensor] {
    let values = try all()
    return [try values.dropFirst().reduce(values[0]) { try combine($0, $1, function) }]
  }

  func mean() throws -> [ONNXTensor] {
    let count = Double(operands.count)
    return try fold(+).map { ONNXTensor(rounding: $0.elements.map { $0 / count }, shape: $0.shape, type: $0.type) }
  }

  func quotient() throws -> [ONNXTensor] {
    guard try !operand(0).type.isReal else { return try combine { $0 / $1 } }
    guard try !operand(1).elements.contains(0) else { throw NodeFailure("it divides by zero") }
    return try combine { ($0 / $1).rounded(.towardZero) }
  }

  func remainder() throws -> [ONNXTensor] {
    guard try !operand(1).elements.contains(0) || operand(0).type.isReal else {
      throw NodeFailure("it divides by zero")
    }
    // The sign is the dividend's with fmod, else the divisor's.
    return try combine(node.flag("fmod") ? fmod : { $0 - $1 * ($0 / $1).rounded(.down) })
  }

  func clip() throws -> [ONNXTensor] {
    func bound(_ position: Int) throws -> Double? {
      guard let bound = optional(position) else { return nil }
      guard bound.elements.count == 1 else { throw NodeFailure("expected a bound of one number") }
      return bound.elements[0]
    }
    let (lower, upper) = (try bound(1) ?? -.infinity, try bound(2) ?? .infinity)
    return try map { min(max($0, lower), upper) }
  }

  func leaky() throws -> [ONNXTensor] {
    let slope = node.number("alpha", default: 0.01)
    return try map { $0 < 0 ? slope * $0 : $0 }
  }

  func hardSigmoid() throws -> [ONNXTensor] {
    let (slope, offset) = (node.number("alpha", default: 0.2), node.number("beta", default: 0.5))
    return try map { min(max(slope * $0 + offset, 0), 1) }
  }

  /// Y = scale (X - mean) / sqrt(variance + epsilon) + bias along the second axis, the channels.
  func normalization() throws -> [ONNXTensor] {
    guard !node.flag("training_mode"), node.flag("spatial", default: true) else {
      throw NodeFailure("it is in training mode or not spatial; export the network for inference")
    }
    let value = try operand(0)
    let parameters = try (1...4).map(operand)
    guard value.shape.count >= 2, parameters.allSatisfy({ $0.shape == [value.shape[1]] }) else {
      throw NodeFailure(
        "its parameters do not fit the channels of an input of \(Tensor.describe(shape: value.shape))")
    }
    let epsilon = node.number("epsilon", default: 1e-5)
    let inner = value.shape[2...].reduce(1, *)
    let elements = value.elements.enumerated().map { index, element in
      let channel = index / inner % value.shape[1]
      let deviation = (parameters[3].elements[channel] + epsilon).squareRoot()
      return (element - parameters[2].elements[channel]) / deviation * parameters[0].elements[channel]
        + parameters[1].elements[channel]
    }
    return [ONNXTensor(rounding: elements, shape: value.shape, type: value.type)]
  }

  func cast() throws -> [ONNXTensor] {
    let value = try operand(0)
    let type =
      node.type == "CastLike"
      ? try operand(1).type : ElementType(onnxCode: Int32(clamping: node.integer("to", default: 0)))
    guard let type else { throw NodeFailure("a cast to the type \(node.integer("to", default: 0)) is not supported") }
    return [ONNXTensor(shape: value.shape, elements: value.elements.map(type.stored), type: type)]
  }

  /// Y = (X - zero point) scale, with one of both for everything, for each element along an axis, or for each block.
  func dequantized() throws -> [ONNXTensor] {
    let (value, scale) = (try operand(0), try operand(1))
    let zero = optional(2) ?? ONNXTensor(shape: scale.shape, elements: scale.elements.map { _ in 0 }, type: value.type)
    guard zero.shape == scale.shape else { throw NodeFailure("its scale and zero point differ in their shapes") }
    let block = node.integer("block_size", default: 0)
    var strides = [Int](repeating: 0, count: value.shape.count)
    let places: [Int]
    if scale.elements.count == 1 {
      places = Shape.offsets(value.shape, strides: strides)
    } else {
      let axis = try axis(default: 1, rank: value.shape.count)
      var shape = scale.shape
      guard block >= 0, scale.shape.count == (block == 0 ? 1 : value.shape.count) else {
        throw NodeFailure("a scale of \(Tensor.describe(shape: scale.shape)) does not fit")
      }
      if block == 0 {
        strides[axis] = 1
        guard shape == [value.shape[axis]] else {
          throw NodeFailure("a scale of \(Tensor.describe(shape: scale.shape)) does not fit")
        }
        places = Shape.offsets(value.shape, strides: strides)
      } else {
        guard value.shape[axis] > 0, (value.shape[axis] - 1) / block + 1 == shape[axis] else {
          throw NodeFailure("blocks of \(block) do not fit")
        }
        shape[axis] = value.shape[axis]
        guard shape == value.shape else {
          throw NodeFailure("a scale of \(Tensor.describe(shape: scale.shape)) does not fit")
        }
        let inner = value.shape[(axis + 1)...].reduce(1, *)
        places = value.elements.indices.map { index in
          let (outer, position) = (index / inner / value.shape[axis], index / inner % value.shape[axis])
          return (outer * scale.shape[axis] + position / block) * inner + index % inner
        }
      }
    }
    let elements = zip(value.elements, places).map { ($0 - zero.elements[$1]) * scale.elements[$1] }
    return [ONNXTensor(rounding: elements, shape: value.shape, type: scale.type)]
  }
}
