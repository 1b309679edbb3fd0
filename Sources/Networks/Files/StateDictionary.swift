import Essentials
import Tensors

/// Tensors named as PyTorch names the parameters of a module (`0.weight`, `fc1.bias`, `features.2.weight`), put into the
/// order in which they make a network.
///
/// The names do not say in which order the layers are applied, so it is told from what does: layers whose names differ
/// only in their numbers come in the order of those, and each layer takes as many inputs as the one before it has
/// outputs. When that leaves more than one order, it is an error rather than a guess.
enum StateDictionary {
  private struct NamedLayer {
    let name: String
    let weight: Tensor
    let bias: Tensor
    /// The name with every number replaced, and the numbers.
    let pattern: String
    let numbers: [Int]
  }

  /// More steps than this are not spent on finding an order.
  private static let stepLimit = 100_000
  /// More layers than this are refused.
  private static let layerLimit = 1000

  /// The network of `tensors`.
  ///
  /// - Parameter path: what messages call the file.
  /// - Throws: `OutsideFailure` naming the file and the tensor when a tensor is of no dense layer, or no order or more
  ///   than one is possible.
  static func network(of tensors: [(name: String, tensor: Tensor)], path: String) throws -> Network {
    let layers = try layers(of: tensors, path: path)
    guard !layers.isEmpty else {
      throw OutsideFailure("\(path): expected tensors such as layers.0.weight and layers.0.bias, found none")
    }
    guard layers.count <= layerLimit else { throw OutsideFailure("\(path): more than \(layerLimit) layers") }
    let orders = orders(of: layers)
    guard let order = orders.first else {
      let shapes = layers.map { "\($0.name) \(Tensor.describe(shape: $0.weight.shape))" }.joined(separator: ", ")
      throw OutsideFailure(
        "\(path): the layers fit together in no order: each must have as many inputs as the one before it has outputs; "
          + "weights are outputs x inputs: \(shapes)")
    }
    if orders.count > 1 {
      let both = orders.map { $0.map(\.name).joined(separator: ", ") }
      throw OutsideFailure(
        "\(path): the order of the layers is ambiguous: \(both[0]), or \(both[1]); name them by numbers, or save them "
          + "as layers.0, layers.1, …")
    }
    return try Network(layers: order.map { try Layer(weight: $0.weight, bias: $0.bias) })
  }

  private static func layers(of tensors: [(name: String, tensor: Tensor)], path: String) throws -> [NamedLayer] {
    var rest = Dictionary(tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    let names = rest.keys.filter { $0 == "weight" || $0.hasSuffix(".weight") }.sorted()
    let layers = try names.compactMap { weightName -> NamedLayer? in
      let name = String(weightName.dropLast(weightName == "weight" ? 6 : 7))
      let biasName = String(weightName.dropLast(6)) + "bias"
      guard let weight = rest.removeValue(forKey: weightName) else { return nil }
      // A layer that was made without biases has none in the file either.
      let bias = rest.removeValue(forKey: biasName) ?? Tensor.zeros([weight.shape.first ?? 1])
      try NetworkFile.check(weight, bias, name, path, inputs: nil)
      let (pattern, numbers) = split(name)
      return NamedLayer(name: name, weight: weight, bias: bias, pattern: pattern, numbers: numbers)
    }
    if let extra = rest.keys.min() {
      throw OutsideFailure("\(path): unexpected tensor \(extra); a network has only a weight and a bias for each layer")
    }
    return layers.sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }
  }

  /// A name with its numbers taken out: `features.12` is `features.#` and 12.
  private static func split(_ name: String) -> (pattern: String, numbers: [Int]) {
    var (pattern, numbers): (String, [Int]) = ("", [])
    var isInNumber = false
    for character in name {
      guard let digit = character.isASCII ? character.wholeNumberValue : nil else {
        pattern.append(character)
        isInNumber = false
        continue
      }
      if isInNumber, let last = numbers.popLast() {
        numbers.append(last.multipliedReportingOverflow(by: 10).partialValue &+ digit)
      } else {
        pattern.append("#")
        numbers.append(digit)
      }
      isInNumber = true
    }
    return (pattern, numbers)
  }

  /// The first two orders that are possible.
  private static func orders(of layers: [NamedLayer]) -> [[NamedLayer]] {
    // Layers of one pattern are a queue; at each step the front of a queue may come next if its shape fits.
    let queues = Dictionary(grouping: layers, by: \.pattern).sorted { $0.key < $1.key }.map(\.value)
    var taken = [Int](repeating: 0, count: queues.count)
    var (order, found): ([NamedLayer], [[NamedLayer]]) = ([], [])
    var steps = 0

    func extend() {
      steps += 1
      guard found.count < 2, steps < stepLimit else { return }
      if order.count == layers.count { return found.append(order) }
      for index in queues.indices where taken[index] < queues[index].count {
        let next = queues[index][taken[index]]
        guard order.last.map({ $0.weight.shape[0] == next.weight.shape[1] }) ?? true else { continue }
        order.append(next)
        taken[index] += 1
        extend()
        taken[index] -= 1
        order.removeLast()
      }
    }
    extend()
    return found
  }
}
