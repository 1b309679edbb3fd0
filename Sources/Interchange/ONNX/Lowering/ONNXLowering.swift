import Essentials
import Networks
import Tensors

/// Turns an ONNX graph into dense layers with ReLU between them, exactly up to the rounding of Float64.
///
/// Every value of the graph is kept as an affine function of what enters the layer in the making; a Relu ends that
/// layer. So operators between two Relus become one dense layer, whatever they are, and convolutions, pooling and
/// normalisation need no layer types of their own.
struct ONNXLowering {
  /// Intermediate results with more elements than this are refused.
  static let elementLimit = 1 << 22
  /// Matrices with more entries than this are refused: as a dense layer they would take a gibibyte.
  static let entryLimit = 1 << 27
  /// Intermediate sparse matrices with more entries than this are refused.
  static let sparseLimit = 1 << 25

  let model: ONNXModel
  var values: [String: LoweredValue] = [:]
  private var layers: [Layer] = []

  /// What classifiers end in beside layers: functions that do not lower, of the outputs before them.
  static let lastActivations = ["Softmax", "LogSoftmax", "Sigmoid", "Tanh"]

  /// The network that `model` describes.
  ///
  /// - Parameter dropsLast: whether one of `lastActivations` at the end is left out, so that the network before it is
  ///   what is described.
  /// - Throws: `OutsideFailure` naming the file, the operator and the node when something does not lower exactly.
  static func network(of model: ONNXModel, dropsLast: Bool = false) throws -> Network {
    var lowering = ONNXLowering(model: model)
    return try lowering.run(dropsLast: dropsLast)
  }

  private init(model: ONNXModel) { self.model = model }

  /// The position of the node that computes the output, if it is one of `lastActivations` of something computed.
  private var lastActivation: Int? {
    model.nodes.firstIndex {
      $0.output.first == model.outputName && ONNXLowering.lastActivations.contains($0.opType) && !$0.input.isEmpty
    }
  }

  private mutating func run(dropsLast: Bool) throws -> Network {
    let last = lastActivation
    let dropped = dropsLast ? last : nil
    let outputName = dropped.map { model.nodes[$0].input[0] } ?? model.outputName
    values[model.inputName] = LoweredValue(
      shape: model.inputShape, constants: [Double](repeating: 0, count: model.inputCount),
      rows: SparseMatrix(identity: model.inputCount))
    for (index, node) in model.nodes.enumerated() where index != dropped {
      if index == last {
        throw model.failure(
          at: index, "\(node.opType) of the outputs is no layer: last = \"drop\" takes the network before it")
      }
      let result = try lower(node, at: index)
      guard let name = node.output.first, !name.isEmpty else { throw model.failure(at: index, "it has no output") }
      guard values.updateValue(result, forKey: name) == nil else {
        throw model.failure(at: index, "its output '\(name)' exists already")
      }
    }
    guard let output = values[outputName] else {
      throw OutsideFailure("\(model.path): nothing computes the output '\(outputName)'")
    }
    guard let layer = try layer(of: output) else {
      throw OutsideFailure(
        "\(model.path): the output '\(outputName)' does not depend on the last layer; it is "
          + (output.isConstant ? "constant" : "taken from an earlier one"))
    }
    layers.append(layer)
    for (index, layer) in layers.enumerated() where !(layer.weight.array + layer.bias.array).allSatisfy(\.isFinite) {
      throw OutsideFailure("\(model.path): layer \(index + 1) holds a number that is infinite or not a number")
    }
    return try Network(layers: layers, metadata: model.metadata)
  }

  /// The affine layer that computes `value` from what enters the layer in the making; nil when it is of another.
  private func layer(of value: LoweredValue) throws -> Layer? {
    guard let rows = value.rows, value.stage == layers.count else { return nil }
    guard Shape.count([rows.rowCount, rows.columnCount], limit: ONNXLowering.entryLimit) != nil else {
      throw OutsideFailure(
        "\(model.path): layer \(layers.count + 1) would have \(rows.rowCount) x \(rows.columnCount) weights, "
          + "which is more than fit")
    }
    guard value.count > 0 else { throw OutsideFailure("\(model.path): layer \(layers.count + 1) has no outputs") }
    return try Layer(
      weight: try Tensor(rows.dense(), shape: [rows.rowCount, rows.columnCount]), bias: try Tensor(value.constants))
  }

