import Tensors

/// Which weight of a layer is between which input and which neuron.
public enum Connections: Equatable {
  /// Each neuron reads each input, by a weight of its own.
  case dense
  /// Each neuron reads the inputs that a pattern names, by weights of its own.
  case sparse(SparsePattern)
  /// All neurons of a filter read windows of the input by the same weights.
  case convolution(Convolution)

  /// `dense`, `sparse` or `convolution`.
  public var kind: String {
    switch self {
    case .dense: "dense"
    case .sparse: "sparse"
    case .convolution: "convolution"
    }
  }

  /// How many filters a convolution has; nil for others.
  public var filterCount: Int? { if case .convolution(let convolution) = self { convolution.filters } else { nil } }
}

extension Layer {
  /// Whether a weight can be between several inputs and neurons.
  var sharesWeights: Bool {
    if case .convolution(let convolution) = connections { convolution.placeCount > 1 } else { false }
  }

  /// Calls `body` for every weight of a neuron: the input that it is for, ascending, and its place in `weight`. Weights
  /// of a dense layer are all met, zeros too; no input is met twice.
  @inlinable @inline(__always)
  public func forEachConnection(
    of neuron: Int, _ body: (_ input: Int, _ place: Int) throws -> Void
  ) rethrows {
    switch connections {
    case .dense:
      let first = neuron * inputCount
      for input in 0..<inputCount { try body(input, first + input) }
    case .sparse(let pattern):
      for entry in pattern.starts[neuron]..<pattern.starts[neuron + 1] { try body(Int(pattern.columns[entry]), entry) }
    case .convolution(let convolution):
      // Not by a function that takes `body`: what that captures stays in registers as long as it goes nowhere.
      for tap in convolution.taps(of: neuron) { try body(tap.input, tap.place) }
    }
  }

  /// The same with the weight in place of its place.
  @inlinable @inline(__always)
  public func forEachWeight(
    of neuron: Int, _ body: (_ input: Int, _ weight: Double) throws -> Void
  ) rethrows {
    let values = weight.base
    defer { withExtendedLifetime(weight) {} }
    guard case .dense = connections else { return try forEachConnection(of: neuron) { try body($0, values[$1]) } }
    let row = values + neuron * inputCount
    for input in 0..<inputCount { try body(input, row[input]) }
  }

  /// The weights of a neuron, one for each input.
  public func row(_ neuron: Int) -> [Double] {
    var row = [Double](repeating: 0, count: inputCount)
    row.withUnsafeMutableBufferPointer { row in forEachWeight(of: neuron) { row[$0] = $1 } }
    return row
  }

  /// How many weights a neuron has, zeros of dense layers included.
  public func connectionCount(of neuron: Int) -> Int {
    switch connections {
    case .dense: return inputCount
    case .sparse(let pattern): return pattern.starts[neuron + 1] - pattern.starts[neuron]
    case .convolution:
      var count = 0
      forEachConnection(of: neuron) { _, _ in count += 1 }
      return count
    }
  }

  /// The matrix W without its zeros.
  public var matrix: SparseMatrix {
    var matrix = SparseMatrix(columnCount: inputCount)
    for neuron in 0..<outputCount {
      forEachWeight(of: neuron) { input, weight in if weight != 0 { matrix.append(input, weight) } }
      matrix.endRow()
    }
    return matrix
  }
}
