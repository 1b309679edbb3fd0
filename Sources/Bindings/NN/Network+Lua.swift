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
      let weights = layers.reduce(0) { $0 + $1.weights }
      return call.push(Double(layers.reduce(0) { $0 + $1.zeroWeights }) / Double(weights))
    }
    type.field(
      "metadata",
      { network, call in
        call.push(.table(network.metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
      },
      write: { network, call in
        let table = try call.table(1)
        network.metadata = Dictionary(uniqueKeysWithValues: try table.names.map { ($0, try table.string($0)) })
        return 0
      })
    type.method("layer") { network, call in
      call.push(boxed: network.layers[try call.zeroBased(1, count: network.layers.count)])
    }
    type.method("parameters") { network, call in call.push(network.layers.flatMap { [$0.weight, $0.bias] }) }
    type.method("forward") { network, call in
      if let batch = call.objectIfAny(1, as: Tensor.self), batch.shape.count > 1 {
        return call.push(try network.forward(batch: batch))
      }
      return call.push(try Tensor(try network.forward(try call.vector(1))))
    }
    type.method("classify") { network, call in
      if let batch = call.objectIfAny(1, as: Tensor.self), batch.shape.count > 1 {
        return call.push(try network.classes(batch: batch).map { $0 + 1 })
      }
      return call.push(try network.classify(try call.vector(1)) + 1)
    }
    type.method("top_classes") { network, call in
      let outputs = try network.forward(try call.vector(1))
      let count = try call.int(2, in: 1...network.outputCount)
      // Ties go to the lower class, so that the order is the same everywhere.
      let order = outputs.indices.sorted { (outputs[$1], $0) < (outputs[$0], $1) }
      return call.push(order.prefix(count).map { $0 + 1 })
    }
    type.method("input_gradient") { network, call in
      let (value, gradient) = try network.inputGradient(try call.vector(1), outputWeights: try call.vector(2))
      return call.push(value) + call.push(try Tensor(gradient))
    }
    type.method("gradients") { network, call in
      let batch: Tensor = try call.object(1)
      let weights = try call.objectIfAny(2, as: Tensor.self) ?? Tensor(try call.vector(2))
      let isSingle = batch.shape.count == 1
      let (value, parameters, input) = try network.gradients(
        batch: isSingle ? try batch.unsqueezed(axis: 0) : batch, outputWeights: weights)
      let inputGradient = isSingle ? try input.squeezed(axis: 0) : input
      return call.push(value) + call.push(gradients: parameters) + call.push(inputGradient)
    }
    type.method("accuracy") { network, call in call.push(try network.accuracy(on: try call.object(1))) }
    type.method("r2") { network, call in
      call.push(try network.regressionFit(on: try call.object(1)).determination.map { .number($0) } ?? .nil)
    }
    type.method("rmse") { network, call in
      call.push(try network.regressionFit(on: try call.object(1)).rootMeanSquare)
    }
    type.method("copy") { network, call in call.push(try network.copy()) }
    type.method("is_same") { network, call in call.push(network.hasSameParameters(as: try call.object(1))) }
    type.method("save") { network, call in
      let path = try call.string(1)
      let precision = try call.options(2) { options in
        options.has("precision") ? try options.string("precision", oneOf: ["f64", "f32"], default: "f64") : nil
      }
      try NetworkFormat.write(
        network, to: path, elementType: precision.map { $0 == "f32" ? .float32 : .float64 })
      return call.push(true)
    }
    type.method("summary") { network, call in
      call.push(boxed: NetworkSummary(layers: network.summary))
    }
    type.text { $0.description }
  }
}
