import Essentials
import MILP
import Networks

/// y = f(x) as columns and rows of any model, for one row of inputs x or a batch of them.
///
/// The hidden layers are `HiddenColumns`; every output is a column with bounds and a row. The inputs are variables of the
/// model, of any kind: columns read from a file, outputs of another block, fixed ones, the same one twice. Where two rows
/// of a batch have the same box they share bounds.
public final class NetworkBlock: ModelBlock {
  /// For messages, and what the names of its columns and rows begin with.
  public let name: String
  /// The network, in the model's units; a copy that never changes.
  public let network: Network
  /// The variables of the inputs, one list per row.
  public let inputs: [[Variable]]
  /// The variables of the outputs, one list per row.
  public let outputs: [[Variable]]
  /// Ranges of the preactivations, one per row.
  public let ranges: [PreactivationRanges]
  /// What was added.
  public let record: EmbeddingRecord
  /// The columns that it added, its own outputs' included.
  public let columns: [Int]
  /// The rows that it added.
  public let rows: [Int]

  let options: EmbeddingOptions
  /// The hidden layers, one per row of inputs.
  let hidden: [HiddenColumns]
  /// The bounds of the inputs' variables that all of this rests on, one box per row.
  private let boxes: [(lower: [Double], upper: [Double])]
  /// Narrower boxes that the model's rows imply, and which rows those were, if that was used.
  private let implied: (boxes: [(lower: [Double], upper: [Double])], evidence: RowEvidence)?
  /// The bounds that the block gave its own outputs; empty for outputs that were there.
  let outputBounds: [(lower: [Double], upper: [Double])]

  /// Whether the outputs' columns are the block's own.
  public var ownsOutputs: Bool { options.outputs == nil }

  /// Adds the block's columns and rows to `model`; nothing is added if it throws.
  ///
  /// - Parameter kept: variables for the outputs that the block will own, from one that this one replaces.
  init(
    _ network: Network, _ inputs: [[Variable]], _ options: EmbeddingOptions, name: String, in model: Model,
    keeping kept: NetworkBlock? = nil
  ) throws {
    let columns = try inputs.map { try $0.map { try model.column(of: $0, for: "embed") } }
    for row in inputs where row.count != network.inputCount {
      throw Misuse("embed: expected \(network.inputCount) inputs, got \(row.count) variables")
    }
    let given = try options.outputs?.map { try $0.map { try model.column(of: $0, for: "embed: outputs") } }
    if let given, given.count != inputs.count || given.contains(where: { $0.count != network.outputCount }) {
      throw Misuse(
        "embed: outputs: expected \(inputs.count) x \(network.outputCount) variables, got "
          + "\(given.count) x \(given.first?.count ?? 0)")
    }
    let own = try NetworkBlock.boxes(columns, in: model)
    let implied = try NetworkBlock.implied(inputs, options, in: model, keeping: kept)
    let boxes = implied?.boxes ?? own
    var ranges = try NetworkBlock.ranges(network, boxes, options)
    if let solver = options.rowSolver {
      for row in inputs.indices {
        ranges[row] = try RowTightening.ranges(
          ranges[row], of: network, columns[row], boxes[row], in: model, solver: solver)
      }
    }
    let before = (columns: model.columnCount, rows: model.rowCount, entries: model.entryCount)
    var record = EmbeddingRecord()
    var hidden: [HiddenColumns] = []
    var outputs: [[Variable]] = []
    var outputBounds: [(lower: [Double], upper: [Double])] = []
    try model.wholly {
      for row in inputs.indices {
        let prefix = inputs.count == 1 ? "\(name)_" : "\(name)_\(row + 1)_"
        let layers = try HiddenColumns(
          network, inputs: columns[row], lower: boxes[row].lower, upper: boxes[row].upper, ranges: ranges[row],
          formulation: options.formulation, label: { prefix + $0 + $1 }, in: model)
        record.add(layers.record)
        hidden.append(layers)
        let last = ranges[row].lower.count - 1
        let bounds = (lower: ranges[row].lower[last], upper: ranges[row].upper[last])
        let variables =
          try options.outputs?[row] ?? kept?.outputs[row]
          ?? model.addVariables(network.outputCount, prefix: prefix + "y", lower: bounds.lower, upper: bounds.upper)
        for (output, variable) in variables.enumerated() {
          var sum = ColumnSum()
          layers.add(1, layer: network.layers.count - 1, neuron: output, to: &sum, in: model)
          try sum.addRow(
            with: [(try model.column(of: variable, for: "embed"), -1)], from: 0, to: 0,
            name: "\(prefix)y\(output + 1)", in: model)
        }
        outputs.append(variables)
        if options.outputs == nil { outputBounds.append(bounds) }
      }
    }
    self.columns =
      Array(before.columns..<model.columnCount) + (try kept?.ownOutputColumns(in: model) ?? [])
    rows = Array(before.rows..<model.rowCount)
    record.columns = self.columns.count
    record.binaries = hidden.reduce(0) { $0 + $1.switches.count }
    record.rows = rows.count
    record.entries = model.entryCount - before.entries
    self.name = name
    self.network = network
    self.inputs = inputs
    self.outputs = outputs
    self.ranges = ranges
    self.record = record
    self.options = options
    self.hidden = hidden
    self.boxes = own
    self.outputBounds = outputBounds
    self.implied = implied
  }

