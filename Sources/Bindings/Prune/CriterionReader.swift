import Essentials
import LuaHost
import Networks
import Pruning
import Tensors

/// The options that say which criterion judges, and what it sees.
struct CriterionReader {
  /// How a script says which criterion it means.
  private enum Choice {
    case named(NamedCriterion)
    case function(LuaFunction)
    case tensors([Tensor])
  }

  private let choice: Choice
  private let sight: CriterionSight
  private let table: TableReader
  private let library: Call

  /// Asks `table` for `criterion`, what it sees, and the options of criteria; what else there is has been asked for
  /// before. `library` is the call that asks.
  init(reading table: TableReader, from library: Call) throws {
    self.table = table
    self.library = library
    choice =
      try table.optional("criterion") { try CriterionReader.choice($0, library) }
      ?? .named(NamedCriterion("magnitude", from: library))
    sight = try CriterionSight(reading: table)
    if case .named(let criterion) = choice { _ = try criterion.options(in: table) }
    // One table may serve several criteria: the options of the others are no mistakes.
    if !table.others.isEmpty {
      for name in NamedCriterion.names {
        _ = try NamedCriterion(name, from: library).options(in: table, without: table.knows)
      }
    }
  }

  private static func choice(_ call: Call, _ library: Call) throws -> Choice {
    switch call.kind(1) {
    case .function: return .function(try call.function(1))
    case .table:
      let tensors = try call.objects(1, as: Tensor.self)
      guard !tensors.isEmpty else {
        throw Misuse(
          "expected a name, a function or a list of scores, got a table without scores; "
            + "what policy.load gives is for policy.run(policy, network, { rate = … })")
      }
      return .tensors(tensors)
    default:
      let name = try call.string(1)
      guard NamedCriterion.names.contains(name) else {
        throw Misuse(
          "\(Choices.explain(name, NamedCriterion.names)); "
            + "other policies are for policy.run(name, network, { rate = … })")
      }
      return .named(try NamedCriterion(name, from: library))
    }
  }

  /// The criterion for `network`; `seed` is that of its chance.
  func criterion(for network: Network, seed: Int) throws -> any Criterion {
    switch choice {
    case .function(let function): return ScriptCriterion(function: function)
    case .tensors(let tensors): return try GivenCriterion(tensors, for: network)
    case .named(let criterion):
      try sight.check(for: criterion)
      switch criterion.name {
      case "obd":
        return try DiagonalHessianCriterion(sight.calibration(network), ofSquares: sight.isRegression(network))
      case "obs": return try surgeon(for: network)
      default:
        let context = LuaValue.table(sight.values + [("seed", .integer(seed))])
        let options = LuaValue.table(try criterion.options(in: table))
        return try criterion.scripted(for: network, context, options: options, from: library)
      }
    }
  }

  /// The criterion whose update makes up for pruned weights, whatever `criterion` says.
  func surgeon(for network: Network) throws -> SurgeonCriterion {
    let criterion = try NamedCriterion("obs", from: library)
    try sight.check(for: criterion)
    let dampening = try criterion.options(in: table).first { $0.key == "dampening" }?.value.double
    return try SurgeonCriterion(sight.calibration(network), dampening: dampening ?? .nan)
  }
}
