import CKernels

/// One batch forward and backward in Float32, in buffers that are made once.
///
/// A batch goes through the layers feature by feature, `lanes` examples side by side; a larger one in several parts, whose
/// gradients add up. Pixels that are black in a whole part, as the margins of MNIST's pictures are, are left out of it: the
/// same sums without the zeros.
final class TrainingPass {
  /// How many examples lie side by side.
  static let lanes = Int(kernel_lanes)

  let layout: ParameterLayout
  /// The gradient of the last `differentiate`, laid out like the parameters.
  let gradient: FloatBuffer

  private let loss: Loss
  private let layers: [LayerPass]
  private let input: FloatBuffer
  /// The pixels of the part that are not black in all its pictures.
  private let active: UnsafeMutablePointer<Int32>
  private let labels: UnsafeMutablePointer<Int32>

  /// A pass through `network`, whose connections and ReLUs are taken, but whose parameters are not looked at.
  ///
  /// - Throws: `OutsideFailure` when there is no memory for the buffers.
  init(_ network: Network, layout: ParameterLayout, loss: Loss) throws {
    self.layout = layout
    self.loss = loss
    gradient = try FloatBuffer(layout.count)
    let last = layout.layers.count - 1
    layers = try layout.layers.indices.map {
      try LayerPass(network.layers[$0], layout.layers[$0], isLast: $0 == last)
    }
    let inputs = layout.layers[0].inputs
    input = try FloatBuffer((inputs + 1) * TrainingPass.lanes)
    active = .allocate(capacity: inputs + 1)
    labels = .allocate(capacity: TrainingPass.lanes)
  }

  deinit {
    active.deallocate()
    labels.deallocate()
  }

  /// What is added up over the examples.
  struct Sums {
    var loss = 0.0
    /// Examples classified as their class, or outputs on the right side with the logistic loss.
    var hits: Int64 = 0
    /// The squared errors of each output; none with cross-entropy.
    var squares: [Double]

    init(outputs: Int) { squares = [Double](repeating: 0, count: outputs) }
  }

  /// Some examples of a data set: `rows` at `order`, which goes on with `ahead` that will be wanted next.
  struct Batch {
    let data: TrainingData
    let order: UnsafePointer<Int32>
    let rows: Int
    let ahead: Int
  }

  /// Computes the outputs for a batch, and adds up the losses.
  ///
  /// - Returns: the sum of the losses.
  func evaluate(_ parameters: FloatBuffer, _ batch: Batch, _ sums: inout Sums) -> Double {
    run(parameters, batch, &sums, wantsGradient: false)
  }

  /// The same, and computes `gradient`, that of the mean loss.
  func differentiate(_ parameters: FloatBuffer, _ batch: Batch, _ sums: inout Sums) -> Double {
    run(parameters, batch, &sums, wantsGradient: true)
  }

  private func run(_ parameters: FloatBuffer, _ whole: Batch, _ sums: inout Sums, wantsGradient: Bool) -> Double {
    var total = 0.0
    for first in stride(from: 0, to: whole.rows, by: TrainingPass.lanes) {
      let count = min(TrainingPass.lanes, whole.rows - first)
      let part = Batch(
        data: whole.data, order: whole.order + first, rows: count, ahead: whole.rows - first - count + whole.ahead)
      let batch = gather(part)
      for (k, layer) in layers.enumerated() {
        layer.forward(parameters, k == 0 ? batch : layers[k - 1].batch, rows: count)
      }
      total += addLosses(part, of: whole.rows, &sums)
      guard wantsGradient else { continue }
      for (k, layer) in layers.enumerated().reversed() {
        layer.backward(
          parameters, k == 0 ? batch : layers[k - 1].batch, rows: count, below: k == 0 ? nil : layers[k - 1],
          adds: first > 0, gradient)
      }
    }
    sums.loss += total
    return total
  }

  private func gather(_ part: Batch) -> kernel_batch {
    let inputs = layout.layers[0].inputs
    switch part.data.inputs {
    case .pixels(let pixels):
      let count = kernel_gather_pixels(
        pixels, part.order, part.rows, min(part.ahead, TrainingPass.lanes), inputs, input.base, active)
      return kernel_batch(values: input.base, active: active, count: count)
    case .numbers(let numbers):
      kernel_gather_numbers(numbers.base, part.order, part.rows, inputs, input.base)
      return kernel_batch(values: input.base, active: nil, count: inputs)
    }
  }

  /// Adds up the losses of a part of `total` examples; the outputs become the gradient of the mean loss.
  private func addLosses(_ part: Batch, of total: Int, _ sums: inout Sums) -> Double {
    let count = layout.layers[layout.layers.count - 1].outputs
    let outputs = layers[layers.count - 1].values.base
    switch part.data.targets {
    case .classes(let classes):
      for row in 0..<part.rows { labels[row] = classes[Int(part.order[row])] }
      return kernel_softmax_cross_entropy(outputs, labels, part.rows, count, 1 / Float(total), &sums.hits)
    case .numbers(let targets):
      let (kind, delta): (kernel_loss_kind, Double) =
        switch loss {
        case .absolute: (kernel_loss_absolute, 0)
        case .huber(let delta): (kernel_loss_huber, delta)
        case .logistic: (kernel_loss_logistic, 0)
        case .squares, .crossEntropy: (kernel_loss_squares, 0)
        }
      return kernel_loss(
        kind, Float(delta), outputs, targets.base, part.data.weights?.base, part.order, part.rows, count,
        1 / (Float(total) * Float(count)), &sums.squares, &sums.hits)
    }
  }
}
