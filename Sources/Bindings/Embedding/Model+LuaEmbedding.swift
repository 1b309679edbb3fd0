import Embedding
import Essentials
import LuaHost
import MILP
import Networks
import Tensors
import Verification

extension Model {
  /// Registers what is about networks in a model.
  static func describeEmbedding(_ type: LuaType<Model>) {
    type.method("embed") { model, call in
      let network: Network = try call.object(1)
      let inputs = try call.variables(2)
      let rows = try inputs.rows(of: network.inputCount, "inputs")
      let options = try call.options(3) { table in
        let source = try RangeSource(reading: table) ?? RangeSource()
        var options = EmbeddingOptions { try source.ranges($0, lower: $1, upper: $2) }
        options.name = try table.optionalString("name")
        options.formulation = try table.formulation()
        options.scale = try table.optional("scale") { try NetworkScale(reading: $0.table(1)) } ?? NetworkScale()
        options.outputs = try table.optional("outputs") {
          try $0.variables(1).rows(of: network.outputCount, "outputs")
        }
        options.rowSolver = source.rowSolver
        return options
      }
      let handle = try model.embed(network, rows, options: options)
      return call.push(NetworkBlockObject(handle, in: model, isBatch: inputs.shape.count > 1))
    }
    type.method("blocks") { model, call in
      call.push(model.blocks.filter { $0.block is NetworkBlock }.map { NetworkBlockObject($0.handle, in: model) })
    }
    type.method("complete") { model, call in
      call.push(try Tensor(try model.completed(try call.numberList(1))))
    }
    type.method("piece") { model, call in call.push(try model.piece(at: try call.numberList(1))) }
  }
}

extension VariableArray {
  /// The variables as rows of `count`: an array of one axis is one row.
  fileprivate func rows(of count: Int, _ what: String) throws -> [[Variable]] {
    guard let last = shape.last, shape.count <= 2, last == count, !variables.isEmpty else {
      throw Misuse(
        "Model.embed: \(what): expected \(count) variables, or rows x \(count), got \(Tensor.describe(shape: shape))")
    }
    return stride(from: 0, to: variables.count, by: count).map { Array(variables[$0..<$0 + count]) }
  }
}

extension NetworkScale {
  fileprivate init(reading table: TableReader) throws {
    self.init()
    inputOffset = try table.optional("input_offset") { try $0.numberOrList(1) } ?? inputOffset
    inputFactor = try table.optional("input_factor") { try $0.numberOrList(1) } ?? inputFactor
    outputOffset = try table.optional("output_offset") { try $0.numberOrList(1) } ?? outputOffset
    outputFactor = try table.optional("output_factor") { try $0.numberOrList(1) } ?? outputFactor
    try table.rejectOthers()
  }
}
