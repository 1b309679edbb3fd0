import Essentials
import Networks
import Tensors

/// Networks as ONNX files, the exchange format of the field.
///
/// Reading lowers whatever is affine or piecewise linear; see `ONNXOperators`. Writing makes one Gemm per layer with Relu
/// between, on an input of shape [batch, inputs].
public enum ONNXFile {
  /// The network in the file at `path`, gzipped or not. Its inputs and outputs are the elements of the file's input and
  /// output tensors in row-major order, for one element of the batch; several tensors are joined in order.
  ///
  /// - Parameters:
  ///   - outputs: the names of the outputs; by default the file's one.
  ///   - dropsLast: leave out a Softmax, LogSoftmax, Sigmoid, Tanh or ArgMax at the end: the network's outputs are then
  ///     what goes into it.
  /// - Throws: `OutsideFailure` naming the file, and the operator and node where one is concerned, when the file cannot
  ///   be read or holds what is not piecewise linear.
  public static func read(_ path: String, outputs: [String]? = nil, dropsLast: Bool = false) throws -> Network {
    let model = try ONNXModel(reading: path, outputs: outputs)
    return try ONNXLowering.network(of: dropsLast ? model.droppingLast() : model)
  }

  /// The network in the content of a file.
  ///
  /// - Parameter path: what messages call the file.
  /// - Throws: `OutsideFailure`; see `read(_:outputs:dropsLast:)`.
  public static func decode(_ bytes: [UInt8], path: String) throws -> Network {
    try ONNXLowering.network(of: try ONNXModel(decoding: bytes, path: path))
  }

  /// Writes `network` to `path`, so that a crash leaves either the old file or the whole new one.
  ///
  /// - Parameter elementType: F32, the default, as the field's tools expect; F64 is exact.
  /// - Throws: `Misuse` when a weight is infinite or not a number, or the type is neither of the two; `OutsideFailure`
  ///   naming the file when it cannot be written.
  public static func write(_ network: Network, to path: String, elementType: ElementType = .float32) throws {
    try FileAccess.write(try encode(network, elementType: elementType), to: path)
  }

  /// The bytes of the file.
  ///
  /// - Throws: `Misuse`; see `write(_:to:elementType:)`.
  public static func encode(_ network: Network, elementType: ElementType = .float32) throws -> [UInt8] {
    guard elementType.isFloat else {
      throw Misuse("ONNX: networks are written as F64 or F32, not as \(elementType.rawValue)")
    }
    guard network.isPlain else {
      throw Misuse("ONNX: expected dense layers with a ReLU behind every hidden neuron, got \(network)")
    }
    let isDouble = elementType == .float64
    var graph = Onnx_GraphProto()
    graph.name = "network"
    graph.input = [valueInfo("input", network.inputCount, isDouble)]
    graph.output = [valueInfo("output", network.outputCount, isDouble)]
    var current = "input"
    for (index, layer) in network.layers.enumerated() {
      let (weight, bias) = ("layers.\(index).weight", "layers.\(index).bias")
      graph.initializer.append(try tensor(weight, layer.weight, isDouble))
      graph.initializer.append(try tensor(bias, layer.bias, isDouble))
      let isLast = index == network.layers.count - 1
      var product = node("Gemm", "layers.\(index)", [current, weight, bias], isLast ? "output" : "sum.\(index)")
      var transposed = Onnx_AttributeProto()
      transposed.name = "transB"
      transposed.type = .int
      transposed.i = 1
      product.attribute = [transposed]
      graph.node.append(product)
      if isLast { break }
      current = "activation.\(index)"
      graph.node.append(node("Relu", "relu.\(index)", [product.output[0]], current))
    }

    var model = Onnx_ModelProto()
    // Old enough for every reader, and Gemm has not changed since operator set 13.
    model.irVersion = 8
    var operators = Onnx_OperatorSetIdProto()
    operators.domain = ""
    operators.version = 13
    model.opsetImport = [operators]
    model.producerName = "vnnlua"
    model.graph = graph
    model.metadataProps = network.metadata.sorted { $0.key < $1.key }.map { key, value in
      var entry = Onnx_StringStringEntryProto()
      entry.key = key
      entry.value = value
      return entry
    }
    return try model.serializedBytes()
  }

  private static func node(_ type: String, _ name: String, _ inputs: [String], _ output: String) -> Onnx_NodeProto {
    var node = Onnx_NodeProto()
    node.opType = type
    node.name = name
    node.input = inputs
    node.output = [output]
    return node
  }

  private static func valueInfo(_ name: String, _ size: Int, _ isDouble: Bool) -> Onnx_ValueInfoProto {
    var (batch, elements) = (Onnx_TensorShapeProto.Dimension(), Onnx_TensorShapeProto.Dimension())
    batch.dimParam = "batch"
    elements.dimValue = Int64(size)
    var info = Onnx_ValueInfoProto()
    info.name = name
    info.type.tensorType.elemType = (isDouble ? ElementType.float64 : .float32).onnxCode
    info.type.tensorType.shape.dim = [batch, elements]
    return info
  }

  private static func tensor(_ name: String, _ values: Tensor, _ isDouble: Bool) throws -> Onnx_TensorProto {
    let numbers = values.array
    guard numbers.allSatisfy({ $0.isFinite && (isDouble || Float($0).isFinite) }) else {
      throw Misuse("ONNX: \(name) holds a number that is infinite, not a number or too large; not written")
    }
    return Onnx_TensorProto(name: name, shape: values.shape, values: numbers, type: isDouble ? .float64 : .float32)
  }
}
