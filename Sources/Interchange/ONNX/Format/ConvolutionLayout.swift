import Tensors

/// How channels, groups and kernels of a convolution fit together.
struct ConvolutionLayout {
  /// The channels of the output.
  let outputs: Int
  /// How many channels of the input each group has.
  let groupChannels: Int
  /// How many channels of the output each group has.
  let groupOutputs: Int
  /// The spatial sizes of the kernel.
  let size: [Int]

  /// A convolution with a kernel of shape [outputs, channels / groups, sizes…].
  ///
  /// - Throws: `NodeFailure` when the shapes do not fit.
  init(_ node: ONNXNode, kernel: [Int], bias: [Int]?, channels: Int) throws {
    try self.init(node, kernel, bias, channels: channels, isTransposed: false)
  }

  /// A transposed convolution with a kernel of shape [channels, outputs / groups, sizes…].
  ///
  /// - Throws: `NodeFailure` when the shapes do not fit.
  init(transposed node: ONNXNode, kernel: [Int], bias: [Int]?, channels: Int) throws {
    try self.init(node, kernel, bias, channels: channels, isTransposed: true)
  }

  private init(_ node: ONNXNode, _ kernel: [Int], _ bias: [Int]?, channels: Int, isTransposed: Bool) throws {
    let groups = node.integer("group", default: 1)
    size = Array(kernel.dropFirst(2))
    guard (1...channels).contains(groups), channels % groups == 0, kernel.count >= 3, kernel.allSatisfy({ $0 > 0 }),
      isTransposed ? kernel[0] == channels : kernel[1] == channels / groups && kernel[0] % groups == 0,
      node.integers("kernel_shape") ?? size == size
    else {
      throw NodeFailure(
        "a kernel of shape \(Tensor.describe(shape: kernel)) in \(groups) groups does not fit \(channels) channels")
    }
    groupChannels = channels / groups
    groupOutputs = isTransposed ? kernel[1] : kernel[0] / groups
    outputs = groupOutputs * groups
    guard bias == nil || bias == [outputs] else {
      throw NodeFailure("a bias of shape \(Tensor.describe(shape: bias ?? [])) does not fit \(outputs) channels")
    }
  }

  /// The first channel of the input that a channel of the output reads.
  func firstChannel(of output: Int) -> Int { output / groupOutputs * groupChannels }
}
