/// Visits several tensors of one shape in step: merges axes wherever that is possible for all of them, and hands whole
/// runs of equally spaced elements to the kernels.
enum ElementLoop {
  /// Calls `body` for every run.
  ///
  /// - Parameters:
  ///   - shape: the common shape; the order in which its elements are visited is not defined.
  ///   - strides: for each tensor its strides, 0 where it repeats.
  ///   - body: receives the length of the run and, per tensor, the distance of its first element from the tensor's
  ///     base and the distance between neighbours.
  static func run(
    _ shape: [Int], _ strides: [[Int]],
    _ body: (_ count: Int, _ offsets: UnsafePointer<Int>, _ steps: UnsafePointer<Int>) -> Void
  ) {
    let operands = strides.count
    var sizes: [Int] = []
    var steps: [Int] = []  // operands per axis
    for axis in shape.indices where shape[axis] != 1 {
      if shape[axis] == 0 { return }
      let last = steps.count - operands
      let merges =
        !sizes.isEmpty && (0..<operands).allSatisfy { steps[last + $0] == strides[$0][axis] * shape[axis] }
      if merges {
        sizes[sizes.count - 1] *= shape[axis]
        for operand in 0..<operands { steps[last + operand] = strides[operand][axis] }
      } else {
        sizes.append(shape[axis])
        for operand in 0..<operands { steps.append(strides[operand][axis]) }
      }
    }
    if sizes.isEmpty {
      sizes = [1]
      steps = [Int](repeating: 0, count: operands)
    }
    // The last axis usually lies closest in memory, but short runs cost more than distance.
    var inner = sizes.count - 1
    if sizes[inner] < 16 {
      for axis in sizes.indices where sizes[axis] > sizes[inner] { inner = axis }
    }
    let count = sizes.remove(at: inner)
    let innerSteps = Array(steps[inner * operands..<(inner + 1) * operands])
    steps.removeSubrange(inner * operands..<(inner + 1) * operands)

    var offsets = [Int](repeating: 0, count: operands)
    var index = [Int](repeating: 0, count: sizes.count)
    while true {
      body(count, offsets, innerSteps)
      var axis = sizes.count - 1
      while axis >= 0 {
        index[axis] += 1
        for operand in 0..<operands { offsets[operand] += steps[axis * operands + operand] }
        if index[axis] < sizes[axis] { break }
        for operand in 0..<operands { offsets[operand] -= steps[axis * operands + operand] * sizes[axis] }
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
