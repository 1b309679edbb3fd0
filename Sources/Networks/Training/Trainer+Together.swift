import Essentials

extension Trainer {
  /// Runs several trainings at once, each on one thread at a time; their numbers are those that they have one by one.
  ///
  /// - Parameters:
  ///   - threads: how many run at a time; more than there are trainings are of no use.
  ///   - onEpoch: called after every epoch of each, by several threads at once.
  /// - Returns: what each came to, in their order.
  /// - Throws: `Misuse` unless there are from 1 to 1024 threads; `OutsideFailure` when there is no room for them.
  public static func run(
    _ trainers: [Trainer], threads: Int, onEpoch: @escaping (EpochReport) -> TrainingAnswer = { _ in .proceed }
  ) throws -> [Result<TrainingReport, any Error>] {
    guard (1...1024).contains(threads) else {
      throw Misuse("train_all: expected threads from 1 to 1024, got \(threads)")
    }
    let team = try ThreadTeam(members: max(1, min(threads, trainers.count)), isBrief: false)
    let results = UnsafeMutablePointer<Result<TrainingReport, any Error>?>.allocate(capacity: trainers.count)
    results.initialize(repeating: nil, count: trainers.count)
    defer {
      results.deinitialize(count: trainers.count)
      results.deallocate()
    }
    team.share(trainers.count) { item, _ in
      results[item] = Result { try trainers[item].run(onEpoch: onEpoch) }
    }
    return trainers.indices.compactMap { results[$0] }
  }
}
