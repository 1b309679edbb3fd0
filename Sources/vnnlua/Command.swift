import ArgumentParser
import Essentials
import LuaHost
import Solvers

/// The command line of vnnlua.
struct Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vnnlua",
    abstract: "Lua 5.4 for optimization over trained neural networks.",
    usage: """
      vnnlua [options] [SCRIPT|-] [ARGUMENTS...]
      vnnlua help [TOPIC] | doctor | new policy NAME | new experiment NAME
      vnnlua verify QUERY --network NAME=ONNX... | supports CAPABILITY
      """,
    discussion: """
      Runs SCRIPT with its own arguments and options (vnnlua SCRIPT --help lists them), the standard input for -, \
      and an interactive prompt when there is neither a script nor code. A script is trusted like any program, unless \
      --sandbox is given. A file that is called help, doctor, new, verify or supports runs as ./help and so on.

      help [TOPIC]           what vnnlua offers, or one module, function, class or subject
      doctor                 which libraries, solvers and data sets are there, and how to get the missing ones
      new policy NAME        writes NAME.lua, a pruning policy to change; it runs as it is
      new experiment NAME    writes NAME.lua, an experiment to change; it runs as it is
      verify QUERY …         decides a VNN-LIB query, as the standard asks for it (vnnlua verify --help)
      supports CAPABILITY    which queries and networks that takes, in the standard's words

      Exit codes: 0 success, 1 an error in the script, 2 a wrong command line, 130 interrupted; a script may return \
      another one.
      """,
    version: Release.version)

  @Option(
    name: .customShort("e", allowingJoined: true), help: ArgumentHelp("Run CODE before the script.", valueName: "code"))
  var code: [String] = []

  @Flag(name: .customShort("i"), help: "Go on with an interactive prompt after the script.")
  var isInteractive = false

  @Flag(name: .customLong("name"), help: "Print the program's name.")
  var asksName = false

  @Flag(
    name: .customLong("sandbox"),
    help: "For scripts of strangers: no programs, no files outside --allow-dir, limits (vnnlua help sandbox).")
  var isSandboxed = false

  @Option(
    name: .customLong("allow-dir"),
    help: ArgumentHelp("With --sandbox: a directory whose files may be read and written; repeatable.", valueName: "dir")
  )
  var allowedDirectories: [String] = []

  @Option(
    name: .customLong("instruction-limit"),
    help: ArgumentHelp("With --sandbox: instructions of Lua after which the script is stopped.", valueName: "count"))
  var instructionLimit = 1_000_000_000

  @Option(
    name: .customLong("memory-limit"),
    help: ArgumentHelp("With --sandbox: megabytes for Lua, and as many for tensors and their kind.", valueName: "mb"))
  var memoryLimit = 1024

  @Option(
    name: .customLong("time-limit"),
    help: ArgumentHelp("With --sandbox: seconds after which the script is stopped.", valueName: "seconds"))
  var timeLimit: Double?

  @Option(
    name: .customLong("serve-solver"),
    help: ArgumentHelp("Do one task of the pipe's protocol with a solver, for a vnnlua.", visibility: .hidden))
  var servedSolver: String?

  /// The script or word and its arguments, which are not ours to read.
  var arguments: [String] = []
  /// What stood before them, the program included, as the global `arg` shows it.
  var before: [String] = []

  private enum CodingKeys: CodingKey {
    case code, isInteractive, asksName, isSandboxed, allowedDirectories, instructionLimit, memoryLimit, timeLimit
    case servedSolver
  }

  /// What is to be done.
  enum Task {
    /// Run code and scripts, or the prompt.
    case run
    /// One of our own words with its arguments: a Lua function `main(words)` in the module.
    case word(module: String, words: [String])
  }

  /// What the first argument asks for.
  var task: Task {
    guard let first = arguments.first, code.isEmpty else { return .run }
    let words = Array(arguments.dropFirst())
    switch first {
    case "help": return .word(module: "vnn.host.help", words: words)
    case "doctor": return .word(module: "vnn.host.doctor", words: words)
    case "new": return .word(module: "vnn.host.template", words: words)
    case "verify": return .word(module: "vnn.host.verify", words: words)
    case "supports", "capabilities": return .word(module: "vnn.host.supports", words: words)
    default: return .run
    }
  }

  mutating func validate() throws {
    guard instructionLimit > 0 else { throw ValidationError("--instruction-limit: expected at least 1") }
    guard (1...1_000_000).contains(memoryLimit) else {
      throw ValidationError("--memory-limit: expected 1 to 1000000 megabytes, got \(memoryLimit)")
    }
    guard timeLimit.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw ValidationError("--time-limit: expected seconds, more than 0")
    }
    guard isSandboxed || timeLimit == nil else { throw ValidationError("--time-limit needs --sandbox") }
    guard isSandboxed || allowedDirectories.isEmpty else { throw ValidationError("--allow-dir needs --sandbox") }
  }

  /// Where the script stands on the command line: the first argument that is neither an option nor an option's value.
  private static func scriptIndex(in arguments: [String]) -> Int {
    let withValue = ["-e", "--allow-dir", "--instruction-limit", "--memory-limit", "--time-limit", "--serve-solver"]
    var index = 0
    while index < arguments.count, arguments[index].hasPrefix("-"), arguments[index] != "-" {
      if arguments[index] == "--" { return index + 1 }
      index += withValue.contains(arguments[index]) ? 2 : 1
    }
    return min(index, arguments.count)
  }

  /// Reads the command line, runs what it says and returns the exit code.
  static func run() -> Int32 {
    OwnProgram.declare()
    var command: Command
    do {
      let all = Array(CommandLine.arguments.dropFirst())
      let index = scriptIndex(in: all)
      command = try Command.parse(Array(all[..<index]).filter { $0 != "--" })
      command.arguments = Array(all[index...])
      command.before = Array(CommandLine.arguments.prefix(1)) + all[..<index]
      if command.asksName {
        print(configuration.commandName ?? "vnnlua")
        return 0
      }
    } catch {
      // Help and version are no errors.
      guard exitCode(for: error) != .success else {
        print(fullMessage(for: error))
        return 0
      }
      Console.error(fullMessage(for: error))
      return 2
    }
    if let solver = command.servedSolver {
      SolverServer.run(solver)
      return 0
    }
    do {
      return try Session().run(command)
    } catch {
      Console.error("vnnlua: \(error)")
      return 1
    }
  }
}
