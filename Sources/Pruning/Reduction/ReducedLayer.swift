import Essentials
import Networks
import Tensors

/// A layer that loses neurons: plain rows that can be dropped, replaced and folded.
struct ReducedLayer {
  /// Shifted neurons stay this far above zero, relative to their shift, so that rounding cannot switch them off.
  private static let clearance = 1e-9
  /// Weights count as dependent when what is left of them is this small, and if no coefficient is large.
  private static let dependence = 1e-12
  private static let largestCoefficient = 1e3

  private var rows: [[Double]]
  private var biases: [Double]
  /// What the layer reads; kept because a layer may have no rows.
  private var width: Int
  private(set) var lower: [Double]
  private(set) var upper: [Double]
  private var isRectified: [Bool]
  private let wasDense: Bool

  init(_ layer: Layer, lower: [Double], upper: [Double]) {
    rows = (0..<layer.outputCount).map(layer.row)
    biases = layer.biases
    width = layer.inputCount
    self.lower = lower
    self.upper = upper
    isRectified = (0..<layer.outputCount).map(layer.rectified.contains)
    wasDense = layer.connections == .dense
  }

  var count: Int { rows.count }

  /// Whether a neuron never fires.
  func isInactive(_ neuron: Int) -> Bool { isRectified[neuron] && upper[neuron] <= 0 }

  /// Whether a neuron always fires, or has no ReLU.
  func isLinear(_ neuron: Int) -> Bool { !isRectified[neuron] || lower[neuron] >= 0 }

  /// Bounds of the outputs.
  var outputs: (lower: [Double], upper: [Double]) {
    func outputs(_ bounds: [Double]) -> [Double] {
      bounds.indices.map { isRectified[$0] ? max(bounds[$0], 0) : bounds[$0] }
    }
    return (outputs(lower), outputs(upper))
  }

  func layer() throws -> Layer {
    let numbers = rows.flatMap { $0 }
    let rectified = NeuronSet(isRectified)
    guard !wasDense else {
      return try Layer(weight: Tensor(numbers, shape: [rows.count, width]), bias: Tensor(biases), rectified: rectified)
    }
    return try Layer(
      try Layer(weight: Tensor(numbers, shape: [rows.count, width]), bias: Tensor(biases)).matrix, bias: biases,
      rectified: rectified)
  }

  mutating func keep(rows kept: [Int]) {
    guard kept.count < rows.count else { return }
    rows = kept.map { rows[$0] }
    biases = kept.map { biases[$0] }
    lower = kept.map { lower[$0] }
    upper = kept.map { upper[$0] }
    isRectified = kept.map { isRectified[$0] }
  }

  mutating func keep(columns kept: [Int]) {
    guard kept.count < width else { return }
    rows = rows.map { row in kept.map { row[$0] } }
    width = kept.count
  }

  /// Makes this layer read what `before`, a layer without ReLU, reads.
  mutating func fold(_ before: ReducedLayer) {
    for index in rows.indices {
      let (row, bias) = before.combination(rows[index], of: before.rows.indices)
      rows[index] = row
      biases[index] += bias
    }
    width = before.width
  }

  /// The linear function that `coefficients` make of the preactivations of `neurons`.
  private func combination(
    _ coefficients: [Double], of neurons: some Collection<Int>
  ) -> (row: [Double], bias: Double) {
    var row = [Double](repeating: 0, count: width)
    var bias = 0.0
    for neuron in neurons where coefficients[neuron] != 0 {
      let coefficient = coefficients[neuron]
      for column in row.indices { row[column] += coefficient * rows[neuron][column] }
      bias += coefficient * biases[neuron]
    }
    return (row, bias)
  }

