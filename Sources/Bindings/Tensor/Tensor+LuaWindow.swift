import LuaHost
import Tensors

extension Tensor {
  /// The elements: a storage never moves, and a tensor's shape never changes.
  public var luaWindow: LuaWindow? { LuaWindow(base: base, sizes: shape, strides: strides) }
  /// `x:at(row, column)`
  public static var luaElementMethod: String? { "at" }
}
