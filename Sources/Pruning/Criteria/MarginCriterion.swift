import Essentials
import Networks
import Tensors

/// What can move the margin inside a region: |w_ij| times the width of input j times the reaction of the margin to the
/// preactivation of neuron i.
///
/// First-order like SNIP (N. Lee et al., ICLR 2019), with the margin y_j' - y_j of one attack in place of the loss, the
/// region in place of the data, and the slopes of the ReLUs' linear relaxation (E. Wong, J. Z. Kolter, ICML 2018,
/// eq. 6) in place of derivatives, so that no neuron that could fire is forgotten. vnnlua's own.
public struct MarginCriterion: Criterion {
  private let ranges: RegionRanges
  private let margins: [[Double]]

  /// A criterion for a margin over a region.
  ///
  /// - Parameters:
  ///   - classIndex: the class that the input has, 0-based.
  ///   - rivals: the classes that would be a success, 0-based; several are added up.
  ///   - outputCount: the number of classes.
  /// - Throws: `Misuse` when a class is out of range.
  public init(_ ranges: RegionRanges, class classIndex: Int, rivals: [Int], outputCount: Int) throws {
    for index in rivals + [classIndex] where !(0..<outputCount).contains(index) {
      throw Misuse("margin_aware: expected classes from 1 to \(outputCount), got \(index + 1)")
    }
    self.ranges = ranges
    margins = rivals.map { rival in (0..<outputCount).map { $0 == rival ? 1 : $0 == classIndex ? -1 : 0 } }
  }

  /// `margin_aware`.
  public var name: String { "margin_aware" }

  /// |w| times the width of the input times the margin's reaction.
  public func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor {
    let reaction = try ranges.sensitivity(of: margins, in: network)[index]
    let width = ranges.width(ofLayer: index)
    return scores(of: index, in: network) { weight, neuron, input in abs(weight) * width[input] * reaction[neuron] }
  }
}
