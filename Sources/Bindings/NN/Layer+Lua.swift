import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

extension Layer: LuaBoxable {
  /// `vnn.Layer`
  public static let luaTypeName = "vnn.Layer"

  /// Registers fields: the tensors share the network's memory, and assigning to one copies into it.
  public static func describe(_ type: LuaType<Box<Layer>>) {
    func parameter(_ name: String, _ path: KeyPath<Layer, Tensor>) {
      type.field(
        name, { layer, call in call.push(layer.value[keyPath: path]) },
        write: { layer, call in
          let (own, new) = (layer.value[keyPath: path], try call.object(1, as: Tensor.self))
          guard new.shape == own.shape else {
            throw Misuse(
              "Layer.\(name): expected a tensor of shape \(Tensor.describe(shape: own.shape)), "
                + "got \(Tensor.describe(shape: new.shape))")
          }
          try own.assign(new)
          return 0
        })
    }
    parameter("weight", \.weight)
    parameter("bias", \.bias)
    type.field("inputs") { layer, call in call.push(layer.value.inputCount) }
    type.field("outputs") { layer, call in call.push(layer.value.outputCount) }
    type.field("units") { layer, call in call.push(layer.value.unitCount) }
    type.field("kind") { layer, call in call.push(layer.value.connections.kind) }
    type.field("rectified") { layer, call in
      call.push((0..<layer.value.outputCount).filter(layer.value.rectified.contains).map { $0 + 1 })
    }
    type.field("convolution") { layer, call in
      guard case .convolution(let convolution) = layer.value.connections else { return call.pushNil() }
      return call.push(convolution.luaValue)
    }
    type.method("relus") { layer, call in
      let relus = try Tensor.full([layer.value.outputCount], 0)
      for neuron in 0..<relus.count where layer.value.rectified.contains(neuron) { relus.base[neuron] = 1 }
      return call.push(relus)
    }
    type.method("outer") { layer, call in
      let (outputs, inputs) = (layer.value.outputCount, layer.value.inputCount)
      func row(_ position: Int, _ count: Int, _ what: String) throws -> Tensor {
        guard !call.isNil(position) else { return try Tensor.full([1, count], 1) }
        let values = try call.vector(position)
        guard values.count == count else {
          throw call.failure(position, "expected one number for each of \(count) \(what), got \(values.count)")
        }
        return try Tensor(values, shape: [1, count])
      }
      let (neurons, values) = (try row(1, outputs, "neurons"), try row(2, inputs, "inputs"))
      return call.push(try layer.value.gradient(delta: neurons, input: values).weight)
    }
    type.method("sums") { layer, call in
      let layer = layer.value
      var sums = [Double](repeating: 0, count: layer.unitCount)
      func add(_ position: Int, like parameter: Tensor, _ places: (Int) -> Range<Int>) throws {
        guard let tensor = try call.optionalObject(position, as: Tensor.self) else { return }
        guard tensor.shape == parameter.shape else {
          throw call.failure(
            position,
            "expected a tensor of shape \(Tensor.describe(shape: parameter.shape)), "
              + "got \(Tensor.describe(shape: tensor.shape))")
        }
        let values = tensor.array
        for unit in sums.indices { for place in places(unit) { sums[unit] += values[place] } }
      }
      try add(1, like: layer.weight, layer.places(ofUnit:))
      try add(2, like: layer.bias, layer.biasPlaces(ofUnit:))
      return call.push(try Tensor(sums))
    }
    type.method("with") { layer, call in
      let (weight, bias) = (try call.object(1, as: Tensor.self), try call.object(2, as: Tensor.self))
      for (position, (own, new)) in [(layer.value.weight, weight), (layer.value.bias, bias)].enumerated()
      where own.shape != new.shape {
        throw call.failure(
          position + 1,
          "expected a tensor of shape \(Tensor.describe(shape: own.shape)), "
            + "got \(Tensor.describe(shape: new.shape))")
      }
      return call.push(boxed: layer.value.replacing(weight: weight.copy(), bias: bias.copy()))
    }
    type.method("connections") { layer, call in
      var (neurons, inputs, places): ([Int], [Int], [Int]) = ([], [], [])
      for neuron in 0..<layer.value.outputCount {
        layer.value.forEachConnection(of: neuron) { input, place in
          neurons.append(neuron + 1)
          inputs.append(input + 1)
          places.append(place + 1)
        }
      }
      return call.push(neurons) + call.push(inputs) + call.push(places)
    }
    type.method("matrix") { layer, call in
      let (rows, columns) = (layer.value.outputCount, layer.value.inputCount)
      let matrix = try Tensor.full([rows, columns], 0)
      for neuron in 0..<rows {
        layer.value.forEachWeight(of: neuron) { input, weight in matrix.base[neuron * columns + input] = weight }
      }
      return call.push(matrix)
    }
    type.text { "Layer(\($0.value))" }
  }
}
