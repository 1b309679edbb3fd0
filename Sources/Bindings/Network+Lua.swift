import Essentials
import LuaHost
import Networks
import Tensors

extension Network: LuaObject {
  /// `vnn.Network`
  public static let luaTypeName = "vnn.Network"
  /// The parameters, 8 bytes each.
  public var luaByteCount: Int { layers.reduce(256) { $0 + 8 * ($1.weight.count + $1.bias.count) } }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Network>) {
    type.field("widths") { network, call in call.push(network.widths) }
    type.field("inputs") { network, call in call.push(network.inputCount) }
    type.field("outputs") { network, call in call.push(network.outputCount) }
    type.field("depth") { network, call in call.push(network.layers.count) }
    type.field("sparsity") { network, call in
      let layers = network.summary
      let weights = layers.reduce(0) { $0 + $1.inputs * $1.outputs }
      return call.push(Double(layers.reduce(0) { $0 + $1.zeroWeights }) / Double(weights))
    }
    type.field("metadata") { network, call in
      call.push(.table(network.metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    type.method("layer") { network, call in
      call.push(boxed: network.layers[try call.zeroBased(1, count: network.layers.count)])
    }
    type.method("forward") { network, call in
      let input: Tensor = try call.object(1)
      if input.shape.count == 1 { return call.push(try Tensor(try network.forward(input.array))) }
      return call.push(try network.forward(batch: input))
    }
    type.method("top_classes") { network, call in
      let outputs = try network.forward(try call.object(1, as: Tensor.self).array)
      let count = try call.int(2, in: 1...network.outputCount)
      // Ties go to the lower class, so that the order is the same everywhere.
      let order = outputs.indices.sorted { (outputs[$1], $0) < (outputs[$0], $1) }
      return call.push(order.prefix(count).map { $0 + 1 })
    }
    type.method("input_gradient") { network, call in
      let weights: [Double] =
        call.kind(2) == .table ? try call.numbers(2) : try call.object(2, as: Tensor.self).array
      let (value, gradient) = try network.inputGradient(
        try call.object(1, as: Tensor.self).array, outputWeights: weights)
      return call.push(value) + call.push(try Tensor(gradient))
    }
    type.method("accuracy") { network, call in call.push(try network.accuracy(on: try call.object(1))) }
    type.method("copy") { network, call in call.push(try network.copy()) }
    type.method("save") { network, call in
      let path = try call.string(1)
      let isSingle = try call.options(2) { try $0.string("precision", oneOf: ["f64", "f32"], default: "f64") == "f32" }
      try NetworkFile.write(network, to: path, elementType: isSingle ? .float32 : .float64)
      return call.push(true)
    }
    type.method("summary") { network, call in
      call.push(
        .array(
          network.summary.map { layer in
            .table([
              ("inputs", .integer(layer.inputs)), ("outputs", .integer(layer.outputs)),
              ("parameters", .integer(layer.parameters)), ("zero_weights", .integer(layer.zeroWeights)),
              ("empty_neurons", .integer(layer.emptyNeurons)), ("largest_weight", .number(layer.largestWeight)),
            ])
          }))
    }
    type.text { $0.description }
  }
}

extension DenseLayer: LuaBoxable {
  /// `vnn.Layer`
  public static let luaTypeName = "vnn.Layer"

  /// Registers fields: the tensors share the network's memory.
  public static func describe(_ type: LuaType<Box<DenseLayer>>) {
    type.field("weight") { layer, call in call.push(layer.value.weight) }
    type.field("bias") { layer, call in call.push(layer.value.bias) }
    type.field("inputs") { layer, call in call.push(layer.value.inputCount) }
    type.field("outputs") { layer, call in call.push(layer.value.outputCount) }
    type.text { "Layer(\($0.value.inputCount) -> \($0.value.outputCount))" }
  }
}