  /// A block around hidden layers and outputs that are in the model already.
  package init(
    name: String, network: Network, hidden: HiddenColumns, inputs: [Variable], outputs: [Variable],
    ranges: PreactivationRanges, in model: Model
  ) throws {
    self.name = name
    self.network = network
    self.inputs = [inputs]
    self.outputs = [outputs]
    self.ranges = [ranges]
    record = EmbeddingRecord()
    options = EmbeddingOptions { _, _, _ in ranges }
    self.hidden = [hidden]
    boxes = try NetworkBlock.boxes([inputs.map(\.index)], in: model)
    outputBounds = []
    implied = nil
    columns = []
    rows = []
  }

  /// The binaries of undecided neurons, one list per row of inputs.
  public func switches(in model: Model) -> [[Variable]] {
    hidden.map { $0.switches.map(model.variable) }
  }

  func ownOutputColumns(in model: Model) throws -> [Int] {
    ownsOutputs ? try outputs.joined().map { try model.column(of: $0, for: "block") } : []
  }

  /// The variables' bounds.
  private static func boxes(_ columns: [[Int]], in model: Model) throws -> [(lower: [Double], upper: [Double])] {
    try columns.map { row in
      for column in row {
        let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
        guard lower.isFinite, upper.isFinite else {
          throw Misuse(
            "embed: input \(model.columnName(column)): expected a variable with finite bounds, got [\(lower), \(upper)]"
          )
        }
        guard lower <= upper else {
          throw Misuse("embed: input \(model.columnName(column)): its bounds [\(lower), \(upper)] leave no number")
        }
      }
      return (row.map { model.columnLower[$0] }, row.map { model.columnUpper[$0] })
    }
  }

  /// The boxes that the model's rows imply: found by linear programs, or those of the block that is replaced.
  private static func implied(
    _ inputs: [[Variable]], _ options: EmbeddingOptions, in model: Model, keeping kept: NetworkBlock?
  ) throws -> (boxes: [(lower: [Double], upper: [Double])], evidence: RowEvidence)? {
    if let solver = options.rowSolver {
      return (try RowTightening.boxes(inputs, in: model, solver: solver), RowEvidence(of: model))
    }
    guard let known = kept?.implied, known.evidence.holds(in: model) else { return nil }
    return known
  }

  /// One for each box; boxes that are equal are asked about once.
  private static func ranges(
    _ network: Network, _ boxes: [(lower: [Double], upper: [Double])], _ options: EmbeddingOptions
  ) throws -> [PreactivationRanges] {
    var known: [[Double]: PreactivationRanges] = [:]
    return try boxes.map { box in
      let key = box.lower + box.upper
      if let ranges = known[key] { return ranges }
      let ranges = try options.ranges(network, box.lower, box.upper)
      try ranges.check(network)
      known[key] = ranges
      return ranges
    }
  }

  /// - Throws: `Misuse` where an input's bounds are wider than when the network was embedded, or rows that its bounds came
  ///   from have changed.
  public func check(in model: Model) throws {
    for (row, box) in zip(inputs, boxes) {
      for (place, variable) in row.enumerated() {
        let column = try model.column(of: variable, for: "block \"\(name)\"")
        let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
        guard lower >= box.lower[place], upper <= box.upper[place] else {
          throw Misuse(
            "solve: block \"\(name)\": input \(model.columnName(column)) has the bounds [\(lower), \(upper)] now, wider "
              + "than [\(box.lower[place]), \(box.upper[place])] when the network was embedded: expected narrower ones, "
              + "or Block:replace(network) to embed it again")
        }
      }
    }
    if let implied, !implied.evidence.holds(in: model) {
      throw Misuse(
        "solve: block \"\(name)\": its bounds came from rows that have changed since: expected Block:replace(network)")
    }
  }
}
