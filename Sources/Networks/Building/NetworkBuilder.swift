import Essentials

/// Makes a `Network` of whatever is piecewise linear: residual connections, parallel branches, several networks side by
/// side, maxima.
///
/// Values are affine functions of sources, which are the inputs and the neurons made so far. Affine operations on them are
/// free; `rectify` makes neurons; `network(outputs:)` lays all that the outputs depend on out in layers. A value that is
/// read layers later is passed on by neurons without ReLU: either the sources, or the sums that are read, whichever are
/// fewer. An affine map that would have more entries composed than apart stays apart.
///
///     var builder = NetworkBuilder(inputCount: 2)
///     let x = builder.inputs
///     let hidden = builder.rectify(try builder.product(weights, x).adding(biases))
///     let network = try builder.network(outputs: x + hidden)
///
/// A builder is a value: a copy goes its own way.
public struct NetworkBuilder: Sendable {
  /// Neurons that were made together, and lie in one layer.
  struct Block: Sendable {
    /// The sources that they are.
    let sources: Range<Int>
    /// The hidden layer that they are in, from 1.
    let depth: Int
    /// Their preactivations.
    let values: AffineValues
    /// Whether they have ReLUs.
    let isRectified: Bool
  }

  /// The number of inputs.
  public let inputCount: Int
  /// Whether every neuron stays, one that is constant, never negative or not read too, so that layers are what was asked
  /// for.
  let keepsAll: Bool
  /// In the order in which they were made: each depends on those before it only.
  private(set) var blocks: [Block] = []
  /// The layer of every source, 0 for inputs.
  private(set) var depths: [Int32]
  /// Whether a source is known never to be negative.
  private var isNonnegative: [Bool]

  /// A builder of networks of so many inputs, at least one.
  ///
  /// - Parameter keepsAll: whether each `rectify` is a layer as it is, of one that knows the layer before alone: for
  ///   chains, whose pruned copies have to keep their widths.
  public init(inputCount: Int, keepsAll: Bool = false) {
    precondition(inputCount > 0)
    self.inputCount = inputCount
    self.keepsAll = keepsAll
    depths = [Int32](repeating: 0, count: inputCount)
    isNonnegative = [Bool](repeating: false, count: inputCount)
  }

  /// The inputs.
  public var inputs: AffineValues { values(of: 0..<inputCount) }

  private func values(of sources: Range<Int>) -> AffineValues {
    AffineValues(
      [Double](repeating: 0, count: sources.count),
      .rows(SparseMatrix(identity: sources.count, from: sources.lowerBound, columnCount: sources.upperBound)))
  }

  /// relu(v) of values v.
  ///
  /// What is never negative, as a sum of ReLUs with positive weights, is what it was, and a constant stays one: neither
  /// costs a neuron, unless the builder keeps all.
  public mutating func rectify(_ values: AffineValues) -> AffineValues {
    if case .convolution = values.linear { return makeNeurons(values, isRectified: true) }
    if keepsAll { return makeNeurons(values, isRectified: true) }
    let matrix = values.matrix
    var constants = values.constants
    let open = constants.indices.filter { value in
      let entries = matrix.entries(value)
      if entries.isEmpty { constants[value] = max(constants[value], 0) }
      let isSettled =
        constants[value] >= 0
        && entries.allSatisfy { matrix.values[$0] >= 0 && isNonnegative[Int(matrix.columns[$0])] }
      return !isSettled
    }
    guard open.count < values.count else { return makeNeurons(values, isRectified: true) }
    let settled = AffineValues(constants, values.linear)
    guard !open.isEmpty else { return settled }
    let neurons = makeNeurons(values.selecting(open), isRectified: true)
    var places = Array(0..<values.count)
    for (neuron, value) in open.enumerated() { places[value] = values.count + neuron }
    return settled.followed(by: neurons).selecting(places)
  }

  /// The same values as sources of their own, which neurons without ReLU pass on.
  mutating func pass(_ values: AffineValues) -> AffineValues { makeNeurons(values, isRectified: false) }

  private mutating func makeNeurons(_ values: AffineValues, isRectified: Bool) -> AffineValues {
    let depth: Int32 =
      switch values.linear {
      // Weights may all be zero.
      case _ where keepsAll: depths[depths.count - 1]
      case .rows(let rows): rows.columns.reduce(0) { max($0, depths[Int($1)]) }
      case .convolution(let convolution, _, let first): depths[first..<first + convolution.inputCount].max() ?? 0
      }
    let sources = depths.count..<depths.count + values.count
    blocks.append(Block(sources: sources, depth: Int(depth) + 1, values: values, isRectified: isRectified))
    depths += [Int32](repeating: depth + 1, count: values.count)
    isNonnegative += [Bool](repeating: isRectified, count: values.count)
    return self.values(of: sources)
  }

