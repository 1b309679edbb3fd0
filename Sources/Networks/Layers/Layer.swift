import Essentials
import Tensors

/// An affine map x -> W x + b, and which of its neurons are rectified: relu(z) leaves those, z itself the others.
///
/// The parameters are two tensors, which scripts share and training changes; nothing else of a layer ever changes. Whatever
/// is piecewise linear is a chain of such layers: a value that is needed later is passed from layer to layer, and what has
/// one slope on either side of 0 is a passed value plus a rectified one.
public final class Layer {
  /// The weights, contiguous: [outputs, inputs] of a dense layer, [entries] of a sparse one, and of a convolution its
  /// kernel, [filters, channels / groups, sizes…].
  public let weight: Tensor
  /// The biases, contiguous: [outputs], or of a convolution [filters] where all places of a filter have the same one.
  public let bias: Tensor
  /// Which weight is between which input and which neuron.
  public let connections: Connections
  /// The neurons with a ReLU.
  public let rectified: NeuronSet
  /// The number of neurons.
  public let outputCount: Int
  /// The number of values that come in.
  public let inputCount: Int
  /// Whether somebody said which neurons are rectified; where not, the layer's place in a network decides.
  let saysRectified: Bool
  /// How many neurons in a row have the same bias.
  @usableFromInline let biasSpan: Int
  /// The layer for walks that allocate nothing and count no references.
  package let kernel: LayerKernel
  private let memory: LayerKernel.Memory?

  /// A dense layer that looks at `weight` and `bias` where they are contiguous, and at contiguous copies where not.
  ///
  /// - Parameter rectified: the neurons with a ReLU; by default all in a network's hidden layers and none in its last.
  /// - Throws: `Misuse` unless the shapes are [outputs, inputs] and [outputs] with at least one of each.
  public convenience init(weight: Tensor, bias: Tensor, rectified: NeuronSet? = nil) throws {
    guard weight.shape.count == 2, weight.count > 0 else {
      throw Misuse("layer: expected a weight of shape outputs x inputs, got \(Tensor.describe(shape: weight.shape))")
    }
    try self.init(
      weight: weight, bias: bias, .dense, inputs: weight.shape[1], outputs: weight.shape[0], rectified: rectified)
  }

  /// A sparse layer of the numbers `weight` at the places that `pattern` says.
  ///
  /// - Throws: `Misuse` unless there is a number for every entry and a bias for every row.
  public convenience init(weight: Tensor, pattern: SparsePattern, bias: Tensor, rectified: NeuronSet? = nil) throws {
    guard weight.shape == [pattern.entryCount] else {
      throw Misuse(
        "layer: expected a weight for each of \(pattern.entryCount) entries, got a tensor of "
          + Tensor.describe(shape: weight.shape))
    }
    try self.init(
      weight: weight, bias: bias, .sparse(pattern), inputs: pattern.columnCount, outputs: pattern.rowCount,
      rectified: rectified)
  }

  /// A convolution with the kernel `weight`.
  ///
  /// - Throws: `Misuse` unless the kernel has the shape that `convolution` says, and there is a bias for every filter or
  ///   for every neuron.
  public convenience init(weight: Tensor, convolution: Convolution, bias: Tensor, rectified: NeuronSet? = nil) throws {
    guard weight.shape == convolution.kernelShape else {
      throw Misuse(
        "layer: expected a kernel of \(Tensor.describe(shape: convolution.kernelShape)), got "
          + Tensor.describe(shape: weight.shape))
    }
    try self.init(
      weight: weight, bias: bias, .convolution(convolution), inputs: convolution.inputCount,
      outputs: convolution.outputCount, rectified: rectified)
  }

  private convenience init(
    weight: Tensor, bias: Tensor, _ connections: Connections, inputs: Int, outputs: Int, rectified: NeuronSet?
  ) throws {
    guard bias.shape == [outputs] || bias.shape == [connections.filterCount ?? outputs] else {
      throw Misuse(
        "layer: expected a bias of shape \(outputs) for a weight of \(Tensor.describe(shape: weight.shape)), "
          + "got \(Tensor.describe(shape: bias.shape))")
    }
    if let rectified, rectified.width != outputs {
      throw Misuse("layer: expected rectified neurons among \(outputs), got a set of \(rectified.width)")
    }
    self.init(
      weight: weight.contiguous(), bias: bias.contiguous(), connections: connections, inputs: inputs, outputs: outputs,
      rectified: rectified)
  }

  private init(
    weight: Tensor, bias: Tensor, connections: Connections, inputs: Int, outputs: Int, rectified: NeuronSet?
  ) {
    self.weight = weight
    self.bias = bias
    self.connections = connections
    self.rectified = rectified ?? .all(of: outputs)
    saysRectified = rectified != nil
    inputCount = inputs
    outputCount = outputs
    biasSpan = outputs / bias.count
    (kernel, memory) = LayerKernel.make(
      inputs: inputs, outputs: outputs, weight: weight, bias: bias, connections, self.rectified)
  }

  /// The bias of a neuron.
  @inlinable @inline(__always)
  public func bias(of neuron: Int) -> Double { bias.base[biasSpan == 1 ? neuron : neuron / biasSpan] }

  /// The bias of every neuron.
  public var biases: [Double] { biasSpan == 1 ? bias.array : (0..<outputCount).map(bias(of:)) }

  /// A layer with parameters of its own.
  public func copy() -> Layer { replacing(weight: weight.copy(), bias: bias.copy()) }

  /// The same layer with other rectified neurons.
  ///
  /// - Precondition: the set is of as many neurons.
  public func rectifying(_ neurons: NeuronSet) -> Layer {
    precondition(neurons.width == outputCount)
    return replacing(rectified: neurons)
  }

  /// The layer with other parameters of the same shapes, or other rectified neurons.
  package func replacing(weight: Tensor? = nil, bias: Tensor? = nil, rectified: NeuronSet? = nil) -> Layer {
    Layer(
      weight: weight ?? self.weight, bias: bias ?? self.bias, connections: connections, inputs: inputCount,
      outputs: outputCount, rectified: rectified ?? (saysRectified ? self.rectified : nil))
  }
}
