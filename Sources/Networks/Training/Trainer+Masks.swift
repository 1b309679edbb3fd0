import Essentials
import Tensors

extension Trainer {
  /// 1 where a parameter may be other than zero and 0 where not, in the trainer's layout; nil without masks.
  static func mask(_ options: TrainingOptions, _ network: Network, _ layout: ParameterLayout) throws
    -> FloatBuffer?
  {
    let absent = [Tensor?](repeating: nil, count: network.layers.count)
    let (weights, biases) = (options.masks ?? absent, options.biasMasks ?? absent)
    for masks in [weights, biases] where masks.count != network.layers.count {
      throw Misuse("train: expected one mask for each of \(network.layers.count) layers, got \(masks.count)")
    }
    guard (weights + biases).contains(where: { $0 != nil }) else { return nil }
    let buffer = try FloatBuffer(layout.count)
    for k in 0..<layout.count { buffer.base[k] = 1 }
    func check(_ mask: Tensor, _ parameter: Tensor, _ index: Int) throws {
      guard mask.shape == parameter.shape else {
        throw Misuse(
          "train: expected a mask of \(Tensor.describe(shape: parameter.shape)) for layer \(index + 1), "
            + "got \(Tensor.describe(shape: mask.shape))")
      }
    }
    for (index, place) in layout.layers.enumerated() {
      if let mask = weights[index] {
        try check(mask, network.layers[index].weight, index)
        let values = mask.array
        place.forEachWeight { buffer.base[$1] = values[$0] != 0 ? 1 : 0 }
      }
      if let mask = biases[index] {
        try check(mask, network.layers[index].bias, index)
        for (j, value) in mask.array.enumerated() { buffer.base[place.bias + j] = value != 0 ? 1 : 0 }
      }
    }
    return buffer
  }

  /// Checks that biases which are to be zero are so in the data set's own units as well: a bias takes up the offsets of
  /// the units.
  static func check(_ options: TrainingOptions, _ network: Network, _ scaling: Scaling) throws {
    guard let biasMasks = options.biasMasks else { return }
    let last = network.layers.count - 1
    func pruned(_ layer: Int) -> [Int] {
      (biasMasks[layer]?.array ?? []).enumerated().filter { $0.element == 0 }.map(\.offset)
    }
    let hasWeight = { (neuron: Int) in
      options.masks?[0]?.array[network.layers[0].places(ofUnit: neuron)].contains { $0 != 0 } ?? true
    }
    guard scaling.input == nil || !pruned(0).contains(where: hasWeight), scaling.output == nil || pruned(last).isEmpty
    else {
      throw Misuse(
        "train: the mask prunes biases of the first or last layer, which standard units would bring back; "
          + "train with standardize = false")
    }
  }
}
