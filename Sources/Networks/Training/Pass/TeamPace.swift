import CKernels

/// Whether a team is faster than one thread, found by trying both: that depends on the network, and on what else the
/// machine does.
///
/// What one thread takes is measured while nothing interrupts it, so that a trial also fails where others want the
/// processors: there a second thread would take from the first one's share. A team that loses is given up in the middle of
/// a trial, and tried again after twice as many batches as the last time, so that trials cost little of the whole.
struct TeamPace {
  /// Batches that are timed together.
  private static let window = 32
  /// Batches after which what was not chosen is tried again, at least and at most.
  private static let (shortest, longest) = (256, 1 << 15)
  /// What of one thread's seconds a team may take.
  private static let share = 0.95

  /// Whether the next batch shall be one thread's.
  private(set) var isAlone: Bool
  private let isChoice: Bool
  private var (count, seconds) = (0, 0.0)
  /// What a window takes one thread that is not interrupted, and how often it has been.
  private var aloneSeconds = 0.0
  private var interruptions = 0
  /// Batches until the other way is tried. The first ones find nothing in the caches and are no measure.
  private var rest = TeamPace.window + 1
  /// How many they are after a trial that the team loses.
  private var patience = 4 * TeamPace.shortest

  /// - Parameter sharesAlways: whether the team works whatever it costs.
  init(hasTeam: Bool, sharesAlways: Bool) {
    isAlone = !sharesAlways
    isChoice = hasTeam && !sharesAlways
  }

  /// To be told how long every batch took.
  mutating func took(_ batchSeconds: Double) {
    guard isChoice else { return }
    count += 1
    seconds += batchSeconds
    rest -= 1
    if !isAlone, seconds > TeamPace.share * aloneSeconds {
      begin(alone: true, rest: patience)
      patience = min(2 * patience, TeamPace.longest)
    } else if count == TeamPace.window {
      isAlone ? endAlone() : endTogether()
    }
  }

  private mutating func endAlone() {
    let before = interruptions
    interruptions = kernel_thread_interruptions()
    guard interruptions == before else { return begin(alone: true, rest: max(rest, TeamPace.shortest)) }
    aloneSeconds = seconds
    begin(alone: rest > 0, rest: rest > 0 ? rest : TeamPace.longest)
  }

  private mutating func endTogether() {
    patience = max(patience / 2, TeamPace.shortest)
    begin(alone: rest <= 0, rest: max(rest, 0))
  }

  private mutating func begin(alone: Bool, rest: Int) {
    (isAlone, self.rest) = (alone, rest)
    (count, seconds) = (0, 0)
  }
}
