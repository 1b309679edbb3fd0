import Networks
import Tensors

extension Layer {
  /// A layer of some of the neurons, which reads some of the inputs, with other biases. It has one neuron with weights of
  /// zero where none is kept, and reads one input with weights of zero where none is left.
  ///
  /// A dense layer stays dense. A convolution stays one where whole filters and channels go and it has one group;
  /// otherwise it becomes rows of its own.
  ///
  /// - Parameter biases: of all neurons.
  func keeping(rows: [Int], columns: [Int], biases: [Double]) throws -> Layer {
    if rows.count == outputCount, columns.count == inputCount {
      let shared = biases == self.biases
      return replacing(weight: weight.copy(), bias: shared ? bias.copy() : try Tensor(biases), rectified: rectified)
    }
    if let convolution = try smallerConvolution(rows: rows, columns: columns, biases: biases) { return convolution }
    let flags = rows.isEmpty ? [rectified.contains(0)] : rows.map(rectified.contains)
    let kept = rows.isEmpty ? [0] : rows.map { biases[$0] }
    var places = [Int](repeating: -1, count: inputCount)
    for (place, column) in columns.enumerated() { places[column] = place }
    let width = max(columns.count, 1)
    guard case .dense = connections else {
      var matrix = SparseMatrix(columnCount: width)
      for row in rows {
        forEachWeight(of: row) { input, weight in
          if places[input] >= 0, weight != 0 { matrix.append(places[input], weight) }
        }
        matrix.endRow()
      }
      if rows.isEmpty { matrix.endRow() }
      return try Layer(matrix, bias: kept, rectified: NeuronSet(flags))
    }
    let numbers = Tensor.zeros([kept.count, width])
    for (row, neuron) in rows.enumerated() {
      forEachWeight(of: neuron) { input, weight in
        if places[input] >= 0 { numbers.base[row * width + places[input]] = weight }
      }
    }
    return try Layer(weight: numbers, bias: Tensor(kept), rectified: NeuronSet(flags))
  }

  /// The convolution of whole filters and channels that are kept; nil where there is none.
  private func smallerConvolution(rows: [Int], columns: [Int], biases: [Double]) throws -> Layer? {
    guard case .convolution(let old) = connections, old.groups == 1,
      let filters = Layer.blocks(rows, of: old.placeCount),
      let channels = Layer.blocks(columns, of: old.inputCount / old.channels)
    else { return nil }
    let new = try Convolution(
      channels: channels.count, filters: filters.count, inputSize: old.inputSize, kernelSize: old.kernelSize,
      outputSize: old.outputSize, stride: old.stride, dilation: old.dilation, padding: old.padding)
    let size = old.kernelSize.reduce(1, *)
    let kernel = Tensor.zeros(new.kernelShape)
    for (f, filter) in filters.enumerated() {
      for (c, channel) in channels.enumerated() {
        (kernel.base + (f * channels.count + c) * size).update(
          from: weight.base + (filter * old.channels + channel) * size, count: size)
      }
    }
    let own = rows.map { biases[$0] }
    let first = filters.indices.map { own[$0 * old.placeCount] }
    let isShared = own.indices.allSatisfy { own[$0] == first[$0 / old.placeCount] }
    return try Layer(
      weight: kernel, convolution: new, bias: Tensor(isShared ? first : own),
      rectified: NeuronSet(rows.map(rectified.contains)))
  }

  /// The blocks of `size` neighbours that `members`, ascending, is made of; nil where it is not.
  private static func blocks(_ members: [Int], of size: Int) -> [Int]? {
    guard !members.isEmpty, members.count % size == 0 else { return nil }
    let blocks = stride(from: 0, to: members.count, by: size).map { members[$0] / size }
    return members.indices.allSatisfy { members[$0] == blocks[$0 / size] * size + $0 % size } ? blocks : nil
  }
}
