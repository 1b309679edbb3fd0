import CMessaging
import Glibc

/// This process and the programs that scripts have started.
public enum ProcessGroup {
  /// Sends all of them SIGINT, as Ctrl-C at a terminal does, and this process `signal` where it ignores that, because C's
  /// `system` waits for a program.
  ///
  /// - Parameter isRequested: whether the signal has arrived. The program ends only after that: what waits for it would
  ///   go on with nothing to stop it.
  public static func interrupt(orBy signal: Int32, isRequested: () -> Bool) {
    if messaging_ignores_interrupts() {
      kill(getpid(), signal)
      for _ in 0..<1000 where !isRequested() { usleep(1000) }
    }
    // The group is ours where we lead it; a sandbox may send signals to nobody else.
    if getpgrp() != getpid() || kill(0, SIGINT) != 0 { kill(getpid(), SIGINT) }
  }
}
