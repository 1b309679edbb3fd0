import Essentials
import LuaHost
import Tensors

extension Tensor {
  /// What can be done element by element; the first column is the name in Lua.
  private static let unaryNames: [(String, UnaryOperation)] = [
    ("abs", .absolute), ("sign", .sign), ("exp", .exponential), ("log", .logarithm), ("sqrt", .squareRoot),
    ("square", .square), ("relu", .relu), ("floor", .floor), ("ceil", .ceiling), ("round", .round),
    ("tanh", .hyperbolicTangent), ("sigmoid", .sigmoid), ("isfinite", .isFinite),
  ]
  private static let binaryNames: [(String, BinaryOperation)] = [
    ("add", .add), ("sub", .subtract), ("mul", .multiply), ("div", .divide), ("pow", .power),
  ]
  private static let comparisonNames: [(String, BinaryOperation)] = [
    ("less", .less), ("less_equal", .lessOrEqual), ("equal", .equal), ("not_equal", .notEqual), ("greater", .greater),
    ("greater_equal", .greaterOrEqual),
  ]

  static func describeArithmetic(_ type: LuaType<Tensor>) {
    for (name, operation) in unaryNames {
      type.method(name) { tensor, call in call.push(try tensor.map(operation)) }
      type.method(name + "_") { tensor, call in
        tensor.update(operation)
        return call.pushArgument(0)
      }
    }
    for (name, operation) in binaryNames {
      type.metamethod("__" + name) { call in call.push(try combine(operation, call)) }
      type.method(name + "_") { tensor, call in
        if call.kind(1) == .number {
          tensor.update(operation, try call.double(1))
        } else {
          try tensor.update(operation, try call.tensor(1))
        }
        return call.pushArgument(0)
      }
    }
    for (name, operation) in comparisonNames {
      type.method(name) { tensor, call in call.push(try apply(operation, tensor, try call.tensor(1))) }
    }
    type.metamethod("__unm") { call in call.push(try call.object(1, as: Tensor.self).map(.negate)) }
    type.metamethod("__eq") { call in
      guard let left = call.objectIfAny(1, as: Tensor.self), let right = call.objectIfAny(2, as: Tensor.self) else {
        return call.push(false)
      }
      return call.push(left == right)
    }
    for name in ["__lt", "__le"] {
      type.metamethod(name) { _ in
        throw Misuse("tensors are compared element by element: x:less(y), x:less_equal(y), x:greater(y), …")
      }
    }
    type.method("clamp") { tensor, call in call.push(try tensor.clamped(try call.double(1), try call.double(2))) }
    type.method("clamp_") { tensor, call in
      try tensor.clamp(try call.double(1), try call.double(2))
      return call.pushArgument(0)
    }
    type.method("allclose") { tensor, call in
      let other = try call.tensor(1)
      let (relative, absolute) = try call.options(2) { options in
        (try options.double("relative", default: 1e-5), try options.double("absolute", default: 1e-8))
      }
      return call.push(try tensor.isClose(to: other, relative: relative, absolute: absolute))
    }
    type.method("map") { tensor, call in
      let function = try call.function(1)
      return call.push(
        try tensor.map { value in
          try function.call {
            $0.push(value)
          } read: {
            try $0.double(1)
          }
        })
    }
    type.method("matmul") { tensor, call in call.push(try matrixProduct(tensor, try call.object(1))) }
    type.method("dot") { tensor, call in call.push(try dot(tensor, try call.object(1))) }
    type.method("outer") { tensor, call in call.push(try outer(tensor, try call.object(1))) }
  }

  /// The operands of an operator: either may be a number.
  private static func combine(_ operation: BinaryOperation, _ call: Call) throws -> Tensor {
    if call.kind(1) == .number { return try apply(operation, try call.double(1), try call.object(2)) }
    if call.kind(2) == .number { return try apply(operation, try call.object(1), try call.double(2)) }
    return try apply(operation, try call.tensor(1), try call.tensor(2))
  }

  static func describeReductions(_ type: LuaType<Tensor>) {
    let names: [(String, Reduction)] = [("sum", .sum), ("mean", .mean), ("max", .maximum), ("min", .minimum)]
    for (name, reduction) in names {
      type.method(name) { tensor, call in
        let (axis, keep) = try axisAndKeep(call, 1, tensor)
        guard let axis else { return call.push(try tensor.reduce(reduction)) }
        return call.push(try tensor.reduce(reduction, axis: axis, keep: keep))
      }
    }
    type.method("norm") { tensor, call in
      let order = try call.double(1, default: 2)
      guard let reduction = [1: Reduction.norm1, 2: .norm2, .infinity: .normInfinity][order] else {
        throw call.failure(1, "expected the order 1, 2 or math.huge, got \(order)")
      }
      let (axis, keep) = try axisAndKeep(call, 2, tensor)
      guard let axis else { return call.push(try tensor.reduce(reduction)) }
      return call.push(try tensor.reduce(reduction, axis: axis, keep: keep))
    }
    type.method("argmax") { tensor, call in
      let (axis, keep) = try axisAndKeep(call, 1, tensor)
      guard let axis else { return call.push(try tensor.argumentOfMaximum() + 1) }
      return call.push(try oneBased(tensor.argumentOfMaximum(axis: axis, keep: keep)))
    }
    type.method("argmin") { tensor, call in
      let (axis, keep) = try axisAndKeep(call, 1, tensor)
      guard let axis else { return call.push(try tensor.argumentOfMinimum() + 1) }
      return call.push(try oneBased(tensor.argumentOfMinimum(axis: axis, keep: keep)))
    }
    type.method("sort") { tensor, call in
      let (axis, descending) = try axisAndOrder(call, 1, tensor)
      return call.push(try tensor.sorted(axis: axis, descending: descending))
    }
    type.method("argsort") { tensor, call in
      let (axis, descending) = try axisAndOrder(call, 1, tensor)
      return call.push(try oneBased(tensor.argumentSorted(axis: axis, descending: descending)))
    }
    type.method("top_k") { tensor, call in
      let axis = try call.axis(2, rank: tensor.shape.count) ?? -1
      let top = try tensor.top(try call.int(1), axis: axis)
      return call.push(top.values) + call.push(try oneBased(top.places))
    }
  }

  /// Places counted from 1.
  private static func oneBased(_ places: Tensor) throws -> Tensor {
    places.update(.add, 1)
    return places
  }

  private static func axisAndKeep(_ call: Call, _ position: Int, _ tensor: Tensor) throws -> (Int?, Bool) {
    let keep = try call.options(position + 1) { try $0.bool("keep", default: false) }
    return (try call.axis(position, rank: tensor.shape.count), keep)
  }

  private static func axisAndOrder(_ call: Call, _ position: Int, _ tensor: Tensor) throws -> (Int, Bool) {
    let descending = try call.options(position + 1) { try $0.bool("descending", default: false) }
    return (try call.axis(position, rank: tensor.shape.count) ?? -1, descending)
  }
}
