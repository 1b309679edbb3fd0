import Networks
import Tensors

/// Convolutions and pooling.
extension LoweringNode {
  /// The first operand, [items, channels, spatial sizes…].
  private func picture() throws -> (value: LoweredValue, channels: Int, sizes: [Int]) {
    let value = try operand(0)
    guard value.shape.count >= 3, value.count > 0 else {
      throw NodeFailure(
        "expected an input of shape items x channels x sizes, got \(Tensor.describe(shape: value.shape))")
    }
    return (value, value.shape[1], Array(value.shape[2...]))
  }

  private func kernel() throws -> ONNXTensor {
    guard let kernel = try constant(1) else { throw NodeFailure("its kernel is missing") }
    return kernel
  }

  func convolution(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (value, channels, sizes) = try picture()
    let (kernel, bias) = (try kernel(), try constant(2))
    let layout = try ConvolutionLayout(node, kernel: kernel.shape, bias: bias?.shape, channels: channels)
    let window = try Window.sliding(node, kernel: layout.size, over: sizes)
    let shape = [value.shape[0], layout.outputs] + window.output
    if value.shape[0] == 1, sizes.count <= 3 {
      let convolution = try Convolution(
        channels: channels, filters: layout.outputs, inputSize: sizes, kernelSize: layout.size,
        outputSize: window.output, stride: window.stride, dilation: window.dilation, padding: window.before,
        groups: channels / layout.groupChannels)
      return LoweredValue(
        try builder.convolution(convolution, kernel: kernel.elements, bias: bias?.elements, of: value.values),
        shape: shape)
    }
    let (channelSize, kernelSize) = (sizes.reduce(1, *), layout.size.reduce(1, *))
    let places = window.places
    var weights = SparseMatrix(columnCount: value.count)
    for item in 0..<value.shape[0] {
      for output in 0..<layout.outputs {
        for place in places {
          for channel in 0..<layout.groupChannels {
            let weight = (output * layout.groupChannels + channel) * kernelSize
            let input = (item * channels + layout.firstChannel(of: output) + channel) * channelSize
            for (tap, element) in zip(place.taps, place.elements) {
              weights.append(input + element, kernel.elements[weight + tap])
            }
          }
          try end(&weights)
        }
      }
    }
    return addingBias(LoweredValue(try builder.product(weights, value.values), shape: shape), bias?.elements)
  }

  private func addingBias(_ value: LoweredValue, _ bias: [Double]?) -> LoweredValue {
    guard let bias else { return value }
    let places = value.shape[2...].reduce(1, *)
    return value.adding((0..<value.count).map { bias[$0 / places % bias.count] })
  }

  func transposedConvolution(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (value, channels, sizes) = try picture()
    let (kernel, bias) = (try kernel(), try constant(2))
    let layout = try ConvolutionLayout(transposed: node, kernel: kernel.shape, bias: bias?.shape, channels: channels)
    let window = try Window.transposed(node, kernel: layout.size, places: sizes)
    // For each element of the result, the places and taps that meet it.
    var meeting = [[(place: Int, tap: Int)]](repeating: [], count: window.input.reduce(1, *))
    for (number, place) in window.places.enumerated() {
      for (tap, element) in zip(place.taps, place.elements) { meeting[element].append((number, tap)) }
    }
    let (places, kernelSize) = (sizes.reduce(1, *), layout.size.reduce(1, *))
    var weights = SparseMatrix(columnCount: value.count)
    for item in 0..<value.shape[0] {
      for output in 0..<layout.outputs {
        for element in meeting {
          for channel in layout.firstChannel(of: output)..<layout.firstChannel(of: output) + layout.groupChannels {
            let weight = (channel * layout.groupOutputs + output % layout.groupOutputs) * kernelSize
            for (place, tap) in element {
              weights.append((item * channels + channel) * places + place, kernel.elements[weight + tap])
            }
          }
          try end(&weights)
        }
      }
    }
    let result = LoweredValue(
      try builder.product(weights, value.values), shape: [value.shape[0], layout.outputs] + window.input)
    return addingBias(result, bias?.elements)
  }

  /// The elements that each window of each channel covers, and how many it has with padding.
  private func windows() throws -> (value: LoweredValue, groups: [[Int]], counts: [Int], shape: [Int]) {
    let (value, channels, sizes) = try picture()
    guard let kernel = node.integers("kernel_shape") else { throw NodeFailure("its kernel_shape is missing") }
    let window = try Window.sliding(node, kernel: kernel, over: sizes)
    let (places, channelSize) = (window.places, sizes.reduce(1, *))
    let groups = (0..<value.shape[0] * channels).flatMap { channel in
      places.map { place in place.elements.map { channel * channelSize + $0 } }
    }
    guard groups.allSatisfy({ !$0.isEmpty }) else { throw NodeFailure("some of its windows cover nothing") }
    return (value, groups, window.paddedCounts, [value.shape[0], channels] + window.output)
  }

  func averagePool(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (value, groups, counts, shape) = try windows()
    let countsPadding = node.flag("count_include_pad")
    return try weighing(value, groups, shape: shape, &builder) { group in
      1 / Double(countsPadding ? counts[group % counts.count] : groups[group].count)
    }
  }

  func maxPool(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (value, groups, _, shape) = try windows()
    return LoweredValue(builder.largest(value.values, of: groups), shape: shape)
  }

  /// The elements of each channel.
  private func channels() throws -> (value: LoweredValue, groups: [[Int]], shape: [Int]) {
    let (value, channels, sizes) = try picture()
    let size = sizes.reduce(1, *)
    return (
      value, (0..<value.shape[0] * channels).map { Array($0 * size..<($0 + 1) * size) },
      [value.shape[0], channels] + sizes.map { _ in 1 }
    )
  }

  func globalAveragePool(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (value, groups, shape) = try channels()
    return try weighing(value, groups, shape: shape, &builder) { 1 / Double(groups[$0].count) }
  }

  func globalMaxPool(_ builder: inout NetworkBuilder) throws -> LoweredValue {
    let (value, groups, shape) = try channels()
    return LoweredValue(builder.largest(value.values, of: groups), shape: shape)
  }
}
