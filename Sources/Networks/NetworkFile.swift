import Essentials
import Tensors

/// Networks as safetensors files, which PyTorch and NumPy users read and write with their own library.
///
/// Layer k, counted from 0, is `layers.k.weight` [outputs, inputs] and `layers.k.bias` [outputs]. The metadata holds the
/// network's own and `architecture`, such as `784-64-64-10`. A checkpoint of a training is such a file too: its further
/// tensors begin with `optimizer.`, its further metadata with `checkpoint.`, and both are passed over here.
public enum NetworkFile {
  /// The tensors of a checkpoint that are no part of the network begin so.
  static let optimizerPrefix = "optimizer."
  /// The metadata of a checkpoint that are no part of the network begin so.
  static let checkpointPrefix = "checkpoint."

  /// The network in the file at `path`; numbers of any type that safetensors has become Float64.
  ///
  /// - Throws: `OutsideFailure` naming the file, and the tensor, when the file cannot be read or is damaged, when a
  ///   tensor is missing, unexpected or misshaped, when layer numbers have gaps or layers do not fit each other, and
  ///   when a number is infinite or not a number.
  public static func read(_ path: String) throws -> Network {
    try network(in: SafeTensors(reading: path), path: path)
  }

  /// Writes `network` to `path`, so that a crash leaves either the old file or the whole new one.
  ///
  /// - Parameter elementType: F64, the default, is exact; F32 halves the file and is exact for trained networks, whose
  ///   weights Float32 holds.
  /// - Throws: `Misuse` when a weight is infinite or not a number, or the type is neither of the two; `OutsideFailure`
  ///   naming the file when it cannot be written.
  public static func write(_ network: Network, to path: String, elementType: ElementType = .float64) throws {
    for (index, layer) in network.layers.enumerated() {
      guard isFinite(layer.weight), isFinite(layer.bias) else {
        throw Misuse("network file: layer \(index + 1) holds a number that is infinite or not a number; not written")
      }
    }
    var metadata = network.metadata
    metadata["architecture"] = architecture(network)
    try SafeTensors(entries: entries(network, prefix: "", elementType), metadata: metadata).write(to: path)
  }

  /// The widths as text: `784-64-64-10`.
  static func architecture(_ network: Network) -> String { network.widths.map(String.init).joined(separator: "-") }

  /// The tensors of a network, their names behind `prefix`.
  static func entries(_ network: Network, prefix: String, _ elementType: ElementType) -> [SafeTensors.Entry] {
    network.layers.enumerated().flatMap { index, layer in
      [
        SafeTensors.Entry(name: "\(prefix)layers.\(index).weight", tensor: layer.weight, elementType: elementType),
        SafeTensors.Entry(name: "\(prefix)layers.\(index).bias", tensor: layer.bias, elementType: elementType),
      ]
    }
  }

  /// The network whose tensors have names that begin with `prefix`.
  static func network(in content: SafeTensors, path: String, prefix: String = "") throws -> Network {
    var tensors: [String: Tensor] = [:]
    for entry in content.entries where entry.name.hasPrefix(prefix) {
      if prefix.isEmpty, entry.name.hasPrefix(optimizerPrefix) { continue }
      tensors[entry.name] = entry.tensor
    }
    var layers: [DenseLayer] = []
    while let weight = tensors.removeValue(forKey: "\(prefix)layers.\(layers.count).weight") {
      let name = "\(prefix)layers.\(layers.count)"
      guard let bias = tensors.removeValue(forKey: "\(name).bias") else {
        throw OutsideFailure("\(path): expected a tensor \(name).bias beside \(name).weight, found none")
      }
      try check(weight, bias, name, path, inputs: layers.last?.outputCount)
      layers.append(try DenseLayer(weight: weight, bias: bias))
    }
    if let extra = tensors.keys.min() {
      // A later layer means a gap; anything else is not of a network.
      let isLater = extra.hasPrefix("\(prefix)layers.") && (extra.hasSuffix(".weight") || extra.hasSuffix(".bias"))
      throw OutsideFailure(
        isLater
          ? "\(path): expected a tensor \(prefix)layers.\(layers.count).weight before \(extra), found none"
          : "\(path): unexpected tensor \(extra); a network has only layers.k.weight and layers.k.bias")
    }
    guard !layers.isEmpty else {
      throw OutsideFailure("\(path): expected a tensor \(prefix)layers.0.weight, found none")
    }
    let metadata = content.metadata.filter { !$0.key.hasPrefix(checkpointPrefix) }
    return try Network(layers: layers, metadata: metadata)
  }

  private static func check(
    _ weight: Tensor, _ bias: Tensor, _ name: String, _ path: String, inputs: Int?
  ) throws {
    guard weight.shape.count == 2, weight.count > 0 else {
      throw OutsideFailure(
        "\(path): expected \(name).weight of shape outputs x inputs, got \(Tensor.describe(shape: weight.shape))")
    }
    if let inputs, weight.shape[1] != inputs {
      throw OutsideFailure(
        "\(path): expected \(name).weight with \(inputs) inputs, the outputs of the layer before, "
          + "got \(Tensor.describe(shape: weight.shape))")
    }
    guard bias.shape == [weight.shape[0]] else {
      throw OutsideFailure(
        "\(path): expected \(name).bias of shape \(weight.shape[0]), got \(Tensor.describe(shape: bias.shape))")
    }
    for (tensor, kind) in [(weight, "weight"), (bias, "bias")] where !isFinite(tensor) {
      throw OutsideFailure("\(path): \(name).\(kind) holds a number that is infinite or not a number")
    }
  }

  private static func isFinite(_ tensor: Tensor) -> Bool {
    let tensor = tensor.contiguous()
    return withExtendedLifetime(tensor) {
      UnsafeBufferPointer(start: tensor.base, count: tensor.count).allSatisfy(\.isFinite)
    }
  }
}
