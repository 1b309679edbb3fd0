/// Convolution and pooling.
extension ReplayOperators {
  /// Where the window of an output place begins along each axis, and how many places there are.
  private struct Geometry {
    var kernel: [Int]
    var strides: [Int]
    var dilations: [Int]
    var begins: [Int]
    var output: [Int]

    /// Calls `body` with every place of the kernel and the place of the input under it; nil in the padding.
    func each(at output: ArraySlice<Int>, over input: [Int], _ body: (_ kernel: [Int], _ input: [Int]?) -> Void) {
      let places = Array(output)
      Value.each(kernel) { offset in
        var inside: [Int]? = []
        for axis in kernel.indices {
          let place = places[axis] * strides[axis] + offset[axis] * dilations[axis] - begins[axis]
          if place < 0 || place >= input[axis] { inside = nil } else { inside?.append(place) }
        }
        body(offset, inside)
      }
    }
  }

  private func geometry(kernel: [Int], input: [Int]) throws -> Geometry {
    let rank = input.count
    let strides = list("strides") ?? kernel.map { _ in 1 }
    let dilations = list("dilations") ?? kernel.map { _ in 1 }
    let pads = list("pads") ?? (kernel + kernel).map { _ in 0 }
    let automatic =
      node.attribute.first { $0.name == "auto_pad" }
      .map { $0.s.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } } ?? "NOTSET"
    let sizes = 1...1_000_000
    guard rank > 0, kernel.count == rank, strides.count == rank, dilations.count == rank, pads.count == 2 * rank,
      (kernel + strides + dilations).allSatisfy(sizes.contains), pads.allSatisfy((0...1_000_000).contains)
    else { throw Failure("a window of \(kernel) on \(input)") }
    var result = Geometry(kernel: kernel, strides: strides, dilations: dilations, begins: [], output: [])
    for axis in 0..<rank {
      let extent = dilations[axis] * (kernel[axis] - 1) + 1
      var (begin, end) = (pads[axis], pads[axis + rank])
      if automatic == "VALID" { (begin, end) = (0, 0) }
      if automatic.hasPrefix("SAME") {
        let places = (input[axis] - 1) / strides[axis] + 1
        let needed = max(0, (places - 1) * strides[axis] + extent - input[axis])
        let half = needed / 2
        (begin, end) = automatic == "SAME_LOWER" ? (needed - half, half) : (half, needed - half)
      }
      guard input[axis] + begin + end >= extent else { throw Failure("a window of \(kernel) on \(input)") }
      result.begins.append(begin)
      result.output.append((input[axis] + begin + end - extent) / strides[axis] + 1)
    }
    _ = try checked(result.output + kernel)
    return result
  }

  private func picture() throws -> (value: Value, channels: Int, sizes: [Int]) {
    let value = try operand(0)
    guard value.shape.count >= 3, !value.elements.isEmpty else { throw Failure("a picture of shape \(value.shape)") }
    return (value, value.shape[1], Array(value.shape.dropFirst(2)))
  }

  func convolution() throws -> Value {
    let (value, channels, sizes) = try picture()
    let weights = try operand(1)
    let bias = optional(2)
    let groups = whole("group", 1)
    guard weights.shape.count == value.shape.count, (1...channels).contains(groups),
      weights.shape[1] * groups == channels,
      weights.shape[0] % groups == 0, weights.shape[0] > 0, bias.map({ $0.elements.count == weights.shape[0] }) ?? true
    else { throw Failure("a kernel of shape \(weights.shape) on \(value.shape)") }
    let perGroup = weights.shape[0] / groups
    let geometry = try geometry(kernel: Array(weights.shape.dropFirst(2)), input: sizes)
    return Value(try checked([value.shape[0], weights.shape[0]] + geometry.output)) { position in
      let (item, output) = (position[0], position[1])
      var sum: Scalar = bias?.elements[output] ?? 0
      for channel in 0..<weights.shape[1] {
        geometry.each(at: position[2...], over: sizes) { kernel, place in
          guard let place else { return }
          sum +=
            weights[[output, channel] + kernel] * value[[item, output / perGroup * weights.shape[1] + channel] + place]
        }
      }
      return sum
    }
  }

  func averagePool() throws -> Value {
    guard whole("ceil_mode", 0) == 0 else { throw Failure("ceil_mode") }
    let (value, _, sizes) = try picture()
    guard let kernel = list("kernel_shape") else { throw Failure("no kernel_shape") }
    let geometry = try geometry(kernel: kernel, input: sizes)
    let countsPadding = whole("count_include_pad", 0) != 0
    return Value(try checked(Array(value.shape.prefix(2)) + geometry.output)) { position in
      var (sum, count): (Scalar, Scalar) = (0, 0)
      geometry.each(at: position[2...], over: sizes) { _, place in
        if let place { sum += value[Array(position.prefix(2)) + place] }
        if place != nil || countsPadding { count += 1 }
      }
      return sum / count
    }
  }

  func globalAveragePool() throws -> Value {
    let (value, _, sizes) = try picture()
    return Value(Array(value.shape.prefix(2)) + sizes.map { _ in 1 }) { position in
      var sum: Scalar = 0
      Value.each(sizes) { sum += value[Array(position.prefix(2)) + $0] }
      return sum / Scalar(sizes.reduce(1, *))
    }
  }
}
