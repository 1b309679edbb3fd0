import Essentials
import Networks
import Tensors

/// Convolutions and average pooling: every output is a weighted sum of a window of the input.
extension ONNXLowering {
  /// The input of a node with channels: [1, channels, spatial sizes…].
  private func picture(at index: Int) throws -> LoweredValue {
    let value = try operand(0, of: index)
    guard value.shape.count >= 3, value.shape[0] == 1, value.count > 0 else {
      throw model.failure(
        at: index, "expected an input of shape 1 x channels x sizes, got \(Tensor.describe(shape: value.shape))")
    }
    return value
  }

  private func window(_ node: Onnx_NodeProto, kernel: [Int], over sizes: [Int], at index: Int) throws -> Window {
    guard let options = Window.Options(node, kernel: kernel), kernel.count == sizes.count else {
      throw model.failure(
        at: index, "its strides, dilations, pads or auto_pad do not fit a kernel of \(Tensor.describe(shape: kernel))")
    }
    guard let window = Window(over: sizes, options, limit: ONNXLowering.sparseLimit) else {
      throw model.failure(
        at: index,
        "a kernel of \(Tensor.describe(shape: kernel)) does not fit an input of \(Tensor.describe(shape: sizes))")
    }
    return window
  }

  private func checkEntries(_ factors: [Int], at index: Int) throws {
    guard Shape.count(factors, limit: ONNXLowering.sparseLimit) != nil else {
      throw model.failure(at: index, "its matrix has more than \(ONNXLowering.sparseLimit) entries")
    }
  }

  func convolution(_ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    let value = try picture(at: index)
    let kernel = try constantOperand(1, of: index)
    let bias = try optionalOperand(2, of: index) == nil ? nil : try constantOperand(2, of: index)
    let (channels, sizes) = (value.shape[1], Array(value.shape[2...]))
    let groups = node.integer("group", default: 1)
    guard kernel.shape.count == value.shape.count, (1...channels).contains(groups),
      channels == kernel.shape[1] * groups,
      kernel.shape[0] > 0, kernel.shape[0] % groups == 0, bias.map({ $0.shape == [kernel.shape[0]] }) ?? true,
      (node.integers("kernel_shape") ?? Array(kernel.shape[2...])) == Array(kernel.shape[2...])
    else {
      throw model.failure(
        at: index,
        "a kernel of shape \(Tensor.describe(shape: kernel.shape)) in \(groups) groups does not fit an input of "
          + Tensor.describe(shape: value.shape))
    }
    let window = try window(node, kernel: Array(kernel.shape[2...]), over: sizes, at: index)
    let (outputs, groupChannels, kernelSize) = (kernel.shape[0], kernel.shape[1], kernel.shape[2...].reduce(1, *))
    let channelSize = sizes.reduce(1, *)
    try checkEntries([outputs, window.taps.count, groupChannels, kernelSize], at: index)

    var weights = SparseMatrix(columnCount: value.count)
    for output in 0..<outputs {
      let firstChannel = output / (outputs / groups) * groupChannels
      for taps in window.taps {
        for channel in 0..<groupChannels {
          for tap in taps {
            weights.append(
              (firstChannel + channel) * channelSize + tap.input,
              kernel.constants[(output * groupChannels + channel) * kernelSize + tap.kernel])
          }
        }
        weights.endRow()
      }
    }
    let result = try apply(weights, to: value, shape: [1, outputs] + window.outputShape, at: index)
    guard let bias else { return result }
    return result.adding((0..<outputs).flatMap { [Double](repeating: bias.constants[$0], count: window.taps.count) })
  }

  func averagePool(_ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    let value = try picture(at: index)
    guard node.integer("ceil_mode", default: 0) == 0 else {
      throw model.failure(at: index, "ceil_mode is not supported")
    }
    guard let kernel = node.integers("kernel_shape") else {
      throw model.failure(at: index, "its kernel_shape is missing")
    }
    let window = try window(node, kernel: kernel, over: Array(value.shape[2...]), at: index)
    let countsPadding = node.integer("count_include_pad", default: 0) != 0
    return try pooled(value, window.taps.map { $0.map(\.input) }, shape: window.outputShape, at: index) { inside in
      countsPadding ? kernel.reduce(1, *) : inside
    }
  }

  func globalAveragePool(at index: Int) throws -> LoweredValue {
    let value = try picture(at: index)
    let sizes = value.shape[2...]
    return try pooled(value, [Array(0..<sizes.reduce(1, *))], shape: sizes.map { _ in 1 }, at: index) { $0 }
  }

  /// The mean over windows of every channel; `divisor` is given how many elements a window holds.
  private func pooled(
    _ value: LoweredValue, _ windows: [[Int]], shape: [Int], at index: Int, divisor: (Int) -> Int
  ) throws -> LoweredValue {
    let (channels, channelSize) = (value.shape[1], value.shape[2...].reduce(1, *))
    try checkEntries([channels, windows.count, windows.map(\.count).max() ?? 0], at: index)
    var weights = SparseMatrix(columnCount: value.count)
    for channel in 0..<channels {
      for elements in windows {
        let weight = 1 / Double(divisor(elements.count))
        for element in elements { weights.append(channel * channelSize + element, weight) }
        weights.endRow()
      }
    }
    return try apply(weights, to: value, shape: [1, channels] + shape, at: index)
  }
}
