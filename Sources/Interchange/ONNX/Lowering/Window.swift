/// Where the windows of a convolution or a pooling lie on an input: for each place of the output, which element of the
/// kernel meets which element of the input. Padding meets nothing.
struct Window {
  /// One element of the kernel on one element of the input, both as offsets in row-major order.
  struct Tap {
    let kernel: Int
    let input: Int
  }

  /// The sizes of the output along the spatial axes.
  let outputShape: [Int]
  /// For each place of the output, what its window covers of the input.
  let taps: [[Tap]]

  /// What a node says about its windows.
  struct Options {
    var kernel: [Int]
    var strides: [Int]
    var dilations: [Int]
    /// Elements added before the first along each axis, and then those after the last.
    var padding: [Int]
    var automatic: String?

    /// Reads a node; nil when the attributes do not fit the rank.
    init?(_ node: Onnx_NodeProto, kernel: [Int]) {
      let rank = kernel.count
      self.kernel = kernel
      strides = node.integers("strides") ?? [Int](repeating: 1, count: rank)
      dilations = node.integers("dilations") ?? [Int](repeating: 1, count: rank)
      padding = node.integers("pads") ?? [Int](repeating: 0, count: 2 * rank)
      automatic = node.text("auto_pad").flatMap { $0 == "NOTSET" ? nil : $0 }
      let sizes = 1...(1 << 20)
      guard rank > 0, strides.count == rank, dilations.count == rank, padding.count == 2 * rank,
        (kernel + strides + dilations).allSatisfy(sizes.contains),
        padding.allSatisfy((0...sizes.upperBound).contains),
        automatic == nil || ["SAME_UPPER", "SAME_LOWER", "VALID"].contains(automatic)
      else { return nil }
    }
  }

  /// The windows over an input of the spatial sizes `input`; nil when there would be none, or more than `limit` taps.
  init?(over input: [Int], _ options: Options, limit: Int) {
    let rank = input.count
    guard rank == options.kernel.count else { return nil }
    var before = Array(options.padding[..<rank])
    var shape: [Int] = []
    for axis in 0..<rank {
      let reach = (options.kernel[axis] - 1) * options.dilations[axis] + 1
      let stride = options.strides[axis]
      switch options.automatic {
      case "SAME_UPPER", "SAME_LOWER":
        let size = (input[axis] + stride - 1) / stride
        let total = max((size - 1) * stride + reach - input[axis], 0)
        before[axis] = options.automatic == "SAME_UPPER" ? total / 2 : total - total / 2
        shape.append(size)
      case "VALID":
        before[axis] = 0
        shape.append(input[axis] < reach ? 0 : (input[axis] - reach) / stride + 1)
      default:
        let length = input[axis] + before[axis] + options.padding[rank + axis]
        shape.append(length < reach ? 0 : (length - reach) / stride + 1)
      }
    }
    guard !shape.contains(0), Shape.count(shape + options.kernel, limit: limit) != nil else { return nil }
    outputShape = shape

    let inputStrides = Shape.strides(input)
    let places = Window.positions(shape)
    let offsets = Window.positions(options.kernel)
    taps = places.map { place in
      offsets.enumerated().compactMap { kernel, offset in
        var element = 0
        for axis in 0..<rank {
          let coordinate =
            place[axis] * options.strides[axis] + offset[axis] * options.dilations[axis] - before[axis]
          guard (0..<input[axis]).contains(coordinate) else { return nil }
          element += coordinate * inputStrides[axis]
        }
        return Tap(kernel: kernel, input: element)
      }
    }
  }

  /// All positions of a shape, in row-major order.
  private static func positions(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { positions, size in positions.flatMap { position in (0..<size).map { position + [$0] } } }
  }
}
