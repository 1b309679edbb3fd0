import Essentials
import Tensors

/// Networks as safetensors and `.npz` files, which PyTorch and NumPy users read and write with their own libraries.
///
/// As they are written, layer k, counted from 0, is `layers.k.weight` [outputs, inputs] and `layers.k.bias` [outputs], and
/// what other layers have beside; see `LayerTensors`. The metadata holds the network's own and `architecture`, such as
/// `784-64-64-10`. A checkpoint of a training is such a file too: its further tensors begin with `optimizer.`, its further
/// metadata with `checkpoint.`, and both are passed over here. Files without `architecture` are read as PyTorch names
/// parameters (`0.weight`, `fc1.weight`, …), in the order that names and shapes tell. An `.npz` file holds the same arrays
/// and no metadata.
public enum NetworkFile {
  /// The tensors of a checkpoint that are no part of the network begin so.
  static let optimizerPrefix = "optimizer."
  /// The metadata of a checkpoint that are no part of the network begin so.
  static let checkpointPrefix = "checkpoint."

  /// The metadata that says which version of the format a file is of, where it is not the first.
  static let versionKey = "network_format"
  /// The version that knows sparse layers, convolutions and neurons without ReLU. Programs that know the first only refuse
  /// such files, because of their tensors.
  static let version = 2

  /// How the names of such files end, in lower case.
  public static let endings = [".npz", ".safetensors"]

  /// Whether networks at `path` are `.npz` files, by the end of its name; safetensors otherwise.
  private static func isArchive(_ path: String) -> Bool { path.lowercased().hasSuffix(".npz") }

  /// The network in the file at `path`, an `.npz` file by the end of its name, and safetensors otherwise. Numbers of any
  /// type become Float64.
  ///
  /// - Throws: `OutsideFailure` naming the file, and the tensor, when the file cannot be read or is damaged, when a
  ///   tensor is missing, unexpected or misshaped, when layer numbers have gaps or layers do not fit each other, and
  ///   when a number is infinite or not a number.
  public static func read(_ path: String) throws -> Network {
    guard isArchive(path) else { return try network(in: SafeTensors(reading: path), path: path) }
    let arrays = try NumPyArchive.read(path)
    guard arrays.contains(where: { LayerTensors.isOwn($0.name) }) else {
      return try StateDictionary.network(of: arrays, path: path)
    }
    return try network(of: Dictionary(uniqueKeysWithValues: arrays.map { ($0.name, $0.tensor) }), path: path)
  }

  /// Writes `network` to `path`, as `.npz` or safetensors by the end of its name, so that a crash leaves either the old
  /// file or the whole new one.
  ///
  /// - Parameter elementType: of safetensors. F64, the default, is exact; F32 halves the file and is exact for trained
  ///   networks, whose weights Float32 holds. An `.npz` file is always F64.
  /// - Throws: `Misuse` when a weight is infinite or not a number, or the type is neither of the two; `OutsideFailure`
  ///   naming the file when it cannot be written.
  public static func write(_ network: Network, to path: String, elementType: ElementType = .float64) throws {
    guard elementType.isFloat else {
      throw Misuse("network file: networks are written as F64 or F32, not as \(elementType.rawValue)")
    }
    for (index, layer) in network.layers.enumerated() {
      guard isFinite(layer.weight), isFinite(layer.bias) else {
        throw Misuse("network file: layer \(index + 1) holds a number that is infinite or not a number; not written")
      }
    }
    if isArchive(path) {
      return try NumPyArchive.write(entries(network, prefix: "", .float64).map { ($0.name, $0.tensor) }, to: path)
    }
    try SafeTensors(entries: entries(network, prefix: "", elementType), metadata: metadata(network)).write(to: path)
  }

  /// What a file says of a network beside its tensors.
  static func metadata(_ network: Network) -> [String: String] {
    var metadata = network.metadata
    metadata["architecture"] = architecture(network)
    metadata[versionKey] = network.isPlain ? nil : String(version)
    return metadata
  }

  /// The widths as text: `784-64-64-10`.
  static func architecture(_ network: Network) -> String { network.widths.map(String.init).joined(separator: "-") }

  /// The tensors of a network, their names behind `prefix`.
  static func entries(_ network: Network, prefix: String, _ elementType: ElementType) -> [SafeTensors.Entry] {
    network.layers.enumerated().flatMap { index, layer in
      LayerTensors.entries(
        of: layer, isLast: index == network.layers.count - 1, name: "\(prefix)layers.\(index)", elementType)
    }
  }

  /// The network whose tensors have names that begin with `prefix`.
  package static func network(in content: SafeTensors, path: String, prefix: String = "") throws -> Network {
    let own = content.entries.filter { entry in
      entry.name.hasPrefix(prefix) && !(prefix.isEmpty && entry.name.hasPrefix(optimizerPrefix))
    }
    if prefix.isEmpty, content.metadata["architecture"] == nil {
      let network = try StateDictionary.network(of: own.map { ($0.name, $0.tensor) }, path: path)
      network.metadata = content.metadata
      return network
    }
    if let text = content.metadata[versionKey], Int(text).map({ $0 > version }) ?? true {
      throw OutsideFailure("\(path): networks of format \(text) are not known here, only up to \(version)")
    }
    var tensors: [String: Tensor] = [:]
    for entry in own { tensors[entry.name] = entry.tensor }
    let network = try network(of: tensors, path: path, prefix: prefix)
    network.metadata = content.metadata.filter { !$0.key.hasPrefix(checkpointPrefix) && $0.key != versionKey }
    return network
  }

  private static func network(of tensors: [String: Tensor], path: String, prefix: String = "") throws -> Network {
    var rest = LayerTensors(tensors, path: path)
    var layers: [Layer] = []
    while let layer = try rest.take("\(prefix)layers.\(layers.count)", inputs: layers.last?.outputCount) {
      layers.append(layer)
    }
    if let extra = rest.names.min() {
      // A later layer means a gap; anything else is not of a network.
      let isLater = extra.hasPrefix("\(prefix)layers.") && (extra.hasSuffix(".weight") || extra.hasSuffix(".bias"))
      throw OutsideFailure(
        isLater
          ? "\(path): expected a tensor \(prefix)layers.\(layers.count).weight before \(extra), found none"
          : "\(path): unexpected tensor \(extra); a network has only layers.k.weight and layers.k.bias, and what sparse "
            + "layers, convolutions and neurons without ReLU need")
    }
    guard !layers.isEmpty else {
      throw OutsideFailure("\(path): expected a tensor \(prefix)layers.0.weight, found none")
    }
    do { return try Network(layers: layers) } catch let misuse as Misuse {
      throw OutsideFailure("\(path): \(misuse.message)")
    }
  }

  /// Checks the tensors of one layer.
  static func check(
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

  static func isFinite(_ tensor: Tensor) -> Bool {
    let tensor = tensor.contiguous()
    return withExtendedLifetime(tensor) {
      UnsafeBufferPointer(start: tensor.base, count: tensor.count).allSatisfy(\.isFinite)
    }
  }
}
