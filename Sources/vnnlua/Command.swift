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
      vnnlua list | run NAME [ARGUMENTS...] | new KIND NAME | help [TOPIC] | doctor
      vnnlua verify QUERY --network NAME=ONNX... | supports CAPABILITY | kernel --install
      """,
    discussion: """
      Runs SCRIPT with its own arguments and options (vnnlua SCRIPT --help lists them), the standard input for -, \
      and an interactive prompt when there is neither a script nor code. A script is trusted like any program, unless \
      --sandbox is given. A file that is called like one of the words below runs as ./help and so on.

      help [TOPIC]           what vnnlua offers, or one module, function, class or subject
      doctor                 which libraries, solvers and data sets are there, and how to get the missing ones
      list                   the experiments, models, recipes and policies that came with vnnlua
      run NAME …             runs one of those, with its own arguments and options
      new KIND NAME          writes NAME.lua, a policy, experiment or model to change; it runs as it is
      new workspace [DIR]    writes what editors need to know into a folder
      verify QUERY …         decides a VNN-LIB query, as the standard asks for it (vnnlua verify --help)
      supports CAPABILITY    which queries and networks that takes, in the standard's words
      kernel --install       has Jupyter offer notebooks in Lua (vnnlua help notebooks)

      Exit codes: 0 success, 1 an error in the script, 2 a wrong command line, 130 interrupted; a script may return \
      another one.
      """,
    version: Release.version)

  @Option(
    name: .customShort("e", allowingJoined: true), help: ArgumentHelp("Run CODE before the script.", valueName: "code"))
  var code: [String] = []

  @Option(
    name: .customShort("l", allowingJoined: true),
    help: ArgumentHelp(
      "Require MODULE before the script, as the global of its name, or of NAME in NAME=MODULE.", valueName: "module"))
  var libraries: [String] = []

  @Flag(name: .customShort("i"), help: "Go on with an interactive prompt after the script.")
  var isInteractive = false

  @Flag(name: .customShort("v"), help: "Print the version, and go on if there is something to run.")
  var showsVersion = false

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
  /// What `-e` and `-l` ask for, in the order of the command line.
  var preparations: [Preparation] = []

  /// Something to do before the script.
  enum Preparation {
    case code(String)
    case library(String)
  }

  private enum CodingKeys: CodingKey {
    case code, libraries, isInteractive, showsVersion, asksName, isSandboxed, allowedDirectories, instructionLimit,
      memoryLimit, timeLimit
    case servedSolver
  }

  /// What is to be done.
  enum Task {
    /// Run code and scripts, or the prompt.
    case run
    /// Serve notebooks by the channels of a connection file.
    case kernel(String)
    /// One of our own words with its arguments: a Lua function `main(words)` in the module.
    case word(module: String, words: [String])
    /// Run a script that came with vnnlua.
    case shipped
  }

  /// Our own words, which stand in the script's place, and the modules behind them.
  private static let modules = [
    "help": "vnn.host.help", "doctor": "vnn.host.doctor", "list": "vnn.host.shipped", "new": "vnn.host.template",
    "verify": "vnn.host.verify", "supports": "vnn.host.supports", "capabilities": "vnn.host.supports",
    "kernel": "vnn.kernel.install",
  ]

  /// What a mistyped word in the script's place may mean, as part of a message.
  static func suggestion(for script: String) -> String {
    let near = NearestName.of(script, in: modules.keys.sorted() + ["run"])
    return near.map { "; did you mean 'vnnlua \($0)'?" } ?? ""
  }

  /// What the first argument asks for.
  var task: Task {
    guard let first = arguments.first, preparations.isEmpty else { return .run }
    if first == "run" { return .shipped }
    if let connectionFile { return .kernel(connectionFile) }
    return Command.modules[first].map { .word(module: $0, words: Array(arguments.dropFirst())) } ?? .run
  }

  /// The file that `vnnlua kernel [--sandbox] --connection-file FILE` names.
  var connectionFile: String? {
    let words = arguments.filter { $0 != "--sandbox" }
    guard words.count == 3, words[0] == "kernel", words[1] == "--connection-file" else { return nil }
    return words[2]
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
  /// And what is to be done before it.
  private static func scriptIndex(in arguments: [String]) -> (index: Int, preparations: [Preparation]) {
    let withValue = ["--allow-dir", "--instruction-limit", "--memory-limit", "--time-limit", "--serve-solver"]
    let short: [String: (String) -> Preparation] = ["-e": { .code($0) }, "-l": { .library($0) }]
    var index = 0
    var preparations: [Preparation] = []
    while index < arguments.count, arguments[index].hasPrefix("-"), arguments[index] != "-" {
      let option = arguments[index]
      index += 1
      if option == "--" { break }
      if let prepare = short[String(option.prefix(2))] {
        let isJoined = option.utf8.count > 2
        let value = isJoined ? String(option.dropFirst(2)) : index < arguments.count ? arguments[index] : ""
        preparations.append(prepare(value))
        index += isJoined ? 0 : 1
      } else if withValue.contains(option) {
        index += 1
      }
    }
    return (min(index, arguments.count), preparations)
  }

  /// Reads the command line, runs what it says and returns the exit code.
  static func run() -> Int32 {
    OwnProgram.declare()
    var command: Command
    do {
      let all = Array(CommandLine.arguments.dropFirst())
      let (index, preparations) = scriptIndex(in: all)
      command = try Command.parse(Array(all[..<index]).filter { $0 != "--" })
      command.preparations = preparations
      command.arguments = Array(all[index...])
      if command.connectionFile != nil, command.arguments.contains("--sandbox") { command.isSandboxed = true }
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
      return try Session(command).run(command)
    } catch {
      Console.error("vnnlua: \(error)")
      return 1
    }
  }
}
