import CKernels

/// One layer of a `TrainingPass`: its products with the examples of a batch, in Float32, feature by feature.
final class LayerPass {
  /// Outputs x lanes, with rows of zeros up to a multiple of 16; those of the last layer become `delta` by the loss.
  let values: FloatBuffer
  /// The gradient with respect to the preactivations, outputs x lanes.
  let delta: FloatBuffer
  private let layer: Layer
  private let place: ParameterLayout.Layer
  /// What a neuron's output is at least: 0 where it has a ReLU, and minus infinity where not.
  private let floor: FloatBuffer
  /// What goes through a layer example by example: inputs and outputs, lanes x features. Of a dense layer `outputs` is
  /// `delta` transposed, for the gradient of its weights.
  private let inputs: FloatBuffer
  private let outputs: FloatBuffer
  /// Sums over the batch, for biases that several neurons share.
  private let sums: FloatBuffer

  init(_ layer: Layer, _ place: ParameterLayout.Layer, isLast: Bool) throws {
    self.layer = layer
    self.place = place
    let lanes = TrainingPass.lanes
    values = try FloatBuffer(place.lead * lanes)
    delta = isLast ? values : try FloatBuffer(place.lead * lanes)
    floor = try FloatBuffer(place.outputs)
    for neuron in 0..<place.outputs where !layer.rectified.contains(neuron) { floor.base[neuron] = -.infinity }
    switch place.storage {
    case .listed: (inputs, outputs) = (try FloatBuffer(0), try FloatBuffer(0))
    case .dense: (inputs, outputs) = (try FloatBuffer(0), try FloatBuffer(lanes * place.lead))
    case .shared: (inputs, outputs) = (try FloatBuffer(lanes * place.inputs), try FloatBuffer(lanes * place.outputs))
    }
    sums = try FloatBuffer(layer.biasSpan > 1 ? ParameterLayout.padded(place.outputs) : 0)
  }

  /// The values as what the next layer reads.
  var batch: kernel_batch { kernel_batch(values: values.base, active: nil, count: place.outputs) }

  /// Computes the values of `rows` examples.
  func forward(_ parameters: FloatBuffer, _ input: kernel_batch, rows: Int) {
    let (weight, bias) = (parameters.base + place.weight, parameters.base + place.bias)
    let lanes = ParameterLayout.padded(rows)
    switch place.storage {
    case .dense:
      var product = kernel_product()
      (product.rows, product.columns, product.inner) = (place.outputs, lanes, input.count)
      (product.a, product.a_row, product.a_inner) = (UnsafePointer(weight), 1, place.lead)
      product.a_index = input.active
      (product.b, product.b_lead) = (input.values, TrainingPass.lanes)
      (product.finish, product.extra, product.floor) = (
        kernel_finish_rectify, UnsafePointer(bias), UnsafePointer(floor.base)
      )
      (product.result, product.result_lead) = (values.base, TrainingPass.lanes)
      kernel_product(&product)
    case .listed(let columns):
      var (weights, input) = (listed(columns, weight), input)
      kernel_columns_forward(lanes, &weights, &input, bias, floor.base, values.base)
    case .shared:
      spread(input, rows: rows)
      for row in 0..<rows {
        layer.kernel.apply(weight, bias, inputs.base + row * place.inputs, outputs.base + row * place.outputs)
      }
      gather(outputs, rows: rows, place.outputs, values)
      kernel_rectify(values.base, floor.base, place.outputs, lanes)
    }
  }

  /// Computes the gradient of the parameters from `delta`, and the `delta` of the layer below.
  ///
  /// - Parameter adds: whether the gradient is added to what is there.
  func backward(
    _ parameters: FloatBuffer, _ input: kernel_batch, rows: Int, below: LayerPass?, adds: Bool, _ gradient: FloatBuffer
  ) {
    let (weight, slope) = (parameters.base + place.weight, gradient.base + place.weight)
    let lanes = ParameterLayout.padded(rows)
    switch place.storage {
    case .dense:
      denseGradient(input, rows: rows, adds: adds, slope)
      if let below { denseBack(weight, to: below, lanes: lanes) }
    case .listed(let columns):
      var (weights, input) = (listed(columns, weight), input)
      kernel_columns_backward(
        lanes, &weights, &input, delta.base, below?.floor.base, adds ? 1 : 0, slope, below?.delta.base)
    case .shared:
      sharedBackward(weight, rows: rows, below: below, adds: adds, slope)
    }
    biasGradient(lanes: lanes, adds: adds, gradient.base + place.bias)
  }

