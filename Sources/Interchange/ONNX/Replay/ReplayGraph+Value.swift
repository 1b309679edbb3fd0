extension ReplayGraph {
  /// A tensor in row-major order. Whole numbers, such as sizes, are stored as `Scalar` too; they are small.
  struct Value {
    var shape: [Int]
    var elements: [Scalar]

    subscript(position: [Int]) -> Scalar {
      var offset = 0
      for (size, coordinate) in zip(shape, position) { offset = offset * size + coordinate }
      return elements[offset]
    }

    /// The element that this tensor, stretched by NumPy's rules, has at `position`.
    func stretched(_ position: [Int]) -> Scalar {
      var offset = 0
      for (size, coordinate) in zip(shape, position.suffix(shape.count)) {
        offset = offset * size + (size == 1 ? 0 : coordinate)
      }
      return elements[offset]
    }

    /// Calls `body` with every position, in row-major order.
    static func each(_ shape: [Int], _ body: ([Int]) -> Void) {
      guard !shape.contains(0) else { return }
      var position = [Int](repeating: 0, count: shape.count)
      while true {
        body(position)
        var axis = shape.count - 1
        while axis >= 0 {
          position[axis] += 1
          if position[axis] < shape[axis] { break }
          position[axis] = 0
          axis -= 1
        }
        if axis < 0 { return }
      }
    }

    /// A tensor whose element at each position is given by `element`.
    init(_ shape: [Int], _ element: ([Int]) -> Scalar) {
      self.shape = shape
      var elements: [Scalar] = []
      Value.each(shape) { elements.append(element($0)) }
      self.elements = elements
    }

    init(shape: [Int], elements: [Scalar]) {
      self.shape = shape
      self.elements = elements
    }
  }
}