  /// Σ_j matrix[i, j] · value j for every row i.
  ///
  /// Where that takes more entries than the two maps one after the other, the values become neurons without ReLU first.
  ///
  /// - Throws: `Misuse` unless the matrix has a column for each value.
  public mutating func product(_ matrix: SparseMatrix, _ values: AffineValues) throws -> AffineValues {
    guard matrix.columnCount == values.count else {
      throw Misuse("product: expected a matrix of \(values.count) columns, got \(matrix.columnCount)")
    }
    let apart = matrix.entryCount + values.matrix.entryCount
    if let product = values.combined(by: matrix, limit: apart) { return product }
    let passed = pass(values)
    return AffineValues(matrix.times(passed.constants), .rows(matrix.times(passed.matrix) ?? passed.matrix))
  }

  /// A convolution of values in the order of its inputs. Where these are neurons, or the network's inputs, as they are, it
  /// stays a convolution, with its kernel as the layer's weights; elsewhere it becomes rows.
  ///
  /// - Parameters:
  ///   - kernel: in the order of `Convolution.kernelShape`.
  ///   - bias: one number per filter; none by default.
  /// - Throws: `Misuse` when numbers of values, kernel or bias do not fit.
  public mutating func convolution(
    _ convolution: Convolution, kernel: [Double], bias: [Double]? = nil, of values: AffineValues
  ) throws -> AffineValues {
    guard values.count == convolution.inputCount, kernel.count == convolution.kernelShape.reduce(1, *),
      bias.map({ $0.count == convolution.filters }) ?? true
    else {
      throw Misuse(
        "convolution: expected \(convolution.inputCount) values, a kernel of \(convolution.kernelShape) and a bias of "
          + "\(convolution.filters), got \(values.count), \(kernel.count) and \(bias?.count ?? 0) numbers")
    }
    let offsets = (bias ?? [Double](repeating: 0, count: convolution.filters)).flatMap {
      [Double](repeating: $0, count: convolution.placeCount)
    }
    if let first = firstOfNeighbours(values) {
      return AffineValues(offsets, .convolution(convolution, kernel: kernel, first: first))
    }
    return try product(convolution.matrix(kernel, from: 0), values).adding(offsets)
  }

  /// The first source, if the values are neighbouring sources of one layer as they are.
  private func firstOfNeighbours(_ values: AffineValues) -> Int? {
    guard case .rows(let rows) = values.linear, rows.entryCount == values.count, let first = rows.columns.first,
      rows.starts.indices.allSatisfy({ rows.starts[$0] == $0 }), rows.values.allSatisfy({ $0 == 1 }),
      rows.columns.indices.allSatisfy({ Int(rows.columns[$0]) == Int(first) + $0 }),
      values.constants.allSatisfy({ $0 == 0 }),
      rows.columns.allSatisfy({ depths[Int($0)] == depths[Int(first)] })
    else { return nil }
    return Int(first)
  }

  /// The outputs of a network whose inputs are `values`.
  ///
  /// - Throws: `Misuse` unless there is a value for each input.
  public mutating func apply(_ network: Network, to values: AffineValues) throws -> AffineValues {
    guard values.count == network.inputCount else {
      throw Misuse("apply: expected \(network.inputCount) values, got \(values.count)")
    }
    var values = values
    for layer in network.layers {
      if case .convolution(let convolution) = layer.connections {
        values = try self.convolution(convolution, kernel: layer.weight.array, of: values).adding(layer.biases)
      } else {
        values = try product(layer.matrix, values).adding(layer.biases)
      }
      values = rectify(values, only: layer.rectified)
    }
    return values
  }

  /// relu(v) of those values that a set names, and the others as they are.
  ///
  /// - Precondition: the set is of as many.
  public mutating func rectify(_ values: AffineValues, only neurons: NeuronSet) -> AffineValues {
    precondition(neurons.width == values.count)
    if neurons.isEmpty { return values }
    if neurons.isAll { return rectify(values) }
    let chosen = (0..<values.count).filter(neurons.contains)
    let rectified = rectify(values.selecting(chosen))
    var places = Array(0..<values.count)
    for (place, value) in chosen.enumerated() { places[value] = values.count + place }
    return values.followed(by: rectified).selecting(places)
  }
}
