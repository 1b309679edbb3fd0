import Embedding
import Essentials
import MILP
import Networks

/// A network over a region as a mixed-integer linear model: the paper's (1)–(8).
///
/// The region's inputs, the hidden layers as `HiddenColumns` has them, and the margin. What terms that were left out
/// could contribute is added to the margin, so that the model's optimum is never below the network's.
///
/// The objective is to maximise the column `margin`, y_target - y_class, unless the options ask for
/// something else. For any other class it is the largest of these differences: a binary per rival chooses the one that
/// counts. The problem's constraints are rows.
public final class Encoding {
  /// The model. Scripts may add to it; the encoding's own columns come first.
  public let model: Model
  /// The columns of x, one per input.
  public let inputs: [Variable]
  /// The columns of the outputs, if they were asked for; empty otherwise.
  public internal(set) var outputs: [Variable] = []
  /// The column of the margin; nil where admissibility is asked for.
  public internal(set) var margin: Variable?
  /// The binaries of the undecided neurons, layer by layer.
  public let switches: [Variable]
  /// What was added.
  public internal(set) var record = EncodingRecord()
  /// Region, classes and constraints.
  public let problem: Problem
  /// The embedded network, a copy of what was given.
  public let network: Network

  let hidden: HiddenColumns
  /// What is added to the margin so that its maximum is still never below the network's.
  var marginSlack = 0.0
  var regionColumns: [RegionColumn] = []
  /// The column of the distance from x0 where that is minimised.
  public internal(set) var distance: Variable?
  /// The column of the constraints' excess where that is minimised.
  var excess: Variable?
  /// What the model is asked for.
  public let objective: EncodingObjective
  /// What the model looked like when it was made; a proof must be about that model.
  private(set) var revision = 0
  /// One per rival of an any-other-class problem, in the order of `rivals`; empty with a single rival.
  var selectors: [Variable] = []
  var rivals: [Int] = []
  var region: any InputRegion { problem.region }

  /// The model of a verification problem.
  ///
  /// - Parameters:
  ///   - network: the network to embed, dense or pruned.
  ///   - problem: region, class and target.
  ///   - bounds: preactivation bounds of this network over the problem's region; backward linear ones by default.
  /// - Throws: `Misuse` when network, problem and bounds do not fit.
  public init(
    _ network: Network, problem: Problem, bounds: PreactivationBounds? = nil,
    options: EncodingOptions = EncodingOptions()
  ) throws {
    try problem.check(network)
    let bounds = try bounds ?? PreactivationBounds.backwardLinear(network, over: problem.region)
    try bounds.check(network)
    objective = options.objective
    guard options.threshold.isFinite else {
      throw Misuse("encoding: expected a finite threshold, got \(options.threshold)")
    }
    // A copy: a script that changes its network later must not change what this model means.
    self.network = try network.copy()
    self.problem = problem
    let region = problem.region
    model = Model(name: "verification")
    inputs = try model.addVariables(region.inputCount, prefix: "input", lower: region.lower, upper: region.upper)
    if objective == .distance {
      distance = try model.addVariable(name: "distance", lower: 0, upper: region.epsilon)
    }
    regionColumns = try region.constrain(model, inputs, distance: distance)
    record.regionColumns = regionColumns.count
    record.regionRows = model.rowCount

    let rivals = problem.rivals(outputCount: network.outputCount)
    var wanted = objective == .admissibility ? [] : Set(rivals + [problem.classIndex])
    for constraint in problem.constraints {
      wanted.formUnion(constraint.outputs.indices.filter { constraint.outputs[$0] != 0 })
    }
    if options.encodesOutputs { wanted = Set(0..<network.outputCount) }
    let workspace = SupportWorkspace(inputCount: region.inputCount)
    let ranges = bounds.ranges
    hidden = try HiddenColumns(
      self.network, inputs: inputs.map(\.index), lower: region.lower, upper: region.upper, ranges: ranges,
      outputs: wanted, formulation: options.formulation, label: { $0 + $1 },
      support: { coefficients in
        coefficients.withUnsafeBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return .infinity }
          return region.support(base, maximizer: nil, workspace: workspace).upperBound
        }
      }, in: model)
    switches = hidden.switches.map { [model] in Variable(index: $0, modelIdentity: model.identity) }
    record.layers = hidden.record
    if options.encodesOutputs {
      try addOutputs(bounds.outputs)
      // So that every solution is held against the network itself.
      model.add(
        try NetworkBlock(
          name: "network", network: self.network, hidden: hidden, inputs: inputs, outputs: outputs, ranges: ranges,
          in: model))
    }
    let outputRounding = OutputRounding(network, over: region, bounds)
    if objective != .admissibility {
      try addMargin(rivals: rivals, bounds: bounds)
      record.rounding = rivals.reduce(0) {
        max($0, outputRounding.error(of: problem.marginWeights(rival: $1, outputCount: network.outputCount)))
      }
    }
    try addConstraints(bounds: bounds, outputRounding)
    try setObjective(options)
    record.outputs = outputs.count
    record.columns = model.columnCount
    record.rows = model.rowCount
    record.entries = model.entryCount
    record.binaries = model.kinds.reduce(0) { $0 + ($1 == .binary ? 1 : 0) }
    revision = model.revision
  }
}
