import Networks

/// The raw parameters of a layer, as the recheck uses them: rows of weights, and the input that each of them is for.
struct RawLayer {
  /// The weights, row after row.
  let weight: [Double]
  /// The input of each weight; nil where every row has a weight for every input.
  private let columns: [Int]?
  /// Row r has the weights from `starts[r]` to before `starts[r + 1]`.
  private let starts: [Int]
  /// One number per row.
  let bias: [Double]
  /// Whether the ReLU of each row cuts off what is below zero.
  let isRectified: [Bool]
  let inputs: Int

  var outputs: Int { bias.count }

  /// Rows without ReLU that have a weight for every input.
  init(weight: [Double], bias: [Double]) {
    (self.weight, self.bias, columns) = (weight, bias, nil)
    let inputs = weight.count / max(bias.count, 1)
    self.inputs = inputs
    starts = (0...bias.count).map { $0 * inputs }
    isRectified = bias.map { _ in false }
  }

  /// Copies of the numbers of `layer`.
  init(_ layer: Layer) {
    inputs = layer.inputCount
    let (numbers, biases, outputs) = (layer.weight.array, layer.bias.array, layer.outputCount)
    bias = (0..<outputs).map { biases[$0 * biases.count / outputs] }
    isRectified = (0..<outputs).map(layer.rectified.contains)
    switch layer.connections {
    case .dense:
      (weight, columns) = (numbers, nil)
      starts = (0...outputs).map { $0 * layer.inputCount }
    case .sparse(let pattern):
      weight = numbers
      columns = (0..<pattern.entryCount).map { Int(pattern.columns[$0]) }
      starts = (0...outputs).map { pattern.starts[$0] }
    case .convolution(let convolution): (weight, columns, starts) = RawLayer.rows(of: convolution, kernel: numbers)
    }
  }

  /// The places of the weights of a row.
  func places(_ output: Int) -> Range<Int> { starts[output]..<starts[output + 1] }

  /// The input that the weight at a place of a row is for.
  @inline(__always)
  func input(_ place: Int, of output: Int) -> Int { columns?[place] ?? place - starts[output] }

  /// What a row's weights are multiplied by, in their order.
  func factors<Number>(of output: Int, from values: [Number]) -> [Number] {
    columns.map { columns in places(output).map { values[columns[$0]] } } ?? values
  }

  /// A convolution written out: for every place of the output all taps of its window that lie inside the input.
  private static func rows(
    of convolution: Convolution, kernel: [Double]
  ) -> (weight: [Double], columns: [Int], starts: [Int]) {
    let (rank, channels) = (convolution.inputSize.count, convolution.channels / convolution.groups)
    let taps = convolution.kernelSize.reduce(1, *)
    var (weight, columns, starts): ([Double], [Int], [Int]) = ([], [], [0])
    for output in 0..<convolution.outputCount {
      let filter = output / convolution.placeCount
      let firstChannel = filter / (convolution.filters / convolution.groups) * channels
      for channel in 0..<channels {
        for tap in 0..<taps {
          // Digits of both numbers, the last axis first.
          var (place, rest, element, isInside) = (output % convolution.placeCount, tap, 0, true)
          var stride = 1
          for axis in (0..<rank).reversed() {
            let (position, offset) = (place % convolution.outputSize[axis], rest % convolution.kernelSize[axis])
            place /= convolution.outputSize[axis]
            rest /= convolution.kernelSize[axis]
            let at =
              position * convolution.stride[axis] + offset * convolution.dilation[axis] - convolution.padding[axis]
            isInside = isInside && at >= 0 && at < convolution.inputSize[axis]
            element += at * stride
            stride *= convolution.inputSize[axis]
          }
          guard isInside else { continue }
          weight.append(kernel[(filter * channels + channel) * taps + tap])
          columns.append((firstChannel + channel) * stride + element)
        }
      }
      starts.append(weight.count)
    }
    return (weight, columns, starts)
  }
}
