import Embedding
import Essentials
import LuaHost
import MILP
import Networks
import Tensors
import Verification

/// A network in a model: what `model:embed` gives.
final class NetworkBlockObject: LuaObject {
  static let luaTypeName = "vnn.Block"
  private let model: Model
  private let handle: BlockHandle
  /// Whether the inputs were a batch, so that inputs and outputs have rows.
  private let isBatch: Bool

  init(_ handle: BlockHandle, in model: Model, isBatch: Bool? = nil) {
    self.handle = handle
    self.model = model
    self.isBatch = isBatch ?? ((try? model.networkBlock(handle))?.inputs.count ?? 1 > 1)
  }

  var luaByteCount: Int { 256 }

  private var block: NetworkBlock { get throws { try model.networkBlock(handle) } }

  private func array(_ rows: [[Variable]]) -> VariableArray {
    VariableArray(Array(rows.joined()), shape: isBatch ? [rows.count, rows[0].count] : [rows[0].count])
  }

  static func describe(_ type: LuaType<NetworkBlockObject>) {
    type.field("name") { object, call in call.push(try object.block.name) }
    type.field("inputs") { object, call in call.push(object.array(try object.block.inputs)) }
    type.field("outputs") { object, call in call.push(object.array(try object.block.outputs)) }
    type.field("switches") { object, call in
      call.push(VariableArray(Array(try object.block.switches(in: object.model).joined())))
    }
    // A copy: the block's own never changes.
    type.field("network") { object, call in call.push(try object.block.network.copy()) }
    type.field("bounds") { object, call in
      let bounds = try object.block.bounds(in: object.model)
      return object.isBatch ? call.push(bounds) : call.push(bounds[0])
    }
    type.field("record") { object, call in call.push(try object.block.record.luaValue) }
    type.field("constraints") { object, call in
      let identity = object.model.identity
      return call.push(ConstraintArray(try object.block.rows.map { Constraint(index: $0, modelIdentity: identity) }))
    }
    type.method("rows") { object, call in
      call.push(try object.block.rows.map { try object.model.text(ofRow: $0) })
    }
    type.method("error") { object, call in
      guard let point = try object.point(call) else { return call.pushNil() }
      return call.push(try object.block.error(at: point, in: object.model).error)
    }
    type.method("complete") { object, call in
      call.push(try Tensor(try object.block.completed(try call.numberList(1), in: object.model)))
    }
    type.method("replace") { object, call in
      let network: Network = try call.object(1)
      let source = try call.options(2) { try RangeSource(reading: $0) }
      try object.model.replace(
        object.handle, by: network, ranges: source.map { source in { try source.ranges($0, lower: $1, upper: $2) } })
      return call.pushArgument(0)
    }
    type.method("remove") { object, call in
      try object.model.remove(object.handle)
      return 0
    }
    type.text { object in
      guard let block = try? object.block else { return "Block(removed)" }
      return block.description
    }
  }

  /// The point of a solution of the model or of a copy, or one number per column; nil for a solution without a point.
  private func point(_ call: Call) throws -> [Double]? {
    if let solution = call.objectIfAny(1, as: Box<Solution>.self) {
      // That its variables are this model's is seen by asking for one.
      if let first = try block.inputs.first?.first { _ = try solution.value.column(of: first) }
      return solution.value.values
    }
    return try call.numberList(1)
  }
}

extension NetworkBlock {
  /// The ranges as bounds of the embedded network over each row's box, for whatever takes bounds. They are given, not
  /// certified.
  fileprivate func bounds(in model: Model) throws -> [NetworkBounds] {
    try zip(inputs, ranges).map { variables, ranges in
      let bounds = try variables.map { try model.range(of: $0) }
      let region = try BoxRegion(lower: bounds.map(\.lower), upper: bounds.map(\.upper))
      let layers = try zip(ranges.lower, ranges.upper).map { try LayerBounds(lower: $0, upper: $1) }
      return try NetworkBounds(
        PreactivationBounds(layers: layers), for: Question(network, Problem(region: region, class: 0)))
    }
  }
}

extension EmbeddingRecord {
  fileprivate var luaValue: LuaValue {
    .table([
      ("columns", .integer(columns)), ("binaries", .integer(binaries)), ("rows", .integer(rows)),
      ("entries", .integer(entries)), ("stable", .integer(stable)),
      (
        "layers",
        .array(
          layers.map { layer in
            .table([
              ("inactive", .integer(layer.inactive)), ("active", .integer(layer.active)),
              ("unstable", .integer(layer.unstable)), ("constant", .integer(layer.constant)),
              ("unused", .integer(layer.unused)), ("entries", .integer(layer.entries)),
            ])
          })
      ),
    ])
  }
}
