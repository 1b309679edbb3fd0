import CKernels
import Essentials

/// Threads that train together: what they share out are lanes of a batch and ranges of parameters, so that no number
/// depends on how many they are.
///
/// `@unchecked Sendable`: the C team may be used by one thread at a time, and only `run` and `deinit` use it, which whoever
/// owns the team calls in turn.
package final class TrainingTeam: @unchecked Sendable {
  package let members: Int
  private let team: OpaquePointer?

  /// - Throws: `OutsideFailure` when the system has no room for the threads.
  package init(members: Int) throws {
    self.members = members
    team = members > 1 ? kernel_team_create(Int32(members)) : nil
    guard members == 1 || team != nil else { throw OutsideFailure("training: no room for \(members) threads") }
  }

  deinit { if let team { kernel_team_free(team) } }

  /// Calls `work` once for each of the first `count` members, at once, and returns when all calls have.
  package func run(_ count: Int, _ work: (_ member: Int) -> Void) {
    guard count > 1, let team else { return work(0) }
    typealias Work = (count: Int, body: (Int) -> Void)
    withoutActuallyEscaping(work) { body in
      withUnsafePointer(to: Work(count, body)) { context in
        kernel_team_run(
          team,
          { context, member in
            guard let work = context?.assumingMemoryBound(to: Work.self).pointee, member < work.count else { return }
            work.body(Int(member))
          }, UnsafeMutableRawPointer(mutating: context))
      }
    }
  }

  /// Calls `work` for every item from 0 to before `items`. The same item always goes to the same member, in whose cache
  /// is what it needs.
  package func share(_ items: Int, among count: Int, _ work: (_ item: Int, _ member: Int) -> Void) {
    run(count) { member in
      for item in stride(from: member, to: items, by: count) { work(item, member) }
    }
  }
}
