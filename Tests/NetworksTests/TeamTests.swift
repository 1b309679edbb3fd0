import CKernels
import Testing

/// The threads that share a batch: every item is done once, whoever does it.
@Suite struct TeamTests {
  /// What the items of a round leave behind.
  private struct Round {
    let counts: UnsafeMutablePointer<Int32>
    let members: UnsafeMutablePointer<Int32>
  }

  @Test(arguments: [(1, true), (2, true), (2, false), (5, false)])
  func everyItemIsDoneOnceAndByOneMember(_ members: Int32, _ isBrief: Bool) throws {
    let most = 40
    let round = Round(counts: .allocate(capacity: most), members: .allocate(capacity: most))
    defer {
      round.counts.deallocate()
      round.members.deallocate()
    }
    let team = try #require(kernel_team_create(members, isBrief))
    defer { kernel_team_free(team) }
    for number in 0..<3000 {
      let items = number % most
      round.counts.initialize(repeating: 0, count: most)
      round.members.initialize(repeating: -1, count: most)
      withUnsafePointer(to: round) { context in
        kernel_team_share(
          team, Int32(items),
          { context, item, member in
            guard let round = context?.assumingMemoryBound(to: Round.self).pointee else { return }
            round.counts[Int(item)] += 1
            round.members[Int(item)] = member
          }, UnsafeMutableRawPointer(mutating: context))
      }
      for item in 0..<most { #expect(round.counts[item] == (item < items ? 1 : 0), "item \(item) of \(items)") }
      // The caller comes from the first item on, helpers from the last.
      let callers = (0..<items).filter { round.members[$0] == 0 }
      #expect(callers == Array(callers.indices))
      #expect((0..<items).allSatisfy { (0..<members).contains(round.members[$0]) })
    }
  }
}
