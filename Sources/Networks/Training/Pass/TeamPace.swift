/// Whether a team is faster than one thread, found by trying both: that depends on the network, and on what else the
/// machine does. A team that loses is given up in the middle of a trial, and tried again after twice as many batches as
/// the last time, so that what trials cost is a small share of the whole.
struct TeamPace {
  /// Batches that are timed together.
  private static let window = 32
  /// Batches after which what was not chosen is tried again, at first and at most.
  private static let (shortest, longest) = (512, 1 << 15)

  /// Whether the next batch shall be one thread's.
  private(set) var isAlone = true
  private let hasTeam: Bool
  private var (count, seconds) = (0, 0.0)
  /// What the last window of one thread took.
  private var aloneSeconds = 0.0
  /// Batches until the other way is tried.
  private var rest = 0
  /// How many they were after the last trial that the team lost.
  private var patience = TeamPace.shortest

  init(hasTeam: Bool) { self.hasTeam = hasTeam }

  /// To be told how long every batch took.
  mutating func took(_ batchSeconds: Double) {
    guard hasTeam else { return }
    count += 1
    seconds += batchSeconds
    rest -= 1
    if !isAlone, seconds > aloneSeconds {
      begin(alone: true, rest: patience)
      patience = min(2 * patience, TeamPace.longest)
    } else if count == TeamPace.window {
      if isAlone {
        aloneSeconds = seconds
        begin(alone: rest > 0, rest: rest > 0 ? rest : TeamPace.longest)
      } else {
        patience = TeamPace.shortest
        begin(alone: rest <= 0, rest: max(rest, 0))
      }
    }
  }

  private mutating func begin(alone: Bool, rest: Int) {
    (isAlone, self.rest) = (alone, rest)
    (count, seconds) = (0, 0)
  }
}
