extension Tensor: CustomStringConvertible {
  /// The shape and the numbers in aligned columns; of long axes at most the first and last three places.
  public var description: String {
    let title = "Tensor \(Tensor.describe(shape: shape))"
    guard count > 0 else { return "\(title) (empty)" }
    // Short enough tensors are shown whole, as NumPy does; with many axes even the edges are many.
    let edges = count <= 1000 ? [Int.max] : [3, 2, 1]
    let edge = edges.first { edge in
      count <= 1000 || shape.reduce(1) { min($0, 1 << 20) * min($1, 2 * edge + 1) } <= 4000
    }
    guard let edge else {
      return "\(title) (too many axes to show)"
    }
    var numbers: [Double] = []
    collect(0, offset, edge) { numbers.append($0) }
    let format = NumberFormat(for: numbers)
    let width = numbers.map { format.text($0).utf8.count }.max() ?? 0
    if shape.isEmpty { return "\(title): \(format.text(numbers[0]))" }
    var text = ""
    write(0, offset, edge, " ", &text) { number in
      let digits = format.text(number)
      return String(repeating: " ", count: width - digits.utf8.count) + digits
    }
    return "\(title)\n\(text)"
  }

  /// The shown places along `axis`; nil stands for those left out.
  private func places(_ axis: Int, _ edge: Int) -> [Int?] {
    let size = shape[axis]
    guard edge < size, size > 2 * edge + 1 else { return Array(0..<size) }
    return Array(0..<edge) + [nil] + Array(size - edge..<size)
  }

  private func collect(_ axis: Int, _ place: Int, _ edge: Int, _ body: (Double) -> Void) {
    guard axis < shape.count else { return body(storage.base[place]) }
    for case let index? in places(axis, edge) { collect(axis + 1, place + index * strides[axis], edge, body) }
  }

  private func write(
    _ axis: Int, _ place: Int, _ edge: Int, _ indentation: String, _ text: inout String, _ format: (Double) -> String
  ) {
    let isRow = axis == shape.count - 1
    // A blank line between matrices, as between paragraphs.
    let separator = isRow ? ", " : "," + String(repeating: "\n", count: min(shape.count - 1 - axis, 2)) + indentation
    text += "["
    for (position, index) in places(axis, edge).enumerated() {
      if position > 0 { text += separator }
      if let index {
        let next = place + index * strides[axis]
        if isRow {
          text += format(storage.base[next])
        } else {
          write(axis + 1, next, edge, indentation + " ", &text, format)
        }
      } else {
        text += "..."
      }
    }
    text += "]"
  }
}
