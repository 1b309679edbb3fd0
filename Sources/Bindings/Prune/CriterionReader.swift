import Essentials
import LuaHost
import Networks
import Pruning
import Tensors
import Verification

/// The options that say which criterion judges, and what it sees.
struct CriterionReader {
  /// How a script names a criterion.
  private enum Choice {
    case named(CriterionName)
    case function(LuaFunction)
    case tensors([Tensor])
  }

  private let choice: Choice
  private let data: Dataset?
  private let batch: Tensor?
  private let labels: [Int]?
  private let sampleCount: Int
  private let bounds: NetworkBounds?
  private let dampening: Double
  private let order: IntervalWidthCriterion.Order

  /// Asks `table` for `criterion`, `data`, `batch`, `labels`, `samples`, `bounds`, `dampening` and `order`.
  init(reading table: TableReader) throws {
    choice = try table.optional("criterion", CriterionReader.choice) ?? .named(.magnitude)
    data = try table.optionalObject("data", as: Dataset.self)
    batch = try table.optionalObject("batch", as: Tensor.self)
    labels = try table.optional("labels") { try $0.zeroBasedInts(1) }
    sampleCount = try table.int("samples", default: 512)
    bounds = try table.optionalObject("bounds", as: NetworkBounds.self)
    dampening = try table.double("dampening", default: 1e-3)
    order = try PruningRequest.choice(table, "order", default: .wide)
    guard sampleCount >= 1 else { throw Misuse("samples: expected at least 1, got \(sampleCount)") }
    guard data == nil || batch == nil else { throw Misuse("expected either data or a batch, got both") }
  }

  private static func choice(_ call: Call) throws -> Choice {
    switch call.kind(1) {
    case .function: return .function(try call.function(1))
    case .table:
      let tensors = try call.objects(1, as: Tensor.self)
      guard !tensors.isEmpty else {
        throw Misuse(
          "criterion: expected a name, a function or a list of scores, got a table without scores; "
            + "what policy.load gives is for policy.run(policy, network, { rate = … })")
      }
      return .tensors(tensors)
    default: return .named(try PruningRequest.choice(call, CriterionName.self))
    }
  }

  /// The criterion for `network`.
  func criterion(for network: Network) throws -> any Criterion {
    switch choice {
    case .function(let function): return ScriptCriterion(function: function)
    case .tensors(let tensors): return try GivenCriterion(tensors, for: network)
    case .named(let name): return name.needsData ? try dataDriven(name, network) : try problemDriven(name, network)
    }
  }

  /// The criterion whose update makes up for pruned weights, whatever `criterion` says.
  func surgeon(for network: Network) throws -> SurgeonCriterion {
    try SurgeonCriterion(try calibration(.obs, network), dampening: dampening)
  }

  private func dataDriven(_ name: CriterionName, _ network: Network) throws -> any Criterion {
    let calibration = try calibration(name, network)
    switch name {
    case .wanda: return ActivationCriterion(calibration)
    case .obd: return try DiagonalHessianCriterion(calibration)
    case .obs: return try SurgeonCriterion(calibration, dampening: dampening)
    default:
      return GradientCriterion(gradients: try calibration.gradients(), rule: name == .taylor ? .taylor : .connection)
    }
  }

  private func problemDriven(_ name: CriterionName, _ network: Network) throws -> any Criterion {
    switch name {
    case .random: return RandomCriterion()
    case .boundAware: return BoundCriterion(try ranges(name, network))
    case .intervalWidth: return IntervalWidthCriterion(try ranges(name, network), order: order)
    case .stability: return StabilityCriterion(try ranges(name, network))
    case .marginAware:
      let ranges = try ranges(name, network)
      guard let problem = bounds?.finding.question.problem else { throw missing(name, "bounds") }
      return try MarginCriterion(
        ranges, class: problem.classIndex, rivals: problem.rivals(outputCount: network.outputCount),
        outputCount: network.outputCount)
    default: return MagnitudeCriterion()
    }
  }

  private func calibration(_ name: CriterionName, _ network: Network) throws -> Calibration {
    if let batch { return try Calibration(network, batch: batch, labels: labels) }
    guard let data else { throw missing(name, "data (a data set) or a batch") }
    guard data.count > 0 else { throw Misuse("data: the data set \(data.name) \(data.split) is empty") }
    let count = min(sampleCount, data.count)
    return try Calibration(network, batch: try data.images(0..<count), labels: Array(data.labels[..<count]))
  }

  private func ranges(_ name: CriterionName, _ network: Network) throws -> RegionRanges {
    guard let bounds else { throw missing(name, "bounds (verify.bounds(network, problem))") }
    return try bounds.ranges(for: network)
  }

  private func missing(_ name: CriterionName, _ what: String) -> Misuse {
    Misuse("the criterion \"\(name.rawValue)\" needs \(what)")
  }
}
