import CKernels

/// One layer of a `TrainingPass`: its products with all rows of a batch, in Float32.
///
/// Rows of numbers are apart as far as `ParameterLayout` says. Dense layers are products of matrices; the others go
/// through their connections row by row.
final class LayerPass {
  private let layer: Layer
  private let place: ParameterLayout.Layer
  /// What a neuron's output is at least: 0 where it has a ReLU, and minus infinity where not.
  private let floor: FloatBuffer
  /// The weight of a dense layer as [outputs, inputs], for the way back.
  private let transposed: FloatBuffer
  /// Sums over the batch, for biases that several neurons share.
  private let sums: FloatBuffer

  init(_ layer: Layer, _ place: ParameterLayout.Layer) throws {
    self.layer = layer
    self.place = place
    floor = try FloatBuffer(place.lead)
    for neuron in 0..<place.outputs where !layer.rectified.contains(neuron) { floor.base[neuron] = -.infinity }
    transposed = try FloatBuffer(place.isDense ? place.outputs * ParameterLayout.padded(place.inputs) : 0)
    sums = try FloatBuffer(layer.biasSpan > 1 ? place.lead : 0)
  }

  /// Some of the neurons have ReLUs and some have not: that is for a loop of its own.
  private var isMixed: Bool { !layer.rectified.isAll && !layer.rectified.isEmpty }

  /// What a product does with each sum of a dense layer.
  var finish: kernel_finish { layer.rectified.isAll ? kernel_finish_bias_relu : kernel_finish_bias }

  /// The outputs for `input`, whose rows are `inputLead` apart.
  func forward(
    _ parameters: FloatBuffer, _ input: FloatBuffer, inputLead: Int, rows: Int, _ output: FloatBuffer
  ) {
    let (weight, bias) = (parameters.base + place.weight, parameters.base + place.bias)
    if place.isDense {
      kernel_product(
        rows, place.lead, place.inputs, input.base, inputLead, 1, weight, place.lead, bias, finish, output.base,
        place.lead)
    } else {
      for row in 0..<rows {
        layer.kernel.apply(weight, bias, input.base + row * inputLead, output.base + row * place.lead)
      }
      if layer.rectified.isAll { return kernel_rectify(output.base, floor.base, rows, place.lead) }
    }
    rectifyMixed(output, rows: rows)
  }

  /// Applies the ReLUs of a layer that has some: what `finish` does not do.
  func rectifyMixed(_ output: FloatBuffer, rows: Int) {
    if isMixed { kernel_rectify(output.base, floor.base, rows, place.lead) }
  }

  /// The gradient with respect to the weights.
  func weightGradient(
    _ delta: FloatBuffer, _ input: FloatBuffer, inputLead: Int, rows: Int, _ gradient: FloatBuffer
  ) {
    let target = gradient.base + place.weight
    guard !place.isDense else {
      return kernel_product(
        place.inputs, place.lead, rows, input.base, 1, inputLead, delta.base, place.lead, delta.base,
        kernel_finish_none, target, place.lead)
    }
    target.update(repeating: 0, count: place.weightCount)
    for row in 0..<rows {
      layer.kernel.addGradient(delta.base + row * place.lead, input.base + row * inputLead, to: target)
    }
  }

  /// The gradient with respect to the biases.
  func biasGradient(_ delta: FloatBuffer, rows: Int, _ gradient: FloatBuffer) {
    let target = gradient.base + place.bias
    let span = layer.biasSpan
    kernel_column_sums(delta.base, rows, place.lead, place.lead, span > 1 ? sums.base : target)
    guard span > 1 else { return }
    for bias in 0..<place.biasCount {
      target[bias] = (bias * span..<(bias + 1) * span).reduce(0) { $0 + sums.base[$1] }
    }
  }

  /// The gradient with respect to the preactivations of the layer `below`, whose outputs are `values`.
  func back(
    _ parameters: FloatBuffer, _ delta: FloatBuffer, to below: LayerPass, _ values: FloatBuffer, rows: Int,
    _ result: FloatBuffer
  ) {
    let weight = parameters.base + place.weight
    let lead = below.place.lead
    let isRectified = below.layer.rectified.isAll
    if place.isDense {
      kernel_transpose(weight, place.inputs, place.outputs, place.lead, transposed.base, lead)
      kernel_product(
        rows, lead, place.outputs, delta.base, place.lead, 1, transposed.base, lead, values.base,
        isRectified ? kernel_finish_mask : kernel_finish_none, result.base, lead)
    } else {
      for row in 0..<rows {
        layer.kernel.multiplyTransposed(weight, delta.base + row * place.lead, into: result.base + row * lead)
      }
    }
    if below.isMixed || isRectified && !place.isDense {
      kernel_mask(result.base, values.base, below.floor.base, rows, lead)
    }
  }
}
