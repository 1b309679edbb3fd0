import Essentials
import MILP
import Networks

/// The hidden layers of a network, at one row of inputs, as columns and rows of a model.
///
/// What is decided is dropped: stably inactive neurons vanish, stably active ones are affine rows, zero weights make no
/// entries, constant neurons are folded into the biases, and neurons that feed nothing cost nothing. Passed ones are
/// written out where they are read, or are affine rows where that takes fewer entries: a value that is carried through
/// many layers costs no more than its nonzeros. Terms too small to matter are left out too, soundly; see
/// `ColumnSum.negligibleContribution`.
package final class HiddenColumns {
  /// An upper bound of the sum of coefficients times inputs, where more is known of the inputs than their ranges.
  package typealias Support = (_ coefficients: [Double]) -> Double

  /// The network, which must not change any more.
  let network: Network
  /// The inputs' columns and their ranges.
  let inputs: [Int]
  let lower: [Double]
  let upper: [Double]
  private var forms: [[NeuronForm]] = []
  /// By how much each neuron's column can differ from the network, from leaving out negligible terms.
  private var errors: [[Double]] = []
  /// What became of the neurons of each layer.
  package private(set) var record: [EmbeddingRecord.Layer] = []

  /// Adds all hidden layers.
  ///
  /// - Parameters:
  ///   - inputs: a column for each input, and its range.
  ///   - outputs: the outputs that are wanted; all by default.
  ///   - label: what a column or a row is named, of what it is and of its layer and neuron, such as "output" and "1_3".
  package init(
    _ network: Network, inputs: [Int], lower: [Double], upper: [Double], ranges: PreactivationRanges,
    outputs: Set<Int>? = nil, formulation: Formulation, label: @escaping (String, String) -> String,
    support: Support? = nil, in model: Model
  ) throws {
    self.network = network
    self.inputs = inputs
    self.lower = lower
    self.upper = upper
    let readers = HiddenColumns.readers(network, ranges, outputs: outputs ?? Set(0..<network.outputCount))
    for index in network.layers.indices.dropLast() {
      try addLayer(index, ranges, readers: readers[index], formulation, label, support, model)
    }
  }

  /// The columns of the undecided neurons' binaries, layer by layer.
  package var switches: [Int] {
    forms.joined().compactMap { if case .undecided(let neuron) = $0 { neuron.activity } else { nil } }
  }

  /// For each layer, how many neurons read the neuron through nonzero weights, of those that are not stably inactive and
  /// that a wanted output depends on; a wanted output is read once.
  private static func readers(
    _ network: Network, _ ranges: PreactivationRanges, outputs: Set<Int>
  ) -> [[Int]] {
    var readers = network.layers.map { [Int](repeating: 0, count: $0.outputCount) }
    for output in outputs { readers[network.layers.count - 1][output] = 1 }
    for index in network.layers.indices.dropFirst().reversed() {
      let layer = network.layers[index]
      for neuron in 0..<layer.outputCount where readers[index][neuron] > 0 {
        let (lower, upper) = (ranges.lower[index][neuron], ranges.upper[index][neuron])
        guard layer.stability(of: neuron, lower: lower, upper: upper) != .inactive else { continue }
        layer.forEachWeight(of: neuron) { input, weight in if weight != 0 { readers[index - 1][input] += 1 } }
      }
    }
    return readers
  }

  /// Adds `factor` · (weights · inputs of the layer + bias) to `sum`, with everything decided folded into the constant.
  package func add(_ factor: Double, layer index: Int, neuron: Int, to sum: inout ColumnSum, in model: Model) {
    let layer = network.layers[index]
    sum.constant += factor * layer.bias(of: neuron)
    var carried: [(factor: Double, function: ColumnSum)] = []
    layer.forEachWeight(of: neuron) { input, weight in
      guard weight != 0 else { return }
      let coefficient = factor * weight
      guard index > 0 else {
        return sum.add(coefficient, column: inputs[input], lower: lower[input], upper: upper[input], error: 0)
      }
      switch forms[index - 1][input] {
      case .unused, .inactive: break
      case .constant(let value): sum.constant += coefficient * value
      case .carried(let function): carried.append((coefficient, function))
      case .active(let output): add(output)
      case .undecided(let neuron): add(neuron.output)
      }
      func add(_ output: Int) {
        sum.add(
          coefficient, column: output, lower: model.columnLower[output], upper: model.columnUpper[output],
          error: errors[index - 1][input])
      }
    }
    if !carried.isEmpty { sum.add(carried, in: model) }
  }

  /// The outputs' columns first, then what the formulation adds, neuron by neuron.
  private func addLayer(
    _ index: Int, _ ranges: PreactivationRanges, readers: [Int], _ formulation: Formulation,
    _ label: @escaping (String, String) -> String, _ support: Support?, _ model: Model
  ) throws {
    var record = EmbeddingRecord.Layer()
    let entriesBefore = model.entryCount
    var forms: [NeuronForm] = []
    var errors = [Double](repeating: 0, count: readers.count)
    let layer = network.layers[index]
    for neuron in readers.indices {
      guard readers[neuron] > 0 else {
        forms.append(.unused)
        record.unused += 1
        continue
      }
      let (least, most) = (ranges.lower[index][neuron], ranges.upper[index][neuron])
      let stability = layer.stability(of: neuron, lower: least, upper: most)
      guard stability != .inactive else {
        forms.append(.inactive)
        record.inactive += 1
        continue
      }
      var sum = ColumnSum()
      add(1, layer: index, neuron: neuron, to: &sum, in: model)
      errors[neuron] = sum.error
      if sum.indices.isEmpty, sum.error == 0 {
        let isRectified = layer.rectified.contains(neuron)
        forms.append(.constant(isRectified ? max(sum.constant, 0) : sum.constant))
        record.constant += 1
        continue
      }
      if !layer.rectified.contains(neuron), HiddenColumns.isCarried(terms: sum.indices.count, readers: readers[neuron])
      {
        forms.append(.carried(sum))
        record.carried += 1
        continue
      }
      let name = { (what: String) in label(what, "\(index + 1)_\(neuron + 1)") }
      let isActive = stability == .active
      let lower = least - sum.error
      let upper = most + sum.error
      try HiddenColumns.checkRange(isActive ? lower : 0, upper)
      let output = try model.addVariable(name: name("output"), lower: isActive ? lower : 0, upper: upper).index
      if isActive {
        try sum.addRow(with: [(output, -1)], from: 0, to: 0, name: name("affine"), in: model)
        forms.append(.active(output: output))
        record.active += 1
      } else {
        let request = NeuronRequest(
          preactivation: sum, lower: lower, upper: upper, output: output, label: name,
          range: { [self] in range($0, $1, model, index == 0 ? support : nil) })
        forms.append(.undecided(try formulation.encode(request, model)))
        record.unstable += 1
      }
    }
    record.entries = model.entryCount - entriesBefore
    self.forms.append(forms)
    self.errors.append(errors)
    self.record.append(record)
  }

  /// - Throws: `OutsideFailure` where all numbers of a range are what a model takes for infinite.
  package static func checkRange(_ lower: Double, _ upper: Double) throws {
    guard lower < Model.infinity, upper > -Model.infinity else {
      throw OutsideFailure("the network's numbers are beyond \(Model.infinity), which solvers take for infinite")
    }
  }

  /// Whether a function of so many terms makes no more entries in the rows of its readers than as a column of its own,
  /// with a row of its own and one entry for each reader.
  private static func isCarried(terms: Int, readers: Int) -> Bool { terms * readers <= terms + 1 + readers }

  /// Bounds of a sum of columns, rounded outward: over what is known of the inputs for the first layer, over the columns'
  /// ranges above.
  private func range(
    _ indices: [Int32], _ values: [Double], _ model: Model, _ support: Support?
  ) -> (Double, Double) {
    var low = 0.0
    var high = 0.0
    var magnitude = 0.0
    for (column, value) in zip(indices, values) {
      let a = value * model.columnLower[Int(column)]
      let b = value * model.columnUpper[Int(column)]
      low += min(a, b)
      high += max(a, b)
      magnitude += max(abs(a), abs(b))
    }
    let error = Rounding.error(terms: indices.count + 4, size: magnitude)
    // Sums of nothing but zeros are exact.
    func isOneSided(_ sign: Double) -> Bool {
      zip(indices, values).allSatisfy { column, value in
        value * sign >= 0 ? model.columnLower[Int(column)] >= 0 : model.columnUpper[Int(column)] <= 0
      }
    }
    low = low == 0 && isOneSided(1) ? 0 : (low - error).nextDown
    high = high == 0 && isOneSided(-1) ? 0 : (high + error).nextUp
    guard let support else { return (low, high) }
    var coefficients = [Double](repeating: 0, count: inputs.count)
    let places = Dictionary(zip(inputs, inputs.indices), uniquingKeysWith: { first, _ in first })
    for (column, value) in zip(indices, values) { if let place = places[Int(column)] { coefficients[place] += value } }
    return (max(low, -support(coefficients.map { -$0 })), min(high, support(coefficients)))
  }

  /// Writes the columns of all hidden neurons into `point`, given the network's preactivations there. Constants that were
  /// folded come out of the same forward pass, so only what has columns is written.
  package func complete(_ preactivations: [[Double]], _ point: inout [Double]) {
    for (layerForms, values) in zip(forms, preactivations) {
      for (form, preactivation) in zip(layerForms, values) {
        switch form {
        case .unused, .inactive, .constant, .carried: break
        case .active(let output): point[output] = preactivation
        case .undecided(let neuron): neuron.complete(preactivation, &point)
        }
      }
    }
  }
}
