import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

/// `vnn.prune`: masks, criteria and compaction.
enum PruneModule {
  static let name = "vnn.prune"

  static var module: NativeModule {
    NativeModule(name) { module in
      module.constant("criteria", .array([.string("magnitude"), .string("random")]))
      module.function("mask") { call in
        call.push(boxed: try mask(for: try call.object(1), call))
      }
      module.function("apply") { call in
        let network: Network = try call.object(1)
        return call.push(try mask(for: network, call).apply(to: network))
      }
      module.function("nonzeros") { call in call.push(boxed: Mask(nonzerosOf: try call.object(1))) }
      module.function("compact") { call in
        let compaction = try Compaction(try call.object(1))
        return call.push(compaction.network)
          + call.push(
            .table([("unused", .integer(compaction.unusedCount)), ("constant", .integer(compaction.constantCount))]))
      }
    }
  }

  /// The mask that the options in argument 2 describe.
  private static func mask(for network: Network, _ call: Call) throws -> Mask {
    var pruning = PruningOptions()
    let (criterion, amount, within, seed) = try call.options(2) {
      table -> (any Criterion, PruningAmount, Mask?, Int) in
      pruning.structure = try choice(table, "structure", default: pruning.structure)
      pruning.scope = try choice(table, "scope", default: pruning.scope)
      pruning.keepsBiases = try table.bool("keep_biases", default: false)
      pruning.layers = try table.optional("layers", layers) ?? .hidden
      let (rate, count) = (try table.optionalDouble("rate"), try table.optionalInt("count"))
      let chosen: any Criterion = try table.optional("criterion", criterion(reading:)) ?? MagnitudeCriterion()
      let within = try table.optionalObject("within", as: Box<Mask>.self)?.value
      let seed = try table.int("seed", default: 0)
      switch (rate, count) {
      case (let rate?, nil): return (chosen, PruningAmount.rate(rate), within, seed)
      case (nil, let count?): return (chosen, PruningAmount.count(count), within, seed)
      default: throw Misuse("expected either a rate or a count")
      }
    }
    var random = RandomSource(seed: UInt64(bitPattern: Int64(seed)))
    return try Pruner(options: pruning).mask(
      for: network, by: criterion, amount: amount, within: within, using: &random)
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ table: TableReader, _ name: String, default fallback: Choice
  ) throws -> Choice {
    let text = try table.string(name, oneOf: Choice.allCases.map(\.rawValue), default: fallback.rawValue)
    return Choice(rawValue: text) ?? fallback
  }

  private static func layers(_ call: Call) throws -> PruningOptions.Layers {
    if call.kind(1) == .table { return .some(try call.ints(1).map { $0 - 1 }) }
    return try call.string(1, oneOf: ["hidden", "all"]) == "all" ? .all : .hidden
  }

  private static func criterion(reading call: Call) throws -> any Criterion {
    if call.kind(1) == .function { return ScriptCriterion(function: try call.function(1)) }
    switch try call.string(1, oneOf: ["magnitude", "random"]) {
    case "random": return RandomCriterion()
    default: return MagnitudeCriterion()
    }
  }
}

/// A criterion that a script wrote: `function(layer, position) return scores end`.
private struct ScriptCriterion: Criterion {
  let function: LuaFunction
  var name: String { "criterion" }

  func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor {
    try function.call {
      $0.push(boxed: network.layers[index]) + $0.push(index + 1)
    } read: {
      try $0.object(1, as: Tensor.self)
    }
  }
}

extension Mask: LuaBoxable {
  /// `vnn.Mask`
  public static let luaTypeName = "vnn.Mask"
  /// The tensors.
  public var luaByteCount: Int { weights.reduce(256) { $0 + 8 * $1.count } }

  /// Registers fields and methods.
  public static func describe(_ type: LuaType<Box<Mask>>) {
    type.field("sparsity") { mask, call in call.push(mask.value.sparsity) }
    type.method("layer") { mask, call in
      call.push(mask.value.weights[try call.zeroBased(1, count: mask.value.weights.count)])
    }
    type.method("apply") { mask, call in call.push(try mask.value.apply(to: try call.object(1))) }
    type.method("both") { mask, call in call.push(boxed: try mask.value.and(try call.boxed(1))) }
    type.method("either") { mask, call in call.push(boxed: try mask.value.or(try call.boxed(1))) }
    type.text { "Mask(\($0.value.weights.count) layers, \(Int((100 * $0.value.sparsity).rounded())) % zero)" }
  }
}
