import CKernels

/// One batch forward and backward in Float32, in buffers that are made once.
///
/// Pictures that are mostly black, as MNIST's are, go through the first layer as lists of their bright pixels: the
/// same sums without the zeros.
final class TrainingPass {
  let layout: ParameterLayout
  /// The gradient of the last `backward`, laid out like the parameters.
  let gradient: FloatBuffer

  private let capacity: Int
  private let loss: Loss
  private let isSparse: Bool
  private let input: FloatBuffer
  private let inputLead: Int
  /// Activations of the hidden layers, then the outputs, which the loss turns into their gradient.
  private let values: [FloatBuffer]
  /// Gradients with respect to the preactivations of the hidden layers.
  private let deltas: [FloatBuffer]
  private let layers: [LayerPass]
  private let bytes: UnsafeMutablePointer<UInt8>
  private let byRow: UnsafeMutablePointer<UInt32>
  private let byColumn: UnsafeMutablePointer<UInt32>
  private let rowCounts: UnsafeMutablePointer<Int32>
  private let columnCounts: UnsafeMutablePointer<Int32>
  /// The number that each byte stands for.
  private let scale: FloatBuffer
  private let labels: UnsafeMutablePointer<Int32>

  /// Whether lists are faster than the full product: the fewer the non-zero pixels and the wider the first layer, the
  /// sooner the zeros saved outweigh making the lists. Measured at widths 32 and 64 on MNIST and Fashion-MNIST.
  static func isWorthLists(_ pixels: [UInt8], layout: ParameterLayout) -> Bool {
    let first = layout.layers[0]
    return first.isDense && first.lead >= 32 && nonzeroShare(pixels) < (first.lead >= 64 ? 0.4 : 0.25)
  }

  /// A pass through `network`, whose connections and ReLUs are taken, but whose parameters are not looked at.
  ///
  /// - Throws: `OutsideFailure` when there is no memory for the buffers.
  init(_ network: Network, layout: ParameterLayout, loss: Loss, capacity: Int, isSparse: Bool) throws {
    self.layout = layout
    self.loss = loss
    self.capacity = capacity
    self.isSparse = isSparse
    gradient = try FloatBuffer(layout.count)
    scale = try FloatBuffer(256)
    let inputs = layout.layers[0].inputs
    inputLead = ParameterLayout.padded(inputs)
    input = try FloatBuffer(isSparse ? 0 : capacity * inputLead)
    values = try layout.layers.map { try FloatBuffer(capacity * $0.lead) }
    deltas = try layout.layers.dropLast().map { try FloatBuffer(capacity * $0.lead) }
    layers = try zip(network.layers, layout.layers).map { try LayerPass($0, $1) }
    let entries = isSparse ? capacity * inputs + 16 : 1
    bytes = .allocate(capacity: isSparse ? inputs * ParameterLayout.padded(capacity) : 1)
    byRow = .allocate(capacity: entries)
    byColumn = .allocate(capacity: entries)
    rowCounts = .allocate(capacity: capacity)
    columnCounts = .allocate(capacity: inputs)
    labels = .allocate(capacity: capacity)
    for byte in 0..<256 { scale.base[byte] = Float(byte) * (1 / 255 as Float) }
  }

  deinit {
    bytes.deallocate()
    byRow.deallocate()
    byColumn.deallocate()
    rowCounts.deallocate()
    columnCounts.deallocate()
    labels.deallocate()
  }

  /// The share of `pixels` that are not zero.
  private static func nonzeroShare(_ pixels: [UInt8]) -> Double {
    guard !pixels.isEmpty else { return 0 }
    return pixels.withUnsafeBufferPointer { Double(kernel_count_nonzero($0.baseAddress, $0.count)) }
      / Double(pixels.count)
  }

  /// What `forward` adds up over the examples.
  struct Sums {
    var loss = 0.0
    /// Examples classified as their class, or outputs on the right side with the logistic loss.
    var hits: Int64 = 0
    /// The squared errors of each output; none with cross-entropy.
    var squares: [Double]

