import ArgumentParser
import LuaHost

/// The command line of vnnlua.
struct Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vnnlua",
    abstract: "Lua 5.4 for optimization over trained neural networks.",
    usage: "vnnlua [-e CODE]... [-i] [SCRIPT|-] [ARGUMENTS...]",
    discussion: """
      Runs SCRIPT with its own arguments and options (vnnlua SCRIPT --help lists them), the standard input for -, \
      and an interactive prompt when there is neither a script nor code.

      Exit codes: 0 success, 1 an error in the script, 2 a wrong command line, 130 interrupted; a script may return \
      another one.
      """,
    version: "vnnlua \(Release.version) (\(Release.lua))")

  @Option(name: .customShort("e"), help: ArgumentHelp("Run CODE before the script.", valueName: "code"))
  var code: [String] = []

  @Flag(name: .customShort("i"), help: "Go on with an interactive prompt after the script.")
  var isInteractive = false

  /// The script and its arguments, which are not ours to read.
  var arguments: [String] = []

  private enum CodingKeys: CodingKey { case code, isInteractive }

  /// Where the script stands on the command line: the first argument that is neither an option nor an option's value.
  private static func scriptIndex(in arguments: [String]) -> Int {
    var index = 0
    while index < arguments.count, arguments[index].hasPrefix("-"), arguments[index] != "-" {
      index += arguments[index] == "-e" ? 2 : 1
    }
    return min(index, arguments.count)
  }

  /// Reads the command line, runs what it says and returns the exit code.
  static func run() -> Int32 {
    var command: Command
    do {
      let all = Array(CommandLine.arguments.dropFirst())
      let index = scriptIndex(in: all)
      command = try Command.parse(Array(all[..<index]))
      command.arguments = Array(all[index...])
    } catch {
      // Help and version are no errors.
      guard exitCode(for: error) != .success else {
        print(fullMessage(for: error))
        return 0
      }
      Console.error(fullMessage(for: error))
      return 2
    }
    do {
      return try Session().run(command)
    } catch {
      Console.error("vnnlua: \(error)")
      return 1
    }
  }
}
