import Essentials
import Networks
import Tensors

/// Turns an ONNX graph into a network of layers, exactly up to the rounding of Float64.
///
/// What depends on no input is computed as the graph is run; what does is kept as affine functions of inputs and neurons
/// by a `NetworkBuilder`, which lays the neurons out in layers. A chain of matrices keeps them as they are, with neurons
/// that pruning has cut off.
struct ONNXLowering {
  /// The network that `model` describes.
  ///
  /// - Parameters:
  ///   - takesConstants: whether outputs may be there that depend on no input; false refuses them.
  ///   - fillsMatrices: whether the layers of a chain of matrices are dense, for masks and training, however few of their
  ///     entries are not zero; false leaves the choice to what is faster.
  /// - Throws: `OutsideFailure` naming the file, the operator and the node when something does not lower exactly.
  static func network(of model: ONNXModel, takesConstants: Bool = false, fillsMatrices: Bool = true) throws -> Network {
    let isChain = model.isChainOfMatrices
    var builder = NetworkBuilder(inputCount: model.inputCount, keepsAll: isChain)
    var values: [String: LoweredValue] = [:]
    var first = 0
    for input in model.inputs {
      let elements = builder.inputs.selecting(Array(first..<first + input.count))
      values[input.name] = LoweredValue(elements, shape: input.shape)
      first += input.count
    }
    try model.traverse(&values, constant: LoweredValue.init, size: \.count) { node, operands in
      try lower(node, operands, in: model, &builder)
    }
    let outputs = try model.outputs.map { name in
      guard let value = values[name] ?? model.constants[name].map(LoweredValue.init) else {
        throw OutsideFailure("\(model.path): nothing computes the output '\(name)'")
      }
      guard takesConstants || value.constant == nil else {
        throw OutsideFailure("\(model.path): the output '\(name)' is constant")
      }
      guard value.count > 0 else { throw OutsideFailure("\(model.path): the output '\(name)' has no elements") }
      return value.values
    }
    for (node, name) in model.dropped {
      do { try ONNXModel.checkOrder(node, values[name]?.shape ?? []) } catch let failure as NodeFailure {
        throw model.failure(at: node, failure.message)
      }
    }
    let joined = outputs.dropFirst().reduce(outputs[0]) { $0.followed(by: $1) }
    var metadata = model.metadata
    if model.inputs.count > 1 {
      let inputs = model.inputs.map { "\($0.name) \(Tensor.describe(shape: $0.shape))" }
      metadata["inputs"] = inputs.joined(separator: ", ")
    }
    var network = try builder.network(outputs: joined, metadata: metadata)
    if isChain, fillsMatrices {
      network = try withDenseLayers(network, limit: model.constants.values.reduce(0) { $0 + $1.elements.count })
    }
    for (index, layer) in network.layers.enumerated()
    where !(layer.weight.array + layer.bias.array).allSatisfy(\.isFinite) {
      throw OutsideFailure("\(model.path): layer \(index + 1) holds a number that is infinite or not a number")
    }
    return network
  }

  /// The network with all of its layers dense, if the file holds no fewer numbers.
  private static func withDenseLayers(_ network: Network, limit: Int) throws -> Network {
    guard network.layers.reduce(0, { $0 + $1.inputCount * $1.outputCount }) <= limit else { return network }
    let layers = try network.layers.map { layer in
      try Layer(
        weight: Tensor(layer.matrix.dense(), shape: [layer.outputCount, layer.inputCount]), bias: layer.bias,
        rectified: layer.rectified)
    }
    return try Network(layers: layers, metadata: network.metadata)
  }

  /// The results of a node.
  private static func lower(
    _ node: ONNXNode, _ operands: [LoweredValue?], in model: ONNXModel, _ builder: inout NetworkBuilder
  ) throws -> [LoweredValue] {
    if operands.allSatisfy({ $0?.constant != nil || $0 == nil }) {
      return try ReplayNode(node: node, operands: operands.map { $0?.constant }).run().map(LoweredValue.init)
    }
    guard node.isStandard else { throw NodeFailure("operators of the domain '\(node.proto.domain)' are not supported") }
    let name = node.type
    if ReplayOperators.moving[name] != nil { return try LoweringNode(node: node, operands: operands).moved() }
    if let function = LoweringOperators.computing[name] {
      return [try function(LoweringNode(node: node, operands: operands), &builder)]
    }
    switch name {
    case "Shape", "Size": return try LoweringNode(node: node, operands: operands).measured()
    case "Cast", "CastLike": return [try LoweringNode(node: node, operands: operands).cast()]
    default: throw ONNXOperators.refusal(of: node, in: model)
    }
  }
}
