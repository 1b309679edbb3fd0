import Essentials
import Tensors

extension Trainer {
  /// Checks that the masks have the shapes of the network's parameters.
  static func check(_ options: TrainingOptions, _ network: Network) throws {
    for (masks, parameters) in [
      (options.masks, network.layers.map(\.weight)), (options.biasMasks, network.layers.map(\.bias)),
    ] {
      guard let masks else { continue }
      guard masks.count == parameters.count else {
        throw Misuse("train: expected one mask for each of \(parameters.count) layers, got \(masks.count)")
      }
      for (index, (mask, parameter)) in zip(masks, parameters).enumerated() {
        guard let mask, mask.shape != parameter.shape else { continue }
        throw Misuse(
          "train: expected a mask of \(Tensor.describe(shape: parameter.shape)) for layer \(index + 1), "
            + "got \(Tensor.describe(shape: mask.shape))")
      }
    }
  }

  /// 1 where a parameter may be other than zero and 0 where not, in the trainer's layout; nil where that has nothing
  /// pruned in it.
  static func mask(_ options: TrainingOptions, _ layout: ParameterLayout) throws -> FloatBuffer? {
    let buffer = try FloatBuffer(layout.count)
    for k in 0..<layout.count { buffer.base[k] = 1 }
    var prunes = false
    func set(_ place: Int, _ value: Double) {
      guard value == 0 else { return }
      buffer.base[place] = 0
      prunes = true
    }
    for (index, place) in layout.layers.enumerated() {
      if let values = options.masks?[index]?.array { place.forEachWeight { set($1, values[$0]) } }
      if let values = options.biasMasks?[index]?.array {
        place.forEachBias { set($1, values[$0]) }
      }
    }
    return prunes ? buffer : nil
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