  private func listed(_ columns: WeightColumns, _ weight: UnsafePointer<Float>) -> kernel_columns {
    kernel_columns(
      inputs: place.inputs, outputs: place.outputs, starts: columns.starts, rows: columns.rows, weights: weight)
  }

  private func denseGradient(
    _ input: kernel_batch, rows: Int, adds: Bool, _ target: UnsafeMutablePointer<Float>
  ) {
    kernel_transpose(delta.base, place.lead, rows, TrainingPass.lanes, outputs.base, place.lead)
    if let active = input.active, !adds { kernel_clear_others(active, input.count, place.inputs, place.lead, target) }
    var product = kernel_product()
    (product.rows, product.columns, product.inner) = (input.count, place.lead, rows)
    (product.a, product.a_row, product.a_inner) = (input.values, TrainingPass.lanes, 1)
    (product.b, product.b_lead) = (UnsafePointer(outputs.base), place.lead)
    product.finish = adds ? kernel_finish_add : kernel_finish_none
    (product.result, product.result_lead, product.result_index) = (target, place.lead, input.active)
    kernel_product(&product)
  }

  private func denseBack(_ weight: UnsafePointer<Float>, to below: LayerPass, lanes: Int) {
    var product = kernel_product()
    (product.rows, product.columns, product.inner) = (place.inputs, lanes, place.outputs)
    (product.a, product.a_row, product.a_inner) = (weight, place.lead, 1)
    (product.b, product.b_lead) = (UnsafePointer(delta.base), TrainingPass.lanes)
    (product.finish, product.extra, product.floor) = (
      kernel_finish_mask, UnsafePointer(below.values.base), UnsafePointer(below.floor.base)
    )
    (product.result, product.result_lead) = (below.delta.base, TrainingPass.lanes)
    kernel_product(&product)
  }

  /// After `forward`, which left the inputs example by example.
  private func sharedBackward(
    _ weight: UnsafePointer<Float>, rows: Int, below: LayerPass?, adds: Bool, _ target: UnsafeMutablePointer<Float>
  ) {
    kernel_transpose(delta.base, place.outputs, rows, TrainingPass.lanes, outputs.base, place.outputs)
    if !adds { target.update(repeating: 0, count: place.weightCount) }
    for row in 0..<rows {
      let (slopes, values) = (outputs.base + row * place.outputs, inputs.base + row * place.inputs)
      layer.kernel.addGradient(slopes, values, to: target)
      if below != nil { layer.kernel.multiplyTransposed(weight, slopes, into: values) }
    }
    guard let below else { return }
    gather(inputs, rows: rows, place.inputs, below.delta)
    kernel_mask(
      below.delta.base, below.values.base, below.floor.base, place.inputs, ParameterLayout.padded(rows))
  }

  private func biasGradient(lanes: Int, adds: Bool, _ target: UnsafeMutablePointer<Float>) {
    let span = layer.biasSpan
    guard span > 1 else { return kernel_lane_sums(delta.base, place.outputs, lanes, adds ? 1 : 0, target) }
    kernel_lane_sums(delta.base, place.outputs, lanes, 0, sums.base)
    for bias in 0..<place.biasCount {
      target[bias] = (bias * span..<(bias + 1) * span).reduce(adds ? target[bias] : 0) { $0 + sums.base[$1] }
    }
  }

  /// The input example by example.
  private func spread(_ input: kernel_batch, rows: Int) {
    guard let active = input.active else {
      return kernel_transpose(input.values, place.inputs, rows, TrainingPass.lanes, inputs.base, place.inputs)
    }
    inputs.base.update(repeating: 0, count: rows * place.inputs)
    for k in 0..<input.count {
      for row in 0..<rows {
        inputs.base[row * place.inputs + Int(active[k])] = input.values[k * TrainingPass.lanes + row]
      }
    }
  }

  /// What was computed example by example, feature by feature; zero in lanes without an example.
  private func gather(_ source: FloatBuffer, rows: Int, _ features: Int, _ target: FloatBuffer) {
    kernel_transpose(source.base, rows, features, features, target.base, TrainingPass.lanes)
    for feature in 0..<features {
      for lane in rows..<ParameterLayout.padded(rows) { target.base[feature * TrainingPass.lanes + lane] = 0 }
    }
  }
}
