import CKernels
import Essentials

/// Threads that work together: what they share out are lanes of a batch and ranges of parameters, or whole trainings, so
/// that no number depends on how many they are; or a search's nodes.
///
/// `@unchecked Sendable`: the C team may be used by one thread at a time, and only `share` and `deinit` use it, which
/// whoever owns the team calls in turn.
package final class ThreadTeam: @unchecked Sendable {
  package let members: Int
  private let team: OpaquePointer?

  /// - Parameter isBrief: whether an item takes microseconds; a whole training does not.
  /// - Throws: `OutsideFailure` when the system has no room for the threads.
  package init(members: Int, isBrief: Bool) throws {
    self.members = members
    team = members > 1 ? kernel_team_create(Int32(members), isBrief) : nil
    guard members == 1 || team != nil else { throw OutsideFailure("no room for \(members) threads") }
  }

  deinit { if let team { kernel_team_free(team) } }

  /// Calls `work` once for every item from 0 to before `items`, by the caller alone or by all members, whoever has time.
  package func share(_ items: Int, alone: Bool = false, _ work: (_ item: Int, _ member: Int) -> Void) {
    guard !alone, items > 1, let team else {
      for item in 0..<items { work(item, 0) }
      return
    }
    typealias Work = (Int, Int) -> Void
    withoutActuallyEscaping(work) { work in
      withUnsafePointer(to: work) { context in
        kernel_team_share(
          team, Int32(items),
          { context, item, member in
            context?.assumingMemoryBound(to: Work.self).pointee(Int(item), Int(member))
          }, UnsafeMutableRawPointer(mutating: context))
      }
    }
  }

  /// Calls `work` once for each of the first `count` numbers from 0, at once where the members have time, and returns when
  /// all calls have.
  package func run(_ count: Int, _ work: (_ number: Int) -> Void) { share(count) { item, _ in work(item) } }
}
