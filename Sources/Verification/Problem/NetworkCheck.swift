import Essentials
import Networks

/// What the verification of a network requires of it.
enum NetworkCheck {
  /// - Throws: `Misuse` when the region has another number of inputs, or a parameter is infinite or NaN.
  static func check(_ network: Network, region: any InputRegion) throws {
    guard network.inputCount == region.inputCount else {
      throw Misuse("verify: the network takes \(network.inputCount) inputs, but the region has \(region.inputCount)")
    }
    try network.checkParameters(for: "verify")
  }
}
