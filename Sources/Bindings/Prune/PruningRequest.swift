import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

/// What a script asks `prune.mask`, `prune.apply` or `prune.scores` for.
struct PruningRequest {
  /// Which rules `protocol` stands for.
  enum Rules: String, CaseIterable {
    /// The defaults: one round, hidden layers, biases of removed neurons removed.
    case strict
    /// What the paper's public code does.
    case published
  }

  /// The quirks of the paper's published runs: five geometric rounds, the output layer included, biases left behind.
  static let published: (rounds: Int, layers: PruningOptions.Layers, keepsBiases: Bool) = (5, .all, true)

  var options = PruningOptions()
  let criterion: any Criterion
  /// Whether to say that a layer has lost all its weights.
  let warns: Bool
  private let amount: PruningAmount
  private let rounds: Int
  private let within: Mask?

  /// Reads the options in argument 2.
  init(reading call: Call, for network: Network, needsAmount: Bool = true) throws {
    var options = PruningOptions()
    let (amount, rounds, within, warns, chosen) = try call.options(2) {
      table -> (PruningAmount, Int, Mask?, Bool, any Criterion) in
      let isPublished = try PruningRequest.choice(table, "protocol", default: Rules.strict) == .published
      options.structure = try PruningRequest.choice(table, "structure", default: options.structure)
      let scope = try table.optional("scope") { try PruningRequest.choice($0, PruningOptions.Scope.self) }
      options.keepsBiases = try table.bool("keep_biases", default: isPublished && Self.published.keepsBiases)
      options.layers =
        try table.optional("layers", PruningRequest.layers) ?? (isPublished ? Self.published.layers : .hidden)
      let (rate, count) = (try table.optionalDouble("rate"), try table.optionalInt("count"))
      let rounds = try table.int("rounds", default: isPublished && count == nil ? Self.published.rounds : 1)
      let within = try table.optionalObject("within", as: Box<Mask>.self)?.value
      let seed = try table.int("seed", default: 0)
      let warns = try table.bool("warn", default: true)
      let chosen = try CriterionReader(reading: table, from: call).criterion(for: network, seed: seed)
      options.scope = scope ?? (options.structure == .structured ? .layerwise : chosen.usualScope)
      let amount: PruningAmount
      switch (rate, count) {
      case (let rate?, nil): amount = .rate(rate)
      case (nil, let count?):
        guard rounds == 1 else { throw Misuse("rounds: a count is removed in one round; give a rate") }
        amount = .count(count)
      default:
        if needsAmount {
          // A name that is misspelt says more.
          try table.rejectOthers()
          throw Misuse("expected either a rate or a count")
        }
        amount = .count(0)
      }
      return (amount, rounds, within, warns, chosen)
    }
    criterion = chosen
    self.options = options
    self.amount = amount
    self.rounds = rounds
    self.within = within
    self.warns = warns
  }

  /// The mask that is asked for.
  func mask(for network: Network) throws -> Mask {
    let pruner = Pruner(options: options)
    guard case .rate(let rate) = amount else {
      return try pruner.mask(for: network, by: criterion, amount: amount, within: within)
    }
    return try pruner.mask(for: network, by: criterion, rate: rate, rounds: rounds, within: within)
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ table: TableReader, _ name: String, default fallback: Choice
  ) throws -> Choice {
    try table.optional(name) { try choice($0, Choice.self) } ?? fallback
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ call: Call, _ type: Choice.Type
  ) throws -> Choice {
    let names = Choice.allCases.map(\.rawValue)
    guard let choice = Choice(rawValue: try call.string(1, oneOf: names)) else {
      throw call.mismatch(1, expected: names.joined(separator: ", "))
    }
    return choice
  }

  private static func layers(_ call: Call) throws -> PruningOptions.Layers {
    if call.kind(1) == .table { return .some(try call.zeroBasedInts(1)) }
    return try call.string(1, oneOf: ["hidden", "all"]) == "all" ? .all : .hidden
  }
}
