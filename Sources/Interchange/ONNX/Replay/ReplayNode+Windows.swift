import Tensors

/// Convolutions and pooling.
extension ReplayNode {
  /// The first operand, [items, channels, spatial sizes…].
  private func picture() throws -> (value: ONNXTensor, channels: Int, sizes: [Int]) {
    let value = try operand(0)
    guard value.shape.count >= 3, !value.elements.isEmpty else {
      throw NodeFailure(
        "expected an input of shape items x channels x sizes, got \(Tensor.describe(shape: value.shape))")
    }
    return (value, value.shape[1], Array(value.shape[2...]))
  }

  func convolution() throws -> [ONNXTensor] {
    let (value, channels, sizes) = try picture()
    let layout = try ConvolutionLayout(node, kernel: try operand(1).shape, bias: optional(2)?.shape, channels: channels)
    let window = try Window.sliding(node, kernel: layout.size, over: sizes)
    let shape = try checked([value.shape[0], layout.outputs] + window.output)
    let (weights, bias) = (try operand(1).elements, optional(2)?.elements)
    let (channelSize, kernelSize) = (sizes.reduce(1, *), layout.size.reduce(1, *))
    let places = window.output.reduce(1, *)
    var elements = [Double](repeating: 0, count: shape.reduce(1, *))
    window.forEachPlace { place, taps, covered in
      for item in 0..<value.shape[0] {
        for output in 0..<layout.outputs {
          var sum = bias?[output] ?? 0
          for channel in 0..<layout.groupChannels {
            let weight = (output * layout.groupChannels + channel) * kernelSize
            let input = (item * channels + layout.firstChannel(of: output) + channel) * channelSize
            for index in taps.indices {
              sum += weights[weight + taps[index]] * value.elements[input + covered[index]]
            }
          }
          elements[(item * layout.outputs + output) * places + place] = sum
        }
      }
    }
    return [ONNXTensor(rounding: elements, shape: shape, type: value.type)]
  }

  func transposedConvolution() throws -> [ONNXTensor] {
    let (value, channels, sizes) = try picture()
    let layout = try ConvolutionLayout(
      transposed: node, kernel: try operand(1).shape, bias: optional(2)?.shape, channels: channels)
    let window = try Window.transposed(node, kernel: layout.size, places: sizes)
    let shape = try checked([value.shape[0], layout.outputs] + window.input)
    let (weights, bias) = (try operand(1).elements, optional(2)?.elements)
    let (channelSize, kernelSize) = (window.input.reduce(1, *), layout.size.reduce(1, *))
    let places = sizes.reduce(1, *)
    var elements = (0..<shape.reduce(1, *)).map { bias?[$0 / channelSize % layout.outputs] ?? 0 }
    window.forEachPlace { place, taps, covered in
      for item in 0..<value.shape[0] {
        for channel in 0..<channels {
          let number = value.elements[(item * channels + channel) * places + place]
          let first = channel / layout.groupChannels * layout.groupOutputs
          for output in 0..<layout.groupOutputs {
            let weight = (channel * layout.groupOutputs + output) * kernelSize
            let target = (item * layout.outputs + first + output) * channelSize
            for index in taps.indices { elements[target + covered[index]] += number * weights[weight + taps[index]] }
          }
        }
      }
    }
    return [ONNXTensor(rounding: elements, shape: shape, type: value.type)]
  }

  /// - Parameter function: of the elements that a window covers and of how many it has in all, padding among them.
  func pool(_ function: ([Double], Int) -> Double) throws -> [ONNXTensor] {
    let (value, channels, sizes) = try picture()
    guard let kernel = node.integers("kernel_shape") else { throw NodeFailure("its kernel_shape is missing") }
    let window = try Window.sliding(node, kernel: kernel, over: sizes)
    let shape = try checked([value.shape[0], channels] + window.output)
    let counts = window.paddedCounts
    let (places, channelSize) = (window.output.reduce(1, *), sizes.reduce(1, *))
    var elements = [Double](repeating: 0, count: shape.reduce(1, *))
    window.forEachPlace { place, _, covered in
      for channel in 0..<value.shape[0] * channels {
        elements[channel * places + place] = function(
          covered.map { value.elements[channel * channelSize + $0] }, counts[place])
      }
    }
    return [ONNXTensor(rounding: elements, shape: shape, type: value.type)]
  }

  func averagePool() throws -> [ONNXTensor] {
    let countsPadding = node.flag("count_include_pad")
    return try pool { covered, count in covered.reduce(0, +) / Double(countsPadding ? count : covered.count) }
  }

  /// The whole of each channel as one window.
  func globalPool(_ function: ([Double]) -> Double) throws -> [ONNXTensor] {
    let (value, _, sizes) = try picture()
    let reduction = Reduction(value.shape, axes: Set(2..<sizes.count + 2), keeps: true)
    let elements = reduction.outer.map { start in function(reduction.inner.map { value.elements[start + $0] }) }
    return [ONNXTensor(rounding: elements, shape: reduction.shape, type: value.type)]
  }
}
