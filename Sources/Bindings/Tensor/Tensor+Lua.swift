import Essentials
import Glibc
import LuaHost
import Tensors

extension Tensor: LuaObject {
  /// `vnn.Tensor`
  public static let luaTypeName = "vnn.Tensor"
  /// 8 bytes a number. Views count what they show, not the storage they share: many views of a large tensor are no
  /// reason to collect garbage.
  public var luaByteCount: Int { 128 + 8 * min(count, storage.count) }

  /// Registers fields, methods and operators.
  public static func describe(_ type: LuaType<Tensor>) {
    type.field("shape") { tensor, call in call.push(tensor.shape) }
    type.field("count") { tensor, call in call.push(tensor.count) }
    type.field("rank") { tensor, call in call.push(tensor.shape.count) }
    type.length { $0.shape.first ?? 0 }
    type.text { $0.description }
    describeElements(type)
    describeViews(type)
    describeOutput(type)
    describeArithmetic(type)
    describeReductions(type)
  }

  private static func describeElements(_ type: LuaType<Tensor>) {
    type.indexed { tensor, position, call in
      guard let size = tensor.shape.first else { throw Misuse("Tensor: a scalar has no positions; use item()") }
      try requirePosition(position, size)
      return try push(element: position - 1, of: tensor, call)
    }
    type.assigned { tensor, call in
      guard let size = tensor.shape.first else { throw Misuse("Tensor: a scalar has no positions; use fill_") }
      guard call.kind(1) == .number else {
        let key = (try? call.string(1)).map { "the name \($0)" } ?? "something else"
        throw Misuse("Tensor: expected a position from 1 to \(size) to assign to, got \(key)")
      }
      let position = try call.int(1)
      try requirePosition(position, size)
      if tensor.shape.count == 1 {
        guard call.kind(2) == .number else { throw Misuse("Tensor: expected a number for position \(position)") }
        tensor.storage.base[tensor.offset + (position - 1) * tensor.strides[0]] = try call.double(2)
      } else {
        try tensor.select(axis: 0, position - 1).assign(try call.tensor(2))
      }
      return 0
    }
    type.metamethod("__pairs") { call in
      let tensor: Tensor = try call.object(1)
      var next = 0
      return call.push(function: "pairs") { call in
        guard next < tensor.shape.first ?? 0 else { return call.pushNil() }
        next += 1
        return call.push(next) + (try push(element: next - 1, of: tensor, call))
      }
    }
    type.method("at") { tensor, call in
      guard call.count == tensor.shape.count else {
        throw Misuse("Tensor.at: expected \(tensor.shape.count) positions, got \(call.count)")
      }
      var place = tensor.offset
      for axis in tensor.shape.indices {
        place += try call.zeroBased(axis + 1, count: tensor.shape[axis]) * tensor.strides[axis]
      }
      return call.push(tensor.storage.base[place])
    }
    type.method("set_") { tensor, call in
      let rank = tensor.shape.count
      guard call.count == rank + 1 else {
        throw Misuse("Tensor.set_: expected \(rank) positions and a number, got \(call.count) arguments")
      }
      let indices = try (0..<rank).map { try call.zeroBased($0 + 1, count: tensor.shape[$0]) }
      try tensor.setElement(indices, to: try call.double(rank + 1))
      return call.pushArgument(0)
    }
    type.method("item") { tensor, call in call.push(try tensor.item()) }
    type.method("fill_") { tensor, call in
      tensor.fill(try call.double(1))
      return call.pushArgument(0)
    }
    type.method("assign_") { tensor, call in
      try tensor.assign(try call.tensor(1))
      return call.pushArgument(0)
    }
    type.method("table") { tensor, call in
      // Empty tables count too.
      guard tensor.shape.reduce(1, { $0 * max($1, 1) }) <= 1 << 26 else {
        throw Misuse("Tensor.table: expected at most 2^26 numbers, got \(Tensor.describe(shape: tensor.shape))")
      }
      return call.push(tensor.nested(0, tensor.offset))
    }
  }

  private static func requirePosition(_ position: Int, _ size: Int) throws {
    guard position >= 1, position <= size else {
      throw Misuse("Tensor: expected a position from 1 to \(size), got \(position)")
    }
  }

  /// Pushes a number of a vector, or a view of what lies at a place along the first axis.
  private static func push(element place: Int, of tensor: Tensor, _ call: Call) throws -> Int {
    guard tensor.shape.count > 1 else {
      return call.push(tensor.storage.base[tensor.offset + place * tensor.strides[0]])
    }
    return call.push(try tensor.select(axis: 0, place))
  }

