import Essentials
import Networks

/// Units of a network's inputs and outputs: it sees (x - inputOffset) / inputFactor, and what it says is times
/// outputFactor plus outputOffset.
public struct NetworkScale: Sendable {
  /// One number per input, or one for all; 0 by default.
  public var inputOffset: [Double] = [0]
  /// One number per input, or one for all, none of them 0; 1 by default.
  public var inputFactor: [Double] = [1]
  /// One number per output, or one for all; 0 by default.
  public var outputOffset: [Double] = [0]
  /// One number per output, or one for all; 1 by default.
  public var outputFactor: [Double] = [1]

  /// No change of units.
  public init() {}

  /// The network in the outer units: the scale folded into its first and last layers. It is a copy.
  ///
  /// - Throws: `Misuse` for lists of another length, numbers that are not finite, and factors of 0.
  public func folded(into network: Network) throws -> Network {
    let offsets = try NetworkScale.numbers(inputOffset, network.inputCount, "input_offset", of: "inputs")
    let factors = try NetworkScale.numbers(inputFactor, network.inputCount, "input_factor", of: "inputs")
    let outputOffsets = try NetworkScale.numbers(outputOffset, network.outputCount, "output_offset", of: "outputs")
    let outputFactors = try NetworkScale.numbers(outputFactor, network.outputCount, "output_factor", of: "outputs")
    for (name, factors) in [("input_factor", factors), ("output_factor", outputFactors)] where factors.contains(0) {
      throw Misuse("scale: \(name): expected numbers other than 0, got 0")
    }
    // What is left as it is leaves the layers as they are: a convolution stays one.
    func units(_ offset: [Double], _ factor: [Double]) throws -> Scaling.Units? {
      guard offset.contains(where: { $0 != 0 }) || factor.contains(where: { $0 != 1 }) else { return nil }
      return try Scaling.Units(offset: offset, factor: factor)
    }
    return try network.folding(
      Scaling(input: units(offsets, factors), output: units(outputOffsets, outputFactors)))
  }

  private static func numbers(_ list: [Double], _ count: Int, _ name: String, of what: String) throws -> [Double] {
    guard list.count == 1 || list.count == count else {
      throw Misuse(
        "scale: \(name): expected one number for each of \(count) \(what), or one for all, got \(list.count)")
    }
    if let bad = list.first(where: { !$0.isFinite }) {
      throw Misuse("scale: \(name): expected finite numbers, got \(bad)")
    }
    return list.count == count ? list : [Double](repeating: list[0], count: count)
  }
}
