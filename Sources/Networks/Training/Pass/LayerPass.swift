import CKernels

/// One layer of a `TrainingPass`: its products with the examples of a batch, in Float32, feature by feature.
///
/// Nothing here is shared by different lanes, nor by different ranges of parameters: several threads may work at once.
final class LayerPass {
  /// Some of the lanes of a batch: `first` is a multiple of 16, and `rows` of them hold an example.
  struct Lanes {
    let first: Int
    let rows: Int
    /// How many lanes the kernels go through.
    var count: Int { ParameterLayout.padded(rows) }
  }

  /// Outputs x lanes, with rows of zeros up to a multiple of 16; those of the last layer become `delta` by the loss.
  let values: FloatBuffer
  /// The gradient with respect to the preactivations, outputs x lanes.
  let delta: FloatBuffer
  private let layer: Layer
  private let place: ParameterLayout.Layer
  /// What a neuron's output is at least: 0 where it has a ReLU, and minus infinity where not.
  private let floor: FloatBuffer
  /// What goes through a layer example by example: inputs and outputs, lanes x features, and gradients of the inputs. Of
  /// a dense layer `outputs` is `delta` transposed, for the gradient of its weights.
  private let inputs: FloatBuffer
  private let outputs: FloatBuffer
  private let slopes: FloatBuffer
  /// Sums over the batch, for biases that several neurons share.
  private let sums: FloatBuffer

  init(_ layer: Layer, _ place: ParameterLayout.Layer, isLast: Bool) throws {
    self.layer = layer
    self.place = place
    let lanes = TrainingPass.lanes
    let rows = ParameterLayout.padded(place.outputs)
    values = try FloatBuffer(rows * lanes)
    delta = isLast ? values : try FloatBuffer(rows * lanes)
    floor = try FloatBuffer(place.outputs)
    for (row, neuron) in place.neurons.enumerated() where !layer.rectified.contains(neuron) {
      floor.base[row] = -.infinity
    }
    var (inputCount, outputCount) = (0, 0)
    switch place.storage {
    case .narrow, .listed: break
    case .dense: outputCount = lanes * place.lead
    case .shared: (inputCount, outputCount) = (lanes * place.inputs, lanes * place.outputs)
    }
    inputs = try FloatBuffer(inputCount)
    slopes = try FloatBuffer(inputCount)
    outputs = try FloatBuffer(outputCount)
    sums = try FloatBuffer(layer.biasSpan > 1 ? ParameterLayout.padded(place.outputs) : 0)
  }

  /// The values as what the next layer reads.
  var batch: kernel_batch { kernel_batch(values: values.base, active: nil, count: place.outputs) }

  /// Computes the values of some lanes.
  func forward(_ parameters: FloatBuffer, _ input: kernel_batch, _ lanes: Lanes) {
    let (weight, bias) = (parameters.base + place.weight, parameters.base + place.bias)
    var input = input
    input.values += lanes.first
    let result = values.base + lanes.first
    switch place.storage {
    case .dense, .narrow:
      var product = kernel_product()
      (product.rows, product.columns, product.inner) = (place.outputs, lanes.count, input.count)
      (product.a, product.a_row, product.a_inner) = (UnsafePointer(weight), 1, place.lead)
      product.a_index = input.active
      (product.b, product.b_lead) = (input.values, TrainingPass.lanes)
      (product.finish, product.extra, product.floor) = (
        kernel_finish_rectify, UnsafePointer(bias), UnsafePointer(floor.base)
      )
      (product.result, product.result_lead) = (result, TrainingPass.lanes)
      kernel_product(&product)
    case .listed(let columns):
      var weights = listed(columns, weight)
      kernel_columns_forward(lanes.count, &weights, &input, bias, floor.base, result)
    case .shared:
      spread(input, lanes)
      for row in lanes.first..<lanes.first + lanes.rows {
        layer.kernel.apply(weight, bias, inputs.base + row * place.inputs, outputs.base + row * place.outputs)
      }
      gather(outputs, place.outputs, lanes, values)
      kernel_rectify(result, floor.base, place.outputs, lanes.count)
    }
  }

  /// Computes the `delta` of the layer below for some lanes, and what the gradient of this layer's weights needs of them.
  func back(_ parameters: FloatBuffer, to below: LayerPass?, _ lanes: Lanes) {
    let (weight, own) = (parameters.base + place.weight, delta.base + lanes.first)
    switch place.storage {
    case .dense, .narrow:
      if case .dense = place.storage {
        kernel_transpose(
          own, place.lead, lanes.rows, TrainingPass.lanes, outputs.base + lanes.first * place.lead, place.lead)
      }
      guard let below else { return }
      var product = kernel_product()
      (product.rows, product.columns, product.inner) = (place.inputs, lanes.count, place.outputs)
      (product.a, product.a_row, product.a_inner) = (UnsafePointer(weight), place.lead, 1)
      (product.b, product.b_lead) = (UnsafePointer(own), TrainingPass.lanes)
      (product.finish, product.extra, product.floor) = (
        kernel_finish_mask, UnsafePointer(below.values.base + lanes.first), UnsafePointer(below.floor.base)
      )
      (product.result, product.result_lead) = (below.delta.base + lanes.first, TrainingPass.lanes)
      kernel_product(&product)
    case .listed(let columns):
      guard let below else { return }
      var weights = listed(columns, weight)
      kernel_columns_back(
        lanes.count, &weights, own, below.values.base + lanes.first, below.floor.base, below.delta.base + lanes.first)
    case .shared:
      kernel_transpose(
        own, place.outputs, lanes.rows, TrainingPass.lanes, outputs.base + lanes.first * place.outputs, place.outputs)
      guard let below else { return }
      for row in lanes.first..<lanes.first + lanes.rows {
        layer.kernel.multiplyTransposed(
          weight, outputs.base + row * place.outputs, into: slopes.base + row * place.inputs)
      }
      gather(slopes, place.inputs, lanes, below.delta)
      kernel_mask(
        below.delta.base + lanes.first, below.values.base + lanes.first, below.floor.base, place.inputs, lanes.count)
    }
  }

