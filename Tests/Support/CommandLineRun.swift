import Essentials
import Foundation

/// What a finished command left behind.
public struct CommandLineRun: Sendable {
  /// The exit status; signals count as 128 plus their number.
  public let status: Int32
  /// All of standard output.
  public let output: String
  /// All of standard error.
  public let errors: String

  /// Runs `command` and waits for it.
  ///
  /// - Parameters:
  ///   - command: the path of the program.
  ///   - arguments: its arguments.
  ///   - input: what it reads on standard input.
  ///   - environment: variables set on top of this process's own.
  ///   - directory: where it runs; the package's top folder by default.
  public init(
    _ command: String, _ arguments: [String] = [], input: String = "", environment: [String: String] = [:],
    directory: String = packageDirectory
  ) throws {
    // Files instead of pipes: nothing can block on a full pipe while this process waits.
    self = try withTemporaryDirectory { folder in
      let paths = ["input", "output", "errors"].map { "\(folder)/\($0)" }
      try FileAccess.write(input, to: paths[0])
      try FileAccess.write("", to: paths[1])
      try FileAccess.write("", to: paths[2])
      let process = Process()
      process.executableURL = URL(filePath: command)
      process.arguments = arguments
      process.currentDirectoryURL = URL(filePath: directory)
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      process.standardInput = FileHandle(forReadingAtPath: paths[0])
      process.standardOutput = FileHandle(forWritingAtPath: paths[1])
      process.standardError = FileHandle(forWritingAtPath: paths[2])
      try process.run()
      process.waitUntilExit()
      let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
      return CommandLineRun(
        status: signal + process.terminationStatus,
        output: String(decoding: try FileAccess.read(paths[1]), as: UTF8.self),
        errors: String(decoding: try FileAccess.read(paths[2]), as: UTF8.self))
    }
  }

  private init(status: Int32, output: String, errors: String) {
    (self.status, self.output, self.errors) = (status, output, errors)
  }

  /// Runs the built `vnnlua`.
  public static func vnnlua(
    _ arguments: [String], input: String = "", environment: [String: String] = [:], directory: String = packageDirectory
  ) throws -> CommandLineRun {
    try CommandLineRun(
      builtExecutable, arguments, input: input, environment: environment, directory: directory)
  }

  /// The `vnnlua` that was built together with the tests.
  public static let builtExecutable = built("vnnlua")

  /// The program of this name that was built together with the tests.
  public static func built(_ name: String) -> String {
    // The test runner is a file beside it or, on some hosts, the test bundle is; either way: the build folder.
    let candidates = [CommandLine.arguments.first ?? "", "/proc/self/exe"].map {
      URL(filePath: $0).resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name).path
    }
    let fallback = packageDirectory + "/.build/release/" + name
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? fallback
  }
}
