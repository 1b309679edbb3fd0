import Glibc

extension Network {
  /// Whether `other` has the same layers with the same ReLUs and parameters, bit for bit: what is proved of one holds for
  /// both.
  public func hasSameParameters(as other: Network) -> Bool {
    guard self !== other else { return true }
    guard widths == other.widths else { return false }
    return zip(layers, other.layers).allSatisfy { a, b in
      a.hasShape(of: b) && a.rectified == b.rectified
        && memcmp(a.weight.base, b.weight.base, 8 * a.weight.count) == 0
        && memcmp(a.bias.base, b.bias.base, 8 * a.bias.count) == 0
    }
  }
}

extension Layer {
  /// Whether another layer has the same connections, and as many biases for them.
  func hasShape(of other: Layer) -> Bool { connections == other.connections && bias.count == other.bias.count }
}
