import Essentials
import LuaHost
import Tensors

extension LuaValue {
  /// The JSON value as Lua sees it: objects and arrays become tables, `null` becomes nil.
  init(_ json: JSON) {
    switch json {
    case .null: self = .nil
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(Int(value))
    case .number(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let values): self = .array(values.map { LuaValue($0) })
    case .object(let members):
      self = .table(members.sorted { $0.key < $1.key }.map { ($0.key, LuaValue($0.value)) })
    }
  }

  /// The value as JSON: tensors become nested arrays, empty tables empty arrays.
  ///
  /// - Throws: `Misuse` for functions and for objects other than tensors.
  func json() throws -> JSON {
    switch self {
    case .nil: return .null
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(Int64(value))
    case .number(let value): return .number(value)
    case .string(let value): return .string(value)
    case .numbers(let values): return .array(values.map { .number($0) })
    case .array(let values): return .array(try values.map { try $0.json() })
    case .table(let entries):
      return .object(
        Dictionary(try entries.map { ($0.key, try $0.value.json()) }, uniquingKeysWith: { $1 }))
    case .object(let tensor as Tensor): return JSON(nesting: tensor.array[...], shape: tensor.shape[...])
    case .object(let object):
      throw Misuse("json: expected plain data or a tensor, got a \(type(of: object).luaTypeName)")
    case .function: throw Misuse("json: expected plain data or a tensor, got a function")
    }
  }
}

extension JSON {
  /// Arrays nested like a tensor of `shape` with `values` in row-major order.
  fileprivate init(nesting values: ArraySlice<Double>, shape: ArraySlice<Int>) {
    guard let count = shape.first else {
      self = .number(values.first ?? 0)
      return
    }
    let stride = count == 0 ? 0 : values.count / count
    self = .array(
      (0..<count).map { index in
        let start = values.startIndex + index * stride
        return JSON(nesting: values[start..<start + stride], shape: shape.dropFirst())
      })
  }
}
