import Essentials
import Tensors

/// The tensors of one layer in a file, all of whose names begin with the layer's, such as `layers.0`:
///
/// - `.weight` and `.bias`, in the shapes that `Layer` has them in.
/// - `.rectified` [outputs], 1 for a neuron with a ReLU and 0 for others, unless all neurons of a hidden layer have one.
/// - Of a sparse layer `.starts` [outputs + 1], `.columns` [entries] and `.inputs` [1], counted from 0: what SciPy's
///   `csr_matrix((weight, columns, starts))` takes.
/// - Of a convolution `.size`, `.output`, `.stride`, `.dilation` and `.padding`, one number per spatial axis, and
///   `.groups` [1]; `.weight` is what PyTorch calls a convolution's.
struct LayerTensors {
  private var tensors: [String: Tensor]
  private let path: String

  /// Layers of more neurons or inputs than this are refused: only a few numbers of a file say how many there are.
  private static let widthLimit = 1 << 24

  /// - Parameter path: what messages call the file.
  init(_ tensors: [String: Tensor], path: String) {
    self.tensors = tensors
    self.path = path
  }

  /// The names that nobody has taken.
  var names: [String] { Array(tensors.keys) }

  /// Whether only a layer as it is written here has a tensor of this name.
  static func isOwn(_ name: String) -> Bool {
    name.hasPrefix("layers.") && [".rectified", ".starts", ".size"].contains { name.hasSuffix($0) }
  }

  /// What a file holds of `layer`.
  static func entries(
    of layer: Layer, isLast: Bool, name: String, _ elementType: ElementType
  ) -> [SafeTensors.Entry] {
    func numbers(_ part: String, _ tensor: Tensor) -> SafeTensors.Entry {
      SafeTensors.Entry(name: "\(name).\(part)", tensor: tensor, elementType: elementType)
    }
    func integers(_ part: String, _ values: some Collection<Int>, _ type: ElementType = .int64) -> SafeTensors.Entry {
      let tensor = Tensor.zeros([values.count])
      for (place, value) in values.enumerated() { tensor.base[place] = Double(value) }
      return SafeTensors.Entry(name: "\(name).\(part)", tensor: tensor, elementType: type)
    }
    var entries = [numbers("weight", layer.weight), numbers("bias", layer.bias)]
    switch layer.connections {
    case .dense: break
    case .sparse(let pattern):
      entries.append(integers("starts", (0...pattern.rowCount).map { pattern.starts[$0] }))
      entries.append(integers("columns", (0..<pattern.entryCount).map { Int(pattern.columns[$0]) }))
      entries.append(integers("inputs", [pattern.columnCount]))
    case .convolution(let convolution):
      entries.append(integers("size", convolution.inputSize))
      entries.append(integers("output", convolution.outputSize))
      entries.append(integers("stride", convolution.stride))
      entries.append(integers("dilation", convolution.dilation))
      entries.append(integers("padding", convolution.padding))
      entries.append(integers("groups", [convolution.groups]))
    }
    if !isLast, !layer.rectified.isAll {
      entries.append(
        integers("rectified", (0..<layer.outputCount).map { layer.rectified.contains($0) ? 1 : 0 }, .uint8))
    }
    return entries
  }

  /// Takes the tensors of the layer `name`; nil when there is none.
  ///
  /// - Parameter inputs: the outputs of the layer before; nil for the first.
  /// - Throws: `OutsideFailure` naming the file and the tensor that is missing or misshaped.
  mutating func take(_ name: String, inputs: Int?) throws -> Layer? {
    guard let weight = tensors.removeValue(forKey: "\(name).weight") else { return nil }
    guard let bias = tensors.removeValue(forKey: "\(name).bias") else {
      throw OutsideFailure("\(path): expected a tensor \(name).bias beside \(name).weight, found none")
    }
    for (tensor, kind) in [(weight, "weight"), (bias, "bias")] where !NetworkFile.isFinite(tensor) {
      throw OutsideFailure("\(path): \(name).\(kind) holds a number that is infinite or not a number")
    }
    let rectified = try integers("\(name).rectified").map { NeuronSet($0.map { $0 != 0 }) }
    do {
      let layer = try layer(name, weight, bias, rectified, inputs: inputs)
      if let inputs, layer.inputCount != inputs {
        throw OutsideFailure(
          "\(path): expected \(name).weight with \(inputs) inputs, the outputs of the layer before, got "
            + (layer.connections == .dense ? Tensor.describe(shape: weight.shape) : "\(layer.inputCount)"))
      }
      return layer
    } catch let misuse as Misuse {
      throw OutsideFailure("\(path): \(name): \(misuse.message)")
    }
  }

  private mutating func layer(
    _ name: String, _ weight: Tensor, _ bias: Tensor, _ rectified: NeuronSet?, inputs: Int?
  ) throws -> Layer {
    if let starts = try integers("\(name).starts") {
      let columns = try required("\(name).columns").map { Int32(clamping: $0) }
      let pattern = try SparsePattern(
        starts: starts, columns: columns, columnCount: try checked(required("\(name).inputs").first ?? 0, name))
      return try Layer(weight: weight, pattern: pattern, bias: bias, rectified: rectified)
    }
    if let size = try integers("\(name).size") {
      let groups = try required("\(name).groups").first ?? 0
      let (channels, overflows) = (weight.shape.dropFirst().first ?? 0).multipliedReportingOverflow(by: groups)
      let convolution = try Convolution(
        channels: overflows ? 0 : channels, filters: weight.shape.first ?? 0, inputSize: size,
        kernelSize: Array(weight.shape.dropFirst(2)), outputSize: required("\(name).output"),
        stride: required("\(name).stride"), dilation: required("\(name).dilation"),
        padding: required("\(name).padding"), groups: groups)
      _ = try checked(max(convolution.inputCount, convolution.outputCount), name)
      return try Layer(weight: weight, convolution: convolution, bias: bias, rectified: rectified)
    }
    try NetworkFile.check(weight, bias, name, path, inputs: inputs)
    return try Layer(weight: weight, bias: bias, rectified: rectified)
  }

  private func checked(_ width: Int, _ name: String) throws -> Int {
    guard width <= LayerTensors.widthLimit else {
      throw OutsideFailure("\(path): \(name) has \(width) numbers on one side, which is more than fit")
    }
    return width
  }

  /// The whole numbers of a tensor with one axis; nil when it is not there.
  private mutating func integers(_ name: String) throws -> [Int]? {
    guard let tensor = tensors.removeValue(forKey: name) else { return nil }
    let numbers = tensor.array.compactMap { Int(exactly: $0) }
    guard tensor.shape.count == 1, numbers.count == tensor.count else {
      throw OutsideFailure("\(path): expected \(name) to be a list of whole numbers")
    }
    return numbers
  }

  private mutating func required(_ name: String) throws -> [Int] {
    guard let numbers = try integers(name) else {
      throw OutsideFailure("\(path): expected a tensor \(name), found none")
    }
    return numbers
  }
}
