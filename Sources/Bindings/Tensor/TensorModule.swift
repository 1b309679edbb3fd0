import Essentials
import LuaHost
import Tensors

/// `vnn.tensor`: arrays of Float64.
enum TensorModule {
  static let name = "vnn.tensor"

  static var module: NativeModule {
    NativeModule(name) { module in
      describeCreation(module)
      describeCombination(module)
      module.function("threads") { call in
        if !call.isNil(1) { try BLAS.setThreads(try call.int(1)) }
        return call.push(try BLAS.threadLimit)
      }
      module.function("load") { call in
        let path = try call.string(1)
        switch try call.tensorFormat(1) {
        case .numPy: return call.push(try NumPyFile.read(path))
        case .numPyArchive:
          return call.push(.table(try NumPyArchive.read(path).map { ($0.name, .object($0.tensor)) }))
        case .safeTensors:
          let entries = try SafeTensors(reading: path).entries
          return call.push(.table(entries.map { ($0.name, .object($0.tensor)) }))
        }
      }
      module.function("save") { call in
        // A table of named tensors.
        let (path, format) = (try call.string(1), try call.tensorFormat(1))
        guard format != .numPy else {
          throw call.failure(1, "expected a path that ends in .safetensors or .npz for named tensors")
        }
        guard case .table(let members) = try call.value(2) else {
          throw call.mismatch(2, expected: "a table of named tensors")
        }
        let tensors = try members.map { name, value in
          guard case .object(let tensor as Tensor) = value else {
            throw call.failure(2, "expected a tensor under the name \(name)")
          }
          return (name, tensor)
        }
        if format == .numPyArchive {
          try NumPyArchive.write(tensors, to: path)
        } else {
          try SafeTensors(entries: tensors.map { SafeTensors.Entry(name: $0.0, tensor: $0.1) }).write(to: path)
        }
        return call.push(true)
      }
    }
  }

  private static func describeCreation(_ module: NativeModule.Builder) {
    module.function("zeros") { call in call.push(try Tensor.full(try call.shape(1), 0)) }
    module.function("ones") { call in call.push(try Tensor.ones(try call.shape(1))) }
    module.function("full") { call in call.push(try Tensor.full(try call.shape(1), try call.double(2))) }
    module.function("arange") { call in
      // With one number it is the end, as in NumPy.
      if call.isNil(2) { return call.push(try Tensor.range(0, try call.double(1))) }
      return call.push(
        try Tensor.range(try call.double(1), try call.double(2), step: try call.double(3, default: 1)))
    }
    module.function("linspace") { call in
      call.push(try Tensor.linearSpace(try call.double(1), try call.double(2), count: try call.int(3)))
    }
    module.function("eye") { call in
      call.push(try Tensor.identity(try call.int(1), call.isNil(2) ? nil : try call.int(2)))
    }
    module.function("from") { call in
      let (shape, values) = try call.nestedNumbers(1)
      return call.push(try Tensor(values, shape: shape))
    }
    module.function("random") { call in call.push(RandomGenerator(seed: try call.int(1))) }
  }

  private static func describeCombination(_ module: NativeModule.Builder) {
    module.function("matmul") { call in
      call.push(try Tensor.matrixProduct(try call.object(1), try call.object(2)))
    }
    module.function("dot") { call in call.push(try Tensor.dot(try call.object(1), try call.object(2))) }
    module.function("outer") { call in call.push(try Tensor.outer(try call.object(1), try call.object(2))) }
    module.function("stack") { call in
      let tensors = try call.objects(1, as: Tensor.self)
      // One more axis than the parts have.
      let axis = try call.axis(2, rank: (tensors.first?.shape.count ?? 0) + 1) ?? 0
      return call.push(try Tensor.stack(tensors, axis: axis))
    }
    module.function("concat") { call in
      let tensors = try call.objects(1, as: Tensor.self)
      let axis = try call.axis(2, rank: tensors.first?.shape.count ?? 0) ?? 0
      return call.push(try Tensor.concatenate(tensors, axis: axis))
    }
    module.function("where") { call in
      call.push(try Tensor.choose(where: try call.object(1), try call.tensor(2), try call.tensor(3)))
    }
    module.function("minimum") { call in call.push(try Tensor.apply(.minimum, try call.tensor(1), try call.tensor(2))) }
    module.function("maximum") { call in call.push(try Tensor.apply(.maximum, try call.tensor(1), try call.tensor(2))) }
  }
}
