import Essentials
import TestSupport

/// An experiment of small cases, and sweeps of it in a folder of their own.
struct Grid {
  /// Where the script lies and runs; its sweep is in `out`.
  let folder: String

  /// Writes the script. Case `trouble[n]` of `--trouble` does something bad; artefacts note when they are built.
  init(in folder: String) throws {
    self.folder = folder
    try FileAccess.write(
      """
      local system = require "vnn.system"
      local troubles = {
        error = function() error "broken" end,
        none = function() return nil, "no luck" end,
        exit = function() os.exit(7) end,
        kill = function() os.execute "kill -9 $PPID; sleep 60" end,
        abort = function() os.execute "kill -6 $PPID; sleep 60" end,
        hang = function() while true do end end,
        leave = function()
          -- The process ends after its answer, when it is to take the next case.
          for level = 2, 20 do
            for position = 1, 20 do
              local name, parent = debug.getlocal(level, position)
              if name == "parent" then
                local going = { receive = function() os.exit(9) end, send = function(_, line) parent:send(line) end }
                debug.setlocal(level, position, going)
                return { square = 1, bytes = 100000 }
              end
            end
          end
        end,
        deaf = function() os.execute "sleep 60" end,
        memory = function() local t = {} while true do t[#t + 1] = ("x"):rep(1e7) .. #t end end,
      }
      return {
        name = "grid",
        description = "Counts.",
        version = 1,
        options = {
          { name = "count", default = 8, selects = true, help = "how many cases" },
          { name = "trouble", default = {}, selects = true, help = "what goes wrong in the first cases" },
          { name = "pause", default = 0.0, help = "seconds of a case" },
        },
        cases = function(options)
          local cases = {}
          for number = 1, options.count do
            cases[number] = { number = number, kind = number % 4, trouble = options.trouble[number] }
          end
          return cases
        end,
        run = function(case, options, context)
          print("this is case", case.number)
          local path = assert(context:artefact({ kind = case.kind }, "txt", function(path)
            system.append_line("builds", tostring(case.kind))
            system.wait({}, options.pause)
            return system.write_file(path, ("%d"):format(case.kind):rep(100000))
          end))
          if case.trouble then
            print "now there is trouble"
            return troubles[case.trouble]()
          end
          system.wait({}, options.pause)
          return { square = case.number ^ 2, bytes = #system.read_file(path) }
        end,
        report = function(rows, options, context)
          for _, row in ipairs(rows) do print(row.number, row.square, row.bytes) end
          for _, row in ipairs(context.failures) do print(row.number, row.failure, row.log) end
        end,
      }
      """, to: "\(folder)/grid.lua")
  }

  /// The variables that a sweep is run with: a plain abort is the end, without a backtrace.
  static let environment = ["SWIFT_BACKTRACE": "enable=no"]

  /// Runs the script on `out` to its end.
  func run(_ arguments: String...) throws -> CommandLineRun {
    try CommandLineRun.vnnlua(
      ["grid.lua", "--out", "out"] + arguments, environment: Grid.environment, directory: folder)
  }

  /// All whole lines of results.
  func lines() throws -> [String] {
    guard FileAccess.exists("\(folder)/out") else { return [] }
    return try FileAccess.list("\(folder)/out").filter { $0.hasSuffix(".jsonl") }.flatMap { name in
      let text = String(decoding: try FileAccess.read("\(folder)/out/\(name)"), as: UTF8.self)
      // What follows the last line feed is not whole.
      return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
  }

  /// The lines of cases that were done; each begins with the address.
  func doneLines() throws -> [String] { try lines().filter { !$0.contains("\"failure\":") } }
}
