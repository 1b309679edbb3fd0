/// What the threads of an attack share.
struct AttackProgress {
  /// The best point so far.
  var best: AttackResult
  /// What a thread threw.
  var failure: (any Error)?
  private var begun = 0

  init(best: AttackResult) { self.best = best }

  /// The climb that comes next of `count`; nil where none is left, the goal is reached or something failed.
  mutating func next(of count: Int, goal: Double) -> Int? {
    guard begun < count, best.margin <= goal, failure == nil else { return nil }
    begun += 1
    return begun - 1
  }
}
