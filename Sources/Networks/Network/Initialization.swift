import Essentials
import Tensors

/// How the weights of a new network are drawn. Biases are drawn as PyTorch's `nn.Linear` draws them, uniformly from
/// ±1 / sqrt(inputs), in every scheme.
public enum Initialization: String, CaseIterable, Sendable {
  /// Uniform in ±sqrt(6 / (inputs + outputs)) (Glorot and Bengio, "Understanding the difficulty of training deep
  /// feedforward neural networks", 2010, equation 16).
  case xavierUniform = "xavier_uniform"
  /// Uniform in ±sqrt(6 / inputs) (He et al., "Delving Deep into Rectifiers", 2015, equation 10).
  case kaimingUniform = "kaiming_uniform"
  /// PyTorch's default for `nn.Linear`: uniform in ±1 / sqrt(inputs).
  case torchDefault = "torch_default"

  /// The bound of the uniform distribution of the weights.
  public func bound(inputs: Int, outputs: Int) -> Double {
    switch self {
    case .xavierUniform: (6 / Double(inputs + outputs)).squareRoot()
    case .kaimingUniform: (6 / Double(inputs)).squareRoot()
    case .torchDefault: 1 / Double(inputs).squareRoot()
    }
  }
}

extension Network {
  /// A network with random parameters, rounded to Float32 as training does.
  ///
  /// - Parameters:
  ///   - widths: inputs, widths of the hidden layers, outputs: [784, 64, 64, 10].
  ///   - scheme: the distribution; Xavier's uniform one by default.
  ///   - seed: the start of the stream; layer by layer, first the weight in row-major order, then the bias.
  /// - Throws: `Misuse` unless there are at least two widths, all from 1 to 2^20, and the weights number below 2^31.
  public static func initialized(
    widths: [Int], scheme: Initialization = .xavierUniform, seed: UInt64
  ) throws -> Network {
    guard widths.count >= 2, widths.allSatisfy({ (1...1 << 20).contains($0) }) else {
      let got = widths.isEmpty ? "none" : widths.map(String.init).joined(separator: ", ")
      throw Misuse("network: expected at least two widths from 1 to 1048576, got \(got)")
    }
    guard zip(widths, widths.dropFirst()).reduce(0, { $0 + $1.0 * $1.1 }) < 1 << 31 else {
      throw Misuse("network: expected fewer than 2^31 weights for \(Tensor.describe(shape: widths))")
    }
    var random = RandomSource(seed: seed)
    let layers = try zip(widths, widths.dropFirst()).map { inputs, outputs in
      func draw(_ bound: Double, _ shape: [Int]) throws -> Tensor {
        let result = try Tensor.uninitialized(shape, for: "network")
        for k in 0..<result.count { (result.base + k).initialize(to: Double(Float(random.uniform(-bound, bound)))) }
        return result
      }
      let weight = try draw(scheme.bound(inputs: inputs, outputs: outputs), [outputs, inputs])
      return try Layer(weight: weight, bias: try draw(1 / Double(inputs).squareRoot(), [outputs]))
    }
    return try Network(
      layers: layers, metadata: ["initialization": scheme.rawValue, "initialization_seed": String(seed)])
  }

  /// Whether the parameters are what `initialized` drew, by the metadata; some may have been set to zero since, as
  /// pruning before the training does.
  var isAsInitialized: Bool {
    guard isPlain, let scheme = metadata["initialization"].flatMap(Initialization.init(rawValue:)),
      let seed = metadata["initialization_seed"].flatMap(UInt64.init),
      let drawn = try? Network.initialized(widths: widths, scheme: scheme, seed: seed)
    else { return false }
    return zip(layers, drawn.layers).allSatisfy { own, drawn in
      [(own.weight, drawn.weight), (own.bias, drawn.bias)].allSatisfy { own, drawn in
        (0..<own.count).allSatisfy { own.base[$0] == drawn.base[$0] || own.base[$0] == 0 }
      }
    }
  }
}