  private func nested(_ axis: Int, _ place: Int) -> LuaValue {
    guard axis < shape.count else { return .number(storage.base[place]) }
    return .array((0..<shape[axis]).map { nested(axis + 1, place + $0 * strides[axis]) })
  }

  private static func describeViews(_ type: LuaType<Tensor>) {
    type.method("copy") { tensor, call in call.push(tensor.copy()) }
    type.method("reshape") { tensor, call in call.push(try tensor.reshaped(try call.shape(1))) }
    type.method("flatten") { tensor, call in call.push(try tensor.flattened()) }
    type.method("squeeze") { tensor, call in
      call.push(try tensor.squeezed(axis: try call.axis(1, rank: tensor.shape.count)))
    }
    type.method("unsqueeze") { tensor, call in
      guard let axis = try call.axis(1, rank: tensor.shape.count + 1) else {
        throw call.mismatch(1, expected: "an axis")
      }
      return call.push(try tensor.unsqueezed(axis: axis))
    }
    type.method("transpose") { tensor, call in
      let rank = tensor.shape.count
      guard let first = try call.axis(1, rank: rank), let second = try call.axis(2, rank: rank) else {
        return call.push(try tensor.transposed())
      }
      return call.push(try tensor.transposed(first, second))
    }
    type.method("permute") { tensor, call in call.push(try tensor.permuted(try call.axes(1, rank: tensor.shape.count)))
    }
    type.method("broadcast") { tensor, call in call.push(try tensor.broadcast(to: try call.shape(1))) }
    type.method("select") { tensor, call in
      guard let axis = try call.axis(1, rank: tensor.shape.count) else { throw call.mismatch(1, expected: "an axis") }
      return call.push(try tensor.select(axis: axis, try call.zeroBased(2, count: tensor.shape[axis])))
    }
    type.method("slice") { tensor, call in
      guard let axis = try call.axis(1, rank: tensor.shape.count) else { throw call.mismatch(1, expected: "an axis") }
      let size = tensor.shape[axis]
      // Both ends are included and may be negative, as in string.sub.
      func place(_ position: Int, default fallback: Int) throws -> Int {
        let value = try call.int(position, default: fallback)
        return value < 0 ? size + value + 1 : value
      }
      let (first, last) = (try place(2, default: 1), try place(3, default: size))
      let step = call.isNil(4) ? 1 : try call.int(4, in: 1...Int.max)
      guard first >= 1, last <= size, first <= last + 1 else {
        throw Misuse("Tensor.slice: expected positions from 1 to \(size) in order, got \(first) to \(last)")
      }
      return call.push(
        try tensor.slice(axis: axis, start: first - 1, count: first > last ? 0 : (last - first) / step + 1, step: step))
    }
  }

  private static func describeOutput(_ type: LuaType<Tensor>) {
    type.method("save") { tensor, call in
      let path = try call.string(1)
      switch try call.tensorFormat(1) {
      case .safeTensors: try SafeTensors(entries: [.init(name: "tensor", tensor: tensor)]).write(to: path)
      case .numPy: try NumPyFile.write(tensor, to: path)
      case .numPyArchive: try NumPyArchive.write([("tensor", tensor)], to: path)
      }
      return call.push(true)
    }
    type.method("save_png") { tensor, call in
      let path = try call.string(1)
      let (scale, range) = try call.options(2) { options in
        (try options.int("scale", default: 1), try pictureRange(options))
      }
      try tensor.savePNG(path, range: range, scale: scale)
      return call.push(true)
    }
    type.method("picture") { tensor, call in
      let others = try (0..<call.count).map { try call.object($0 + 1, as: Tensor.self) }
      return call.push(try Tensor.showPictures([tensor] + others, style: .ofTerminal))
    }
    type.method("show") { tensor, call in
      let range = try call.options(1, pictureRange)
      print(try tensor.showPicture(style: .ofTerminal, range: range), terminator: "")
      return 0
    }
  }

  /// What is black and what is white in a picture.
  private static func pictureRange(_ options: TableReader) throws -> ClosedRange<Double> {
    let (black, white) = (try options.double("black", default: 0), try options.double("white", default: 1))
    guard black < white else { throw Misuse("expected black below white, got \(black) and \(white)") }
    return black...white
  }
}

extension PictureStyle {
  /// What the terminal says that it can do; plain text when standard output is no terminal.
  fileprivate static var ofTerminal: PictureStyle {
    func environment(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    guard isatty(STDOUT_FILENO) == 1, environment("NO_COLOR").isEmpty, environment("TERM") != "dumb" else {
      return .plain
    }
    return ["truecolor", "24bit"].contains(environment("COLORTERM")) ? .trueColor : .indexedColor
  }
}
