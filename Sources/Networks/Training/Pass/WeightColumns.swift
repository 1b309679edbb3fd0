/// Weights listed by the input that they are for, as the kernels of sparse layers take them: a batch then costs what the
/// weights that are there cost.
///
/// It holds unsafe pointers because the kernels need addresses that stay; nothing writes there once it is made.
final class WeightColumns {
  /// Input k has the weights from `starts[k]` to before `starts[k + 1]`.
  let starts: UnsafeMutablePointer<Int32>
  /// The neuron of each weight, ascending for each input.
  let rows: UnsafeMutablePointer<Int32>
  /// Where the layer's own tensor holds each weight.
  let elements: [Int]

  /// The weights of `layer` that `mask`, in their shape, keeps.
  init(_ layer: Layer, mask: [Double]?) {
    let starts = UnsafeMutablePointer<Int32>.allocate(capacity: layer.inputCount + 1)
    starts.initialize(repeating: 0, count: layer.inputCount + 1)
    func forEach(_ body: (_ neuron: Int, _ input: Int, _ element: Int) -> Void) {
      for neuron in 0..<layer.outputCount {
        layer.forEachConnection(of: neuron) { input, element in
          if mask?[element] != 0 { body(neuron, input, element) }
        }
      }
    }
    forEach { _, input, _ in starts[input + 1] += 1 }
    for input in 0..<layer.inputCount { starts[input + 1] += starts[input] }
    let count = Int(starts[layer.inputCount])
    let rows = UnsafeMutablePointer<Int32>.allocate(capacity: max(count, 1))
    var elements = [Int](repeating: 0, count: count)
    var next = (0..<layer.inputCount).map { Int(starts[$0]) }
    forEach { neuron, input, element in
      rows[next[input]] = Int32(neuron)
      elements[next[input]] = element
      next[input] += 1
    }
    (self.starts, self.rows, self.elements) = (starts, rows, elements)
  }

  deinit {
    starts.deallocate()
    rows.deallocate()
  }
}
