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

  /// The weights of `layer` between some of its inputs and neurons, which are counted anew, that `mask`, in their shape,
  /// keeps.
  init(_ layer: Layer, mask: [Double]?, inputs: [Int], neurons: [Int]) {
    let starts = UnsafeMutablePointer<Int32>.allocate(capacity: inputs.count + 1)
    starts.initialize(repeating: 0, count: inputs.count + 1)
    var places = [Int](repeating: -1, count: layer.inputCount)
    for (place, input) in inputs.enumerated() { places[input] = place }
    func forEach(_ body: (_ neuron: Int, _ input: Int, _ element: Int) -> Void) {
      for (place, neuron) in neurons.enumerated() {
        layer.forEachConnection(of: neuron) { input, element in
          if places[input] >= 0, mask?[element] != 0 { body(place, places[input], element) }
        }
      }
    }
    forEach { _, input, _ in starts[input + 1] += 1 }
    for input in inputs.indices { starts[input + 1] += starts[input] }
    let count = Int(starts[inputs.count])
    let rows = UnsafeMutablePointer<Int32>.allocate(capacity: max(count, 1))
    var elements = [Int](repeating: 0, count: count)
    var next = inputs.indices.map { Int(starts[$0]) }
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
