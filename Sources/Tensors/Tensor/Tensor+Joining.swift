import Essentials

extension Tensor {
  /// Tensors of one shape side by side along a new axis.
  ///
  /// - Throws: `Misuse` when there are none, their shapes differ or there is no such place for an axis.
  public static func stack(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
    guard let first = tensors.first else { throw Misuse("stack: expected at least one tensor") }
    for tensor in tensors where tensor.shape != first.shape {
      throw Misuse(
        "stack: shapes differ: \(describe(shape: first.shape)) and \(describe(shape: tensor.shape))")
    }
    return try concatenate(try tensors.map { try $0.unsqueezed(axis: axis) }, axis: axis)
  }

  /// Tensors one after the other along an axis; the other sizes must agree.
  ///
  /// - Throws: `Misuse` when there are none, another size differs or there is no such axis.
  public static func concatenate(_ tensors: [Tensor], axis: Int = 0) throws -> Tensor {
    guard let first = tensors.first else { throw Misuse("concat: expected at least one tensor") }
    let axis = try first.resolve(axis: axis, for: "concat")
    var shape = first.shape
    shape[axis] = 0
    for tensor in tensors {
      var others = tensor.shape
      if others.count == shape.count { others[axis] = shape[axis] }
      guard others == shape else {
        throw Misuse(
          "concat: sizes differ: \(describe(shape: first.shape)) and \(describe(shape: tensor.shape))")
      }
      shape[axis] += tensor.shape[axis]
    }
    let result = try uninitialized(shape, for: "concat")
    var start = 0
    for tensor in tensors {
      try result.slice(axis: axis, start: start, count: tensor.shape[axis]).assign(tensor)
      start += tensor.shape[axis]
    }
    return result
  }
}
