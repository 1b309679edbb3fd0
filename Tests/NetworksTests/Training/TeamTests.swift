import CKernels
import Glibc
import Testing

/// The threads that share a batch: every item is done once, whoever does it.
@Suite struct TeamTests {
  /// What the items of a round leave behind.
  private struct Round {
    let counts: UnsafeMutablePointer<Int32>
    let members: UnsafeMutablePointer<Int32>
    let threads: UnsafeMutablePointer<pthread_t>
    /// Long items let helpers come.
    var pause: UInt32
  }

  @Test(arguments: [(1, true), (2, true), (2, false), (5, false)])
  func everyItemIsDoneOnceAndByOneMember(_ members: Int32, _ isBrief: Bool) throws {
    let most = 40
    var round = Round(
      counts: .allocate(capacity: most), members: .allocate(capacity: most), threads: .allocate(capacity: most),
      pause: 0)
    defer {
      round.counts.deallocate()
      round.members.deallocate()
      round.threads.deallocate()
    }
    let team = try #require(kernel_team_create(members, isBrief))
    defer { kernel_team_free(team) }
    var helped = 0
    for number in 0..<3000 {
      let items = number % most
      round.pause = number < most ? 100 : 0
      round.counts.initialize(repeating: 0, count: most)
      round.members.initialize(repeating: -1, count: most)
      withUnsafePointer(to: round) { context in
        kernel_team_share(
          team, Int32(items),
          { context, item, member in
            guard let round = context?.assumingMemoryBound(to: Round.self).pointee else { return }
            round.counts[Int(item)] += 1
            round.members[Int(item)] = member
            round.threads[Int(item)] = pthread_self()
            if round.pause > 0 { usleep(round.pause) }
          }, UnsafeMutableRawPointer(mutating: context))
      }
      for item in 0..<most { #expect(round.counts[item] == (item < items ? 1 : 0), "item \(item) of \(items)") }
      // The caller comes from the first item on, helpers from the last.
      let callers = (0..<items).filter { round.members[$0] == 0 }
      #expect(callers == Array(callers.indices))
      for item in 0..<items {
        #expect((0..<members).contains(round.members[item]))
        #expect((round.members[item] == 0) == (round.threads[item] == pthread_self()))
      }
      helped += items - callers.count
    }
    #expect((helped > 0) == (members > 1))
  }
}
