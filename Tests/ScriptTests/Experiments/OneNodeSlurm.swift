import Essentials
import Glibc
import TestSupport

/// A Slurm of this machine alone, started for a test.
enum OneNodeSlurm {
  /// Whether a test that needs it is to run.
  static var isWanted: Bool {
    Component.areAllRequired
      || Component.slurm.found != nil && getuid() == 0 && access("/usr/bin/sbatch", X_OK) == 0
  }
  /// Why a test was skipped.
  static let reason = "a Slurm for tests needs root, slurm-wlm, munge and, in VNNLUA_SLURM, a script that starts it"

  /// Runs `body` while Slurm runs, with the variables that its commands need.
  ///
  /// - Parameter settings: further lines of its configuration.
  static func run(settings: String = "", _ body: ([String: String]) throws -> Void) throws {
    // All such runs on this machine share one munge.
    var lock: FileLock?
    while lock == nil {
      lock = try FileLock.acquire("/tmp/one-node-slurm.lock")
      if lock == nil { usleep(100_000) }
    }
    defer { lock?.release() }
    try withTemporaryDirectory { home in
      let environment = ["ONE_NODE_SLURM": home, "SLURM_CONF": "\(home)/slurm.conf"]
      let hadMunge = try CommandLineRun("/usr/bin/munge", ["-n"]).status == 0
      defer { stop(home, environment, withMunge: !hadMunge) }
      try start(home, environment, settings)
      try body(environment)
    }
  }

  /// Starts it on ports of its own, so that another Slurm of this machine is left alone.
  private static func start(_ home: String, _ environment: [String: String], _ settings: String) throws {
    let port = 20_000 + Int(getpid()) % 20_000 * 2
    let script = String(decoding: try FileAccess.read(try Component.slurm.path()), as: UTF8.self)
    let name = "ClusterName=local\n"
    let parts = script.split(separator: name, maxSplits: 1)
    guard parts.count == 2 else { throw OutsideFailure("\(home): the script does not set \(name)") }
    try FileAccess.write(
      parts[0] + name + "SlurmctldPort=\(port)\nSlurmdPort=\(port + 1)\n\(settings)\n" + parts[1],
      to: "\(home)/one-node")
    // Not with `CommandLineRun`: Foundation takes a command to be running as long as its daemons are.
    let process = try ChildProcess(
      "/bin/bash", ["\(home)/one-node", "start"], environment: environment.map { ($0, $1) }, log: "\(home)/start.log")
    while process.ending == nil { usleep(20_000) }
    guard process.ending == "exited with code 0" else {
      throw OutsideFailure("Slurm: \(String(decoding: try FileAccess.read("\(home)/start.log"), as: UTF8.self))")
    }
  }

  private static func stop(_ home: String, _ environment: [String: String], withMunge: Bool) {
    func pid(_ name: String) -> pid_t? {
      let text = try? FileAccess.read("\(home)/\(name).pid")
      return text.flatMap { pid_t(String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)) }
    }
    // A daemon waits for its jobs to end.
    _ = try? CommandLineRun("/usr/bin/scancel", ["--full", "--signal=KILL", "--me"], environment: environment)
    _ = try? CommandLineRun("/usr/bin/scancel", ["--me"], environment: environment)
    let daemons = ["slurmd", "slurmctld"].compactMap(pid)
    for daemon in daemons { kill(daemon, SIGTERM) }
    let watch = Stopwatch()
    while daemons.contains(where: { kill($0, 0) == 0 }), watch.wallSeconds < 10 { usleep(20_000) }
    for daemon in daemons { kill(daemon, SIGKILL) }
    if withMunge { _ = try? CommandLineRun("/usr/sbin/munged", ["--stop"]) }
  }
}
