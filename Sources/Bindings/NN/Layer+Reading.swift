import Essentials
import LuaHost
import Networks
import Tensors

extension Call {
  /// The layers at `position`: tables as `nn.from_layers` takes them, or layers of a network. All have parameters of
  /// their own.
  func layers(_ position: Int) throws -> [Layer] {
    let expected = "a layer or a table { weight = tensor, bias = tensor }"
    return try elements(position, of: "layers", expected: expected) { call in
      if let layer = call.objectIfAny(1, as: Box<Layer>.self) { return layer.value.copy() }
      guard call.kind(1) == .table else { return nil }
      let table = try call.table(1)
      let layer = try Layer(reading: table).copy()
      try table.rejectOthers()
      return layer
    }
  }
}

extension Layer {
  /// The layer that a script describes.
  fileprivate convenience init(reading table: TableReader) throws {
    let weight: Tensor = try table.object("weight")
    let bias: Tensor = try table.object("bias")
    if let geometry = try table.optional("convolution", { try Convolution(reading: $0.table(1)) }) {
      try self.init(
        weight: weight, convolution: geometry, bias: bias,
        rectified: try Layer.rectified(table, of: geometry.outputCount))
    } else if let rows = try table.optional("rows", { try $0.zeroBasedInts(1) }) {
      let columns = try table.required("columns") { try $0.zeroBasedInts(1) }
      let (weight, pattern) = try Layer.sorted(
        weight.array, rows, columns, outputs: bias.count, inputs: try table.int("inputs"))
      try self.init(
        weight: weight, pattern: pattern, bias: bias, rectified: try Layer.rectified(table, of: bias.count))
    } else {
      try self.init(weight: weight, bias: bias, rectified: try Layer.rectified(table, of: bias.count))
    }
  }

  /// `rectified = true`, `false`, or the positions of the neurons with a ReLU.
  private static func rectified(_ table: TableReader, of count: Int) throws -> NeuronSet? {
    try table.optional("rectified") { call in
      if call.kind(1) == .boolean { return try call.bool(1) ? .all(of: count) : .none(of: count) }
      var flags = [Bool](repeating: false, count: count)
      for neuron in try call.zeroBasedInts(1) {
        guard neuron < count else { throw Misuse("expected neurons from 1 to \(count), got \(neuron + 1)") }
        flags[neuron] = true
      }
      return NeuronSet(flags)
    }
  }

  /// Entries in any order as sparse rows.
  private static func sorted(
    _ weights: [Double], _ rows: [Int], _ columns: [Int], outputs: Int, inputs: Int
  ) throws -> (Tensor, SparsePattern) {
    guard rows.count == weights.count, columns.count == weights.count else {
      throw Misuse(
        "expected a row and a column for each of \(weights.count) weights, got \(rows.count) and \(columns.count)")
    }
    if let row = rows.first(where: { $0 >= outputs }) { throw Misuse("rows: expected 1 to \(outputs), got \(row + 1)") }
    if let column = columns.first(where: { $0 >= inputs }) {
      throw Misuse("columns: expected 1 to \(inputs), got \(column + 1)")
    }
    let order = weights.indices.sorted { (rows[$0], columns[$0]) < (rows[$1], columns[$1]) }
    var starts = [0]
    for (place, entry) in order.enumerated() { while starts.count <= rows[entry] { starts.append(place) } }
    while starts.count <= outputs { starts.append(order.count) }
    let pattern = try SparsePattern(
      starts: starts, columns: order.map { Int32(columns[$0]) }, columnCount: inputs)
    return (try Tensor(order.map { weights[$0] }), pattern)
  }
}

extension Convolution {
  /// `{ channels =, filters =, size = {…}, kernel = {…}, output =, stride =, dilation =, padding =, groups = }`.
  fileprivate convenience init(reading table: TableReader) throws {
    func sizes(_ name: String) throws -> [Int]? { try table.optional(name) { try $0.ints(1) } }
    try self.init(
      channels: try table.int("channels"), filters: try table.int("filters"),
      inputSize: try table.required("size") { try $0.ints(1) },
      kernelSize: try table.required("kernel") { try $0.ints(1) }, outputSize: try sizes("output"),
      stride: try sizes("stride"), dilation: try sizes("dilation"), padding: try sizes("padding"),
      groups: try table.int("groups", default: 1))
    try table.rejectOthers()
  }

  /// The same as a table.
  var luaValue: LuaValue {
    func sizes(_ values: [Int]) -> LuaValue { .array(values.map { .integer($0) }) }
    return .table([
      ("channels", .integer(channels)), ("filters", .integer(filters)), ("size", sizes(inputSize)),
      ("kernel", sizes(kernelSize)), ("output", sizes(outputSize)), ("stride", sizes(stride)),
      ("dilation", sizes(dilation)), ("padding", sizes(padding)), ("groups", .integer(groups)),
    ])
  }
}
