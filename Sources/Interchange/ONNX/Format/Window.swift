import Tensors

/// Where the windows of a convolution or a pooling lie: along each axis, the element `tap` of the window at `place` is the
/// element `place * stride + tap * dilation - before` of what it slides over, or padding.
struct Window {
  /// The sizes of the window.
  let kernel: [Int]
  /// How far neighbouring windows are apart.
  private(set) var stride: [Int]
  /// How far neighbouring elements of a window are apart.
  private(set) var dilation: [Int]
  /// How much padding there is before the first element along each axis.
  private(set) var before: [Int]
  /// How much there is after the last one.
  private(set) var after: [Int]
  /// The sizes of what it slides over.
  private(set) var input: [Int]
  /// How many windows there are along each axis.
  private(set) var output: [Int]

  /// What a node says about its windows, the number of them left out.
  private init(_ node: ONNXNode, kernel: [Int], over input: [Int]) throws {
    let rank = input.count
    self.kernel = kernel
    self.input = input
    stride = node.integers("strides") ?? [Int](repeating: 1, count: rank)
    dilation = node.integers("dilations") ?? [Int](repeating: 1, count: rank)
    let pads = node.integers("pads") ?? [Int](repeating: 0, count: 2 * rank)
    let sizes = 1...(1 << 20)
    guard rank > 0, kernel.count == rank, stride.count == rank, dilation.count == rank, pads.count == 2 * rank,
      (kernel + stride + dilation).allSatisfy(sizes.contains), pads.allSatisfy((0...sizes.upperBound).contains)
    else {
      throw NodeFailure(
        "its strides, dilations or pads do not fit a kernel of \(Tensor.describe(shape: kernel)) over an input of "
          + Tensor.describe(shape: input))
    }
    before = Array(pads[..<rank])
    after = Array(pads[rank...])
    output = input
  }

  /// The windows of a convolution or a pooling over the spatial sizes `input`.
  ///
  /// - Throws: `NodeFailure` when attributes do not fit each other, or no window fits.
  static func sliding(_ node: ONNXNode, kernel: [Int], over input: [Int]) throws -> Window {
    var window = try Window(node, kernel: kernel, over: input)
    let automatic = node.text("auto_pad") ?? "NOTSET"
    let roundsUp = node.flag("ceil_mode")
    for axis in input.indices {
      let (size, stride, extent) = (input[axis], window.stride[axis], window.extent(axis))
      switch automatic {
      case "SAME_UPPER", "SAME_LOWER":
        let total = max(((size + stride - 1) / stride - 1) * stride + extent - size, 0)
        window.before[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2
        window.after[axis] = total - window.before[axis]
      case "VALID": (window.before[axis], window.after[axis]) = (0, 0)
      case "NOTSET": break
      default: throw NodeFailure("the auto_pad '\(automatic)' is not supported")
      }
      let room = size + window.before[axis] + window.after[axis] - extent
      guard room >= 0 else {
        throw NodeFailure(
          "a kernel of \(Tensor.describe(shape: kernel)) does not fit an input of \(Tensor.describe(shape: input))")
      }
      var count = (roundsUp ? (room + stride - 1) / stride : room / stride) + 1
      // A window that would begin after the last element is none.
      if roundsUp, (count - 1) * stride >= size + window.before[axis] { count -= 1 }
      window.output[axis] = count
    }
    return try window.checked()
  }

  /// The windows of a transposed convolution, which slide over its result: one for each place of its input.
  ///
  /// - Parameter places: the spatial sizes of the operator's input.
  /// - Throws: `NodeFailure` when attributes do not fit each other.
  static func transposed(_ node: ONNXNode, kernel: [Int], places: [Int]) throws -> Window {
    var window = try Window(node, kernel: kernel, over: places)
    let rank = places.count
    let automatic = node.text("auto_pad") ?? "NOTSET"
    let more = node.integers("output_padding") ?? [Int](repeating: 0, count: rank)
    let wanted = node.integers("output_shape").map { Array($0.suffix(rank)) }
    guard ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(automatic), more.count == rank,
      wanted?.count ?? rank == rank, (more + (wanted ?? [])).allSatisfy((0...1 << 20).contains)
    else { throw NodeFailure("its auto_pad, output_padding or output_shape is not supported") }
    for axis in places.indices {
      let full = window.stride[axis] * (places[axis] - 1) + more[axis] + window.extent(axis)
      if automatic == "VALID" { (window.before[axis], window.after[axis]) = (0, 0) }
      if let size = wanted?[axis] ?? (automatic.hasPrefix("SAME") ? places[axis] * window.stride[axis] : nil) {
        let total = max(full - size, 0)
        window.before[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2
        window.after[axis] = full - size - window.before[axis]
      }
      window.input[axis] = full - window.before[axis] - window.after[axis]
    }
    window.output = places
    return try window.checked()
  }

  private func checked() throws -> Window {
    guard (input + output).allSatisfy({ $0 > 0 }), Shape.count(input) != nil,
      Shape.count(output + kernel, limit: 1 << 25) != nil
    else {
      throw NodeFailure(
        "windows of \(Tensor.describe(shape: kernel)) over \(Tensor.describe(shape: input)) are too many, or none")
    }
    return self
  }

  /// How many elements a window reaches over along an axis.
  private func extent(_ axis: Int) -> Int { (kernel[axis] - 1) * dilation[axis] + 1 }

  /// Calls `body` for every window, in row-major order, with the elements of the kernel that lie on elements of the input
  /// and those elements, as offsets in row-major order.
  func forEachPlace(_ body: (_ place: Int, _ taps: [Int], _ elements: [Int]) throws -> Void) rethrows {
    let (kernelStrides, inputStrides) = (Shape.strides(kernel), Shape.strides(input))
    // For each axis and place, what lies inside.
    let inside = kernel.indices.map { axis in
      (0..<output[axis]).map { place -> (taps: [Int], elements: [Int]) in
        let start = place * stride[axis] - before[axis]
        let taps = (0..<kernel[axis]).filter { (0..<input[axis]).contains(start + $0 * dilation[axis]) }
        return (
          taps.map { $0 * kernelStrides[axis] }, taps.map { (start + $0 * dilation[axis]) * inputStrides[axis] }
        )
      }
    }
    for (number, position) in positions().enumerated() {
      var (taps, elements) = ([0], [0])
      for (axis, place) in position.enumerated() {
        taps = taps.flatMap { tap in inside[axis][place].taps.map { tap + $0 } }
        elements = elements.flatMap { element in inside[axis][place].elements.map { element + $0 } }
      }
      try body(number, taps, elements)
    }
  }

  /// What one window covers: elements of the kernel, and of the input below them, as offsets in row-major order.
  struct Place {
    let taps: [Int]
    let elements: [Int]
  }

  /// All windows, in row-major order.
  var places: [Place] {
    var places: [Place] = []
    forEachPlace { _, taps, elements in places.append(Place(taps: taps, elements: elements)) }
    return places
  }

  /// For each window, how many of its elements lie on the input or on padding: a window may reach beyond both.
  var paddedCounts: [Int] {
    positions().map { position in
      position.enumerated().reduce(1) { count, entry in
        let (axis, place) = entry
        let start = place * stride[axis] - before[axis]
        return count
          * (0..<kernel[axis]).count { start + $0 * dilation[axis] < input[axis] + after[axis] }
      }
    }
  }

  private func positions() -> [[Int]] {
    output.reduce([[]]) { positions, size in positions.flatMap { position in (0..<size).map { position + [$0] } } }
  }
}
