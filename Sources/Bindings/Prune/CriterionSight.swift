import Essentials
import LuaHost
import Networks
import Pruning
import Tensors
import Verification

/// The options that say what a criterion sees besides the network.
struct CriterionSight {
  /// What a criterion cannot do without.
  enum Need: String {
    case data, labels, bounds
  }

  private let data: Dataset?
  private let batch: Tensor?
  private let labels: [Int]?
  private let targets: Tensor?
  private let sampleCount: Int
  private let bounds: NetworkBounds?

  /// Asks `table` for `data`, `batch`, `labels`, `targets`, `samples` and `bounds`.
  init(reading table: TableReader) throws {
    data = try table.optionalObject("data", as: Dataset.self)
    batch = try table.optionalObject("batch", as: Tensor.self)
    labels = try table.optional("labels") { try $0.zeroBasedInts(1) }
    targets = try table.optionalObject("targets", as: Tensor.self)
    sampleCount = try table.int("samples", default: 512)
    bounds = try table.optionalObject("bounds", as: NetworkBounds.self)
    guard sampleCount >= 1 else { throw Misuse("samples: expected at least 1, got \(sampleCount)") }
    guard data == nil || batch == nil else { throw Misuse("expected either data or a batch, got both") }
    guard labels == nil || targets == nil else { throw Misuse("expected either labels or targets, got both") }
  }

  /// Checks that what `criterion` needs is there.
  ///
  /// - Throws: `Misuse` that says what is missing.
  func check(for criterion: NamedCriterion) throws {
    func demand(_ isThere: Bool, _ what: String) throws {
      guard isThere else { throw Misuse("the criterion \"\(criterion.name)\" needs \(what)") }
    }
    switch criterion.need {
    case nil: return
    case .bounds: return try demand(bounds != nil, "bounds (verify.bounds(network, problem))")
    case .data: try demand(data != nil || batch != nil, "data (a data set) or a batch")
    case .labels:
      try demand(
        data != nil || batch != nil && (labels != nil || targets != nil),
        "data (a data set), or a batch and its labels or targets")
    }
    if let data, data.count == 0 { throw Misuse("data: the data set \(data.name) \(data.split) is empty") }
  }

  /// The data pass.
  ///
  /// - Throws: `Misuse` where there is neither data nor a batch, and when the batch does not fit.
  func calibration(_ network: Network) throws -> Calibration {
    guard let batch = try batch ?? data?.images(0..<min(sampleCount, data?.count ?? 0)) else {
      throw Misuse("expected data or a batch")
    }
    return try Calibration(network, batch: batch)
  }

  /// Whether the outputs of `network` are judged by squared errors: there are real targets, or no two classes.
  func isRegression(_ network: Network) -> Bool {
    if case .numbers? = data?.targets { return true }
    return targets != nil || network.outputCount == 1
  }

  /// What is there, by the names of the options, for a criterion that is written in Lua.
  var values: [(key: String, value: LuaValue)] {
    let there: [(key: String, value: LuaValue?)] = [
      ("data", data.map { .object($0) }), ("batch", batch.map { .object($0) }), ("samples", .integer(sampleCount)),
      ("labels", labels.map { .array($0.map { .integer($0 + 1) }) }), ("targets", targets.map { .object($0) }),
      ("bounds", bounds.map { .object($0) }),
    ]
    return there.compactMap { name, value in value.map { (name, $0) } }
  }
}