  /// Replaces the linear neurons of `layer` by fewer where that is possible; returns how many fewer.
  ///
  /// - Parameter inputs: bounds of what `layer` reads.
  static func merge(
    _ layer: inout ReducedLayer, into next: inout ReducedLayer, inputs: (lower: [Double], upper: [Double])
  ) -> Int {
    let active = layer.lower.indices.filter(layer.isLinear)
    guard active.count > 1 else { return 0 }
    let dependent = layer.dependencies(among: active)
    let readers = next.rows.indices.filter { output in active.contains { next.rows[output][$0] != 0 } }
    if min(readers.count, active.count - dependent.count) == active.count { return 0 }
    if readers.count < active.count - dependent.count {
      layer.replace(active, by: readers, of: &next, inputs: inputs)
      return active.count - readers.count
    }
    for (neuron, combination) in dependent {
      var constant = layer.biases[neuron]
      for (other, coefficient) in combination { constant -= coefficient * layer.biases[other] }
      for output in next.rows.indices where next.rows[output][neuron] != 0 {
        let weight = next.rows[output][neuron]
        for (other, coefficient) in combination { next.rows[output][other] += weight * coefficient }
        next.biases[output] += weight * constant
      }
    }
    let gone = Set(dependent.map(\.neuron))
    let kept = layer.rows.indices.filter { !gone.contains($0) }
    layer.keep(rows: kept)
    next.keep(columns: kept)
    return dependent.count
  }

  /// Gives each reader one neuron of its own in place of the linear ones: the linear function that it made of them,
  /// without a ReLU where one of them has none, and otherwise shifted to be never negative.
  private mutating func replace(
    _ active: [Int], by readers: [Int], of next: inout ReducedLayer, inputs: (lower: [Double], upper: [Double])
  ) {
    let others = rows.indices.filter { !isLinear($0) }
    let passes = active.contains { !isRectified[$0] }
    let functions = readers.map { combination(next.rows[$0], of: active) }
    keep(rows: others)
    next.keep(columns: others)
    for (reader, function) in zip(readers, functions) {
      var (least, most, magnitude) = (0.0, 0.0, 0.0)
      for (column, weight) in function.row.enumerated() {
        let (a, b) = (weight * inputs.lower[column], weight * inputs.upper[column])
        least += min(a, b)
        most += max(a, b)
        magnitude += max(abs(a), abs(b))
      }
      let clearance = ReducedLayer.clearance * (1 + magnitude)
      let shift = passes ? function.bias : clearance - least
      rows.append(function.row)
      biases.append(shift)
      lower.append(passes ? least + shift - clearance : 0)
      upper.append(most + shift + clearance)
      isRectified.append(!passes)
      for output in next.rows.indices { next.rows[output].append(output == reader ? 1 : 0) }
      next.width += 1
      next.biases[reader] += function.bias - shift
    }
  }

  /// Those of `neurons` whose weights are a combination of the weights of others, which are none of those returned.
  private func dependencies(among neurons: [Int]) -> [(neuron: Int, combination: [(Int, Double)])] {
    var basis: [(neuron: Int, direction: [Double], inRows: [Double])] = []
    var result: [(neuron: Int, combination: [(Int, Double)])] = []
    for neuron in neurons {
      var rest = rows[neuron]
      let norm = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // What is subtracted, in terms of the rows of the basis. Twice is enough (Parlett, section 6.9).
      var inRows = [Double](repeating: 0, count: basis.count)
      for _ in 0..<2 {
        for (_, direction, combination) in basis {
          let share = zip(rest, direction).reduce(0) { $0 + $1.0 * $1.1 }
          for column in rest.indices { rest[column] -= share * direction[column] }
          for position in combination.indices { inRows[position] += share * combination[position] }
        }
      }
      let left = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if left <= ReducedLayer.dependence * norm {
        guard inRows.allSatisfy({ abs($0) <= ReducedLayer.largestCoefficient }) else { continue }
        result.append((neuron, zip(basis, inRows).map { ($0.neuron, $1) }))
      } else {
        basis.append((neuron, rest.map { $0 / left }, inRows.map { -$0 / left } + [1 / left]))
      }
    }
    return result
  }
}