    init(outputs: Int) { squares = [Double](repeating: 0, count: outputs) }
  }

  /// Computes the outputs for the `rows` examples at `order`, and adds up their losses; the outputs' place then holds
  /// the gradient of the mean loss.
  ///
  /// - Returns: the sum of the losses.
  func forward(
    _ parameters: FloatBuffer, _ data: TrainingData, order: UnsafePointer<Int32>, rows: Int, sums: inout Sums
  ) -> Double {
    let first = layout.layers[0]
    switch data.inputs {
    case .pixels(let pixels) where isSparse:
      kernel_gather_sparse(
        pixels, order, rows, first.inputs, bytes, byRow, rowCounts, byColumn, columnCounts)
    case .pixels(let pixels): kernel_gather(pixels, order, rows, first.inputs, input.base, inputLead)
    case .numbers(let numbers):
      kernel_gather_numbers(numbers.base, order, rows, first.inputs, input.base, inputLead)
    }
    for (k, layer) in layers.enumerated() {
      guard k == 0, isSparse else {
        layer.forward(parameters, below(k), inputLead: lead(below: k), rows: rows, values[k])
        continue
      }
      kernel_sparse_product(
        rows, first.lead, byRow, rowCounts, first.inputs, scale.base, parameters.base + first.weight, first.lead,
        parameters.base + first.bias, layer.finish, values[0].base, first.lead)
      layer.rectifyMixed(values[0], rows: rows)
    }
    let sum = addLosses(data, order, rows, &sums)
    sums.loss += sum
    return sum
  }

  /// What layer `k` reads, and how far its rows are apart.
  private func below(_ k: Int) -> FloatBuffer { k == 0 ? input : values[k - 1] }
  private func lead(below k: Int) -> Int { k == 0 ? inputLead : layout.layers[k - 1].lead }

  private func addLosses(
    _ data: TrainingData, _ order: UnsafePointer<Int32>, _ rows: Int, _ sums: inout Sums
  ) -> Double {
    let layer = layout.layers[layout.layers.count - 1]
    let outputs = values[layout.layers.count - 1].base
    switch data.targets {
    case .classes(let classes):
      for row in 0..<rows { labels[row] = classes[Int(order[row])] }
      return kernel_softmax_cross_entropy(outputs, labels, rows, layer.outputs, layer.lead, &sums.hits)
    case .numbers(let targets):
      let (kind, delta): (kernel_loss_kind, Double) =
        switch loss {
        case .absolute: (kernel_loss_absolute, 0)
        case .huber(let delta): (kernel_loss_huber, delta)
        case .logistic: (kernel_loss_logistic, 0)
        case .squares, .crossEntropy: (kernel_loss_squares, 0)
        }
      return kernel_loss(
        kind, Float(delta), outputs, targets.base, order, rows, layer.outputs, layer.lead, &sums.squares, &sums.hits)
    }
  }

  /// Computes `gradient` for the batch of the last `forward`.
  func backward(_ parameters: FloatBuffer, rows: Int) {
    let first = layout.layers[0]
    for (k, layer) in layers.enumerated().reversed() {
      let delta = k == layers.count - 1 ? values[k] : deltas[k]
      if k == 0, isSparse {
        kernel_sparse_product(
          first.inputs, first.lead, byColumn, columnCounts, rows, scale.base, delta.base, first.lead, delta.base,
          kernel_finish_none, gradient.base + first.weight, first.lead)
      } else {
        layer.weightGradient(delta, below(k), inputLead: lead(below: k), rows: rows, gradient)
      }
      layer.biasGradient(delta, rows: rows, gradient)
      guard k > 0 else { break }
      layer.back(parameters, delta, to: layers[k - 1], values[k - 1], rows: rows, deltas[k - 1])
    }
  }
}
