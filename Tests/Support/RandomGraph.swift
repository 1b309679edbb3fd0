import Essentials
import Networks

/// A random piecewise linear function, as a network of every kind of layer and as plain loops: branches that meet again,
/// sums with what came before, convolutions, maxima, clipped and leaky ReLUs.
public struct RandomGraph {
  /// The network that a `NetworkBuilder` made.
  public let network: Network
  /// The same function, value by value.
  public let outputs: ([Double]) -> [Double]

  private typealias Node = (values: AffineValues, plain: ([Double]) -> [Double])

  /// A graph of `steps` operations.
  ///
  /// - Parameters:
  ///   - inputs: the number of inputs; convolutions are made where it is 12 or more and even.
  ///   - width: how many values an affine map has.
  public init(
    inputs: Int, width: Int, steps: Int, outputs: Int, using random: inout RandomSource
  ) throws {
    var builder = NetworkBuilder(inputCount: inputs)
    var nodes: [Node] = [(builder.inputs, { $0 })]
    for _ in 0..<steps {
      // Mostly the newest, sometimes one from far below.
      let at = random.below(3) > 0 ? nodes.count - 1 : random.below(nodes.count)
      nodes.append(try RandomGraph.step(nodes[at], nodes, width: width, &builder, &random))
    }
    let last = try RandomGraph.affine(nodes[nodes.count - 1], to: outputs, &builder, &random)
    network = try builder.network(outputs: last.values)
    self.outputs = last.plain
  }

  private static func step(
    _ node: Node, _ nodes: [Node], width: Int, _ builder: inout NetworkBuilder, _ random: inout RandomSource
  ) throws -> Node {
    let (values, plain) = node
    switch random.below(12) {
    case 0, 1: return (builder.rectify(values), { plain($0).map { max($0, 0) } })
    case 2:
      let slopes = (0..<values.count).map { _ in random.uniform(-0.5, 1.5) }
      return (
        builder.leaky(values, slopes: slopes), { zip(plain($0), slopes).map { $0 > 0 ? $0 : $1 * $0 } }
      )
    case 3:
      let lower = [-0.5, -.infinity][random.below(2)]
      let upper = [0.5, .infinity][random.below(2)]
      return (
        builder.clamped(values, lower: lower, upper: upper), { plain($0).map { min(max($0, lower), upper) } }
      )
    case 4: return (builder.absolute(values), { plain($0).map(abs) })
    case 5:
      let groups = (0..<1 + random.below(width)).map { _ in
        (0...random.below(4)).map { _ in random.below(values.count) }
      }
      return (
        builder.largest(values, of: groups),
        { x in
          let own = plain(x)
          return groups.map { $0.map { own[$0] }.max() ?? 0 }
        }
      )
    case 6, 7:
      // A sum with, or the smaller one of, what some other node has.
      let other = try affine(nodes[random.below(nodes.count)], to: values.count, &builder, &random)
      let isSum = random.below(2) == 0
      return (
        isSum ? values + other.values : builder.minimum(values, other.values),
        { x in zip(plain(x), other.plain(x)).map { isSum ? $0 + $1 : min($0, $1) } }
      )
    case 8:
      let other = nodes[random.below(nodes.count)]
      guard values.count + other.values.count < 4 * width else { return node }
      return (values.followed(by: other.values), { plain($0) + other.plain($0) })
    case 9 where values.count >= 12 && values.count.isMultiple(of: 2):
      return try convolution(node, &builder, &random)
    default:
      let map = try affine(node, to: 1 + random.below(width), &builder, &random)
      return (builder.rectify(map.values), { map.plain($0).map { max($0, 0) } })
    }
  }

  /// A map with a third of its weights.
  private static func affine(
    _ node: Node, to count: Int, _ builder: inout NetworkBuilder, _ random: inout RandomSource
  ) throws -> Node {
    let (values, plain) = node
    let weights = (0..<count).map { _ in
      (0..<values.count).map { _ in random.below(3) == 0 ? random.normal() : 0 }
    }
    let biases = (0..<count).map { _ in 0.3 * random.normal() }
    var matrix = SparseMatrix(columnCount: values.count)
    for row in weights {
      for (column, weight) in row.enumerated() where weight != 0 { matrix.append(column, weight) }
      matrix.endRow()
    }
    return (
      try builder.product(matrix, values).adding(biases),
      { x in
        let own = plain(x)
        return zip(weights, biases).map { zip($0, own).reduce($1) { $0 + $1.0 * $1.1 } }
      }
    )
  }

  /// A convolution of two channels, and ReLUs behind it.
  private static func convolution(
    _ node: Node, _ builder: inout NetworkBuilder, _ random: inout RandomSource
  ) throws -> Node {
    let (values, plain) = node
    let length = values.count / 2
    let (groups, stride, dilation) = (1 + random.below(2), 1 + random.below(2), 1 + random.below(2))
    let padding = random.below(3)
    let convolution = try Convolution(
      channels: 2, filters: 2, inputSize: [length], kernelSize: [3], stride: [stride], dilation: [dilation],
      padding: [padding], groups: groups)
    let channels = 2 / groups
    let kernel = (0..<2 * channels * 3).map { _ in random.normal() }
    let bias = [random.normal(), random.normal()]
    let result = builder.rectify(try builder.convolution(convolution, kernel: kernel, bias: bias, of: values))
    return (
      result,
      { x in
        let own = plain(x)
        return (0..<convolution.outputCount).map { output in
          let (filter, place) = output.quotientAndRemainder(dividingBy: convolution.outputSize[0])
          var sum = bias[filter]
          for channel in 0..<channels {
            for tap in 0..<3 {
              let at = place * stride + tap * dilation - padding
              guard (0..<length).contains(at) else { continue }
              sum +=
                kernel[(filter * channels + channel) * 3 + tap]
                * own[(filter / (2 / groups) * channels + channel) * length + at]
            }
          }
          return max(sum, 0)
        }
      }
    )
  }
}
