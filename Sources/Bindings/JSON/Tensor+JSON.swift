import Essentials
import LuaHost
import Tensors

extension Tensor {
  /// Tells a tensor as arrays nested like its shape; false for other objects.
  static func asJSON(_ object: any LuaObject, _ events: any JSONEvents) throws -> Bool {
    guard let tensor = object as? Tensor else { return false }
    try send(tensor.array[...], shape: tensor.shape[...], to: events)
    return true
  }

  /// Tells `values`, in row-major order, as arrays nested like `shape`.
  private static func send(
    _ values: ArraySlice<Double>, shape: ArraySlice<Int>, to events: any JSONEvents
  ) throws {
    guard let count = shape.first else { return try events.add(.number(values.first ?? 0)) }
    try events.begin(.array)
    let stride = count == 0 ? 0 : values.count / count
    for index in 0..<count {
      let start = values.startIndex + index * stride
      try send(values[start..<start + stride], shape: shape.dropFirst(), to: events)
    }
    try events.end()
  }
}
