/// Whether several threads are faster than one, found by trying both from time to time: that depends on the network, and
/// on what else the machine does.
struct TeamPace {
  private enum Stage { case alone, together, chosen }

  /// Batches of a trial.
  private static let trial = 24
  /// Batches until the next trial, at first and at most: the longer, the more often several threads have lost.
  private static let (shortest, longest) = (500, 1 << 15)

  /// How many threads the next batch shall have.
  private(set) var members = 1
  private let most: Int
  private var stage = Stage.alone
  private var (count, seconds) = (0, 0.0)
  private var aloneSeconds = 0.0
  private var rest = TeamPace.shortest

  init(most: Int) { self.most = most }

  /// To be told how long every batch took.
  mutating func took(_ batchSeconds: Double) {
    guard most > 1 else { return }
    count += 1
    seconds += batchSeconds
    switch stage {
    case .alone where count == TeamPace.trial:
      aloneSeconds = seconds
      begin(.together, most)
    case .together where count == TeamPace.trial || seconds > aloneSeconds:
      let pays = seconds < aloneSeconds
      rest = pays ? TeamPace.shortest : min(2 * rest, TeamPace.longest)
      begin(.chosen, pays ? most : 1)
    case .chosen where count == rest: begin(.alone, 1)
    default: break
    }
  }

  private mutating func begin(_ stage: Stage, _ members: Int) {
    (self.stage, self.members) = (stage, members)
    (count, seconds) = (0, 0)
  }
}
