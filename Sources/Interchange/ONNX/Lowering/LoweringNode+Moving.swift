import Networks
import Tensors

/// Operators that look at shapes, or move elements.
extension LoweringNode {
  /// The operands whose elements an operator moves, where that is not the first alone; the others say where to.
  private var moving: Set<Int> {
    switch node.type {
    case "Concat": Set(operands.indices)
    case "Where": [1, 2]
    case "Pad", "ScatterND": [0, 2]
    default: [0]
    }
  }

  /// What an operator makes of elements that it only moves: it is run on their numbers in place of them, and what comes
  /// out says where each has gone. There, 0 is what it puts in between.
  func moved() throws -> [LoweredValue] {
    let moving = moving
    var count = 1
    let numbers = try operands.indices.map { position -> ONNXTensor? in
      guard moving.contains(position), let value = optional(position) else { return try constant(position) }
      count += value.count
      return ONNXTensor(shape: value.shape, elements: (count - value.count..<count).map(Double.init), type: .float64)
    }
    let results = try ReplayNode(node: node, operands: numbers).run()
    if results.count == 1, let value = optional(0), results[0].elements == numbers[0]?.elements {
      return [value.reshaped(results[0].shape)]
    }
    let data = moving.sorted().compactMap(optional)
      .reduce(AffineValues(constants: [0])) { $0.followed(by: $1.values) }
    return results.map { LoweredValue(data.selecting($0.elements.map { Int($0) }), shape: $0.shape) }
  }

  /// Shape and Size, which look at no element.
  func measured() throws -> [LoweredValue] {
    let value = try operand(0)
    let zeros = ONNXTensor(shape: value.shape, elements: [Double](repeating: 0, count: value.count), type: .float32)
    return try ReplayNode(node: node, operands: [zeros]).run().map(LoweredValue.init)
  }

  /// Casts from one real type to another, whose rounding is left out as that of all operators is.
  func cast() throws -> LoweredValue {
    // What depends on the network's input is real.
    let isReal =
      node.type == "CastLike"
      ? try operand(1).constant?.type.isReal ?? true
      : ElementType(onnxCode: Int32(clamping: node.integer("to", default: 0)))?.isReal ?? false
    guard isReal else {
      throw NodeFailure("it rounds what depends on the network's input to whole numbers; that is not continuous")
    }
    return try operand(0)
  }
}