  /// Computes the gradient of some parameters from the `delta` of all lanes.
  ///
  /// - Parameters:
  ///   - adds: whether it is added to what is there.
  ///   - target: the place of the first one's.
  func gradient(
    _ part: ParameterLayout.Part, _ input: kernel_batch, rows: Int, adds: Bool, _ target: UnsafeMutablePointer<Float>
  ) {
    switch part.kind {
    case .weights: break
    case .biases: return biasGradient(lanes: ParameterLayout.padded(rows), adds: adds, target)
    case .idle: return target.update(repeating: 0, count: part.places.count)
    }
    switch place.storage {
    case .dense: denseGradient(part.places, input, rows: rows, adds: adds, target)
    case .narrow(let columns), .listed(let columns):
      // The weights themselves play no part.
      var (weights, input) = (listed(columns, target), input)
      let last = min(part.places.upperBound - place.weight, place.weightCount)
      kernel_columns_gradient(
        ParameterLayout.padded(rows), &weights, &input, delta.base, part.places.lowerBound - place.weight, last,
        adds ? 1 : 0, target)
    case .shared:
      if !adds { target.update(repeating: 0, count: part.places.count) }
      for row in 0..<rows {
        layer.kernel.addGradient(
          outputs.base + row * place.outputs, inputs.base + row * place.inputs, to: target)
      }
    }
  }

  private func listed(_ columns: WeightColumns, _ weight: UnsafePointer<Float>) -> kernel_columns {
    kernel_columns(
      inputs: place.inputs, outputs: place.outputs, starts: columns.starts, rows: columns.rows, weights: weight)
  }

  private func denseGradient(
    _ places: Range<Int>, _ input: kernel_batch, rows: Int, adds: Bool, _ target: UnsafeMutablePointer<Float>
  ) {
    let first = (places.lowerBound - place.weight) / place.lead
    let last = first + places.count / place.lead
    var (from, to) = (first, last)
    if let active = input.active {
      (from, to) = (input.count(below: first, in: active), input.count(below: last, in: active))
      if !adds { target.update(repeating: 0, count: places.count) }
    }
    var product = kernel_product()
    (product.rows, product.columns, product.inner) = (to - from, place.lead, rows)
    (product.a, product.a_row, product.a_inner) = (input.values + from * TrainingPass.lanes, TrainingPass.lanes, 1)
    (product.b, product.b_lead) = (UnsafePointer(outputs.base), place.lead)
    product.finish = adds ? kernel_finish_add : kernel_finish_none
    product.result_lead = place.lead
    if let active = input.active {
      (product.result, product.result_index) = (target - first * place.lead, active + from)
    } else {
      product.result = target
    }
    kernel_product(&product)
  }

  private func biasGradient(lanes: Int, adds: Bool, _ target: UnsafeMutablePointer<Float>) {
    let span = layer.biasSpan
    guard span > 1 else { return kernel_lane_sums(delta.base, place.outputs, lanes, adds ? 1 : 0, target) }
    kernel_lane_sums(delta.base, place.outputs, lanes, 0, sums.base)
    for bias in 0..<ParameterLayout.padded(place.biases.count) {
      let own = bias < place.biases.count ? (bias * span..<(bias + 1) * span).reduce(0) { $0 + sums.base[$1] } : 0
      target[bias] = own + (adds ? target[bias] : 0)
    }
  }

  /// The input example by example.
  private func spread(_ input: kernel_batch, _ lanes: Lanes) {
    let target = inputs.base + lanes.first * place.inputs
    guard let active = input.active else {
      return kernel_transpose(input.values, place.inputs, lanes.rows, TrainingPass.lanes, target, place.inputs)
    }
    target.update(repeating: 0, count: lanes.rows * place.inputs)
    for k in 0..<input.count {
      for row in 0..<lanes.rows {
        target[row * place.inputs + Int(active[k])] = input.values[k * TrainingPass.lanes + row]
      }
    }
  }

  /// What was computed example by example, feature by feature; zero in lanes without an example.
  private func gather(_ source: FloatBuffer, _ features: Int, _ lanes: Lanes, _ target: FloatBuffer) {
    let result = target.base + lanes.first
    kernel_transpose(
      source.base + lanes.first * features, lanes.rows, features, features, result, TrainingPass.lanes)
    for feature in 0..<features {
      for lane in lanes.rows..<lanes.count { result[feature * TrainingPass.lanes + lane] = 0 }
    }
  }
}

extension kernel_batch {
  /// How many of the active features are before `feature`.
  fileprivate func count(below feature: Int, in active: UnsafePointer<Int32>) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if active[middle] < feature { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