  /// Ends a layer.
  mutating func rectify(_ value: LoweredValue, at index: Int) throws -> LoweredValue {
    if value.isConstant {
      var result = value
      result.constants = value.constants.map { max($0, 0) }
      return result
    }
    guard let layer = try layer(of: value) else {
      throw model.failure(
        at: index, "its input comes from before another Relu; branches with a Relu in one of them are not supported")
    }
    layers.append(layer)
    return LoweredValue(
      shape: value.shape, constants: [Double](repeating: 0, count: value.count),
      rows: SparseMatrix(identity: value.count), stage: layers.count)
  }

  // MARK: Operands

  /// The operand at `position` of a node.
  func operand(_ position: Int, of index: Int) throws -> LoweredValue {
    guard let value = try optionalOperand(position, of: index) else {
      throw model.failure(at: index, "its input \(position + 1) is missing")
    }
    return value
  }

  /// The operand at `position` of a node, or nil when it is left out.
  func optionalOperand(_ position: Int, of index: Int) throws -> LoweredValue? {
    let inputs = model.nodes[index].input
    guard inputs.indices.contains(position), !inputs[position].isEmpty else { return nil }
    let name = inputs[position]
    if let value = values[name] { return value }
    guard let tensor = model.initializers[name] else {
      throw model.failure(at: index, "its input '\(name)' is computed by no node before it")
    }
    return try constant(tensor, at: index)
  }

  /// The operand at `position` of a node, which must be constant.
  func constantOperand(_ position: Int, of index: Int) throws -> LoweredValue {
    let value = try operand(position, of: index)
    guard value.isConstant else {
      throw model.failure(at: index, "its input \(position + 1) must be constant, and depends on the network's input")
    }
    return value
  }

  /// The operand at `position` of a node as whole numbers, or nil when it is left out.
  func integers(_ position: Int, of index: Int) throws -> [Int]? {
    guard try optionalOperand(position, of: index) != nil else { return nil }
    return try constantOperand(position, of: index).constants.map { number in
      guard let integer = Int(exactly: number) else {
        throw model.failure(at: index, "its input \(position + 1) holds \(number) and should hold whole numbers")
      }
      return integer
    }
  }

  /// A tensor of the file as a value.
  func constant(_ tensor: Onnx_TensorProto, at index: Int) throws -> LoweredValue {
    do {
      let (shape, numbers) = try tensor.numbers()
      let isInteger = tensor.dataType == TensorKind.int64 || tensor.dataType == TensorKind.int32
      return LoweredValue(shape: shape, constants: numbers, isInteger: isInteger)
    } catch let failure as OutsideFailure {
      throw model.failure(at: index, "the tensor '\(tensor.name)': \(failure.message)")
    }
  }

  // MARK: Limits

  /// The number of elements of a result, which must not be too large.
  func elementCount(_ shape: [Int], at index: Int) throws -> Int {
    guard let count = Shape.count(shape, limit: ONNXLowering.elementLimit) else {
      throw model.failure(
        at: index,
        "its result of shape \(Tensor.describe(shape: shape)) has more than fit: \(ONNXLowering.elementLimit)")
    }
    return count
  }

  /// The linear map `weights`, applied to a value.
  func apply(_ weights: SparseMatrix, to value: LoweredValue, shape: [Int], at index: Int) throws -> LoweredValue {
    var result = LoweredValue(shape: shape, constants: weights.times(value.constants), stage: value.stage)
    if let rows = value.rows {
      guard let product = weights.times(rows, limit: ONNXLowering.sparseLimit) else {
        throw model.failure(at: index, "its matrix has more than \(ONNXLowering.sparseLimit) entries")
      }
      result.rows = product
    }
    return result
  }
}
