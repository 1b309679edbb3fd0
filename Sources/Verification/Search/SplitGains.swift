import Glibc

/// What splits of either kind have come to by now, from which the next one is chosen.
///
/// A split that brings its children the share r of the way from the node's bound to the threshold, and every split after
/// it as well, leads to a tree of about 2^(1/r) nodes. With what a split costs that is an estimate of the work that either
/// kind would make; shares and costs are means over the last splits of nodes with about as many undecided neurons.
struct SplitGains {
  enum Kind: Int, CaseIterable { case inputs, neurons }

  private struct Mean {
    var count = 0
    var share = 0.0
    var cost = 0.0

    /// The logarithm of the work.
    var work: Double { 1 / max(share, SplitGains.leastShare) + log2(cost) }
  }

  /// Splits that a mean is over, about.
  private static let memory = 32
  /// Of so many choices one is the other kind, which may have become the better one.
  private static let interval = 32
  /// Each kind is tried so often before one is preferred.
  private static let trials = 4
  /// A smaller share tells no more.
  private static let leastShare = 1.0 / 256

  /// By the logarithm of the number of undecided neurons, and by kind.
  private var means = [[Mean]](repeating: [Mean](repeating: Mean(), count: Kind.allCases.count), count: 64)
  private var choices = 0

  private static func group(_ undecidedCount: Int) -> Int {
    Int.bitWidth - max(undecidedCount, 1).leadingZeroBitCount - 1
  }

  /// Takes in a split of a node with so many undecided neurons.
  ///
  /// - Parameters:
  ///   - share: from 0, nothing gained, to 1, both children closed.
  ///   - cost: in any unit.
  mutating func add(_ kind: Kind, undecidedCount: Int, share: Double, cost: Double) {
    let group = SplitGains.group(undecidedCount)
    var mean = means[group][kind.rawValue]
    mean.count += 1
    let weight = 1 / Double(min(mean.count, SplitGains.memory))
    mean.share += weight * (share - mean.share)
    mean.cost += weight * (cost - mean.cost)
    means[group][kind.rawValue] = mean
  }

  /// The kind that is likely to make less work.
  mutating func choose(undecidedCount: Int) -> Kind {
    choices += 1
    let (inputs, neurons) = (means[SplitGains.group(undecidedCount)][0], means[SplitGains.group(undecidedCount)][1])
    if min(inputs.count, neurons.count) < SplitGains.trials { return neurons.count < inputs.count ? .neurons : .inputs }
    let better: Kind = neurons.work < inputs.work ? .neurons : .inputs
    guard choices.isMultiple(of: SplitGains.interval) else { return better }
    return better == .inputs ? .neurons : .inputs
  }
}
