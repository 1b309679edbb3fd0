import Essentials
import LuaHost
import Tensors

/// `vnn.tensor`: arrays of Float64.
enum TensorModule {
  static let name = "vnn.tensor"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.function("zeros") { call in
        let shape = try call.ints(1)
        guard let count = Tensor.checkedCount(shape), count <= 1 << 32 else {
          throw call.failure(1, "expected sizes that are not negative and fit into memory")
        }
        return call.push(Tensor.zeros(shape))
      }
      module.function("from") { call in
        let (shape, values) = try call.nestedNumbers(1)
        return call.push(try Tensor(values, shape: shape))
      }
      module.function("random") { call in call.push(RandomGenerator(seed: try call.int(1))) }
    }
  }
}

extension Tensor: LuaObject {
  /// `vnn.Tensor`
  public static let luaTypeName = "vnn.Tensor"
  /// The storage, 8 bytes a number.
  public var luaByteCount: Int { 96 + 8 * storage.count }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Tensor>) {
    type.field("shape") { tensor, call in call.push(tensor.shape) }
    type.field("count") { tensor, call in call.push(tensor.count) }
    type.length { $0.shape.first ?? 0 }
  }
}
